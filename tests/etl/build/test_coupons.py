"""Uses of coupons in the star: their order, campaign and customer are found, and they tie out."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.etl.frames import star

DAY = date(2026, 3, 1)
ORDER = {"order_id": "A1", "order_date": DAY, "quantity": 1, "unit_price": 10, "product_id": "P1", "customer_id": "C1"}


def uses() -> pl.DataFrame:
    built = star(
        order_line=[ORDER], campaign=[{"campaign_id": "26", "campaign_type": "Type A"}],
        coupon_use=[
            {"coupon_id": "100", "campaign_id": "26", "customer_id": "C1", "entry_date": DAY},
            {"order_id": "A1", "entry_date": DAY, "coupon_amount": 1.5, "product_id": "P1"},
            {"order_id": "B9", "entry_date": DAY, "coupon_amount": 2},
        ],
    )  # fmt: skip
    return built.tables["fact_coupon"]


def test_a_redemption_finds_its_campaign_and_customer() -> None:
    row = uses().filter(pl.col("coupon_id") == "100").to_dicts()[0]
    assert (row["campaign_key"], row["customer_key"], row["order_key"], row["coupon_amount"]) == (1, 1, 0, None)


def test_an_amount_finds_its_order_and_the_customer_of_it() -> None:
    row = uses().filter(pl.col("order_key") != 0).to_dicts()[0]
    assert (row["coupon_amount"], row["customer_key"], row["product_key"]) == (1.5, 1, 1)


def test_an_order_nobody_knows_stays_unknown() -> None:
    assert uses().filter((pl.col("order_key") == 0) & pl.col("coupon_amount").is_not_null()).height == 1
