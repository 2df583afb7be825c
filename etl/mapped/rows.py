"""The rows of one part of an entity: cleaned, judged, keyed. No loop over rows; texts are cleaned once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import polars as pl

from etl.mapped.cases import holds, misread
from etl.mapped.cells import CELL, PROBLEM, Cleaning, Reading, cleaned, companions, typed_null
from etl.mapped.computed import computed
from etl.mapped.constants import VOCABULARIES
from etl.mapped.documents import FURTHER_ROW, filled_down, further_rows
from etl.mapped.headers import Part
from etl.mapped.model import NUMBER, Case, Column, Entity, Test
from etl.mapped.verdicts import EXCLUDED, PLACE, REJECTED, Verdicts
from etl.row_key import with_row_key
from etl.staging import MONEY

_QUESTIONS = {"holds": holds, "misread": misread}


def conform_part(
    part: Part, entity: Entity, reading: Reading, currency: str | None
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Staging rows and rejects of one part; together exactly the part's rows.

    Args:
        part: raw rows with resolved headers.
        entity: what they mean.
        reading: currency and zones.
        currency: ISO 4217 for rows without a currency of their own; None leaves it null (the tenant's).
    """
    part = _filled(part, entity)
    verdicts = Verdicts(part.frame, entity.table.name)
    if entity.first_row_of is not None:
        header = part.headers[entity.first_row_of]
        verdicts.add(further_rows(part.frame, header), EXCLUDED, FURTHER_ROW, header)
    answers = _answers(part, entity)
    for exclusion in entity.exclude:
        verdicts.add(_any(exclusion.cases, answers), EXCLUDED, exclusion.name, _header(exclusion.cases, part))
    rows = (
        part.frame.select("origin_key", "source_row")
        .with_row_index(PLACE)
        .with_columns(_mapped(part, entity, reading, verdicts))
        .with_columns(computed(part, entity, reading, verdicts))
    )
    _judge_comparisons(part, entity, answers, verdicts)
    rows = rows.with_columns(_constants(entity)).with_columns(_derived(entity, answers))
    rows = _completed(rows, entity, currency, verdicts, part)
    _judge(rows, entity, part, verdicts)
    content = [name for name in rows.columns if name in _content(entity)]
    rows = _numbered(rows, entity)
    kept = _without_copies(verdicts.without_refused(rows), content, entity, verdicts)
    keyed = with_row_key(kept, content, entity.natural_key if set(entity.natural_key) <= set(rows.columns) else ())
    return _in_schema(keyed, entity), verdicts.rejects()


def _filled(part: Part, entity: Entity) -> Part:
    if entity.fill_down is None:
        return part
    columns = dict.fromkeys(part.headers[header] for header in entity.fill_down.columns if header in part.headers)
    return replace(part, frame=filled_down(part.frame, part.headers[entity.fill_down.by], list(columns)))


def _numbered(rows: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Add the number of each row among those of its file that agree in the rest of the key, refused rows counted."""
    if NUMBER not in entity.key:
        return rows
    rest = [name for name in entity.key if name != NUMBER]
    return rows.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("origin_key", *rest).alias(NUMBER))


def _source(column: Column, found: dict[str, str]) -> pl.Expr:
    """The text under one header; of several, the first filled one or all joined with a blank.

    A spreadsheet's apostrophe before a number ('04001) is dropped from what is joined.
    """
    present = [pl.col(found[header]) for header in column.headers if header in found]
    if len(present) == 1 or column.any_of:
        return present[0]
    if column.first_filled:
        return pl.coalesce(pl.when(cell.str.strip_chars() != "").then(cell) for cell in present)
    plain = [cell.str.replace(r"^'(\d)", "$1") for cell in present]
    return pl.concat_str(plain, separator=" ", ignore_nulls=True)


def _by_distinct(frame: pl.DataFrame, source: pl.Expr, cleaning: Cleaning) -> pl.LazyFrame:
    """The values for every row, each distinct text worked on once."""
    cells = frame.lazy().select(source.alias(CELL))
    distinct = cells.unique().with_columns(**cleaning.first).select(CELL, **cleaning.then)
    joined = cells.join(distinct, on=CELL, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(list(cleaning.then))


def _mapped(part: Part, entity: Entity, reading: Reading, verdicts: Verdicts) -> list[pl.Series]:
    """Canonical columns from source columns; what cannot be read is noted in the verdicts."""
    copied = [column for column in entity.columns if column.formula is None]
    present = [column for column in copied if any(header in part.headers for header in column.headers)]
    plans = [
        _by_distinct(part.frame, _source(column, part.headers), cleaned(column, entity, reading)) for column in present
    ]
    found: list[pl.Series] = []
    for column, values in zip(present, pl.collect_all(plans), strict=True):
        problems = values[PROBLEM]
        if problems.null_count() < len(problems):
            verdicts.add_rules(problems, shown_header(column, part), _source(column, part.headers))
        found += values.drop(PROBLEM).get_columns()
    return found


def shown_header(column: Column, part: Part) -> str:
    """The header (or headers) of a mapped column as the file writes it."""
    found = [part.headers[header] for header in column.headers if header in part.headers]
    return found[0] if column.any_of else " + ".join(found)


def _answers(part: Part, entity: Entity) -> dict[Test, tuple[pl.Series, pl.Series]]:
    """For every test of the entity: whether it holds, and where it met a cell that is no number."""
    asked = [test for test in entity.tests if test.header in part.headers]
    plans = [
        _by_distinct(
            part.frame, pl.col(part.headers[test.header]),
            Cleaning({}, {name: ask(test, pl.col(CELL), entity.rules) for name, ask in _QUESTIONS.items()}),
        )
        for test in asked
    ]  # fmt: skip
    found = {
        test: (values["holds"], values["misread"]) for test, values in zip(asked, pl.collect_all(plans), strict=True)
    }
    blank = pl.DataFrame({CELL: pl.Series([None], dtype=pl.String)})
    for test in entity.tests:
        if test not in found:
            alone = blank.select(holds(test, pl.col(CELL), entity.rules)).to_series()
            found[test] = (alone.new_from_index(0, part.frame.height), pl.repeat(False, part.frame.height, eager=True))
    return found


def _all(case: Case, answers: dict[Test, tuple[pl.Series, pl.Series]]) -> pl.Series:
    return reduce(lambda one, other: one & other, (answers[test][0] for test in case.tests))


def _any(cases: Sequence[Case], answers: dict[Test, tuple[pl.Series, pl.Series]]) -> pl.Series:
    return reduce(lambda one, other: one | other, (_all(case, answers) for case in cases))


def _header(cases: Sequence[Case], part: Part) -> str:
    header = cases[0].tests[0].header
    return part.headers.get(header, header)


def _judge_comparisons(
    part: Part, entity: Entity, answers: dict[Test, tuple[pl.Series, pl.Series]], verdicts: Verdicts
) -> None:  # fmt: skip
    """Reject rows where a derived column or an exclusion had to compare a text that is no number."""
    for test, (_, misread_rows) in answers.items():
        if misread_rows.any():
            verdicts.add(misread_rows, REJECTED, "number not readable", part.headers[test.header])


def _constants(entity: Entity) -> list[pl.Expr]:
    return [pl.lit(value, dtype=entity.table.columns[name]).alias(name) for name, value in entity.constants.items()]


def _derived(entity: Entity, answers: dict[Test, tuple[pl.Series, pl.Series]]) -> list[pl.Expr]:
    found = []
    for rule in entity.derived:
        dtype = entity.table.columns[rule.name]
        value = pl.lit(rule.otherwise, dtype=dtype)
        for case in reversed(rule.cases):
            value = pl.when(_all(case, answers)).then(pl.lit(case.value, dtype=dtype)).otherwise(value)
        found.append(value.alias(rule.name))
    return found


def _completed(
    rows: pl.DataFrame, entity: Entity, currency: str | None, verdicts: Verdicts, part: Part
) -> pl.DataFrame:  # fmt: skip
    """Add what follows from other columns: the currency of the mapping, and line_amount = quantity × unit_price."""
    if currency is not None and "currency" in entity.table.columns:
        own = pl.col("currency") if "currency" in rows.columns else pl.lit(None, dtype=pl.String)
        rows = rows.with_columns(own.fill_null(currency).alias("currency"))
    if "line_amount" not in entity.table.columns or not {"quantity", "unit_price"} <= set(rows.columns):
        return rows
    stated = pl.col("line_amount") if "line_amount" in rows.columns else pl.lit(None, dtype=MONEY)
    product = (pl.col("quantity") * pl.col("unit_price")).cast(MONEY, strict=False)
    completed = rows.with_columns(pl.coalesce(stated, product).alias("line_amount"))
    too_large = completed.select(
        pl.col("line_amount").is_null() & pl.col("quantity").is_not_null() & pl.col("unit_price").is_not_null()
    ).to_series()
    verdicts.add(too_large, REJECTED, "quantity × unit price is too large", _mapped_as("quantity", entity))
    return completed


def _mapped_as(name: str, entity: Entity) -> str:
    return next((column.headers[0] for column in entity.columns if column.name == name), name)


def _judge(rows: pl.DataFrame, entity: Entity, part: Part, verdicts: Verdicts) -> None:
    """Words outside our vocabularies, then required columns that are missing."""
    by_name = {column.name: column for column in entity.columns}
    for name, known in VOCABULARIES.items():
        if name in by_name and name in rows.columns:
            strange = rows[name].is_not_null() & ~rows[name].is_in(known)
            verdicts.add(strange, REJECTED, f"unknown {name.replace('_', ' ')}", shown_header(by_name[name], part))
    for name in entity.table.required:
        header = shown_header(by_name[name], part) if name in by_name else name
        missing = rows[name].is_null() if name in rows.columns else pl.repeat(True, rows.height, eager=True)
        verdicts.add(missing, REJECTED, f"missing {name}", header)


def _content(entity: Entity) -> set[str]:
    """Columns that make up a row's content key: what the files and constants say, not what follows from it."""
    mapped = {name for column in entity.columns for name in companions(column.name, entity)}
    return (mapped | set(entity.constants)) - {"order_hour"}


def _without_copies(
    kept: pl.DataFrame, content: Sequence[str], entity: Entity, verdicts: Verdicts
) -> pl.DataFrame:  # fmt: skip
    """Refuse exact copies within a file where the mapping asks for it."""
    if entity.duplicates == "keep":
        return kept
    copies = kept.select(~pl.struct("origin_key", *content).is_first_distinct()).to_series()
    outcome = EXCLUDED if entity.duplicates == "exclude" else REJECTED
    verdicts.add_places(kept.filter(copies)[PLACE], outcome, "exact copy of an earlier row")
    return kept.filter(~copies)


def _in_schema(rows: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    schema = entity.table.schema()
    return rows.select(
        pl.col(name).cast(dtype) if name in rows.columns else typed_null(entity.table, name)
        for name, dtype in schema.items()
    )
