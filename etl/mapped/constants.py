"""Values a mapping states itself: constants, and words of our own vocabularies."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from etl.mapped.section import Section, hint
from etl.staging import ORDER_STATUSES, StagingTable

VOCABULARIES: dict[str, tuple[str, ...]] = {"order_status": ORDER_STATUSES}
"""Canonical columns whose words are ours; any other word is rejected."""


def canonical_word(section: Section, name: str, value: Any) -> Any:
    """The value, checked against the vocabulary of the column where it has one."""
    known = VOCABULARIES.get(name)
    if known and value is not None and value not in known:
        section.wrong(f"'{value}' is no {name}.{hint(str(value), known)}")
    return value


def parse_constant(section: Section, table: StagingTable, name: str) -> Any:
    """A constant in the type of its column: text, number, true or false, date."""
    value = canonical_word(section, name, section.raw[name])
    dtype = table.columns[name]
    kinds: tuple[tuple[type[pl.DataType], tuple[type, ...], str], ...] = (
        (pl.String, (str,), "a text"),
        (pl.Boolean, (bool,), "true or false"),
        (pl.Decimal, (int, float), "a number"),
        (pl.Int32, (int,), "a whole number"),
        (pl.Int8, (int,), "a whole number"),
        (pl.Datetime, (datetime.datetime,), "a date with time"),
        (pl.Date, (datetime.date,), "a date like 2026-03-31"),
    )
    for kind, types, meaning in kinds:
        if isinstance(dtype, kind):
            if not isinstance(value, types) or (isinstance(value, bool) and kind is not pl.Boolean):
                section.wrong(f"{name} must be {meaning}, found {value!r}.")
                return None
            return Decimal(str(value)) if kind is pl.Decimal else value
    return value
