"""Ready-made mappings, from the file of a platform to `portal query`. Every total below is added up by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from etl.land import land
from etl.mapping import load_mapping
from etl.mappings import ready_made
from etl.propose import propose
from etl.reading import Limits, read_tables
from etl.source import Conformed, RawTable, TenantRules
from etl.sources.table import conform
from portal.cli import portal
from portal.errors import InputError

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
DOCS = Path(__file__).resolve().parents[3] / "docs" / "mapping.md"
FILES = {
    "shopify_orders": "shopify/orders_export.csv", "shopify_products": "shopify/products_export.csv",
    "woocommerce_orders": "woocommerce/orders.csv", "amazon_orders": "amazon/all_orders.txt",
    "square_items": "square/items.csv", "square_transactions": "square/transactions.csv",
}  # fmt: skip
SHOPS = {"shopify": ("USD", "Europe/London"), "woocommerce": ("EUR", "Europe/Berlin"),
         "amazon": ("GBP", "Europe/London"), "square": ("USD", "America/New_York")}  # fmt: skip


class Desk:
    """A portal with one tenant, spoken to in words."""

    def __init__(self, platform: str) -> None:
        self.platform = platform
        currency, zone = SHOPS[platform]
        self.say("tenant", "add", "Shop", "--currency", currency, "--timezone", zone)

    def say(self, *words: object) -> str:
        found = CliRunner().invoke(portal, [str(word) for word in words], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.stdout

    def load(self, name: str, file: Path | None = None) -> str:
        path = file or GOLDEN / FILES[name]
        report = self.say("load", "--tenant", "Shop", "--source", "table", path, "--mapping", name)
        assert "every control total is tied" in self.say("check", "--tenant", "Shop")
        return report

    def rows(self, metrics: str, *words: object) -> list[dict[str, Any]]:
        told: dict[str, Any] = json.loads(self.say("query", metrics, "--tenant", "Shop", *words, "--json"))
        rows: list[dict[str, Any]] = told["rows"]
        return rows


@pytest.fixture
def desk(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("PORTAL_HOME", str(home))
    return Desk(request.param)


def tables_of(tmp_path: Path, *names: str) -> list[RawTable]:
    files = [landed for name in names for landed in land(GOLDEN / FILES[name], tmp_path / "landing")]
    return read_tables(files, [], Limits())


def conformed(tmp_path: Path, name: str) -> Conformed:
    currency, zone = SHOPS[FILES[name].split("/", maxsplit=1)[0]]
    mapping = load_mapping(Path(name))
    tables = read_tables(land(GOLDEN / FILES[name], tmp_path / "landing"), mapping.formats(), Limits())
    found = conform(tables, TenantRules(currency, zone, ""), mapping)
    for (key, table), read in found.read.items():
        refused = found.rejects.filter(found.rejects["staging_table"] == table).height
        assert (key, read) == (1, found.tables[table].height + refused)
    return found


def refused(found: Conformed) -> list[tuple[int, str, str]]:
    return sorted(found.rejects.select("source_row", "staging_table", "rule").rows())


@pytest.mark.parametrize("desk", ["shopify"], indirect=True)
def test_shopify_orders(desk: Desk) -> None:
    desk.load("shopify_orders")
    # lines 20 + 30 + 3 + 10 + 30 + 30; discounts 5 on the tee and 4.50 on order #1001; #1004 came back, 10 of #1005
    assert desk.rows("gross_sales,discounts,returns_value,net_sales,orders,units") == [
        {"gross_sales": 123, "discounts": 9.5, "returns_value": 20, "net_sales": 93.5, "orders": 5, "units": 9}
    ]
    # 22:30 at -0300 is 02:30 of the next day in London
    assert [(row["day"], row["net_sales"]) for row in desk.rows("net_sales", "--by", "day")] == [
        ("2025-10-03", 43.5), ("2025-10-04", 50),
    ]  # fmt: skip


def test_shopify_totals_of_an_order_count_once(tmp_path: Path) -> None:
    found = conformed(tmp_path, "shopify_orders")
    orders = found.tables["order"]
    assert orders["order_id"].to_list() == [f"#100{n}" for n in range(1, 7)]
    assert orders["total_amount"].sum() == Decimal("134.55")
    assert orders["discount_amount"].to_list()[:2] == [Decimal("4.5"), Decimal(0)]
    assert orders["refund_amount"].sum() == Decimal(20)
    assert orders["order_status"].to_list() == ["shipped", "confirmed", "cancelled", "refunded", "shipped", "new"]
    assert (7, "order", "further row of the same document") not in refused(found)
    assert (9, "order", "further row of the same document") in refused(found)
    assert (9, "order_line", "number not readable") in refused(found)


def test_shopify_first_row_speaks_for_all_lines_of_its_order(tmp_path: Path) -> None:
    found = conformed(tmp_path, "shopify_orders")
    lines = found.tables["order_line"]
    assert lines["row_key"].to_list()[:3] == ["#1001|1", "#1001|2", "#1002|1"]
    assert lines["order_status"].to_list()[:4] == ["shipped", "shipped", "confirmed", "cancelled"]
    assert lines["ordered_at"].null_count() == 0
    assert lines["currency"].unique().to_list() == ["USD"]
    assert found.tables["customer"]["address"][0] == "Rua Um 1 04001 Lisboa"
    assert found.tables["order"]["phone"].to_list()[1] == "+351912345678"


@pytest.mark.parametrize("desk", ["shopify"], indirect=True)
def test_a_newer_export_of_the_same_orders_counts_once(desk: Desk, tmp_path: Path) -> None:
    desk.load("shopify_orders")
    newer = tmp_path / "later.csv"
    content = (GOLDEN / FILES["shopify_orders"]).read_text(encoding="utf-8")
    newer.write_text(
        content.replace("#1002,c1002@example.com,paid,,unfulfilled", "#1002,c1002@example.com,paid,,fulfilled")
    )
    desk.load("shopify_orders", newer)
    assert desk.rows("net_sales,orders") == [{"net_sales": 93.5, "orders": 5}]
    assert desk.rows("orders", "--where", "order_status=shipped") == [{"orders": 3}]


@pytest.mark.parametrize("desk", ["shopify"], indirect=True)
def test_shopify_products_give_cost_and_stock(desk: Desk) -> None:
    desk.load("shopify_orders")
    desk.load("shopify_products")
    by_category = desk.rows("net_sales", "--by", "category", "--where", "line_type=sale")
    assert {row["category"]: row["net_sales"] for row in by_category} == {"Ceramics": 58, "Clothes": 52.5, "Paper": 3}


def test_shopify_products_fill_down_and_leave_pictures_out(tmp_path: Path) -> None:
    found = conformed(tmp_path, "shopify_products")
    products = found.tables["product"].select("product_id", "product", "on_hand_quantity", "unit_cost", "is_active")
    assert products.rows() == [
        ("MUG", "Mug", 12, 4, True),
        ("TEE-S", "Tee", 3, Decimal("12.5"), True),
        ("TEE", "Tee", 0, Decimal("12.5"), True),
        ("Gift note", "Gift note", None, None, False),
    ]
    assert refused(found) == [(5, "product", "row of a picture"), (7, "product", "variant without SKU")]


@pytest.mark.parametrize("desk", ["amazon"], indirect=True)
def test_amazon_orders(desk: Desk) -> None:
    desk.load("amazon_orders")
    # prices 40 + 15 + 15 + 20, promotion 4, A-6 came back; cancelled and pending items have no price
    assert desk.rows("gross_sales,discounts,returns_value,net_sales,orders,units") == [
        {"gross_sales": 90, "discounts": 4, "returns_value": 20, "net_sales": 66, "orders": 4, "units": 6}
    ]
    assert desk.rows("net_sales", "--by", "day")[0] == {"day": "2025-10-03", "net_sales": 66}


def test_amazon_shipping_is_added_up_over_the_order(tmp_path: Path) -> None:
    found = conformed(tmp_path, "amazon_orders")
    orders = found.tables["order"]
    assert orders["shipping_amount"].to_list()[0] == Decimal(5)
    assert orders["tax_amount"].to_list()[0] == Decimal(12)
    assert orders["order_status"].to_list() == ["shipped", "cancelled", "delivered", "new", "returned"]
    assert found.tables["order_line"]["product"][0] == '12" Kettle'
    assert [row for row in refused(found) if row[1] == "order_line"] == [
        (8, "order_line", "sold elsewhere, shipped by Amazon")
    ]


@pytest.mark.parametrize("desk", ["square"], indirect=True)
def test_square_items(desk: Desk) -> None:
    desk.load("square_items")
    assert desk.rows("gross_sales,discounts,returns_value,net_sales,orders,units") == [
        {"gross_sales": 21.5, "discounts": 1, "returns_value": 3.5, "net_sales": 17, "orders": 3, "units": 6}
    ]
    # the refund falls on its own day; two muffins on one receipt are two
    assert desk.rows("net_sales", "--by", "day") == [
        {"day": "2026-07-01", "net_sales": 14.5}, {"day": "2026-07-02", "net_sales": 2.5},
    ]  # fmt: skip


@pytest.mark.parametrize("desk", ["square"], indirect=True)
def test_square_transactions_say_how_the_items_were_paid(desk: Desk) -> None:
    desk.load("square_items")
    desk.load("square_transactions")
    paid = desk.rows("net_sales", "--by", "payment_method")
    assert {row["payment_method"]: row["net_sales"] for row in paid} == {"Chip": 12.5, "Tapped": 4.5}


@pytest.mark.parametrize("desk", ["square"], indirect=True)
def test_square_refunds_count_once_as_item_or_as_partial_refund(desk: Desk, tmp_path: Path) -> None:
    desk.load("square_items")
    told = (GOLDEN / FILES["square_transactions"]).read_text(encoding="utf-8")
    refunds = told.replace("$0.80,,,$10.80", "$0.80,,-$3.78,$10.80").replace("$0.36,,,$4.86", "$0.36,,-$1.08,$4.86")
    (tmp_path / "transactions.csv").write_text(refunds, encoding="utf-8")
    desk.load("square_transactions", tmp_path / "transactions.csv")
    # T1: 3.50 and its tax are the refunded latte; T2: 1.08 with tax is 1.00 of 4.50
    assert desk.rows("returns_value,net_sales,realised_revenue") == [
        {"returns_value": 4.5, "net_sales": 16, "realised_revenue": 10.8 + 4.86 + 6.48 - 3.78 - 1.08}
    ]


@pytest.mark.parametrize("desk", ["woocommerce"], indirect=True)
def test_woocommerce_refunds_of_an_export_with_all_that_was_sold(desk: Desk, tmp_path: Path) -> None:
    sold = (GOLDEN / FILES["woocommerce_orders"]).read_text(encoding="utf-8").replace("Quantity (- Refund)", "Quantity")
    (tmp_path / "orders.csv").write_text(sold.replace(",4.50,13.50,0.00,T1,1,Tea,2",
                                         ",4.50,13.50,0.00,T1,1,Tea,3"), encoding="utf-8")  # fmt: skip
    desk.load("woocommerce_orders", tmp_path / "orders.csv")
    assert desk.rows("gross_sales,returns_value,net_sales", "--by", "day")[2] == {
        "day": "2025-11-05", "gross_sales": 13.5, "returns_value": 4.5, "net_sales": 9
    }  # fmt: skip


@pytest.mark.parametrize("desk", ["square"], indirect=True)
def test_square_items_of_2017(desk: Desk) -> None:
    desk.load("square_items", GOLDEN / "square" / "items_2017.csv")
    assert desk.rows("net_sales", "--by", "day") == [{"day": "2017-07-31", "net_sales": 4}]


@pytest.mark.parametrize("desk", ["woocommerce"], indirect=True)
def test_woocommerce_orders(desk: Desk) -> None:
    desk.load("woocommerce_orders")
    # 101: 9 + 9, 102: 4.50, 103 came back whole, 104 failed, 107: two kept of three
    assert desk.rows("net_sales,orders,units") == [{"net_sales": 31.5, "orders": 4, "units": 6}]
    # refunded: 4.50 of 103 and of 107, which "Quantity (- Refund)" leaves out
    assert desk.rows("gross_sales,returns_value,realised_refunds") == [
        {"gross_sales": 40.5, "returns_value": 9, "realised_refunds": 4.5}
    ]
    assert desk.rows("net_sales", "--by", "day")[0] == {"day": "2025-11-03", "net_sales": 22.5}


@pytest.mark.parametrize("desk", ["woocommerce"], indirect=True)
def test_woocommerce_orders_of_another_plugin(desk: Desk) -> None:
    desk.load("woocommerce_orders", GOLDEN / "woocommerce" / "orders_by_item.csv")
    assert desk.rows("net_sales,orders,units,customers") == [
        {"net_sales": 22.5, "orders": 2, "units": 4, "customers": 2}
    ]


def test_woocommerce_drafts_are_excluded_and_unknown_states_rejected(tmp_path: Path) -> None:
    assert [row for row in refused(conformed(tmp_path, "woocommerce_orders")) if row[1] == "order_line"] == [
        (7, "order_line", "unfinished checkout"), (8, "order_line", "unknown order status"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_known_export_is_recognised_by_its_header(tmp_path: Path, name: str) -> None:
    proposal = propose(tables_of(tmp_path, name))
    assert f"Load it with --mapping {name}\n" in proposal
    assert ready_made()[name] in proposal


def test_one_mapping_reads_its_own_files_of_a_mixed_folder(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, "shopify_orders", "shopify_products")
    found = conform(tables, TenantRules("USD", "Europe/London", ""), load_mapping(Path("shopify_products")))
    assert found.tables["product"].height == 4
    assert "Not named by the mapping, not read: orders_export.csv." in found.notes
    assert "--mapping shopify_orders" in propose(tables)
    assert "--mapping shopify_products" in propose(tables)


def test_every_ready_made_mapping_is_told_and_tested() -> None:
    help_text = CliRunner().invoke(portal, ["load", "--help"]).output
    reference = DOCS.read_text(encoding="utf-8")
    assert sorted(FILES) == sorted(ready_made())
    assert [name for name in ready_made() if name not in help_text or f"`{name}`" not in reference] == []


def test_a_name_that_is_nowhere_gets_a_hint() -> None:
    with pytest.raises(InputError, match="Did you mean shopify_orders"):
        load_mapping(Path("shopify_order"))
