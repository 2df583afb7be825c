"""Easy Ecom: every row of the small golden folder is accounted for by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from etl.source import Conformed, TenantRules
from etl.staging import STAGING
from portal.errors import SourceError
from tests.etl.sources.conformed import AMERICA, GOLDEN, conform_files, fixture_folder, rejected, unaccounted

UTC = TenantRules("USD", "UTC", "US")


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    return conform_files("easy_ecom", GOLDEN / "easy_ecom", tmp_path_factory.mktemp("landing"), AMERICA)


def two_clients(folder: Path) -> Path:
    folder.mkdir()
    (folder / "clients.csv").write_text("client_id,client_name\nacme,Acme Goods\nzenith,Zenith Ltd\n")
    sales = "acme,2026-02-20 10:00:00,Mug,1,5\nzenith,2026-02-20 10:00:00,Mug,1,7\n"
    (folder / "sales.csv").write_text("client_id,date,product_name,quantity_sold,unit_price\n" + sales)
    return folder


def test_every_row_is_staged_or_among_the_rejects(golden: Conformed) -> None:
    assert unaccounted(golden) == {}
    assert sum(golden.read.values()) == 10 + 4 + 2 + 9 * 1 + 3 + 1 + 4


def test_staging_frames_have_exactly_the_canonical_columns(golden: Conformed) -> None:
    assert {name: frame.schema for name, frame in golden.tables.items()} == {
        name: STAGING[name].schema() for name in golden.tables
    }


def test_bad_sales_rows_are_kept_out_with_row_column_and_value(golden: Conformed) -> None:
    assert rejected(golden, "order_line") == [
        (5, "date not readable", "date", "40:34.9"),
        (6, "missing order_date", "date", None),
        (7, "repeated header row", "client_id", "client_id"),
        (9, "number not readable", "quantity_sold", "two"),
        (11, "row of the program's own operator", "client_id", "__admin__"),
    ]


def test_amounts_are_quantity_times_price(golden: Conformed) -> None:
    lines = golden.tables["order_line"]
    assert lines["line_amount"].to_list() == [Decimal(x) for x in ("12.5", "12.5", "6", "-8", "0")]
    assert (lines["quantity"] * lines["unit_cost"]).sum() == Decimal(10 + 10 + 4 - 3 + 5)


def test_a_sum_that_differs_is_noted_with_its_row(golden: Conformed) -> None:
    assert "sales: 1 rows, first row 4: total_sale differs; the recomputed one counts." in golden.notes


def test_identical_lines_stay_apart(golden: Conformed) -> None:
    first, second, *_ = golden.tables["order_line"]["row_key"]
    assert second == f"{first}-2"


def test_each_line_is_an_order_of_its_own_and_delivered(golden: Conformed) -> None:
    lines = golden.tables["order_line"]
    assert lines["order_id"].null_count() == lines.height
    assert lines["order_status"].unique().to_list() == ["delivered"]


def test_a_negative_quantity_is_a_return(golden: Conformed) -> None:
    lines = golden.tables["order_line"].filter("is_return")
    assert lines.select("product_id", "quantity", "line_amount").rows() == [("pan", Decimal(-1), Decimal(-8))]


def test_times_are_local_to_the_tenant(golden: Conformed) -> None:
    late = golden.tables["order_line"].filter(pl.col("source_row") == 4)
    assert late.select("ordered_at", "order_date", "order_hour").rows() == [
        (datetime(2026, 2, 22, 4, 30), date(2026, 2, 21), 23)
    ]


def test_a_product_is_its_name_in_any_case(golden: Conformed) -> None:
    products = golden.tables["product"].select("row_key", "product", "on_hand_quantity", "unit_cost").rows()
    assert products == [
        ("mug", "MUG", Decimal(1), Decimal(2)), ("mug", "MUG", Decimal(30), Decimal("2.1")),
        ("pan", "Pan", Decimal(2), Decimal(3)),
    ]  # fmt: skip
    assert rejected(golden, "product") == [(5, "missing product_id", "product_name", None)]


def test_users_are_employees_without_the_operator(golden: Conformed) -> None:
    assert golden.tables["employee"].select("employee_id", "employee", "role").rows() == [("june", "June", "owner")]


def test_transactions_are_expenses_or_income(golden: Conformed) -> None:
    assert golden.tables["expense"].select("expense_date", "expense_amount", "is_income").rows() == [
        (date(2026, 2, 1), Decimal(1200), False), (date(2026, 2, 2), Decimal(50), True),
    ]  # fmt: skip
    assert rejected(golden, "expense") == [(4, "neither expense nor income", "transaction_type", "transfer")]


def test_what_a_client_decided_is_a_setting_and_no_token_ever(golden: Conformed) -> None:
    settings = golden.tables["setting"].filter(pl.col("category") == "client").select("setting", "value").rows()
    assert settings == [
        ("opening_hours", "09:00"), ("closing_hours", "18:00"), ("max_discount_pct", "15"),
        ("return_refund_policy", "14 days"), ("sales_commission_pct", "3"), ("whatsapp_enabled", "true"),
    ]  # fmt: skip
    assert "not-for-us" not in golden.tables["setting"].write_csv() + golden.rejects.write_csv()


def test_access_is_a_setting_of_user_and_screen(golden: Conformed) -> None:
    settings = golden.tables["setting"].filter(pl.col("category") == "access").select("row_key", "value").rows()
    assert settings == [("access/june/dashboard", "true"), ("access/june/finance", "false")]
    assert (4, "true or false not readable", "enabled", "maybe") in rejected(golden, "setting")
    assert (5, "row of the program's own operator", "client_id", "__admin__") in rejected(golden, "setting")


def test_a_monthly_salary_is_payroll_without_a_pay_day(golden: Conformed) -> None:
    assert golden.tables["payroll"].select("row_key", "pay_date", "net_amount", "payroll_status").rows() == [
        ("sam", None, Decimal(3000), "active")
    ]


def test_several_clients_are_refused_unless_one_is_the_tenant(tmp_path: Path) -> None:
    folder, stranger = two_clients(tmp_path / "db"), TenantRules("USD", "UTC", "US", tenant="Maple")
    with pytest.raises(SourceError, match=r"2 clients: acme, zenith\..*The tenant here is 'Maple'\. .*acme"):
        conform_files("easy_ecom", folder, tmp_path / "landing", stranger)


def test_rows_of_another_client_are_excluded(tmp_path: Path) -> None:
    conformed = conform_files("easy_ecom", two_clients(tmp_path / "db"), tmp_path / "landing", AMERICA)
    assert conformed.tables["order_line"]["line_amount"].to_list() == [Decimal(5)]
    assert rejected(conformed, "order_line") == [(3, "row of another client", "client_id", "zenith")]


def test_older_files_without_client_and_in_another_order_are_read(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(
        "product_name,quantity_sold,unit_price,total_sale,date,unit_cost,cost_of_goods_sold,profit\n"
        "Mug,2,3.5,7,2026-02-27 03:00:06.149615,2,4,3\n"
    )
    conformed = conform_files("easy_ecom", tmp_path / "sales.csv", tmp_path / "landing", UTC)
    line = conformed.tables["order_line"].select("ordered_at", "line_amount", "unit_cost").row(0)
    assert line == (datetime(2026, 2, 27, 3, 0, 6, 149615), Decimal(7), Decimal(2))


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match=r"no Easy Ecom folder: found other\.csv"):
        conform_files("easy_ecom", tmp_path / "other.csv", tmp_path / "landing", UTC)


@pytest.mark.data
def test_current_fixture_by_hand(tmp_path: Path) -> None:
    conformed = conform_files("easy_ecom", fixture_folder("easy_ecom") / "current", tmp_path, UTC)
    lines = conformed.tables["order_line"]
    assert lines["line_amount"].sum() == Decimal("12.5") + Decimal("10.5") + 6 + 8 + 4 + 28 + 16 + Decimal("10.5")
    assert (lines["quantity"] * lines["unit_cost"]).sum() == 10 + 9 + 5 + 6 + 3 + 20 + 15 + 9
    assert conformed.tables["product"]["on_hand_quantity"].sum() == 30 + 28 + 2 + 6 + 4


@pytest.mark.data
def test_damaged_fixture_keeps_eleven_cut_dates_out(tmp_path: Path) -> None:
    path = fixture_folder("easy_ecom") / "history_messy" / "sales_damaged.csv"
    conformed = conform_files("easy_ecom", path, tmp_path, UTC)
    kept_out = rejected(conformed, "order_line")
    assert [row for row, *_ in kept_out] == list(range(2, 13))
    assert kept_out[0] == (2, "date not readable", "date", "40:34.9")
    assert conformed.tables["order_line"]["line_amount"].to_list() == [Decimal(600), Decimal(90)]


@pytest.mark.data
def test_duplicate_products_of_the_fixture_share_a_key(tmp_path: Path) -> None:
    path = fixture_folder("easy_ecom") / "history_messy" / "products_damaged.csv"
    products = conform_files("easy_ecom", path, tmp_path, UTC).tables["product"]
    assert products.height == 12
    assert sorted(products["row_key"].unique()) == [
        "sample 1",
        "sample 2",
        "sample 3",
        "sample 4",
        "sample 5",
        "test 1",
    ]


@pytest.mark.data
def test_later_header_only_files_are_read(tmp_path: Path) -> None:
    conformed = conform_files("easy_ecom", fixture_folder("easy_ecom") / "later", tmp_path, UTC)
    assert conformed.tables["expense"].height == 0
    assert len(rejected(conformed, "unused")) == 0
    kept_out, settings = rejected(conformed, "setting"), conformed.tables["setting"]
    assert (len(kept_out) + settings.height, len(kept_out)) == (18, 6)


def test_a_line_given_away_is_a_sale_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    header = "client_id,date,product_name,quantity_sold,unit_price,unit_cost,total_sale,cost_of_goods_sold,profit"
    (tmp_path / "db" / "sales.csv").write_text(f"{header}\nc1,2026-02-01 10:00:00,Mug,2.5,0,4,0,10,-10\n")
    lines = conform_files("easy_ecom", tmp_path / "db", tmp_path / "landing", UTC).tables["order_line"]
    assert lines.select("quantity", "unit_price", "line_amount").rows() == [(Decimal("2.5"), 0, 0)]
