"""Signs that stand for others in the texts of a workbook."""

from __future__ import annotations

import polars as pl

ESCAPES = ["&", "\r", "_x"]
"""What begins everything that stands for something else: references, line ends, characters by number."""

_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


def only_named(text: pl.Expr) -> pl.Expr:
    """Whether nothing in a text stands for something else but references by name."""
    return ~text.str.replace_many(list(_NAMED), [""] * len(_NAMED)).str.contains_any(ESCAPES)


def named_signs(text: pl.Expr) -> pl.Expr:
    """References by name resolved."""
    return text.str.replace_many(_NAMED)
