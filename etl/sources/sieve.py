"""From raw rows to staging rows: dates read, bad rows kept apart with their reason, every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from etl.clean import is_blank, unreadable
from etl.dates import AMBIGUOUS, ISO, UNREADABLE, DateRule, moments
from etl.iso_dates import iso_moments
from etl.row_key import with_row_key
from etl.source import Conformed
from etl.sources.sheet import RAW, Sheet, raw
from etl.sources.slices import made_of_slices
from etl.staging import REJECTS, STAGING

NOT_READ = "not read:"
"""Before the name of a column: whether the cell it was made of says something that was not understood."""


Cleaned = Mapping[str, tuple[str, pl.Expr]]
"""Name of a new column to the documented column it is made of, and how."""


@dataclass(frozen=True)
class Rule:
    """Why a row is kept out: outcome (rejected or excluded), a sentence, the documented column, the condition."""

    outcome: str
    sentence: str
    column: str
    breaks: pl.Expr = field(compare=False)


def with_distinct(frame: pl.DataFrame, cleaned: Cleaned) -> pl.DataFrame:
    """Add columns that are cleaned once for each distinct text, and beside each whether its cell was `not_read`.

    Args:
        frame: has the raw columns.
        cleaned: name of the new column to the documented column it is made of, and how.
    """
    return with_read(frame, read_distinct(frame, cleaned))


def read_distinct(frame: pl.DataFrame, cleaned: Cleaned) -> list[pl.DataFrame]:
    """The different texts of each column `with_distinct` reads, then what is made of them, and whether not read."""
    made = {column: [name for name in cleaned if cleaned[name][0] == column] for column, _ in cleaned.values()}
    plans = [
        frame.lazy().select(RAW + column).unique().with_columns(cleaned[name][1].alias(name) for name in names)
        .with_columns(unreadable(raw(column), pl.col(name)).alias(NOT_READ + name) for name in names)
        for column, names in made.items()
    ]  # fmt: skip
    return pl.collect_all(plans)


def with_read(frame: pl.DataFrame, read: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Add to rows what `read_distinct` made of all texts of their columns."""
    plans = [
        frame.lazy().select(texts.columns[0])
        .join(texts.lazy(), on=texts.columns[0], how="left", nulls_equal=True, maintain_order="left")
        .drop(texts.columns[0])
        for texts in read
    ]  # fmt: skip
    return frame.with_columns(column for found in pl.collect_all(plans) for column in found.get_columns())


def not_read(name: str) -> pl.Expr:
    """Whether the cell behind a column of `with_distinct` says something that was not understood."""
    return pl.col(NOT_READ + name)


def with_moments(frame: pl.DataFrame, written: Mapping[str, str], day_first: bool | None, zone: str) -> pl.DataFrame:
    """Add what `moments` makes of date columns.

    Nearly all cells are ISO, which is cheap to read; only what is left goes, each text once, through every form a
    date may take. The result is the same, since no other form reads an ISO date.

    Args:
        frame: has the raw columns.
        written: name of the new struct column to the documented column it reads.
        day_first: which number of 03/02/2026 is the day; None: such a date fits two readings.
        zone: the tenant's time zone.
    """
    found = [_moments(frame, RAW + column, day_first, zone).alias(name) for name, column in written.items()]
    return frame.with_columns(found)


def _moments(frame: pl.DataFrame, column: str, day_first: bool | None, zone: str) -> pl.Series:
    iso, any_form = (moments(pl.col(column), rule, zone) for rule in (DateRule((ISO,)), DateRule(day_first=day_first)))
    read = pl.struct(iso.alias("iso"), any_form.alias("any_form"))
    is_iso = pl.field("iso").struct.field("problem").is_null()
    chosen = read.struct.with_fields(
        pl.when(is_iso).then(pl.field("iso")).otherwise(pl.field("any_form")).alias("read")
    )
    usual = pl.concat(list(made_of_slices(frame.select(column), lambda rows: iso_moments(rows, column, zone))))
    return completed_moments(frame, column, usual, chosen.struct.field("read"))


def completed_moments(frame: pl.DataFrame, column: str, usual: pl.Series, read: pl.Expr) -> pl.Series:
    """`usual` moments of a text column; where there is none, what `read` makes of the cell, each different one once."""
    is_left = usual.is_null()
    if not is_left.any():
        return usual
    left = frame.filter(is_left).select(column)
    different = left.unique().with_columns(read.alias("read"))
    others = left.join(different, on=column, how="left", maintain_order="left", nulls_equal=True)["read"]
    places = pl.int_range(frame.height, eager=True)
    moved = (is_left.cast(pl.Int64).cum_sum() + (frame.height - 1)).zip_with(is_left, places)
    return pl.concat([usual, others.alias(usual.name)]).gather(moved)


def date_rules(column: str, moment: str, staging_column: str) -> list[Rule]:
    """A date that is missing, not readable, or fits two readings; `moment` names what `moments` made of `column`."""
    missing = Rule("rejected", f"missing {staging_column}", column, is_blank(raw(column)))
    return [missing, *unreadable_date_rules(column, moment)]


def unreadable_date_rules(column: str, moment: str) -> list[Rule]:
    """A date that is there but not readable, or fits two readings."""
    problem = pl.col(moment).struct.field("problem")
    return [Rule("rejected", sentence, column, problem == sentence) for sentence in (UNREADABLE, AMBIGUOUS)]


def sieve(
    frame: pl.DataFrame, rules: Sequence[Rule], tables: Sequence[str], wanted: Collection[str] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep apart the rows that break a rule; the first rule broken is the reason.

    Args:
        frame: raw and cleaned columns, origin_key, source_row.
        rules: in order of importance.
        tables: staging tables the row was meant for; it is listed once for each.
        wanted: columns that rows which break no rule keep; None: all.

    Returns:
        (rows that break no rule, frame of schema `REJECTS`).
    """
    kept, out = _parted(frame, rules, wanted)
    return kept, _rejects(out, rules, tables)


def sieve_slices(
    frame: pl.DataFrame,
    clean: Callable[[pl.DataFrame], pl.DataFrame],
    rules: Sequence[Rule],
    tables: Sequence[str],
    wanted: Collection[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As `sieve`, for millions of rows: they are cleaned slice by slice, which bounds the memory that takes.

    Args:
        frame: raw columns.
        clean: adds the cleaned columns; what it does to a row may not depend on other rows.
        rules, tables: as `sieve`.
        wanted: columns that rows which break no rule keep.
    """
    parted = list(made_of_slices(frame, lambda rows: _parted(clean(rows), rules, wanted)))
    return pl.concat([kept for kept, _ in parted]), _rejects(pl.concat([out for _, out in parted]), rules, tables)


def _parted(
    frame: pl.DataFrame, rules: Sequence[Rule], wanted: Collection[str] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows that break no rule, with the wanted columns; the others with `broken`, the first rule they break)."""
    broken = pl.coalesce(
        *(pl.when(rule.breaks).then(pl.lit(place, pl.Int32)) for place, rule in enumerate(rules)),
        pl.lit(None, pl.Int32),
    )
    place = frame.lazy().select(broken.alias("broken")).collect().to_series()
    is_kept = place.is_null()
    kept = frame if wanted is None else frame.select(name for name in frame.columns if name in wanted)
    if is_kept.all():
        return kept, frame.clear().with_columns(place.clear())
    return kept.filter(is_kept), frame.filter(~is_kept).with_columns(place.filter(~is_kept))


def _rejects(out: pl.DataFrame, rules: Sequence[Rule], tables: Sequence[str]) -> pl.DataFrame:
    """Frame of schema `REJECTS`, in order of rules."""
    parts = [pl.DataFrame(schema=REJECTS)]
    for place, rule in enumerate(rules):
        bad = out.filter(pl.col("broken") == place)
        parts += [_rejected(bad, rule, table) for table in tables if bad.height]
    return pl.concat(parts)


def _rejected(bad: pl.DataFrame, rule: Rule, table: str) -> pl.DataFrame:
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


def unused_columns(sheets: Mapping[str, Sheet]) -> Conformed:
    """Notes that name the columns nobody reads, so that a misspelled header does not go unseen."""
    used = (sheet for sheet in sheets.values() if sheet.form.table != "unused" and sheet.unused_columns)
    return Conformed(
        {}, notes=tuple(f"{one.form.kind}: columns not used: {', '.join(one.unused_columns)}." for one in used)
    )


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
