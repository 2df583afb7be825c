"""Rows that repeat the header of their sheet, as pasted files have them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import polars as pl

from etl.sources.sheet import RAW, Form, raw
from etl.sources.sieve import Rule

_SAID = "says its name:"


def repeated_header(form: Form, judged: Collection[str] = ()) -> Rule:
    """A row that repeats the header: at least two cells, and half of all filled ones, say their own column's name.

    Cells are compared with every usual way to write the name, by a pattern that fails at their first letter, because
    bringing millions of cells into one form first takes longer than all else that is done to them.

    judged: columns whose different texts were judged by `with_names_said` already.
    """
    filled = pl.sum_horizontal([raw(column).is_not_null() for column in form.columns])
    named = pl.sum_horizontal(
        [pl.col(_SAID + column) if column in judged else _says_name(form, column) for column in form.columns]
    )
    first = next(iter(form.columns))
    return Rule("excluded", "repeated header row", first, (named >= 2) & (named * 2 >= filled))


def with_names_said(form: Form, texts: Sequence[pl.DataFrame]) -> tuple[list[pl.DataFrame], set[str]]:
    """What `read_distinct` made of columns, and beside each text whether it says the column's name; those columns."""
    columns = [frame.columns[0].removeprefix(RAW) for frame in texts]
    said = [
        frame.with_columns(_says_name(form, column).alias(_SAID + column))
        for column, frame in zip(columns, texts, strict=True)
    ]
    return said, set(columns)


def _says_name(form: Form, column: str) -> pl.Expr:
    written = sorted({one for name in (column, *form.columns[column]) for one in _written(name)})
    return raw(column).str.contains(rf"^\s*(?:{'|'.join(map(re.escape, written))})\s*$")


def _written(name: str) -> set[str]:
    """A column's name in its usual spellings: order_id, Order ID, ORDER-ID, OrderId …"""
    words = name.replace("_", " ").replace("-", " ").split()
    forms = {name, *(gap.join(words) for gap in ("_", " ", "-", ""))}
    forms |= {"".join(word.capitalize() for word in words), " ".join([*words[:-1], words[-1].upper()])}
    cased = {change(one) for one in forms for change in (str.lower, str.upper, str.title, str.capitalize)}
    return forms | cased
