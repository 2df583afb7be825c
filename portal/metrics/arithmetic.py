"""Exact division of decimals in frames."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

import polars as pl

PLACES = 10
"""Decimal places kept of a quotient; more than any unit shows."""

QUOTIENT = pl.Decimal(38, PLACES)
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_STEP = Decimal(1).scaleb(-PLACES)


def quotient(top: Decimal | int | None, bottom: Decimal | int | None) -> Decimal | None:
    """top ÷ bottom rounded half to even at `PLACES` places; missing where either is missing or bottom is 0."""
    if top is None or bottom is None or not bottom:
        return None
    return _CONTEXT.divide(Decimal(top), Decimal(bottom)).quantize(_STEP, context=_CONTEXT)


def divided(top: pl.Series, bottom: pl.Series) -> pl.Series:
    """Element-wise `quotient` of two columns of the same length, as a decimal column with `top`'s name."""
    values = [quotient(over, under) for over, under in zip(top.to_list(), bottom.to_list(), strict=True)]
    return pl.Series(top.name, values, dtype=QUOTIENT)
