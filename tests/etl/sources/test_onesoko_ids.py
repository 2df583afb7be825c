"""Ids of records: one spelling of each, whatever stands beside it in the column."""

from __future__ import annotations

import polars as pl
import pytest

from etl.sources.onesoko_tables import record_id

UUID = "0f74a590-f42c-5401-b73c-beef0a11f4f1"


@pytest.mark.parametrize(
    ("written", "key"),
    [("17", "17"), ("17.0", "17"), (" 17 ", "17"), ("'17", "17"), ("007", "007"), (UUID, UUID), (UUID.upper(), UUID),
     (UUID.replace("-", ""), UUID), ("1" * 32, "11111111-1111-1111-1111-111111111111"), ("1" * 31, "1" * 31),
     ("6.00E+09", None), ("n/a", None), ("", None), (None, None), ("A-1", "A-1")],
)  # fmt: skip
def test_id_has_one_spelling(written: str | None, key: str | None) -> None:
    cells = pl.DataFrame({"cell": ["5", written, UUID]}, schema={"cell": pl.String})
    assert cells.select(record_id(pl.col("cell"))).to_series().to_list() == ["5", key, UUID]
