"""Raw tables and recognitions made by hand, without reading a file."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from etl.source import Origin, RawTable
from portal.uploads.described import described_by_mapping
from portal.uploads.model import Option, Recognition, Upload
from portal.uploads.proposal import proposed_mapping
from portal.uploads.questions import questions_of

UPLOAD = Upload("x" * 32, 1, "orders.csv", 1, datetime(2026, 3, 31), "a@b.example", "checked")


def table(file_name: str, key: int = 1, sheet: str = "", **columns: list[str]) -> RawTable:
    """A raw table; a header's blanks are written as _."""
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({name.replace("_", " "): values for name, values in columns.items()}).with_columns(
        pl.lit(key, pl.Int64).alias("origin_key"), pl.int_range(2, height + 2, dtype=pl.Int32).alias("source_row")
    )
    return RawTable((Origin(key, f"upload:{file_name}", file_name, sheet, ""),), frame)


def recognised(*tables: RawTable) -> Recognition:
    """What is proposed for the tables."""
    text, kind = proposed_mapping(tables)
    found = described_by_mapping(tables, text, kind)
    return Recognition(
        UPLOAD, "table", "Any table", "", found, text, kind, questions_of(text), (Option("table", ""),), ""
    )


def shop_orders() -> RawTable:
    """Orders whose dates and words are to be decided."""
    return table(
        "orders.csv", Order_No=["1001", "1002", "1003"], Ordered=["03.02.2026", "04.02.2026", "05.02.2026"],
        Status=["Bezahlt", "Storniert", "delivered"], Total=["1.299,00", "79,60", "5,00"],
    )  # fmt: skip
