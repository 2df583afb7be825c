"""Cells of a mapped column to canonical values, cleaned once per distinct text."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

import polars as pl

from etl.clean import amount, flag, identifier, marks_of, text, whole
from etl.dates import moments, to_instant
from etl.mapped.constants import VOCABULARIES
from etl.mapped.entity import COMPANIONS
from etl.mapped.model import CellRules, Column, Entity
from etl.staging import StagingTable

CELL = "cell"
PROBLEM = "problem"
_MOMENT = "moment"
_MONEY_ENDINGS = ("_amount", "_price", "_cost")
_IDS = ("sku", "phone")


@dataclass(frozen=True)
class Reading:
    """What cleaning needs beside the mapping: amounts' currency (None: any), zone of the file, zone of the tenant."""

    currency: str | None
    zone: str
    business_zone: str


@dataclass(frozen=True)
class Cleaning:
    """Two steps over a frame with the text column `cell`: values first, then what is asked of the values.

    Two steps because an expression that is named twice would be computed twice.
    """

    first: dict[str, pl.Expr]
    then: dict[str, pl.Expr]


def cleaned(column: Column, entity: Entity, reading: Reading) -> Cleaning:
    """How cells of a column become canonical columns and `problem` (the rule a cell broke, or null)."""
    cell = _meaningful(pl.col(CELL), column.rules)
    dtype = entity.table.columns[column.name]
    if isinstance(dtype, pl.Date | pl.Datetime):
        return _moment(column, entity, cell, reading)
    value, rule = _value(column, cell, dtype, entity.values.get(column.name, {}), reading)
    said = text(cell, column.rules.null_words).is_not_null()
    problem = pl.when(said & pl.col(column.name).is_null()).then(pl.lit(rule))
    return Cleaning({column.name: value}, {column.name: pl.col(column.name), PROBLEM: problem})


def _meaningful(cell: pl.Expr, rules: CellRules) -> pl.Expr:
    if not rules.null_patterns:
        return cell
    nothing = "|".join(f"(?:{pattern})" for pattern in rules.null_patterns)
    return pl.when(~cell.str.strip_chars().str.contains(f"^(?:{nothing})$").fill_null(False)).then(cell)


def _value(
    column: Column, cell: pl.Expr, dtype: pl.DataType, words: Dictionary[str, Any], reading: Reading
) -> tuple[pl.Expr, str]:  # fmt: skip
    """The value and the rule that a cell breaks when it has none."""
    rules = column.rules
    if dtype == pl.Boolean:
        return flag(_translated(cell, {word: str(value) for word, value in words.items()}, rules), rules.null_words), (
            "neither yes nor no"
        )
    if dtype == pl.String:
        return _text(column, cell, words)
    if isinstance(dtype, pl.Decimal):
        if column.name.endswith(_MONEY_ENDINGS):
            marks = None if reading.currency is None else marks_of(reading.currency, rules.currency_symbols)
            return amount(cell, marks, rules.decimal_comma, rules.null_words, dtype.scale), "amount not readable"
        value = amount(cell, (), rules.decimal_comma, rules.null_words, dtype.scale)
        return value, "number not readable"
    value = whole(cell, rules.decimal_comma, rules.null_words)
    if dtype == pl.Int8:
        return pl.when(value.is_between(0, 23)).then(value).cast(pl.Int8), "hour not between 0 and 23"
    return value, "whole number not readable"


def _text(column: Column, cell: pl.Expr, words: Dictionary[str, Any]) -> tuple[pl.Expr, str]:
    rules = column.rules
    if column.name == "currency":
        code = _translated(cell, words, rules).str.to_uppercase()
        return pl.when(code.str.contains("^[A-Z]{3}$")).then(code), "currency is not a three-letter code"
    is_id = rules.clean_ids and (column.name.endswith("_id") or column.name in _IDS)
    if is_id:
        return identifier(cell, rules.null_words), "id damaged by a spreadsheet"
    if column.name in VOCABULARIES:
        return _canonical(_translated(cell, words, rules), VOCABULARIES[column.name]), ""
    return _translated(cell, words, rules), ""


def _canonical(words: pl.Expr, known: tuple[str, ...]) -> pl.Expr:
    """Our own words in any spelling ("In Transit" is in_transit); other words as they are, to be rejected."""
    spelled = words.str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    return pl.when(spelled.is_in(known)).then(spelled).otherwise(words)


def _translated(cell: pl.Expr, words: Dictionary[str, Any], rules: CellRules) -> pl.Expr:
    """Trimmed text, the words of the source turned into ours."""
    trimmed = text(cell, rules.null_words)
    if not words:
        return trimmed
    return pl.coalesce(trimmed.str.to_lowercase().replace_strict(dict(words), default=None), trimmed)


def _moment(column: Column, entity: Entity, cell: pl.Expr, reading: Reading) -> Cleaning:
    rules = column.rules
    whole_moment = moments(cell, rules.dates, reading.zone, reading.business_zone, rules.null_words)
    day, at, hour, problem = (pl.col(_MOMENT).struct.field(name) for name in ("day", "at", "hour", PROBLEM))
    targets = companions(column.name, entity)
    if targets == (column.name,):
        midnight = to_instant(day.cast(pl.Datetime("us")), reading.business_zone)
        at = pl.coalesce(at, midnight)
    by_type = {pl.Datetime: at, pl.Date: day, pl.Int8: hour}
    values = {name: by_type[type(entity.table.columns[name])] for name in targets}
    return Cleaning({_MOMENT: whole_moment}, {**values, PROBLEM: problem})


def companions(name: str, entity: Entity) -> tuple[str, ...]:
    """The canonical columns that a mapped date fills: itself and its companions that nothing else fills."""
    taken = {column.name for column in entity.columns} | set(entity.constants) | {rule.name for rule in entity.derived}
    for group in COMPANIONS.values():
        if name in group[:2]:
            return tuple(one for one in group if one == name or (one in entity.table.columns and one not in taken))
    return (name,)


def typed_null(table: StagingTable, name: str) -> pl.Expr:
    """A column that the source does not have."""
    return pl.lit(None, dtype=table.columns[name]).alias(name)
