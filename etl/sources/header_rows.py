"""Rows that repeat the header of their sheet, as pasted files have them."""

from __future__ import annotations

import re

import polars as pl

from etl.sources.sheet import Form, raw
from etl.sources.sieve import Rule


def repeated_header(form: Form) -> Rule:
    """A row that repeats the header: at least two cells, and half of all filled ones, say their own column's name.

    Cells are compared with every usual way to write the name, by a pattern that fails at their first letter, because
    bringing millions of cells into one form first takes longer than all else that is done to them.
    """
    says_name = []
    for column, aliases in form.columns.items():
        written = sorted({one for name in (column, *aliases) for one in _written(name)})
        says_name.append(raw(column).str.contains(rf"^\s*(?:{'|'.join(map(re.escape, written))})\s*$"))
    filled = pl.sum_horizontal([raw(column).is_not_null() for column in form.columns])
    named = pl.sum_horizontal(says_name)
    return Rule("excluded", "repeated header row", next(iter(form.columns)), (named >= 2) & (named * 2 >= filled))


def _written(name: str) -> set[str]:
    """A column's name in its usual spellings: order_id, Order ID, ORDER-ID, OrderId …"""
    words = name.replace("_", " ").replace("-", " ").split()
    forms = {name, *(gap.join(words) for gap in ("_", " ", "-", ""))}
    forms |= {"".join(word.capitalize() for word in words), " ".join([*words[:-1], words[-1].upper()])}
    cased = {change(one) for one in forms for change in (str.lower, str.upper, str.title, str.capitalize)}
    return forms | cased
