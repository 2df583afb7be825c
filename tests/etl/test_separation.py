"""A wrong merge is undone by naming the pair, and nothing else changes."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from etl.identity import identify
from tests.etl.frames import rules, star

PHONE = "9000000001"
Record = tuple[str | None, ...]


def persons(records: list[Record], *pairs: list[str]) -> list[int]:
    """Persons of records (customer_id, phone, email) of source table, numbered in order of first appearance."""
    rows = [("table", *record, *[None] * (4 - len(record))) for record in records]
    columns = ("source", "customer_id", "phone", "email", "customer")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    found = identify(frame, rules(country="IN", separate_customers=list(pairs)))
    joined = frame.join(found, on=list(columns[:4]), how="left", nulls_equal=True, maintain_order="left")
    seen: dict[int, int] = {}
    return [seen.setdefault(person, len(seen)) for person in joined["person"]]


@pytest.mark.parametrize(
    "pair",
    [["table:A", "table:B"], ["table:B", "table:A"], ["table:a@example.com", "table:B"],
     ["table:A", "table:+9190000 00002"]],
)  # fmt: skip
def test_a_pair_is_two_people_however_it_is_named(pair: list[str]) -> None:
    records: list[Record] = [("A", PHONE, "a@example.com"), ("B", PHONE), ("B", "9000000002")]
    assert persons(records) == [0, 0, 0]
    assert persons(records, pair)[:2] == [0, 1]


def test_what_is_joined_otherwise_stays_joined() -> None:
    records: list[Record] = [("A", PHONE), ("A", None, "a@example.com"), ("B", PHONE), (None, None, "a@example.com")]
    assert persons(records, ["table:A", "table:B"]) == [0, 0, 1, 0]


def test_a_record_between_the_two_goes_with_the_surer_key() -> None:
    records: list[Record] = [("A", PHONE), ("B", "9000000002"), (None, PHONE, "b@example.com"),
                             ("B", None, "b@example.com")]  # fmt: skip
    assert persons(records) == [0, 0, 0, 0]
    assert persons(records, ["table:A", "table:B"]) == [0, 1, 0, 1]


def test_three_people_behind_one_phone() -> None:
    records: list[Record] = [("A", PHONE), ("B", PHONE), ("C", PHONE), ("D", PHONE)]
    pairs = (["table:A", "table:B"], ["table:B", "table:C"], ["table:A", "table:C"])
    assert persons(records, *pairs) == [0, 1, 2, 0]


def test_the_order_of_records_does_not_matter() -> None:
    records: list[Record] = [("A", PHONE), ("B", PHONE), (None, PHONE), ("B", None, "b@example.com")]
    forward = persons(records, ["table:A", "table:B"])
    backward = list(reversed(persons(list(reversed(records)), ["table:A", "table:B"])))
    assert [a == forward[0] for a in forward] == [a == backward[0] for a in backward]


def test_a_pair_of_people_who_never_met_changes_nothing() -> None:
    records: list[Record] = [("A", PHONE), (None, PHONE), ("B", "9000000002")]
    assert persons(records, ["table:A", "table:B"], ["imiq:A", "table:X"]) == persons(records)


def test_sales_follow_the_two_people() -> None:
    lines = [{"order_id": who, "customer_id": who, "phone": PHONE, "quantity": 1, "line_amount": 10,
              "order_date": date(2026, 3, 1)} for who in "AB"]  # fmt: skip
    joined = star(order_line=lines).tables
    parted = star(tenant=rules(separate_customers=[["table:A", "table:B"]]), order_line=lines).tables
    assert joined["dim_customer"]["order_count"].to_list() == [None, 2]
    assert parted["dim_customer"]["order_count"].to_list() == [None, 1, 1]
    assert parted["fact_order"]["customer_key"].to_list() == [1, 2]
    assert parted["customer_identity"]["rule"].to_list() == ["alone", "alone"]
