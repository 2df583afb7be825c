"""Damaged files of every format; `python -m bench fuzz` does a thousand of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from bench.fuzz import SUBJECTS, Subject, fuzz, lost_rows, uncounted_rows
from bench.recount import miscounted
from etl.source import Conformed, Origin, RawTable

ORIGIN = Origin(1, "/a.csv", "a.csv", "", "0" * 64)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_a_damaged_file_is_refused_by_name_or_every_row_is_accounted_for(subject: Subject) -> None:
    tally = fuzz(subject, 8, seed=7, whole_every=8)
    assert tally.faults == []
    assert (tally.files, tally.whole, tally.refused + tally.accounted) == (8, 1, 8)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_an_undamaged_file_is_accounted_for(subject: Subject) -> None:
    tally = fuzz(replace(subject, ways=(lambda data, _: data,)), 1, seed=7)
    assert (tally.accounted, tally.refused, tally.faults, tally.rows > 20) == (1, 0, [], True)


def test_a_row_that_is_nowhere_is_a_fault() -> None:
    raw = RawTable((ORIGIN,), pl.DataFrame({"a": ["1", "2"], "origin_key": [1, 1], "source_row": [2, 3]}))
    kept = Conformed({"lead": raw.frame.head(1)}, read={(1, "lead"): 2})
    assert lost_rows(raw, kept, "table") == ["1 rows of a.csv  are nowhere: (1, 3)"]
    assert uncounted_rows(kept) == ["lead of origin 1: read 2, kept or rejected 1"]


def test_a_row_that_was_not_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n,\n3,4\n")
    raw = RawTable((ORIGIN,), pl.DataFrame({"a": ["1"], "origin_key": [1], "source_row": [2]}))
    assert miscounted(tmp_path, tmp_path, [raw], ()) == ["a.csv  has 2 rows, 1 were read"]
