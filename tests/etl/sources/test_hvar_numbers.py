"""HVAR from the command line to the numbers, and the shared deliveries: totals worked out by hand from the rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from etl.source import Conformed
from portal.cli import portal
from tests.etl.sources.conformed import GOLDEN, fixture_folder, unaccounted
from tests.etl.sources.hvar_frames import conform_path

Numbers = Callable[..., list[dict[str, Any]]]


def say(*words: str) -> str:
    result = CliRunner().invoke(portal, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Numbers]:
    """Load the golden deliveries into a portal and ask it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_HOME", str(tmp_path_factory.mktemp("home")))
        say("init")
        say("tenant", "add", "Hvar", "--currency", "EGP", "--timezone", "Africa/Cairo", "--country", "EG")
        say("load", "--tenant", "Hvar", "--source", "hvar", str(GOLDEN / "hvar"))

        def ask(metrics: str, *words: str) -> list[dict[str, Any]]:
            return list(json.loads(say("query", metrics, "--tenant", "Hvar", "--json", *words))["rows"])

        yield ask


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    path = fixture_folder("hvar") / "bosta_deliveries_synthetic.json"
    return conform_path(path, tmp_path_factory.mktemp("landing"))


def test_sales_are_above_the_limit_and_less_by_what_came_back(numbers: Numbers) -> None:
    sold, back = 1000 + 700 + 600 + 800, 1000 + 600
    assert numbers("gross_sales,returns_value,net_sales,orders,units,customers") == [
        {"gross_sales": sold, "returns_value": back, "net_sales": sold - back, "orders": 4, "units": 2 + 1 + 3,
         "customers": 4},
    ]  # fmt: skip


def test_only_what_was_delivered_is_realised(numbers: Numbers) -> None:
    assert numbers("realised_revenue,cancelled_orders,returned_orders") == [
        {"realised_revenue": 1000 + 700 - 1000, "cancelled_orders": 1, "returned_orders": 1}
    ]


def test_a_refund_falls_on_the_day_the_goods_were_back(numbers: Numbers) -> None:
    days = {row["day"]: row["net_sales"] for row in numbers("net_sales", "--by", "day")}
    assert days == {"2025-05-02": 1000, "2025-05-04": 700, "2025-05-05": 600, "2025-05-06": 800, "2025-05-10": -600,
                    "2025-05-20": -1000}  # fmt: skip


def test_every_delivery_is_a_shipment_of_its_type(numbers: Numbers) -> None:
    counts = {row["shipment_type"]: row["shipments"] for row in numbers("shipments", "--by", "shipment_type")}
    assert counts == {"send": 6, "return_pickup": 1, "exchange": 1}


@pytest.mark.data
def test_the_shared_deliveries_are_accounted_for(shared: Conformed) -> None:
    assert unaccounted(shared) == {}
    assert [shared.tables[name].height for name in ("shipment", "order", "order_line", "customer")] == [20, 13, 13, 20]
    assert shared.rejects.filter(pl.col("outcome") == "rejected").is_empty()


@pytest.mark.data
def test_the_shared_orders_add_up_by_hand(shared: Conformed) -> None:
    by_status = dict(shared.tables["order"].group_by("order_status").agg(pl.col("total_amount").sum()).iter_rows())
    assert by_status == {
        "delivered": Decimal(1250 + 2600 + 900 + 501 + 1500 - 1250), "new": Decimal(700), "in_transit": Decimal(750),
        "out_for_delivery": Decimal(800), "exception": Decimal(850 + 900), "cancelled": Decimal(950),
        "lost": Decimal(990),
    }  # fmt: skip


@pytest.mark.data
def test_what_is_no_sale_among_the_shared_deliveries(shared: Conformed) -> None:
    kept_out = shared.rejects.filter(pl.col("staging_table") == "order").sort("source_row")
    assert kept_out["source_row"].to_list() == [2, 6, 7, 8, 9, 10, 18]


@pytest.mark.data
def test_three_spellings_of_the_shared_customer_are_one(shared: Conformed) -> None:
    phones = shared.tables["shipment"].filter(
        pl.col("shipment_id").is_in(["70000001", "70000002", "70000003", "70000020"])
    )
    assert phones["phone"].unique().to_list() == ["+201000000001"]


@pytest.mark.data
def test_the_shared_search_page_tells_the_same_sales(
    tmp_path_factory: pytest.TempPathFactory, shared: Conformed
) -> None:
    path = fixture_folder("hvar") / "bosta_search_response_synthetic.json"
    page = conform_path(path, tmp_path_factory.mktemp("landing"))
    told = ("order_id", "order_date", "order_status", "total_amount", "phone", "updated_at")
    assert page.tables["order"].select(told).equals(shared.tables["order"].select(told))
