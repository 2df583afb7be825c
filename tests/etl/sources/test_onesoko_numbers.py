"""The golden marketplace from the command line to the numbers: totals worked out by hand from the records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.cli import portal
from tests.etl.sources.conformed import GOLDEN, fixture_folder

Ask = Callable[..., list[dict[str, Any]]]

DELIVERED = 2500 + 4000 + 900
OPEN = 1000 + 100 + 700 + 1200


def say(*words: str) -> str:
    result = CliRunner().invoke(portal, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def add_marketplace(path: Path) -> str:
    say("init")
    say("tenant", "add", "Soko", "--currency", "KES", "--timezone", "Africa/Nairobi", "--country", "KE")
    return say("load", "--tenant", "Soko", "--source", "onesoko", str(path))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Load the golden export into a portal and ask it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_HOME", str(tmp_path_factory.mktemp("home")))
        add_marketplace(GOLDEN / "onesoko" / "export.json")

        def asked(metrics: str, *words: str) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = json.loads(say("query", metrics, "--tenant", "Soko", "--json", *words))["rows"]
            return rows

        yield asked


def test_booked_and_realised_revenue_are_two_numbers(ask: Ask) -> None:
    assert ask("booked_revenue,realised_totals,refunds,realised_revenue") == [
        {"booked_revenue": DELIVERED + OPEN, "realised_totals": DELIVERED, "refunds": 1000,
         "realised_revenue": DELIVERED - 1000}
    ]  # fmt: skip


def test_sales_are_the_totals_of_orders_with_items(ask: Ask) -> None:
    sold = DELIVERED + OPEN - 700
    assert ask("gross_sales,discounts,returns_value,net_sales,orders,order_lines,units,customers") == [
        {"gross_sales": sold + 100, "discounts": 100, "returns_value": 1000, "net_sales": sold - 1000, "orders": 7,
         "order_lines": 11 + 1, "units": 2 + 2 + 3 + 4 + 2 + 1, "customers": 3}
    ]  # fmt: skip


def test_each_shop_has_its_own(ask: Ask) -> None:
    assert ask("booked_revenue,net_sales", "--by", "shop") == [
        {"shop": "Baraka Home", "booked_revenue": 2500 + 700 + 4000 + 1200, "net_sales": 2500 + 3000 + 1200},
        {"shop": "Pwani Crafts", "booked_revenue": 2000, "net_sales": 1000 + 100 + 900},
    ]


def test_lines_are_shared_out_over_categories(ask: Ask) -> None:
    assert {row["category"]: row["net_sales"] for row in ask("net_sales", "--by", "category")} == {
        "Kitchen": 7700 - 1000, "Decor": 600.24 + 900, None: 399.76 + 100,
    }  # fmt: skip


def test_channels_and_campaigns_of_orders(ask: Ask) -> None:
    channels = {row["channel"]: row["net_sales"] for row in ask("net_sales", "--by", "channel")}
    assert channels == {"in_store": 4000 - 1000, "web": 2500 + 900, "mobile": 1000, None: 100 + 1200}
    campaigns = {row["campaign"]: row["net_sales"] for row in ask("net_sales", "--by", "campaign")}
    assert (campaigns["Spring Sale"], campaigns["leaflet"]) == (2500, 4000 - 1000)


def test_a_refund_lowers_sales_once_on_the_day_the_return_was_tracked(ask: Ask) -> None:
    back = [row for row in ask("returns_value", "--by", "day") if row["returns_value"]]
    assert back == [{"day": "2025-04-20", "returns_value": 1000}]


def test_campaigns_that_began_have_spent_their_budget(ask: Ask) -> None:
    rows = {row["campaign"]: row for row in ask("campaign_spend,campaign_conversions,cpa,roi", "--by", "campaign")}
    assert (rows["Spring Sale"]["campaign_spend"], rows["Spring Sale"]["cpa"]) == (5000, 125)
    assert rows["Spring Sale"]["roi"] == (36000 - 5000) / 5000
    assert (rows["Radio"]["campaign_spend"], rows["Radio"]["campaign_conversions"]) == (8000, 0)
    assert rows["Radio"]["cpa"] is None
    assert ask("campaign_spend") == [{"campaign_spend": 13000}]


def test_what_was_paid_and_what_is_open(ask: Ask) -> None:
    paid = 2500 + 400
    assert ask("advances,outstanding") == [{"advances": paid, "outstanding": DELIVERED + OPEN - paid}]


def test_stock_on_hand(ask: Ask) -> None:
    assert ask("on_hand,out_of_stock") == [{"on_hand": 4 + 0 + 12 + 3, "out_of_stock": 1}]


def test_a_sale_at_night_belongs_to_the_next_day_in_nairobi(ask: Ask) -> None:
    days = {row["day"]: row["orders"] for row in ask("orders", "--by", "day")}
    assert days["2025-04-01"] == 1
    assert "2025-03-31" not in days


def test_every_control_total_is_exact(ask: Ask) -> None:
    ledger = json.loads(say("check", "--tenant", "Soko", "--json"))
    assert ledger["is_tied"]
    assert {tie["table"] for tie in ledger["tie_out"]} >= {"order", "order_line", "loyalty_entry", "shipment_event"}


def test_loading_again_changes_nothing(ask: Ask) -> None:
    again = say("load", "--tenant", "Soko", "--source", "onesoko", str(GOLDEN / "onesoko" / "export.json"))
    assert "nothing has changed; snapshot 1 stays" in again


def write_pages(folder: Path, total: str) -> None:
    order = {"id": 1, "user": 1, "status": "paid", "total": total, "created_at": "2025-04-02T09:00:00Z"}
    item = {"id": 1, "order": 1, "product": 1, "quantity": 1}
    for name, record in (("orders", order), ("orderitems", item)):
        (folder / f"{name}.json").write_text(json.dumps({"count": 1, "next": None, "results": [record]}))


def test_one_changed_page_changes_what_other_pages_take_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    pages = tmp_path / "pages"
    pages.mkdir()
    write_pages(pages, "100.00")
    add_marketplace(pages)
    write_pages(pages, "80.00")
    say("load", "--tenant", "Soko", "--source", "onesoko", str(pages))
    answer = json.loads(say("query", "booked_revenue,net_sales,orders", "--tenant", "Soko", "--json"))
    assert answer["rows"] == [{"booked_revenue": 80, "net_sales": 80, "orders": 1}]


@pytest.mark.data
def test_totals_of_the_shared_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    add_marketplace(fixture_folder("onesoko") / "onesoko_export_synthetic.json")
    asked = json.loads(say("query", "booked_revenue,realised_revenue,net_sales,units", "--tenant", "Soko", "--json"))
    assert asked["rows"][0]["booked_revenue"] == asked["rows"][0]["net_sales"] == 277036
    assert asked["rows"][0]["realised_revenue"] == 161712
