"""IMIQ: every row of the small golden workbook is accounted for by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from etl.source import Conformed, Origin, RawTable
from etl.sources import SOURCES
from etl.sources.imiq_orders import city_name, status_word
from etl.staging import STAGING
from portal.errors import SourceError
from tests.etl.sources.conformed import GOLDEN, INDIA, conform_files, fixture_folder, rejected, unaccounted


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    return conform_files("imiq", GOLDEN / "imiq", tmp_path_factory.mktemp("landing"), INDIA)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    path = fixture_folder("imiq") / "CZ_MasterSheet_synthetic.xlsx"
    return conform_files("imiq", path, tmp_path_factory.mktemp("landing"), INDIA)


def order(golden: Conformed, order_id: str, *columns: str) -> list[tuple[Any, ...]]:
    return golden.tables["order"].filter(pl.col("order_id") == order_id).select(columns).rows()


def test_every_row_is_staged_or_among_the_rejects(golden: Conformed) -> None:
    assert unaccounted(golden) == {}
    assert sum(golden.read.values()) == 15 + 15 + 4 + 3 + 2 + 4 + 2 * 3 + 2 + 6 + 2 + 3 + 4 + 1


def test_staging_frames_have_exactly_the_canonical_columns(golden: Conformed) -> None:
    assert {name: frame.schema for name, frame in golden.tables.items()} == {
        name: STAGING[name].schema() for name in golden.tables
    }


def test_bad_order_rows_are_kept_out_with_their_first_reason(golden: Conformed) -> None:
    assert rejected(golden, "order") == [
        (5, "repeated header row", "order_id", "order_id"),
        (6, "date not readable", "timestamp", "31.13.2026"),
        (7, "missing order_date", "timestamp", None),
        (9, "unknown status", "status", "awaiting call"),
        (10, "missing quantity", "quantity", None),
        (15, "amount not readable", "total", "abc"),
    ]


def test_an_order_and_its_line_are_kept_out_together(golden: Conformed) -> None:
    assert rejected(golden, "order_line") == rejected(golden, "order")
    assert golden.tables["order"]["row_key"].equals(golden.tables["order_line"]["row_key"])


def test_order_totals_add_up_by_hand(golden: Conformed) -> None:
    total = Decimal(1000 + 2000 + 500 + 300 + 800 + 999 + 2000 + 600)
    assert golden.tables["order"]["total_amount"].sum() == total
    assert golden.tables["order_line"]["line_amount"].sum() == total


def test_both_rows_of_an_order_have_one_key_and_their_own_update(golden: Conformed) -> None:
    assert order(golden, "O2", "row_key", "order_status", "updated_at") == [
        ("O2", "in_transit", datetime(2026, 2, 3, 14, 30)),
        ("O2", "delivered", datetime(2026, 2, 8, 14, 30)),
    ]


def test_a_time_with_offset_is_that_instant(golden: Conformed) -> None:
    assert order(golden, "O1", "ordered_at", "order_date", "order_hour") == [
        (datetime(2026, 2, 1, 4, 30), date(2026, 2, 1), 10)
    ]


def test_a_time_without_offset_is_local(golden: Conformed) -> None:
    assert order(golden, "O2", "ordered_at", "order_date", "order_hour")[0] == (
        datetime(2026, 2, 2, 18, 20), date(2026, 2, 2), 23,
    )  # fmt: skip


def test_a_utc_evening_is_the_next_day_in_india(golden: Conformed) -> None:
    assert order(golden, "O13", "order_date", "order_hour") == [(date(2026, 2, 6), 1)]


def test_the_day_comes_first_and_a_date_alone_has_no_hour(golden: Conformed) -> None:
    assert order(golden, "O3", "ordered_at", "order_date", "order_hour") == [(None, date(2026, 2, 3), None)]


def test_a_missing_total_is_taken_from_its_parts_and_marked(golden: Conformed) -> None:
    assert order(golden, "O9", "total_amount", "is_total_estimated") == [(Decimal(800), True)]


def test_money_without_its_parts_stays_missing(golden: Conformed) -> None:
    assert order(golden, "O10", "total_amount", "balance_amount", "advance_amount", "is_total_estimated") == [
        (None, None, Decimal(100), False)
    ]


def test_the_sheets_total_is_kept_where_it_differs_and_noted(golden: Conformed) -> None:
    assert order(golden, "O11", "total_amount") == [(Decimal(999),)]
    assert any("row 13: total is not balance_to_pay + advance_paid" in note for note in golden.notes)


def test_a_missing_status_stays_missing_and_is_noted(golden: Conformed) -> None:
    assert order(golden, "O6", "order_status", "total_amount") == [(None, Decimal(300))]
    assert any("row 8: status is blank" in note for note in golden.notes)


def test_phones_lose_what_a_spreadsheet_added(golden: Conformed) -> None:
    assert order(golden, "O3", "phone", "tracking_id") == [("6000000003", None)]


@pytest.mark.parametrize(("order_id", "method"), [("O1", "COD"), ("O2", "Prepaid"), ("O3", "COD"), ("O11", "voucher")])
def test_payment_words_are_the_two_kinds_or_stay(golden: Conformed, order_id: str, method: str) -> None:
    assert order(golden, order_id, "payment_method")[0] == (method,)


def test_clerks_are_employees_by_id_or_name_in_any_case(golden: Conformed) -> None:
    clerks = golden.tables["order"].select("order_id", "employee_id").unique().sort("order_id").rows()
    assert [clerk for order_id, clerk in clerks if order_id in {"O1", "O2", "O3"}] == ["anu", "anu", "biju"]


def test_spellings_of_a_product_are_one_product(golden: Conformed) -> None:
    products = golden.tables["product"].select("row_key", "product", "on_hand_quantity", "is_active").rows()
    assert products == [
        ("LP-1", "Lamp", Decimal(12), True), ("LP-1", "Lamp", Decimal(10), False), ("bag", "Bag", Decimal(0), True),
    ]  # fmt: skip
    assert any("Lamp = lamp" in note for note in golden.notes)


def test_lines_find_their_product_by_name(golden: Conformed) -> None:
    lines = golden.tables["order_line"].select("order_id", "product_id").unique(maintain_order=True).rows()
    assert dict(lines) == {"O1": "LP-1", "O2": "LP-1", "O3": "bag", "O6": "bag", "O9": "mystery", "O10": "bag",
                           "O11": "LP-1", "O13": "bag"}  # fmt: skip


def test_a_price_that_is_a_word_is_rejected(golden: Conformed) -> None:
    assert rejected(golden, "product") == [(5, "amount not readable", "price", "cheap")]


def test_customers_without_id_do_not_collapse(golden: Conformed) -> None:
    customers = golden.tables["customer"]
    assert customers.select("customer_id", "email", "city", "address").row(0) == (
        "C1", "asha@example.com", "Pune", "1 Example Road, 411001",
    )  # fmt: skip
    assert customers["row_key"].n_unique() == 3


def test_leads_stay_missing_where_blank_and_headers_have_aliases(golden: Conformed) -> None:
    assert golden.tables["staff_day"].select("employee_id", "work_date", "leads", "reported_orders").rows() == [
        ("anu", date(2026, 2, 1), 25, 6), ("biju", date(2026, 2, 2), 30, 4), ("anu", date(2026, 2, 3), None, 5),
    ]  # fmt: skip
    assert rejected(golden, "staff_day") == [(5, "date not readable", "date", "soon")]


def test_a_revenue_row_is_three_expenses_and_blank_is_not_zero(golden: Conformed) -> None:
    expenses = golden.tables["expense"].group_by("expense_category").agg(pl.col("expense_amount").sum())
    assert dict(expenses.rows()) == {
        "ad_spend": Decimal(3250), "courier_expenses": Decimal(1600), "other_expenses": Decimal(0),
    }  # fmt: skip
    assert rejected(golden, "expense") == [(3, "no amount", "other_expenses", None)]


def test_shipments_have_canonical_states_and_days(golden: Conformed) -> None:
    shipments = golden.tables["shipment"].select("shipment_id", "shipment_status", "ship_date", "delivered_date")
    assert shipments.rows() == [
        ("SHIP-1", "delivered", date(2026, 2, 2), date(2026, 2, 5)),
        ("SHIP-2", "exception", date(2026, 2, 4), None),
    ]


def test_sheets_without_use_are_excluded_without_their_content(golden: Conformed) -> None:
    assert rejected(golden, "unused") == [(2, "instructions for an assistant are no data of the shop", None, None)]
    assert any(note.startswith("AI_Prompts:") for note in golden.notes)


def test_chats_say_who_when_and_how_they_ended_but_not_what_was_written(golden: Conformed) -> None:
    sessions = golden.tables["session"].select("session_id", "employee_id", "session_date", "session_type", "outcome")
    assert sessions.rows() == [
        ("m1", "anu", date(2026, 2, 1), "inbound message", "assistant failed"),
        ("m2", "biju", date(2026, 2, 2), "outbound message", "read"),
        ("m3", None, date(2026, 2, 3), "inbound message", "answered by assistant"),
        (None, "anu", date(2026, 2, 1), "chat assignment", "active"),
    ]
    assert "Is it in stock?" not in golden.tables["session"].write_csv()


def test_chats_that_cannot_be_placed_are_kept_out(golden: Conformed) -> None:
    assert rejected(golden, "session") == [
        (3, "neither phone nor employee", "phone", None),
        (5, "neither phone nor employee", "phone", None),
        (6, "date not readable", "timestamp", "soon"),
        (7, "repeated header row", "message_id", "message_id"),
    ]


def test_stages_belong_to_the_shipment_of_their_order(golden: Conformed) -> None:
    events = golden.tables["shipment_event"].select("shipment_id", "event_status", "event_at", "description")
    assert events.rows() == [
        ("SHIP-1", "confirmed", datetime(2026, 2, 1, 6, 30), "done; by phone; pack"),
        ("O9", "out_for_delivery", datetime(2026, 2, 6, 3, 30), "call first"),
    ]
    assert rejected(golden, "shipment_event") == [(4, "missing order_id", "order_id", None)]


def test_settings_that_look_like_secrets_are_never_loaded(golden: Conformed) -> None:
    settings = golden.tables["setting"].select("setting", "value", "category").rows()
    assert settings == [("currency", "INR (₹)", "general"), ("low_stock", "5", "stock")]
    assert rejected(golden, "setting") == [
        (3, "looks like a secret", "setting_key", "openai_api_key"),
        (4, "looks like a secret", "setting_key", "sheet_service_account"),
    ]
    assert "not-a-real-value" not in golden.rejects.write_csv()


def test_pictures_of_payments_are_never_loaded(workbook: Conformed) -> None:
    note = next(note for note in workbook.notes if note.startswith("NewOrders: columns not used:"))
    assert "advance_screenshot" in note
    assert not any("screenshot" in name for frame in workbook.tables.values() for name in frame.columns)


def test_all_twelve_sheets_of_the_workbook_have_their_place(workbook: Conformed) -> None:
    assert unaccounted(workbook) == {}
    assert {name: workbook.tables[name].height for name in ("session", "setting", "shipment_event", "staff_day")} == {
        "session": 2, "setting": 3, "shipment_event": 0, "staff_day": 3,
    }  # fmt: skip


def raw_sheet(name: str, **cells: str) -> RawTable:
    frame = pl.DataFrame({**{column: [cell] for column, cell in cells.items()}, "origin_key": [1], "source_row": [2]})
    return RawTable((Origin(1, "/x.xlsx", "x.xlsx", name, ""),), frame)


def test_the_other_headers_of_the_documents_are_understood() -> None:
    stage = raw_sheet("OrderStages", stage_id="1", order_id="O1", stage="Packed", timestamp="2026-02-01", notes="n")
    found = SOURCES["imiq"].conform([stage], INDIA, None).tables["shipment_event"]
    assert found.select("shipment_id", "event_status", "event_date").rows() == [("O1", "packed", date(2026, 2, 1))]
    chat = raw_sheet("ChatLogs", log_id="7", phone_number="6000000001", direction="in", created_at="2026-02-01")
    assert SOURCES["imiq"].conform([chat], INDIA, None).tables["session"]["phone"].to_list() == ["6000000001"]


def test_columns_nobody_reads_are_named(golden: Conformed) -> None:
    assert "Users: columns not used: created_at." in golden.notes


def test_a_workbook_without_known_sheets_is_refused() -> None:
    frame = pl.DataFrame({"a": ["1"], "origin_key": [1], "source_row": [2]})
    table = RawTable((Origin(1, "/x.xlsx", "x.xlsx", "Sheet1", ""),), frame)
    with pytest.raises(SourceError, match="found Sheet1; expected at least one of the sheets NewOrders, ProductList"):
        SOURCES["imiq"].conform([table], INDIA, None)


def test_a_missing_column_is_named_with_the_nearest() -> None:
    columns = {"order_id": ["1"], "totl": ["1"], "timestamp": ["x"], "status": ["x"]}
    frame = pl.DataFrame({**columns, "origin_key": [1], "source_row": [2]})
    table = RawTable((Origin(1, "/x.xlsx", "x.xlsx", "NewOrders", ""),), frame)
    with pytest.raises(SourceError, match=r"x\.xlsx, sheet NewOrders: there is no column total\..*Did you mean totl"):
        SOURCES["imiq"].conform([table], INDIA, None)


@pytest.mark.parametrize(
    ("written", "state"),
    [("Pending", "new"), ("OUT-FOR-DELIVERY", "out_for_delivery"), ("in_transit", "in_transit"), ("RTO", "returned"),
     ("delivered ", "delivered"), ("Completed", "delivered"), ("refund", "refunded"), ("Canceled", "cancelled"),
     ("", None), ("maybe", None)],
)  # fmt: skip
def test_status_words(written: str, state: str | None) -> None:
    assert pl.DataFrame({"cell": [written]}).select(status_word(pl.col("cell"))).item() == state


@pytest.mark.parametrize(
    ("written", "city"), [("pune ", "Pune"), ("NEW DELHI", "New Delhi"), ("McLeod Ganj", "McLeod Ganj")]
)
def test_city_names(written: str, city: str) -> None:
    assert pl.DataFrame({"cell": [written]}).select(city_name(pl.col("cell"))).item() == city


@pytest.mark.data
def test_the_fixture_workbook_is_accounted_for(workbook: Conformed) -> None:
    assert unaccounted(workbook) == {}
    outcomes = workbook.rejects.filter(pl.col("staging_table") == "order").group_by("rule").len().sort("rule").rows()
    assert outcomes == [("date not readable", 7), ("missing order_date", 7), ("missing quantity", 5),
                        ("repeated header row", 1)]  # fmt: skip
    assert workbook.tables["order"].height == 43 - 20


@pytest.mark.data
def test_no_password_of_the_fixture_is_staged(workbook: Conformed) -> None:
    assert workbook.tables["employee"].height == 3
    assert all("must-be-dropped" not in str(frame.rows()) for frame in [*workbook.tables.values(), workbook.rejects])


def test_words_and_numbers_a_spreadsheet_left_in_an_order() -> None:
    sheet = raw_sheet(
        "NewOrders", order_id="O1", phone="6000000001.0", customer_name="nan", product="Lamp", quantity="1.0",
        balance_to_pay="", advance_paid="₹1,299", total="None", address="x", city="NaN", pincode="411001.0",
        timestamp="2026-02-01", tracking_id=" ", status="pending",
    )  # fmt: skip
    found = SOURCES["imiq"].conform([sheet], INDIA, None)
    columns = ("phone", "customer", "city", "total_amount", "balance_amount", "advance_amount")
    assert found.tables["order"].select(columns).rows() == [("6000000001", None, None, None, None, Decimal(1299))]
    assert found.tables["order_line"]["quantity"].to_list() == [1]
    assert "shipment" not in found.tables or found.tables["shipment"].is_empty()
