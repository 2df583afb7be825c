"""Rows that get their keys a part at a time are those that all of them at once give."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.build import facts
from etl.build.facts import fact_of, parts_of
from etl.build.rows import in_order, parts_in_order
from portal.warehouse.schema import fact_shipment_event

DAYS = st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=9)


@settings(max_examples=40)
@given(DAYS, st.integers(1, 4))
def test_parts_are_in_order(days: list[int | None], most: int) -> None:
    rows = pl.DataFrame({"day": pl.Series(days, dtype=pl.Int64)}).with_row_index("row")
    parts = list(parts_in_order(rows, ("day",), most))
    assert pl.concat(parts).equals(in_order(rows, "day"))
    assert max(part.height for part in parts) <= most


@pytest.mark.parametrize("days", [(), (3, 1, 2, 1, 3), (1, 2, 3)])
def test_parts_are_numbered_on(days: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "PART", 2)
    rows = pl.DataFrame({
        "event_date": pl.Series([date(2026, 1, day) for day in days], dtype=pl.Date),
        "origin_key": pl.Series([1] * len(days), dtype=pl.Int64),
        "source_row": pl.Series(range(len(days)), dtype=pl.Int32),
        "row_key": pl.Series([str(row) for row in range(len(days))], dtype=pl.String),
    })  # fmt: skip
    whole = fact_of(fact_shipment_event, rows, [], "event_date")
    assert pl.concat(list(parts_of(fact_shipment_event, rows, [], "event_date"))).equals(whole)
