from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from pathlib import Path

import polars as pl
import pytest

from etl.build.star import Star, build_star
from etl.live import unite_loads
from etl.publish import WarehouseWriter, account_for
from etl.staging import STAGING
from etl.tieout import TIED
from portal.errors import QualityError
from tests.etl.frames import TODAY, load_rows, rules, star

DAY = date(2026, 3, 1)


def ledgers(found: Star, folder: Path) -> dict[str, pl.DataFrame]:
    writer = WarehouseWriter(found, account_for(found), TODAY, lambda _step: None)
    writer(folder / "warehouse.duckdb")
    return writer.ledgers


def ties(found: Star, folder: Path) -> dict[str, tuple[object, ...]]:
    frame = ledgers(found, folder)["tie_out"]
    assert frame["is_tied"].all()
    return {f"{row[1]} {row[2]}": row[3:7] for row in frame.iter_rows()}


def findings(found: Star, folder: Path) -> dict[str, tuple[int, D | None]]:
    checks = ledgers(found, folder)["data_check"].filter(pl.col("wrong_rows") > 0)
    return {row["check_name"]: (row["wrong_rows"], row["affected_amount"]) for row in checks.to_dicts()}


def line(order: str = "1", **columns: object) -> dict[str, object]:
    return {"order_id": order, "quantity": 1, "unit_price": 10, "line_amount": 10, "order_date": DAY, "unit_cost": 4,
            "product_id": "P", "customer_id": "C", **columns}  # fmt: skip


def test_nothing_in_between(tmp_path: Path) -> None:
    found = ties(star(order_line=[line(), line("2", quantity=3, line_amount=30)]), tmp_path)
    assert found["order_line rows"] == (D(2), D(2), D(0), None)
    assert found["order_line line_amount"] == (D(40), D(40), D(0), None)


def test_duplicates_and_order_discounts_are_named(tmp_path: Path) -> None:
    rows = [line("1", row_key="a"), line("1", row_key="b"), line("1", row_key="a", line_amount=12, unit_price=12)]
    order = {"order_id": "1", "order_date": DAY, "total_amount": 20, "discount_amount": 2}
    found = ties(star(order_line=rows, order=[order]), tmp_path)
    assert found["order_line line_amount"] == (
        D(32), D(20), D(12),
        "the same row in another file or version, newest kept: 10; order discounts spread over their lines: 2",
    )  # fmt: skip
    assert found["order total_amount"] == (D(20), D(20), D(0), None)


def test_documents_made_from_lines_are_named(tmp_path: Path) -> None:
    order = {"order_id": "1", "order_date": DAY, "total_amount": 10}
    found = ties(star(order_line=[line(), line("2")], order=[order]), tmp_path)
    assert found["order rows"] == (D(1), D(2), D(-1), "documents known only from their lines: -1")
    assert found["order total_amount"][:3] == (D(10), D(20), D(-10))


def test_conversion_and_missing_rates_are_named(tmp_path: Path) -> None:
    rate = {"rate_date": DAY, "from_currency": "USD", "to_currency": "GBP", "rate": D("0.75")}
    rows = [line("1", currency="USD"), line("2", currency="JPY", line_amount=900)]
    found = ties(star(order_line=rows, fx_rate=[rate]), tmp_path)
    assert found["order_line line_amount"] == (
        D(910), D("7.5"), D("902.5"),
        "amounts converted to GBP: 2.5; rejected, no rate JPY to GBP on 2026-03-01: 900",
    )  # fmt: skip
    assert found["order_line rows"][:3] == (D(2), D(1), D(1))


def test_whole_orders_that_came_back_are_named(tmp_path: Path) -> None:
    found = ties(star(order_line=[line(order_status="returned", quantity=2, line_amount=20)]), tmp_path)
    why = "return lines written for orders whose state says they came back"
    assert found["order_line line_amount"] == (D(20), D(0), D(20), f"{why}: 20")
    assert found["order_line rows"] == (D(1), D(2), D(-1), f"{why}: -1")


def test_counts_and_movements_of_stock_are_named(tmp_path: Path) -> None:
    move = {"product_id": "P", "movement_date": DAY, "quantity": 5, "unit_cost": 4}
    products = [{"product_id": "P", "on_hand_quantity": 9}, {"product_id": "Q", "on_hand_quantity": 2}]
    found = ties(star(order_line=[line()], stock_movement=[move], product=products), tmp_path)
    assert found["stock_movement quantity"] == (
        D(5), D(6), D(-1), "order lines booked as movements: 1; openings from stock counts: -2",
    )  # fmt: skip
    assert found["product on_hand_quantity"] == (
        D(11), D(6), D(5), "levels from movements: -4; counts of products that have movements: 9",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "row", "measures"),
    [
        ("shipment", {"shipment_id": "1", "quantity": 2, "cod_amount": 5}, {"rows": 1, "quantity": 2, "cod_amount": 5}),
        ("expense", {"expense_date": DAY, "expense_amount": 5}, {"rows": 1, "expense_amount": 5}),
        ("staff_day", {"employee_id": "E", "work_date": DAY, "leads": 3}, {"rows": 1, "leads": 3}),
        ("lead", {"lead_id": "1"}, {"rows": 1}),
        ("campaign", {"campaign_id": "1", "spend_amount": 5}, {"rows": 1, "spend_amount": 5}),
        ("customer", {"customer_id": "1"}, {"rows": 1}),
        ("employee", {"employee_id": "1"}, {"rows": 1}),
        ("fx_rate", {"rate_date": DAY, "from_currency": "USD", "to_currency": "GBP", "rate": D(1)}, {"rows": 1}),
        ("shipment_event", {"shipment_id": "1", "event_status": "new"}, {"rows": 1}),
        (
            "return_line",
            {"return_id": "1", "quantity": 2, "refund_amount": 5},
            {"rows": 1, "quantity": 2, "refund_amount": 5},
        ),
        ("service_case", {"case_id": "1", "case_type": "t", "cost_amount": 5}, {"rows": 1, "cost_amount": 5}),
        ("service_event", {"case_id": "1", "event_type": "call"}, {"rows": 1}),
        ("loyalty_entry", {"entry_type": "earned", "points": 7}, {"rows": 1, "points": 7}),
        ("referral", {"referral_id": "1"}, {"rows": 1}),
        ("review", {"rating": 5}, {"rows": 1}),
        ("session", {"session_type": "call"}, {"rows": 1}),
        ("payroll", {"employee_id": "E", "pay_date": DAY, "net_amount": 5}, {"rows": 1, "net_amount": 5}),
        (
            "journal_line",
            {"entry_id": "1", "account_code": "1", "debit_amount": 5, "credit_amount": 3},
            {"rows": 1, "debit_amount": 5, "credit_amount": 3},
        ),
        ("lead_event", {"lead_id": "1", "to_status": "won"}, {"rows": 1}),
        ("setting", {"setting": "currency"}, {"rows": 1}),
        ("shop", {"shop": "Airport"}, {"rows": 1}),
    ],
)
def test_other_tables_tie(table: str, row: dict[str, object], measures: dict[str, int], tmp_path: Path) -> None:
    found = ties(star(**{table: [row]}), tmp_path)
    assert {name: found[f"{table} {name}"][1] for name in measures} == measures


def test_every_staging_table_is_tied_by_its_rows_and_totals() -> None:
    wanted = {(name, measure) for name, table in STAGING.items() for measure in ("rows", *table.totals)}
    assert wanted == TIED


def test_customers_nobody_can_tell_apart_are_named(tmp_path: Path) -> None:
    rows = [{"customer_id": "1"}, {"customer_id": "1", "row_key": "b"}, {"customer": "Ann"}, {"phone": "12"}]
    found = ties(star(customer=rows), tmp_path)["customer rows"]
    assert found == (D(4), D(2), D(2), "customers without a usable id, phone or e-mail: 2")


def test_staff_and_rates_told_twice_are_named(tmp_path: Path) -> None:
    rate = {"rate_date": DAY, "from_currency": "USD", "to_currency": "GBP", "rate": D(1)}
    rows = {"employee": [{"employee_id": "1"}, {"employee_id": "2"}, {"employee_id": "2"}], "fx_rate": [rate]}
    loads = [load_rows(number, source, **rows) for number, source in ((1, "imiq"), (2, "table"))]
    frame = ledgers(build_star(unite_loads(loads), rules(), TODAY), tmp_path)["tie_out"]
    assert frame.select("source", "staging_table", "warehouse_value", "explained_value", "is_tied").rows() == [
        ("imiq", "employee", D(2), D(1), True), ("imiq", "fx_rate", D(1), D(0), True),
        ("table", "employee", D(2), D(1), True), ("table", "fx_rate", D(0), D(1), True),
    ]  # fmt: skip


def test_the_same_number_in_two_sources_is_two_employees() -> None:
    leads = [{"lead_id": "1", "employee_id": "1"}, {"lead_id": "2"}]
    staff = [{"employee_id": "1", "employee": "Ann"}]
    loads = [load_rows(1, "bukmuk", lead=leads, employee=staff), load_rows(2, "imiq", lead=leads)]
    found = build_star(unite_loads(loads), rules(), TODAY).tables
    assert found["dim_employee"].select("employee", "is_listed").rows() == [(None, False), ("Ann", True), ("1", False)]
    assert sorted(found["fact_lead"]["employee_key"]) == [0, 0, 1, 2]


def test_return_lines_of_orders_do_not_disturb_the_records_of_returns(tmp_path: Path) -> None:
    rows = [line(), line(quantity=-1, line_amount=-10), line("2", quantity=-1, line_amount=-10)]
    record = {"return_id": "1", "order_id": "1", "product_id": "P", "refund_amount": 9}
    found = ties(star(order_line=rows, return_line=[record]), tmp_path)
    assert found["return_line rows"] == (D(1), D(1), D(0), None)
    assert found["return_line refund_amount"] == (D(9), D(9), D(0), None)


def test_a_warehouse_that_lost_money_is_not_tied(tmp_path: Path) -> None:
    found = star(order_line=[line(), line("2")])
    found.tables["fact_order_line"] = found.tables["fact_order_line"].head(1)
    frame = ledgers(found, tmp_path)["tie_out"]
    wrong = frame.filter(~pl.col("is_tied"))["measure"].to_list()
    assert wrong == ["line_amount", "quantity", "rows"]


def test_a_row_without_a_fate_stops_the_load(tmp_path: Path) -> None:
    rows = load_rows(1, order_line=[line()])
    rows.read[1_000_001, "order_line"] = 2
    found = build_star(unite_loads([rows]), rules(), TODAY)
    with pytest.raises(QualityError, match=r"1\.csv: 2 rows were read for order_line, but 1 are accounted for"):
        ledgers(found, tmp_path)


def test_every_row_read_has_one_fate(tmp_path: Path) -> None:
    rows = [line("1", row_key="a"), line("1", row_key="a"), line("2", currency="USD")]
    account = ledgers(star(order_line=rows), tmp_path)["row_account"]
    assert account.select("outcome", "rule", "row_count").rows() == [
        ("duplicate", None, 1), ("loaded", None, 1), ("rejected", "no rate USD to GBP on 2026-03-01", 1),
    ]  # fmt: skip


def test_a_clean_shop_passes_every_check(tmp_path: Path) -> None:
    assert findings(star(order_line=[line()], product=[{"product_id": "P"}]), tmp_path) == {}


@pytest.mark.parametrize(("total", "is_found"), [(10, False), (12, False), (11, True)])
def test_an_order_total_may_leave_out_shipping(total: int, is_found: bool, tmp_path: Path) -> None:
    orders = [{"order_id": "1", "total_amount": total, "shipping_amount": 2}]
    assert ("total_differs" in findings(star(order_line=[line()], order=orders), tmp_path)) == is_found


@pytest.mark.parametrize(
    ("name", "tables", "expected"),
    [
        ("lines_without_date", {"order_line": [line(order_date=None)]}, (1, D(10))),
        ("lines_without_price", {"order_line": [line(unit_price=None, line_amount=None)]}, (1, None)),
        ("lines_without_product", {"order_line": [line(product_id=None)]}, (1, D(10))),
        ("orphan_products", {"order_line": [line(product_id="X")], "product": [{"product_id": "P"}]}, (1, D(10))),
        ("missing_cost", {"order_line": [line(unit_cost=None)]}, (1, D(10))),
        ("estimated_cost", {"order_line": [line(is_cost_estimated=True)]}, (1, D(10))),
        ("estimated_price", {"order_line": [line(is_price_estimated=True)]}, (1, D(10))),
        ("future_dates", {"order_line": [line(order_date=date(2026, 4, 1))]}, (1, D(10))),
        ("old_dates", {"order_line": [line(order_date=date(1922, 4, 1))]}, (1, D(10))),
        ("total_differs", {"order_line": [line()], "order": [{"order_id": "1", "total_amount": 11}]}, (1, D(1))),
        ("orders_without_lines", {"order": [{"order_id": "1", "order_date": DAY, "total_amount": 7}]}, (1, D(7))),
        ("unallocated_discount", {"order": [{"order_id": "1", "order_date": DAY, "discount_amount": 3}]}, (1, D(3))),
        ("negative_stock",
         {"stock_movement": [{"product_id": "P", "quantity": -2, "movement_date": DAY}]}, (1, None)),
        ("rejected_rows", {"order_line": [line(), line(currency="USD")]}, (1, None)),
        ("shared_phones",
         {"order_line": [line(phone="02079460018"), line("2", phone="02079460018", customer_id="D")]}, (1, None)),
        ("stock_count_differs",
         {"stock_movement": [{"product_id": "P", "quantity": 2, "movement_date": DAY}],
          "product": [{"product_id": "P", "on_hand_quantity": 3}]}, (1, None)),
        ("orphan_shipments", {"shipment": [{"shipment_id": "1", "order_id": "9", "cod_amount": 7},
                                           {"shipment_id": "2"}]}, (1, D(7))),
        ("delivered_before_sent", {"shipment": [{"shipment_id": "1", "ship_date": DAY,
                                                 "delivered_date": date(2026, 2, 1)}]}, (1, None)),
        ("events_without_shipment", {"shipment_event": [{"shipment_id": "1", "event_status": "new"}]}, (1, None)),
        ("events_without_case", {"service_event": [{"case_id": "1", "event_type": "call"}]}, (1, None)),
        ("events_without_lead", {"lead_event": [{"lead_id": "1", "to_status": "won"}]}, (1, None)),
        ("returns_without_order", {"return_line": [{"return_id": "1", "order_id": "9", "refund_amount": 7}]},
         (1, D(7))),
        ("returned_more_than_sold",
         {"order_line": [line()], "return_line": [{"return_id": "1", "order_id": "1", "product_id": "P",
                                                   "quantity": 3, "return_amount": 30}]}, (1, D(30))),
        ("points_below_zero",
         {"loyalty_entry": [{"customer_id": "C", "entry_type": "redeemed", "points": -5, "entry_date": DAY},
                            {"customer_id": "C", "entry_type": "earned", "points": 9,
                             "entry_date": date(2026, 3, 2)}]}, (1, None)),
        ("unbalanced_journal",
         {"journal_line": [{"entry_id": "1", "account_code": "1", "debit_amount": 5},
                           {"entry_id": "1", "account_code": "2", "credit_amount": 3},
                           {"entry_id": "2", "account_code": "1", "debit_amount": 4},
                           {"entry_id": "2", "account_code": "2", "credit_amount": 4}]}, (1, D(2))),
        ("payroll_differs", {"payroll": [{"employee_id": "E", "pay_date": DAY, "base_amount": 100, "bonus_amount": 5,
                                          "deduction_amount": 10, "net_amount": 94}]}, (1, D(1))),
        ("rating_out_of_range", {"review": [{"rating": 6}, {"rating": 5}]}, (1, None)),
        ("resolved_before_opened", {"service_case": [{"case_id": "1", "case_type": "t", "opened_date": DAY,
                                                      "resolved_date": date(2026, 2, 1), "cost_amount": 4}]},
         (1, D(4))),
    ],
)  # fmt: skip
def test_checks_find_what_is_wrong(
    name: str, tables: dict[str, list[dict[str, object]]], expected: tuple[int, D | None], tmp_path: Path
) -> None:
    assert findings(star(**tables), tmp_path)[name] == expected


def test_one_order_number_in_two_sources_is_found(tmp_path: Path) -> None:
    loads = [load_rows(1, "imiq", order_line=[line()]), load_rows(2, "table", order_line=[line()])]
    found = build_star(unite_loads(loads), rules(), TODAY)
    assert findings(found, tmp_path)["duplicate_documents"] == (2, D(20))


def test_a_key_that_repeats_is_an_error(tmp_path: Path) -> None:
    found = star(order_line=[line()])
    found.tables["dim_channel"] = pl.concat([found.tables["dim_channel"]] * 2)
    assert findings(found, tmp_path)["repeated_channel_key"] == (1, None)
