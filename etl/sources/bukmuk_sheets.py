"""Sheets of any name and form to lead rows with documented columns, every row still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from etl.clean import text
from etl.source import Origin
from etl.sources.bukmuk_cells import labelled
from etl.sources.bukmuk_choices import Choices
from etl.sources.bukmuk_columns import CHOSEN, Match, find_header, has_leads, is_question, match_columns
from etl.sources.bukmuk_words import LABELS, PHRASES, SHEET_MEANINGS
from etl.sources.sheet import RAW, squeezed

_PLACE = ("origin_key", "source_row")


@dataclass(frozen=True)
class LeadSheet:
    """One sheet of leads.

    Attributes:
        origin: where it stands.
        rows: its rows as they were read but the header, and `is_title`: above the header.
        columns: what makes of them `RAW` + every column of `LEADS` (null where the sheet has none), `kept_note` (texts
            that have no column of their own), `is_title`, `is_header` (repeats the header), origin_key, source_row.
        note: the mapping that was used, for approval.
    """

    origin: Origin
    rows: pl.DataFrame
    columns: tuple[pl.Expr, ...]
    note: str

    def leads(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Some of its rows with documented columns."""
        return rows.lazy().select(self.columns).collect()


def read_sheet(origin: Origin, rows: pl.DataFrame, choices: Choices | None = None) -> LeadSheet | None:
    """The rows of a sheet, none of them named as header, as leads; None where it holds no leads.

    Args:
        origin: the sheet.
        rows: text columns column_1 … by place, with origin_key and source_row, in order.
        choices: what a person chose columns to be.
    """
    chosen = choices.of(origin.sheet) if choices else {}
    columns = [name for name in rows.columns if name not in _PLACE]
    header = find_header(rows.head(30).select(columns).to_dicts(), chosen)
    if header is None:
        blank: dict[str, str | None] = dict.fromkeys(columns)
        return _lead_sheet(origin, rows.with_columns(pl.lit(False).alias("is_title")), blank,
                           match_columns(blank, rows), None)  # fmt: skip
    said = rows.row(header.place, named=True)
    cells = {name: " ".join(said[name].split()) if said[name] else None for name in columns}
    others = pl.concat([rows.slice(0, header.place), rows.slice(header.place + 1)])
    below = others.with_columns((pl.int_range(pl.len()) < header.titles).alias("is_title"))
    matches = match_columns(cells, below.slice(header.titles), chosen)
    return _lead_sheet(origin, below, cells, matches, said["source_row"])


def read_table(origin: Origin, rows: pl.DataFrame) -> LeadSheet | None:
    """The rows of a database table, whose columns are called as documented, as leads."""
    headers: dict[str, str | None] = {name: name for name in rows.columns if name not in _PLACE}
    matches = [Match(name, name, "its name") for name in headers if name in PHRASES]
    return _lead_sheet(origin, rows.with_columns(pl.lit(False).alias("is_title")), headers, matches, 0)


def _lead_sheet(
    origin: Origin,
    rows: pl.DataFrame,
    headers: Mapping[str, str | None],
    matches: Sequence[Match],
    header_row: int | None,
) -> LeadSheet | None:
    """header_row: None without a header, 0 for a table of a database."""
    if not has_leads(matches):
        return None
    other = SHEET_MEANINGS.get(squeezed(origin.sheet), {})
    meant = {match.target if match.why == CHOSEN else other.get(match.target, match.target): match for match in matches}
    kept = _kept_columns(headers, matches)
    columns = (
        *(text(pl.col(meant[name].column)).alias(RAW + name) if name in meant
          else pl.lit(None, pl.String).alias(RAW + name) for name in PHRASES),
        pl.coalesce(text(pl.col(name)) for name in headers).alias(RAW + "first_cell"),
        labelled([(LABELS[name], text(pl.col(match.column))) for name, match in meant.items() if name in LABELS]
                 + [(label, text(pl.col(column))) for column, label in kept.items()]).alias("kept_note"),
        pl.col("is_title"), _repeats(headers, meant).alias("is_header"), *(pl.col(name) for name in _PLACE),
    )  # fmt: skip
    return LeadSheet(origin, rows, columns, _mapping_note(origin, headers, list(meant.items()), header_row, kept))


def _kept_columns(headers: Mapping[str, str | None], matches: Sequence[Match]) -> dict[str, str]:
    """Columns without a meaning whose texts are kept, and their labels: questions, and columns without a header."""
    taken = {match.column for match in matches}
    free = {column: header for column, header in headers.items() if column not in taken}
    return {
        column: header or f"Column {column_letters(column)}"
        for column, header in free.items()
        if header is None or is_question(header)
    }


def column_letters(column: str) -> str:
    """column_1 as the sheet shows it: A; a column with a name of its own is that name."""
    number = column.removeprefix("column_")
    if not number.isdecimal():
        return column
    letters, left = "", int(number)
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _repeats(headers: Mapping[str, str | None], meant: Mapping[str, Match]) -> pl.Expr:
    """Whether a row says the header again: two cells or more, and half of the filled ones, name their own column."""
    named = []
    for column, header in headers.items():
        names = {squeezed(header)} if header else set()
        for target in (name for name, match in meant.items() if match.column == column):
            names |= {squeezed(phrase) for phrase in PHRASES[target]}
        cell = pl.col(column).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
        named.append(cell.is_in(sorted(names - {""})).fill_null(False))
    filled = pl.sum_horizontal(text(pl.col(column)).is_not_null() for column in headers)
    said = pl.sum_horizontal(named)
    return (said >= 2) & (said * 2 >= filled)


def place_of(origin: Origin) -> str:
    """The file, and the sheet where there is one."""
    return f"{origin.file_name}, sheet {origin.sheet}" if origin.sheet else origin.file_name


def _mapping_note(
    origin: Origin,
    headers: Mapping[str, str | None],
    meant: Sequence[tuple[str, Match]],
    header_row: int | None,
    kept: Mapping[str, str],
) -> str:
    """What each column was taken for, in one sentence."""
    top = {None: "no header row, columns by content", 0: "a table with column names"}
    said = top.get(header_row, f"header in row {header_row}")
    pairs = [f"{_shown(headers, match.column)} → {name} ({match.why})" for name, match in meant]
    notes = [f"{_shown(headers, column)} → note" for column in kept]
    taken = {match.column for _, match in meant} | set(kept)
    unused = [_shown(headers, column) for column in headers if column not in taken]
    ends = f" Not used: {', '.join(unused)}." if unused else ""
    return f"{place_of(origin)}: {said}. {'; '.join(pairs + notes)}.{ends}"


def _shown(headers: Mapping[str, str | None], column: str) -> str:
    header = headers[column]
    return f"'{header}'" if header else f"column {column_letters(column)}"
