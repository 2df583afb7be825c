from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from tests.etl.frames import star


def rate(day: int, pair: str, value: str) -> dict[str, object]:
    return {"rate_date": date(2026, 1, day), "from_currency": pair[:3], "to_currency": pair[3:], "rate": D(value)}


def line(day: int | None, currency: str | None, **columns: object) -> dict[str, object]:
    when = None if day is None else date(2026, 1, day)
    return {"order_id": "1", "quantity": 2, "unit_price": 5, "line_amount": 10, "unit_cost": 3, "order_date": when,
            "currency": currency, **columns}  # fmt: skip


RATES = [rate(1, "USDGBP", "0.75"), rate(3, "USDGBP", "0.80"), rate(3, "GBPEUR", "1.25")]


def test_amounts_at_the_rate_of_the_business_date() -> None:
    found = star(fx_rate=RATES, order_line=[line(1, "USD"), line(3, "USD"), line(5, "EUR"), line(2, None)])
    columns = ("net_amount", "unit_price", "cost_amount")
    assert found.tables["fact_order_line"].select(columns).rows() == [
        (D("7.5"), D("3.75"), D("4.5")), (D(10), D(5), D(6)), (D(8), D(4), D("4.8")), (D(8), D(4), D("4.8")),
    ]  # fmt: skip


def test_the_last_known_rate_counts_until_it_is_too_old() -> None:
    found = star(fx_rate=[rate(1, "USDGBP", "0.75")], order_line=[line(8, "USD"), line(9, "USD", order_id="2")])
    assert found.tables["fact_order_line"]["net_amount"].to_list() == [D("7.5")]
    assert found.rejected["rule"].to_list() == ["no rate USD to GBP on 2026-01-09"]


def test_a_row_without_a_rate_is_rejected_with_its_place() -> None:
    found = star(fx_rate=[rate(5, "USDGBP", "0.75")], order_line=[line(2, "USD"), line(None, "JPY")])
    assert found.tables["fact_order_line"].height == 0
    columns = ("source_row", "staging_table", "outcome", "rule", "column", "value")
    assert found.rejected.select(columns).rows() == [
        (2, "order_line", "rejected", "no rate USD to GBP on 2026-01-02", "currency", "USD"),
        (3, "order_line", "rejected", "no rate JPY to GBP without a date", "currency", "JPY"),
    ]  # fmt: skip


def test_a_price_list_is_converted_at_the_latest_rate_whatever_its_age() -> None:
    found = star(fx_rate=RATES, product=[{"product_id": "P", "list_price": 10, "currency": "USD"}])
    assert found.tables["dim_product"]["list_price"].to_list() == [None, D(8)]


def test_an_order_keeps_what_the_source_said() -> None:
    order = {"order_id": "1", "order_date": date(2026, 1, 3), "total_amount": 25, "currency": "USD"}
    found = star(fx_rate=RATES, order=[order])
    columns = ("total_amount", "source_total_amount", "source_currency", "fx_rate")
    assert found.tables["fact_order"].select(columns).rows() == [(D(20), D(25), "USD", D("0.80"))]


def test_a_line_takes_currency_and_date_from_its_order_before_converting() -> None:
    order = {"order_id": "1", "order_date": date(2026, 1, 3), "currency": "USD"}
    found = star(fx_rate=RATES, order=[order], order_line=[line(None, None)])
    assert found.tables["fact_order_line"].select("order_date", "net_amount").rows() == [(date(2026, 1, 3), D(8))]


def test_rates_are_kept_for_the_eye() -> None:
    assert star(fx_rate=RATES).tables["fx_rate"].drop("source").rows() == [
        (date(2026, 1, 1), "USD", "GBP", D("0.75")), (date(2026, 1, 3), "GBP", "EUR", D("1.25")),
        (date(2026, 1, 3), "USD", "GBP", D("0.80")),
    ]  # fmt: skip
