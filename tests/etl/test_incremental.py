"""However the rows come in, the star is the same: all at once or in pieces, in any order, old versions between."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etl.build.star import build_star
from etl.live import unite_loads
from tests.etl.frames import TODAY, Rows, load_rows, rules

NUMBERS = st.integers(1, 4)
RULES = rules("EGP", "EG", courier_class_sources=["table"])
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking, which would build thousands of stars."""
LINEAGE = {"origin_key", "source_row"}
NAMED_BY_IDS = {"order_key", "shipment_key", "case_key", "lead_key", "link_key", "identity_key"}
"""Keys of facts that other facts or links point to; those of other facts count rows as the files have them."""

Named = list[tuple[str, dict[str, Any]]]
"""Rows with the name of their staging table."""


def day(number: int) -> date:
    return date(2026, 3, number)


def order(number: int, version: int = 9) -> dict[str, Any]:
    return {
        "row_key": f"O{number}", "order_id": f"O{number}", "order_date": day(number), "customer_id": f"C{number}",
        "phone": f"0100000000{number % 3}", "total_amount": number * version, "tracking_id": f"T{number}",
        "updated_at": datetime(2026, 3, version), "order_status": "returned" if number == 4 else "delivered",
    }  # fmt: skip


def parcel(number: int, cod: int, kind: str) -> dict[str, Any]:
    return {
        "shipment_id": f"S{number}", "order_id": f"O{number}", "cod_amount": cod, "ship_date": day(number + cod % 5),
        "shipment_type": kind, "shipment_status": "delivered", "delivered_date": day(number + 9),
        "phone": "01000000001",
    }  # fmt: skip


def step(number: int, status: str, at: int) -> dict[str, Any]:
    return {"shipment_id": f"S{number}", "event_status": status, "event_at": datetime(2026, 3, at),
            "is_failed_attempt": status == "failed_attempt"}  # fmt: skip


def payment(number: int, paid: int, at: int) -> dict[str, Any]:
    return {"tracking_id": f"S{number + 1}", "paid_amount": paid, "fee_amount": 1, "paid_date": day(at)}


def line(number: int, quantity: int, product: str) -> dict[str, Any]:
    return {"order_id": f"O{number}", "quantity": quantity, "unit_price": 7, "line_amount": 7 * quantity,
            "product_id": product}  # fmt: skip


def case(number: int) -> dict[str, Any]:
    return {"case_id": f"{number}", "case_type": "ticket", "order_id": f"S{number}", "cost_amount": number}


def points(number: int, entry: int) -> dict[str, Any]:
    return {"entry_type": "earned", "points": entry, "customer_id": f"C{number}", "entry_date": day(number)}


def named(table: str, rows: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Named]:
    return st.lists(rows, max_size=5).map(lambda found: [(table, row) for row in found])


SHOPS: st.SearchStrategy[Named] = st.tuples(
    named("order", st.builds(order, NUMBERS, st.integers(1, 9))),
    named("order_line", st.builds(line, NUMBERS, st.integers(-2, 3), st.sampled_from("PQ"))),
    named("shipment", st.builds(parcel, NUMBERS, st.integers(-1, 999), st.sampled_from(["send", "return_pickup"]))),
    named("shipment_event", st.builds(step, NUMBERS, st.sampled_from(["new", "picked_up", "failed_attempt"]), NUMBERS)),
    named("courier_payment", st.builds(payment, NUMBERS, st.integers(0, 999), NUMBERS)),
    named("return_line", st.builds(lambda n: {"return_id": f"R{n}", "order_id": f"O{n}", "product_id": "P"}, NUMBERS)),
    named("service_case", st.builds(case, NUMBERS)),
    named("service_event", st.builds(lambda n: {"case_id": f"{n}", "event_type": "call"}, NUMBERS)),
    named("loyalty_entry", st.builds(points, NUMBERS, st.integers(-5, 9))),
    named("lead", st.builds(lambda n: {"lead_id": f"L{n}", "phone": f"0100000000{n}"}, NUMBERS)),
    named("lead_event", st.builds(lambda n: {"lead_id": f"L{n}", "to_status": "won"}, NUMBERS)),
).map(lambda parts: [row for part in parts for row in part])


def with_row_keys(shop: Named) -> Named:
    """Rows that no natural key names are all real; of a natural key the last row by update, else by content, is."""
    keys = {"shipment": "shipment_id", "service_case": "case_id", "lead": "lead_id"}
    told = {}
    for number, (table, row) in enumerate(shop):
        key = row.get("row_key") or row.get(keys.get(table, ""), f"{table}{number}")
        place, named_row = (table, key, row.get("updated_at")), (table, {**row, "row_key": key})
        told[place] = max(named_row, told.get(place, named_row), key=repr)
    return list(told.values())


def star_of(pieces: list[Named]) -> dict[str, pl.DataFrame]:
    loads = []
    for number, piece in enumerate(pieces, start=1):
        tables: dict[str, Rows] = {}
        for table, row in piece:
            tables.setdefault(table, []).append(row)
        loads.append(load_rows(number, "table", **tables))
    found = build_star(unite_loads(loads), RULES, TODAY).tables
    return {name: comparable(name, rows) for name, rows in found.items() if name != "dim_origin"}


def comparable(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    own = {rows.columns[0]} - NAMED_BY_IDS if name.startswith("fact_") else set()
    kept = rows.drop((LINEAGE | own | {"line_key"}) & set(rows.columns))
    return kept.sort(kept.columns, nulls_last=True)


@settings(max_examples=8, deadline=None, phases=QUICK)
@given(SHOPS, st.randoms(use_true_random=False), st.integers(2, 5))
def test_pieces_in_any_order_give_the_star_of_one_load(shop: Named, dice: Any, count: int) -> None:
    rows = with_row_keys(shop)
    pieces: list[Named] = [[] for _ in range(count)]
    for row in dice.sample(rows, len(rows)):
        dice.choice(pieces).append(row)
    at_once, in_pieces = star_of([rows]), star_of(pieces)
    assert [name for name, table in at_once.items() if not table.equals(in_pieces[name])] == []


@settings(max_examples=4, deadline=None, phases=QUICK)
@given(SHOPS, st.randoms(use_true_random=False))
def test_rows_that_come_and_go_leave_no_trace(shop: Named, dice: Any) -> None:
    rows = with_row_keys(shop)
    kept = [row for row in rows if dice.random() < 0.6]
    assert all(star_of([kept])[name].equals(table) for name, table in star_of([[], kept, []]).items())
