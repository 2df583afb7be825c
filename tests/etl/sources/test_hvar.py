"""HVAR: deliveries of the courier; each trap of its data is one test."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.conformed import from_conformed
from etl.live import unite_loads
from etl.source import Conformed, Origin
from etl.staging import STAGING
from portal.errors import SourceError
from tests.etl.sources.conformed import GOLDEN, rejected, unaccounted
from tests.etl.sources.hvar_frames import conform_json, conform_path, parcel


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    return conform_path(GOLDEN / "hvar", tmp_path_factory.mktemp("landing"))


def rows(conformed: Conformed, table: str, key: str, *columns: str) -> list[tuple[Any, ...]]:
    return conformed.tables[table].filter(pl.col("row_key") == key).select(columns).rows()


def test_every_row_is_staged_or_among_the_rejects(golden: Conformed) -> None:
    assert unaccounted(golden) == {}
    assert sum(golden.read.values()) == 4 * (13 + 2 + 1) + 4 + 2 + 1


def test_staging_frames_have_exactly_the_canonical_columns(golden: Conformed) -> None:
    assert {name: frame.schema for name, frame in golden.tables.items()} == {
        name: STAGING[name].schema() for name in golden.tables
    }


def test_what_is_not_understood_is_rejected_with_its_rule(golden: Conformed) -> None:
    assert rejected(golden, "shipment") == [
        (9, "unknown delivery type", "type.code", "99"), (10, "unknown state", "state.code", "77"),
        (11, "missing tracking number", "trackingNumber", None),
        (12, "amount not readable", "cod", "nine hundred"), (13, "date not readable", "createdAt", "31.13.2025"),
    ]  # fmt: skip


def test_a_delivery_is_told_by_milliseconds_in_the_tenants_day(golden: Conformed) -> None:
    assert rows(golden, "order", "900001", "ordered_at", "order_date", "order_hour")[0] == (
        datetime(2025, 5, 1, 22, 30), date(2025, 5, 2), 1,
    )  # fmt: skip


def test_javascript_dates_are_instants(golden: Conformed) -> None:
    told = rows(golden, "order", "900003", "ordered_at", "updated_at")
    assert told[1] == (datetime(2025, 5, 4, 10), datetime(2025, 5, 6, 12))


def test_goods_and_their_number_stand_in_the_description_else_the_notes(golden: Conformed) -> None:
    told = ("product", "quantity", "line_amount", "is_price_estimated")
    assert rows(golden, "order_line", "900001", *told)[0] == ("Demo kettle", 2, 1000, True)
    assert rows(golden, "order_line", "900003", *told)[0] == ("Demo iron", 1, 700, True)


def test_a_refund_that_came_back_is_a_return_line_on_that_day(golden: Conformed) -> None:
    told = ("order_date", "product", "quantity", "line_amount", "is_return", "city")
    assert rows(golden, "order_line", "900004", *told) == [
        (date(2025, 5, 20), "Demo kettle", Decimal(-1), Decimal(-1000), True, "Cairo")
    ]


def test_the_cash_cycle_is_what_the_courier_settled(golden: Conformed) -> None:
    told = ("cod_amount", "collected_amount", "remitted_amount", "fee_amount", "remitted_date", "attempts", "hub")
    paid = (Decimal(1000), Decimal(1000), Decimal("912.22"), Decimal("87.78"), date(2025, 5, 5), 2, None)
    assert rows(golden, "shipment", "900001", *told)[0] == paid
    assert rows(golden, "shipment", "900003", *told)[0] == (Decimal(700), None, None, Decimal(70), None, None, None)


def test_a_failed_attempt_is_known_by_when_it_failed(golden: Conformed) -> None:
    failed = golden.tables["shipment_event"].filter("is_failed_attempt")
    assert failed.select("shipment_id", "event_at", "description", "hub").rows() == [
        ("900001", datetime(2025, 5, 2, 11), "no answer", "Nasr Hub"),
        ("900005", datetime(2025, 5, 8, 9), "customer refused", None),
    ]


def test_the_couriers_man_stays_in_the_landing_area(golden: Conformed) -> None:
    texts = [frame.select(pl.col(pl.String)) for frame in golden.tables.values()]
    assert not any("Synthetic Courier" in str(cell) for frame in texts for row in frame.iter_rows() for cell in row)


def test_a_notice_says_the_state_and_the_promise_only(golden: Conformed) -> None:
    told = ("shipment_status", "promised_date", "attempts", "exception_reason", "updated_at", "ship_date")
    assert rows(golden, "shipment", "900006", *told)[1] == (
        "terminated", date(2025, 5, 9), 3, "no answer", datetime(2025, 5, 8, 9), None,
    )  # fmt: skip


def by_number(conformed: Conformed, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Rows in order of their tracking number."""
    return conformed.tables[table].sort("row_key").select(columns).rows()


def test_states_by_type(tmp_path: Path) -> None:
    cases = [(10, 41, "out_for_delivery"), (25, 41, "in_transit"), (10, 46, "returned"), (25, 46, "returned"),
             (10, 47, "exception"), (10, 48, "terminated"), (10, 49, "cancelled"), (10, 100, "lost"),
             (15, 40, "out_for_delivery")]  # fmt: skip
    found = conform_json(tmp_path, [parcel(n, kind, state) for n, (kind, state, _) in enumerate(cases)])
    assert by_number(found, "shipment", "shipment_status") == [(word,) for _, _, word in cases]


def test_an_order_has_a_canonical_state_and_terminated_is_no_cancellation(tmp_path: Path) -> None:
    found = conform_json(tmp_path, [parcel(n, state=state) for n, state in enumerate((48, 49, 101, 60))])
    assert by_number(found, "order", "order_status") == [("exception",), ("cancelled",), ("lost",), ("returned",)]


SALES = [(10, 45, 501, True), (10, 45, 500, False), (10, 45, 0, False), (10, 30, 700, True), (15, 45, 900, False),
         (20, 46, 900, False), (25, 46, 0, False), (30, 46, 900, False), (25, 23, -900, False), (25, 46, -900, True),
         (10, 45, -900, True)]  # fmt: skip


def test_which_deliveries_are_orders(tmp_path: Path) -> None:
    told = [parcel(n, kind, state, cod) for n, (kind, state, cod, _) in enumerate(SALES)]
    found = conform_json(tmp_path, told)
    sales = [(str(700 + n),) for n, case in enumerate(SALES) if case[3]]
    assert by_number(found, "order", "order_id") == by_number(found, "order_line", "order_id") == sales
    assert (found.tables["shipment"].height, unaccounted(found)) == (len(SALES), {})


def test_a_phone_is_one_in_every_spelling(tmp_path: Path) -> None:
    spellings = ("+201000000001", "201000000001", "00201000000001", "0020 100 000 0001", "01000000001",
                 "٠١٠٠٠٠٠٠٠٠١", "1000000001")  # fmt: skip
    found = conform_json(tmp_path, [parcel(n, receiver__phone=spelling) for n, spelling in enumerate(spellings)])
    assert set(found.tables["order"]["phone"]) == set(found.tables["customer"]["row_key"]) == {"+201000000001"}


def test_the_second_phone_speaks_only_where_there_is_no_first(tmp_path: Path) -> None:
    both = parcel(1, receiver__secondPhone="0020 100 000 0002")
    second = parcel(2, receiver__phone=None, receiver__secondPhone="0020 100 000 0002")
    found = conform_json(tmp_path, [both, second])
    assert by_number(found, "shipment", "phone") == [("+201000000001",), ("+201000000002",)]


def test_a_hyphen_is_no_last_name(tmp_path: Path) -> None:
    receivers = ({"firstName": "Mona", "lastName": "-"}, {"fullName": "Mona -"}, {"firstName": "-"},
                 {"firstName": "Mona", "lastName": "Ali"})  # fmt: skip
    told = [{**parcel(n), "receiver": {"phone": "01000000001", **one}} for n, one in enumerate(receivers)]
    assert by_number(conform_json(tmp_path, told), "order", "customer") == [
        ("Mona",),
        ("Mona",),
        (None,),
        ("Mona Ali",),
    ]


def test_goods_as_people_type_them(tmp_path: Path) -> None:
    cases = [("1*Demo", "Demo", 1), ("٢ * خلاط", "خلاط", 2), ("set: 3 * Demo cup", "Demo cup", 3), ("Demo", "Demo", 4),
             ("1 * lid + 2 * cup", "1 * lid + 2 * cup", 3), ("1 * Mat 5*5", "Mat 5*5", 1), ("0 * x", "0 * x", 4),
             (None, None, 4)]  # fmt: skip
    told = [parcel(n, specs={"packageDetails": {"description": written, "itemsCount": 4}})
            for n, (written, _, _) in enumerate(cases)]  # fmt: skip
    found = conform_json(tmp_path, told)
    assert by_number(found, "order_line", "product", "quantity") == [case[1:] for case in cases]


def test_spellings_of_arabic_letters_are_one_product(tmp_path: Path) -> None:
    two = [parcel(1, notes="1 * مكنسة  كهربائية"), parcel(2, notes="1 * مكنسه كهربائيه")]
    assert conform_json(tmp_path, two).tables["order_line"]["product_id"].n_unique() == 1


def test_every_form_of_an_answer_is_read(tmp_path: Path) -> None:
    answers = [{"data": {"deliveries": [parcel(1)]}}, {"data": {"list": [parcel(2)]}}, {"list": [parcel(3)]},
               {"deliveries": [parcel(4)]}, {"success": True, "data": parcel(5)}, parcel(6), [parcel(7)]]  # fmt: skip
    found = conform_json(tmp_path, *answers)
    assert by_number(found, "shipment", "shipment_id") == [(str(700 + number),) for number in range(1, 8)]


def test_an_amount_as_text_is_the_same_amount(tmp_path: Path) -> None:
    assert conform_json(tmp_path, parcel(cod="1,250.50 EGP")).tables["order"]["total_amount"].to_list() == [
        Decimal("1250.50")
    ]


def test_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="neither Bosta deliveries nor a bosta-crm file: found"):
        conform_path(tmp_path / "other.csv", tmp_path / "landing")


def test_payloads_give_the_same_rows_in_any_order_of_loads(golden: Conformed, tmp_path: Path) -> None:
    files = sorted((GOLDEN / "hvar").iterdir())
    apart = [conform_path(file, tmp_path / file.name) for file in files]
    together = told_by(golden)
    assert [told_by(*each) for each in permutations(apart)] == [together] * 6
    assert together["shipment"]["900003"]["fee_amount"] == 70
    assert together["shipment"]["900003"]["delivered_date"] == date(2025, 5, 6)
    assert together["order_line"]["900003"]["product"] == "Demo iron"


def told_by(*loads: Conformed) -> dict[str, dict[str, dict[str, Any]]]:
    """Table to row key to row, without lineage, after these loads."""
    origin = Origin(1, "", "", "", "")
    live = unite_loads([from_conformed(n, "hvar", (origin,), load) for n, load in enumerate(loads, start=1)])
    return {
        name: {row["row_key"]: row for row in frame.drop("origin_key", "source_row").to_dicts()}
        for name, frame in live.tables.items()
    }
