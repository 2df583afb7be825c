"""Amounts computed from several columns: `[item-price] - [discount]`, `sum([quantity] * [price])`.

Headers stand in square brackets. There are + - * ( ) and sum( ), which adds up over all rows of the same document of
the same file (the document is what `first_row_of` names). Everything is exact decimal, with four places.

What is missing: a product is missing where a factor is. Terms that are missing count as nothing, but what they make is
missing where all added terms are, and where a sum( ) is: an order without a subtotal has no discount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from etl.mapped.section import Section

MONEY = pl.Decimal(18, 4)
DOCUMENT = "document"
_TOKEN = re.compile(r"\s*(?:\[(?P<header>[^\]]+)\]|(?P<sum>sum\s*\()|(?P<sign>[-+*()]))")


@dataclass(frozen=True)
class Formula:
    """One node: a header, or "+" (signed parts), "*" (factors), "sum" (one part).

    Attributes:
        kind: header, +, * or sum.
        header: of a header node.
        parts: of the others.
        signs: 1 or -1 for each part of a "+" node.
    """

    kind: str
    header: str = ""
    parts: tuple[Formula, ...] = ()
    signs: tuple[int, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header it names, once, in order."""
        own = (self.header,) if self.kind == "header" else ()
        return tuple(dict.fromkeys((*own, *(name for part in self.parts for name in part.headers))))

    @property
    def has_sum(self) -> bool:
        """Whether it adds up over the rows of a document."""
        return self.kind == "sum" or any(part.has_sum for part in self.parts)


class _FormulaError(Exception):
    """What is wrong with a formula, as the end of a sentence."""


def parse_formula(section: Section, content: str) -> Formula | None:
    """A formula from its text; None with a problem noted when it is none."""
    try:
        tokens = _tokens(content)
        found = _total(tokens)
        if tokens:
            raise _FormulaError(f"'{tokens[0][1]}' is too much")
    except _FormulaError as error:
        section.wrong(f"formula '{content}' cannot be read: {error}. Write headers in brackets: [Price] * [Qty].")
        return None
    return found


def _tokens(content: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while content[at:].strip():
        found = _TOKEN.match(content, at)
        if found is None or found.lastgroup is None:
            raise _FormulaError(f"'{content[at:].strip()}' is not understood")
        tokens.append((found.lastgroup, found[found.lastgroup].strip()))
        at = found.end()
    return tokens


def _next_is(tokens: Sequence[tuple[str, str]], *words: str) -> bool:
    return bool(tokens) and tokens[0][0] == "sign" and tokens[0][1] in words


def _total(tokens: list[tuple[str, str]]) -> Formula:
    parts, signs = [_product(tokens)], [1]
    while _next_is(tokens, "+", "-"):
        signs.append(1 if tokens.pop(0)[1] == "+" else -1)
        parts.append(_product(tokens))
    return parts[0] if len(parts) == 1 else Formula("+", parts=tuple(parts), signs=tuple(signs))


def _product(tokens: list[tuple[str, str]]) -> Formula:
    factors = [_atom(tokens)]
    while _next_is(tokens, "*"):
        tokens.pop(0)
        factors.append(_atom(tokens))
    return factors[0] if len(factors) == 1 else Formula("*", parts=tuple(factors))


def _atom(tokens: list[tuple[str, str]]) -> Formula:
    if not tokens:
        raise _FormulaError("it ends too early")
    kind, word = tokens.pop(0)
    if kind == "header":
        return Formula("header", word)
    if kind == "sign" and word != "(":
        raise _FormulaError(f"'{word}' stands in the wrong place")
    inner = _total(tokens)
    if not _next_is(tokens, ")"):
        raise _FormulaError("a bracket is not closed")
    tokens.pop(0)
    return Formula("sum", parts=(inner,)) if kind == "sum" else inner


def value_of(formula: Formula, cells: Dictionary[str, pl.Expr]) -> pl.Expr:
    """The value for every row.

    Args:
        formula: what is computed.
        cells: header to amounts as Decimal(18, 4); rows of one document share `DOCUMENT`.
    """
    if formula.kind == "header":
        return cells[formula.header]
    parts = [value_of(part, cells) for part in formula.parts]
    if formula.kind == "*":
        return reduce(lambda one, other: (one * other).cast(MONEY, strict=False), parts)
    if formula.kind == "sum":
        added = parts[0].sum().over(DOCUMENT).cast(MONEY, strict=False)
        return pl.when(parts[0].is_not_null().any().over(DOCUMENT)).then(added)
    sums = [part for part, each in zip(parts, formula.parts, strict=True) if each.kind == "sum"]
    total = _signed_total(parts, formula.signs)
    return pl.when(pl.all_horizontal(one.is_not_null() for one in sums)).then(total) if sums else total


def _signed_total(parts: Sequence[pl.Expr], signs: Sequence[int]) -> pl.Expr:
    added = [part for part, sign in zip(parts, signs, strict=True) if sign > 0]
    zero = pl.lit(0).cast(MONEY)
    total = zero
    for part, sign in zip(parts, signs, strict=True):
        value = part.fill_null(zero)
        total = (total + value if sign > 0 else total - value).cast(MONEY, strict=False)
    return pl.when(pl.any_horizontal(part.is_not_null() for part in added)).then(total)
