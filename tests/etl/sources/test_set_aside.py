"""Rows made slice by slice and set aside in files are the rows that all of them at once give."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.demo.onesoko_export import write_onesoko
from etl.reading import Limits, read_tables
from etl.source import Conformed, LandedFile, TenantRules
from etl.sources import set_aside, slices
from etl.sources.onesoko import SOURCE
from etl.sources.onesoko_tables import keyed, newest
from etl.sources.set_aside import (
    Rejected,
    Stack,
    StagedRows,
    beside,
    cleaned_slices,
    placed,
    sieve_kept,
    slices_beside,
    slices_with,
)
from etl.sources.sheet import RAW, raw
from etl.sources.sieve import Rule, sieve, staged
from portal.policies import POLICIES

ids = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=12)


def small(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slices, "SLICE", 3)
    patch.setattr(set_aside, "SLICE", 3)
    patch.setattr(set_aside, "MOST_BYTES", 1)


def conformed(path: Path) -> Conformed:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    rules = TenantRules("KES", "Africa/Nairobi", "KE", {name: policy.default for name, policy in POLICIES.items()})
    file = LandedFile(path, str(path), path.name, sha256, path.stat().st_size)
    return SOURCE.conform(read_tables([file], [], Limits(1024, 60), SOURCE.forms), rules, None)


def test_an_export_conformed_some_rows_at_a_time_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_onesoko(tmp_path, date(2026, 10, 31), 0.02)
    whole = conformed(tmp_path / "onesoko_export.json")
    monkeypatch.setattr(slices, "SLICE", 37)
    monkeypatch.setattr(set_aside, "SLICE", 37)
    monkeypatch.setattr(set_aside, "MOST_BYTES", 10_000)
    sliced = conformed(tmp_path / "onesoko_export.json")
    assert whole.tables["shipment_event"].height > 300
    assert all(sliced.tables[name].equals(frame) for name, frame in whole.tables.items())
    assert sliced.rejects.equals(whole.rejects)
    assert (sliced.read, sliced.notes) == (whole.read, whole.notes)


@given(ids)
def test_rows_without_a_key_are_told_apart_over_all_slices(keys: list[str | None]) -> None:
    rows = pl.DataFrame(
        {"movement_id": keys, "quantity": [1] * len(keys), "origin_key": [1] * len(keys),
         "source_row": list(range(len(keys))), "record": keys},
        schema_overrides={"movement_id": pl.String, "record": pl.String},
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        by_column, own = StagedRows("stock_movement", ("movement_id",)), StagedRows("stock_movement", own="record")
        for some in slices.slices(rows):
            by_column.add(some)
            own.add(some)
        assert by_column.finish().equals(staged(rows, "stock_movement", ("movement_id",)))
        assert own.finish().equals(keyed(rows, "stock_movement"))


@given(ids)
def test_slices_hold_all_rows_of_a_key_in_order(keys: list[str | None]) -> None:
    rows = pl.DataFrame({"key": pl.Series(keys, dtype=pl.String)}).with_row_index("place")
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        parts = [part.rows() for part in slices_with(rows, "key")]
    assert sorted(row for part in parts for row in part) == rows.rows()
    assert all(part == sorted(part) for part in parts)
    homes = {(key, number) for number, part in enumerate(parts) for _, key in part}
    assert len(homes) == len(set(keys))


@given(ids)
def test_rejects_of_slices_come_in_the_order_of_rules(cells: list[str | None]) -> None:
    frame = pl.DataFrame({RAW + "x": cells, "origin_key": 1, "source_row": range(len(cells))},
                         schema={RAW + "x": pl.String, "origin_key": pl.Int64, "source_row": pl.Int32})  # fmt: skip
    rules = [Rule("rejected", "b", "x", raw("x") == "b"), Rule("excluded", "nothing", "x", raw("x").is_null())]
    kept, rejects = sieve(frame, rules, ["product", "order"])
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        stack = Stack()
        assert sieve_kept(slices.slices(frame), rules, ["product", "order"], stack.add).equals(rejects)
        assert stack.frame().equals(kept)
        assert Rejected(rules, ["order"]).finish().height == 0


def test_what_is_beside_is_what_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)
    rows = pl.DataFrame({"id": ["b", None, "x", "a", "b"]})
    table = pl.DataFrame({"id": ["a", "b"], "n": [1, 2], "nothing": pl.Series([None, None], dtype=pl.String)})
    expected = rows.join(table, on="id", how="left", maintain_order="left")
    assert beside(rows, table, placed(rows["id"], table, "id"), "id").equals(expected)
    doubled = cleaned_slices(expected, lambda some: some.select((pl.col("n") * 2).alias("m")))
    assert doubled["m"].to_list() == [4, None, None, 2, 4]
    assert pl.concat(list(slices_beside(rows, doubled))).equals(rows.hstack(doubled))


def test_newest_keeps_the_later_row_of_a_key_and_leaves_out_rows_without() -> None:
    rows = pl.DataFrame({"id": ["a", None, "b", "a"], "at": [2, 9, 1, 1], "origin_key": 1, "source_row": [1, 2, 3, 4]})
    assert newest(rows, "id", "at").sort("id")["source_row"].to_list() == [1, 3]
    assert newest(rows, "id").sort("id")["source_row"].to_list() == [4, 3]
    assert newest(rows.head(3), "id")["source_row"].to_list() == [1, 3]
