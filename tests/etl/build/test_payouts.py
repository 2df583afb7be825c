"""Statements of couriers: each line finds its parcel, says what it is, and the cash of every parcel adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.build.star import Star
from tests.etl.frames import Rows, star

MARCH = date(2026, 3, 1)


def parcel(number: int, cod: float | None = 100, status: str = "delivered", **more: Any) -> dict[str, Any]:
    arrived = MARCH if status == "delivered" else None
    return {"shipment_id": f"S{number}", "tracking_id": f"T{number}", "cod_amount": cod, "shipment_status": status,
            "ship_date": MARCH, "delivered_date": arrived, "courier": "Swift", **more}  # fmt: skip


def line(number: int, paid: float, fee: float = 10, day: int = 9, **more: Any) -> dict[str, Any]:
    return {
        "tracking_id": f"T{number}",
        "paid_amount": paid,
        "fee_amount": fee,
        "paid_date": date(2026, 3, day),
        **more,
    }


def built(parcels: Rows, lines: Rows) -> Star:
    return star(shipment=parcels, courier_payment=lines)


def states(parcels: Rows, lines: Rows) -> list[tuple[str, D | None, D | None]]:
    """(state, due, difference) of each line, in the order they were paid."""
    rows = built(parcels, lines).tables["fact_courier_payment"].to_dicts()
    return [(row["payment_state"], row["due_amount"], row["difference_amount"]) for row in rows]


def cash(parcels: Rows, lines: Rows) -> tuple[Any, ...]:
    row = built(parcels, lines).tables["fact_shipment"].to_dicts()[0]
    return row["cod_state"], row["remitted_amount"], row["withheld_amount"], row["cod_gap_amount"]


def test_a_payout_less_its_fee_settles_the_parcel() -> None:
    assert states([parcel(1)], [line(1, 90)]) == [("as_expected", 100, 0)]
    assert cash([parcel(1)], [line(1, 90)]) == ("paid", 90, 10, 0)


def test_short_and_over() -> None:
    assert states([parcel(1)], [line(1, 70)]) == [("short", 100, 20)]
    assert cash([parcel(1)], [line(1, 70)]) == ("short", 70, 10, 20)
    assert states([parcel(1)], [line(1, 95)]) == [("over", 100, -5)]
    assert cash([parcel(1)], [line(1, 95)]) == ("over", 95, 10, -5)


def test_two_payouts_that_complete_each_other_are_no_double() -> None:
    lines = [line(1, 40, 10, day=9), line(1, 50, 0, day=12)]
    assert states([parcel(1)], lines) == [("part", 100, 0), ("as_expected", 50, 0)]
    assert cash([parcel(1)], lines) == ("paid", 90, 10, 0)


def test_a_second_payout_of_the_same_cash_is_a_double_and_no_part_of_the_parcel() -> None:
    lines = [line(1, 90, day=9), line(1, 90, day=12)]
    assert states([parcel(1)], lines) == [("as_expected", 100, 0), ("twice", 0, -100)]
    assert cash([parcel(1)], lines) == ("paid", 90, 10, 0)


def test_a_fee_for_a_parcel_that_came_back_is_expected_but_cash_is_not() -> None:
    back = parcel(1, status="returned")
    assert states([back], [line(1, -10)]) == [("as_expected", 0, 0)]
    assert states([back], [line(1, 90)]) == [("not_delivered", 0, -100)]
    assert cash([back], [line(1, -10)])[0] == "none"


def test_a_number_nobody_has() -> None:
    assert states([parcel(1)], [line(9, 90)]) == [("unknown_parcel", None, None)]


def test_a_parcel_goes_by_its_own_number_too() -> None:
    assert states([parcel(1, tracking_id=None)], [{**line(1, 90), "tracking_id": "S1"}])[0][0] == "as_expected"


def test_of_two_parcels_with_one_number_the_one_with_cash_is_paid() -> None:
    parcels = [parcel(1, None, shipment_id="A"), parcel(1, 100, shipment_id="B")]
    rows = built(parcels, [line(1, 90)]).tables["fact_shipment"].to_dicts()
    assert {row["shipment_id"]: row["cod_state"] for row in rows} == {"A": "none", "B": "paid"}


def test_the_courier_of_a_line_is_its_own_else_that_of_the_parcel() -> None:
    found = built([parcel(1), parcel(2)], [line(1, 90), line(2, 90, courier="Other")])
    names = dict(found.tables["dim_courier"].select("courier_key", "courier").iter_rows())
    rows = found.tables["fact_courier_payment"].to_dicts()
    assert {row["tracking_id"]: names[row["courier_key"]] for row in rows} == {"T1": "Swift", "T2": "Other"}


def test_without_a_statement_the_source_says_what_was_remitted_and_kept() -> None:
    assert cash([parcel(1, fee_amount=10)], []) == ("unpaid", None, None, 100)
    assert cash([parcel(1, fee_amount=10, remitted_amount=90)], []) == ("paid", 90, 10, 0)
    assert cash([parcel(1, fee_amount=10, remitted_amount=100)], []) == ("paid", 100, 0, 0)
    assert cash([parcel(1, fee_amount=10, remitted_amount=60)], []) == ("short", 60, 10, 30)


def test_a_statement_counts_before_the_source() -> None:
    told = parcel(1, fee_amount=10, remitted_amount=90, collected_amount=100)
    assert cash([told], [line(1, 70)]) == ("short", 70, 10, 20)


PAYOUTS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(-20, 120), st.integers(0, 20), st.integers(1, 28)), max_size=8
)
PARCELS = st.lists(st.tuples(st.sampled_from([0, 50, 100]), st.sampled_from(["delivered", "returned", "new"])),
                   min_size=1, max_size=4)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(PARCELS, PAYOUTS)
def test_every_unit_paid_is_on_a_parcel_a_double_or_unknown(parcels: Any, payouts: Any) -> None:
    rows = [parcel(place + 1, cod, status) for place, (cod, status) in enumerate(parcels)]
    found = built(rows, [line(number, paid, fee, day) for number, paid, fee, day in payouts]).tables
    lines, kept = found["fact_courier_payment"], found["fact_shipment"]
    apart = sum(row["paid_amount"] for row in lines.to_dicts() if row["payment_state"] in {"twice", "unknown_parcel"})
    assert sum(paid for _, paid, _, _ in payouts) == (kept["remitted_amount"].sum() or 0) + apart
    for row in kept.to_dicts():
        if row["cod_state"] != "none":
            settled = (row["remitted_amount"] or 0) + (row["withheld_amount"] or 0)
            assert row["cod_amount"] == settled + row["cod_gap_amount"]
