"""Easy Ecom's database: the tables as CSV files or one SQLite file, every number by hand."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from etl.source import Conformed
from etl.staging import STAGING
from tests.etl.sources.conformed import AMERICA, GOLDEN, conform_files, rejected, unaccounted

TABLES = GOLDEN / "easy_ecom_database"


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    return conform_files("easy_ecom", TABLES, tmp_path_factory.mktemp("landing"), AMERICA)


def rows(golden: Conformed, table: str, *columns: str) -> list[tuple[object, ...]]:
    return golden.tables[table].select(columns).rows()


def test_every_row_is_staged_or_kept_out(golden: Conformed) -> None:
    assert unaccounted(golden) == {}
    assert {name: frame.schema for name, frame in golden.tables.items()} == {
        name: STAGING[name].schema() for name in golden.tables
    }


def test_orders_take_their_date_from_invoice_or_journal(golden: Conformed) -> None:
    assert rows(golden, "order", "order_id", "order_date", "order_status", "total_amount") == [
        ("SO-11", date(2026, 3, 1), "delivered", 26), ("SO-12", date(2026, 3, 2), "confirmed", 15),
        ("SO-13", None, "cancelled", 5), ("SO-14", None, "new", 5),
    ]  # fmt: skip
    assert rejected(golden, "order") == [(6, "unknown status", "status", "shipped?")]
    assert any(note.startswith("orders: 2 have no date") for note in golden.notes)


def test_lines_go_by_order_number_and_sku(golden: Conformed) -> None:
    assert rows(golden, "order_line", "order_id", "product_id", "quantity", "line_amount") == [
        ("SO-11", "MUG-1", 2, 10), ("SO-11", "TEE-1", 1, 15), ("SO-12", "TEE-1", 1, 15),
        ("SO-13", "MUG-1", 1, 5), ("SO-14", "MUG-1", 1, 5),
    ]  # fmt: skip
    assert rejected(golden, "order_line") == [(7, "missing quantity", "quantity", None)]


def test_products_and_customers(golden: Conformed) -> None:
    assert rows(golden, "product", "row_key", "product", "list_price", "unit_cost", "is_active") == [
        ("MUG-1", "Mug", 5, 2, True), ("TEE-1", "Tee", 15, 6, False),
    ]  # fmt: skip
    assert rows(golden, "customer", "customer_id", "customer", "email", "phone") == [
        ("7", "Ana Silva", "ana@example.com", "+12025550107")
    ]


def test_stock_that_leaves_is_negative_and_out_for_an_order_is_a_sale(golden: Conformed) -> None:
    assert rows(golden, "stock_movement", "product_id", "movement_type", "quantity", "movement_date") == [
        ("MUG-1", "receipt", 10, None), ("MUG-1", "sale", -2, None), ("TEE-1", "return_in", 1, None),
        ("MUG-1", "adjustment", -1, None),
    ]  # fmt: skip
    assert rejected(golden, "stock_movement") == [(6, "unknown movement type", "movement_type", "lost")]


def test_returned_lines_know_their_order_product_and_reason(golden: Conformed) -> None:
    columns = ("return_id", "order_id", "product_id", "quantity", "refund_amount", "reason", "return_status")
    assert rows(golden, "return_line", *columns) == [
        ("1", "SO-11", "TEE-1", 1, 15, "Too big", "requested"),
        ("2", "SO-12", None, None, None, "No reason", "requested"),
    ]
    assert rejected(golden, "return_line") == [(2, "told by its return_items", "id", "1")]


def test_journal_lines_balance_and_name_their_account(golden: Conformed) -> None:
    lines = golden.tables["journal_line"]
    assert rows(golden, "journal_line", "entry_id", "entry_date", "account_code", "account") == [
        ("1", date(2026, 3, 2), "1000", "Cash"), ("1", date(2026, 3, 2), "4000", "Revenue"),
    ]  # fmt: skip
    assert lines["debit_amount"].sum() == lines["credit_amount"].sum() == 15


def test_money_spent_and_other_income(golden: Conformed) -> None:
    assert rows(golden, "expense", "expense_category", "expense_amount", "is_income") == [
        ("rent", 400, False), ("repair", 20, True),
    ]  # fmt: skip
    assert rejected(golden, "expense") == [(3, "amount missing, not readable or negative", "amount", "-3.00")]


def test_net_pay_is_the_sum_and_a_difference_is_noted(golden: Conformed) -> None:
    assert rows(golden, "payroll", "employee_id", "pay_date", "net_amount", "payroll_status") == [
        ("3", date(2026, 3, 31), 3050, "paid"), ("3", date(2026, 2, 28), 3000, "paid"),
    ]  # fmt: skip
    assert "payroll: 1 rows where net_salary is not base + bonus - deductions; the sum counts." in golden.notes


def test_people_and_sessions_without_what_is_nobodys_business(golden: Conformed) -> None:
    assert rows(golden, "employee", "employee_id", "employee", "is_active") == [
        ("3", "Sam Hill", True), ("june", "June", True),
    ]  # fmt: skip
    assert rows(golden, "session", "session_type", "employee_id", "phone") == [
        ("login", "june", None), ("inbound message", None, "+12025550107"),
    ]  # fmt: skip
    text = "".join(frame.write_csv() for frame in golden.tables.values())
    assert [word for word in ("not-for-us", "Is it in stock", "from a phone") if word in text] == []


def test_tables_without_use_are_excluded_by_name(golden: Conformed) -> None:
    assert {rule for _, rule, _, _ in rejected(golden, "unused")} == {
        "access to the old program is not taken over", "told by the journal lines",
        "told by the orders: the issue date is their date",
    }  # fmt: skip


def test_one_sqlite_file_says_the_same(golden: Conformed, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "easy.db")) as database:
        for path in TABLES.glob("*.csv"):
            header, *records = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
            names = ", ".join(f"{name} text" for name in header)
            marks = ", ".join("nullif(?, '')" for _ in header)
            database.execute(f"create table {path.stem} ({names})")
            database.executemany(f"insert into {path.stem} values ({marks})", records)
        database.commit()
    found = conform_files("easy_ecom", tmp_path / "easy.db", tmp_path / "landing", AMERICA)
    assert found.tables.keys() == golden.tables.keys()
    for name, frame in found.tables.items():
        kept = pl.exclude("origin_key", "source_row")
        assert frame.select(kept).equals(golden.tables[name].select(kept)), name


def test_line_totals_add_up(golden: Conformed) -> None:
    assert golden.tables["order_line"]["line_amount"].sum() == Decimal(10 + 15 + 15 + 5 + 5)
