"""Rows of one document: what only its first row says is filled down, and an order takes its totals from that row."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from etl.mapped.section import Section

FURTHER_ROW = "further row of the same document"
MATCHES = ("name", "header")


@dataclass(frozen=True)
class FillDown:
    """Cells that stand only in the first row of a document, under `columns`; rows of one document share `by`."""

    by: str
    columns: tuple[str, ...]


def parse_fill_down(section: Section) -> FillDown | None:
    """The table [entity.fill_down], or None where there is none."""
    if "fill_down" not in section.raw:
        return None
    part = section.section("fill_down")
    part.only(("by", "columns"))
    by, columns = part.text("by"), part.texts("columns")
    if by is None or not columns:
        part.wrong('give by = "header of the document number" and columns = ["headers to fill"].')
        return None
    return FillDown(by, columns)


def filled_down(frame: pl.DataFrame, by: str, columns: list[str]) -> pl.DataFrame:
    """Blank cells of `columns` take the last filled cell above of the same file and document.

    Rows without a document number stay as they are. A document's cells never reach another document, wherever its rows
    stand.

    Args:
        frame: raw rows in file order, with origin_key.
        by: header of the document number.
        columns: headers to fill.
    """
    if not columns:
        return frame
    has_document = _said(by).is_not_null()
    above = (_said(name).forward_fill().over("origin_key", by) for name in columns)
    return frame.with_columns(
        pl.when(has_document).then(cell).otherwise(pl.col(name)).alias(name)
        for name, cell in zip(columns, above, strict=True)
    )


def further_rows(frame: pl.DataFrame, by: str) -> pl.Series:
    """True for every row of a document but its first within the file; never for rows without a document number."""
    return frame.select((~pl.struct("origin_key", by).is_first_distinct()) & _said(by).is_not_null()).to_series()


def _said(name: str) -> pl.Expr:
    """The cell as written, null where nothing but blanks stands in it."""
    return pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name))
