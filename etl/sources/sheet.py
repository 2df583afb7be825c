"""Raw rows of one kind, gathered from all files and sheets of a load; and the sieve that keeps bad rows apart.

Used by the sources with a fixed form. Raw text stands under `RAW` + the column's documented name; cleaned values are
added beside it under their staging names, so a rejected row can show the cell as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import polars as pl

from etl.clean import text
from etl.dates import AMBIGUOUS, UNREADABLE
from etl.row_key import with_row_key
from etl.source import Conformed, Origin, RawTable
from etl.staging import REJECTS, STAGING
from portal.errors import SourceError

RAW = "raw:"
_PLACE = ("origin_key", "source_row")


@dataclass(frozen=True)
class Form:
    """How one kind of sheet looks.

    Attributes:
        kind: name of the sheet or file in the source's documentation.
        columns: documented column to the other headers it is known under; headers are compared without case, blanks,
            underscores and hyphens, and the first column found wins.
        required: columns without which the sheet cannot be understood.
        table: staging table its rows are counted under; "unused" when this version does not load it.
    """

    kind: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    table: str = "unused"


@dataclass(frozen=True)
class Sheet:
    """All rows of one kind: text columns `RAW` + documented name (null where absent), origin_key, source_row."""

    form: Form
    frame: pl.DataFrame
    unused_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """Why a row is kept out: outcome (rejected or excluded), a sentence, the documented column, the condition."""

    outcome: str
    sentence: str
    column: str
    breaks: pl.Expr = field(compare=False)


def squeezed(header: str) -> str:
    """A header as it is compared: lower case, without blanks, underscores and hyphens."""
    return "".join(letter for letter in header.lower() if letter.isalnum())


def raw(column: str) -> pl.Expr:
    """The raw text of a documented column."""
    return pl.col(RAW + column)


def gather_sheets(
    tables: Sequence[RawTable], form_of: Callable[[Origin, Sequence[str]], Form | None]
) -> tuple[dict[str, Sheet], list[tuple[Origin, pl.DataFrame]]]:
    """Sort the raw rows by form.

    Returns:
        (kind to sheet, origins without a form, with their rows).

    Raises:
        SourceError: a sheet lacks a required column; the message names file, sheet, column and the nearest header.
    """
    parts: dict[str, list[Sheet]] = {}
    unknown: list[tuple[Origin, pl.DataFrame]] = []
    for table in tables:
        for origin in table.origins:
            rows = table.frame.filter(pl.col("origin_key") == origin.key)
            form = form_of(origin, table.columns)
            if form is None:
                unknown.append((origin, rows))
            else:
                parts.setdefault(form.kind, []).append(_shaped(form, origin, rows))
    return {kind: _united(sheets) for kind, sheets in parts.items()}, unknown


def _shaped(form: Form, origin: Origin, rows: pl.DataFrame) -> Sheet:
    headers = [name for name in rows.columns if name not in _PLACE]
    chosen = _match_columns(form, headers)
    for column in form.required:
        if column not in chosen:
            raise SourceError(_missing_column(origin, column, headers))
    absent = [pl.lit(None, pl.String).alias(RAW + column) for column in form.columns if column not in chosen]
    found = [pl.col(header).alias(RAW + column) for column, header in chosen.items()]
    unused = tuple(header for header in headers if header not in chosen.values())
    columns = [RAW + column for column in form.columns]
    frame = rows.select(*found, *_PLACE).with_columns(absent).select(*columns, *_PLACE)
    return Sheet(form, frame, unused)


def _match_columns(form: Form, headers: Sequence[str]) -> dict[str, str]:
    by_squeezed: dict[str, str] = {}
    for header in headers:
        by_squeezed.setdefault(squeezed(header), header)
    chosen: dict[str, str] = {}
    for column, aliases in form.columns.items():
        known = (squeezed(name) for name in (column, *aliases))
        free = [by_squeezed[name] for name in known if name in by_squeezed]
        if free and free[0] not in chosen.values():
            chosen[column] = free[0]
    return chosen


def _missing_column(origin: Origin, column: str, headers: Sequence[str]) -> str:
    place = f"{origin.file_name}, sheet {origin.sheet}" if origin.sheet else origin.file_name
    near = get_close_matches(column, headers, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{place}: there is no column {column}. The header has: {', '.join(headers)}.{hint}"


def _united(sheets: Sequence[Sheet]) -> Sheet:
    unused = tuple(dict.fromkeys(name for sheet in sheets for name in sheet.unused_columns))
    return Sheet(sheets[0].form, pl.concat([sheet.frame for sheet in sheets]), unused)


def repeated_header(form: Form) -> Rule:
    """A row that repeats the header: at least two cells, and half of all filled ones, say their own column's name."""
    says_name = []
    for column, aliases in form.columns.items():
        names = [squeezed(name) for name in (column, *aliases)]
        cell = raw(column).str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
        says_name.append(cell.is_in(names).fill_null(False))
    filled = pl.sum_horizontal([text(raw(column)).is_not_null() for column in form.columns])
    named = pl.sum_horizontal(says_name)
    return Rule("excluded", "repeated header row", next(iter(form.columns)), (named >= 2) & (named * 2 >= filled))


def date_rules(column: str, moment: str, staging_column: str) -> list[Rule]:
    """A date that is missing, not readable, or fits two readings; `moment` names what `moments` made of `column`."""
    missing = Rule("rejected", f"missing {staging_column}", column, text(raw(column)).is_null())
    return [missing, *unreadable_date_rules(column, moment)]


def unreadable_date_rules(column: str, moment: str) -> list[Rule]:
    """A date that is there but not readable, or fits two readings."""
    problem = pl.col(moment).struct.field("problem")
    return [Rule("rejected", sentence, column, problem == sentence) for sentence in (UNREADABLE, AMBIGUOUS)]


def sieve(frame: pl.DataFrame, rules: Sequence[Rule], tables: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep apart the rows that break a rule; the first rule broken is the reason.

    Args:
        frame: raw and cleaned columns, origin_key, source_row.
        rules: in order of importance.
        tables: staging tables the row was meant for; it is listed once for each.

    Returns:
        (rows that break no rule, frame of schema `REJECTS`).
    """
    broken = pl.coalesce(
        *(pl.when(rule.breaks).then(pl.lit(place, pl.Int32)) for place, rule in enumerate(rules)),
        pl.lit(None, pl.Int32),
    )
    judged = frame.with_columns(broken.alias("broken"))
    parts = [pl.DataFrame(schema=REJECTS)]
    for place, rule in enumerate(rules):
        bad = judged.filter(pl.col("broken") == place)
        parts += [_rejects(bad, rule, table) for table in tables if bad.height]
    return judged.filter(pl.col("broken").is_null()).drop("broken"), pl.concat(parts)


def _rejects(bad: pl.DataFrame, rule: Rule, table: str) -> pl.DataFrame:
    cells = {
        "origin_key": pl.col("origin_key"), "source_row": pl.col("source_row"), "staging_table": pl.lit(table),
        "outcome": pl.lit(rule.outcome), "rule": pl.lit(rule.sentence), "column": pl.lit(rule.column),
        "value": raw(rule.column),
    }  # fmt: skip
    return bad.select(cell.cast(REJECTS[name]).alias(name) for name, cell in cells.items())


def staged(
    frame: pl.DataFrame, table: str, natural: tuple[str, ...] = (), content: Sequence[str] | None = None
) -> pl.DataFrame:
    """`frame` as staging rows of `table`: its columns in order, absent ones null, with row_key.

    Args:
        frame: has staging columns and lineage among its columns.
        table: name of the staging table.
        natural: columns that identify a row, where it is not the table's own natural key.
        content: columns that make up a content key; None: all.
    """
    schema = {name: dtype for name, dtype in STAGING[table].schema().items() if name != "row_key"}
    absent = [pl.lit(None).alias(name) for name in schema if name not in frame.columns]
    rows = frame.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    keyed = with_row_key(rows, content, natural or STAGING[table].natural_key)
    return keyed.select(list(STAGING[table].schema()))


def counted(frame: pl.DataFrame, table: str) -> dict[tuple[int, str], int]:
    """(origin key, staging table) to rows of `frame`."""
    return {(int(key), table): int(rows) for key, rows in frame.group_by("origin_key").len().iter_rows()}


def not_loaded(name: str, rows: pl.DataFrame, sentence: str) -> Conformed:
    """A sheet or file this version has no use for: every row excluded under "unused", its cells not shown; a note."""
    cells = {
        "origin_key": pl.col("origin_key"), "source_row": pl.col("source_row"), "staging_table": pl.lit("unused"),
        "outcome": pl.lit("excluded"), "rule": pl.lit(sentence), "column": pl.lit(None), "value": pl.lit(None),
    }  # fmt: skip
    rejects = rows.select(cell.cast(REJECTS[column]).alias(column) for column, cell in cells.items())
    note = f"{name}: {sentence}; rows kept in the landing area only: {rows.height}."
    return Conformed({}, rejects, counted(rows, "unused"), (note,))


def merged(parts: Sequence[Conformed]) -> Conformed:
    """All parts of a load as one result."""
    tables: dict[str, pl.DataFrame] = {}
    read: dict[tuple[int, str], int] = {}
    for part in parts:
        for name, frame in part.tables.items():
            tables[name] = pl.concat([tables[name], frame]) if name in tables else frame
        for key, count in part.read.items():
            read[key] = read.get(key, 0) + count
    rejects = pl.concat([pl.DataFrame(schema=REJECTS), *(part.rejects for part in parts)])
    return Conformed(tables, rejects, read, tuple(note for part in parts for note in part.notes))
