"""Why net sales changed: volume, price and discount, mix, returns; exact to the last digit.

For each product i, q is units sold, s the net amount of its sale lines (after discounts), p = s ÷ q, and r what came
back. With Q = Σq and S = Σs over all products and totals before (0) and after (1):

    volume  = (Q1 − Q0) · S0 ÷ Q0                    more or fewer units at the old average price
    price   = Σ over products sold in both periods of (p1 − p0) · q1     dearer or cheaper, list price and discount
    mix     = (S1 − S0) − volume − price              other products, new and gone ones included
    returns = −(R1 − R0)

so volume + price + mix + returns = Δ(S − R) = Δ net sales. Rounding is to `PLACES` places; mix is what remains, so
the sum is exact by construction (the usual price–volume–mix split of management accounting).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import pandas as pd

PLACES = 4
_STEP = Decimal(1).scaleb(-PLACES)
_WIDE = Context(prec=60)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Bridge:
    """The causes of a change of net sales, in the reporting currency; they sum exactly to `change`."""

    before: Decimal
    after: Decimal
    volume: Decimal
    price: Decimal
    mix: Decimal
    returns: Decimal

    @property
    def change(self) -> Decimal:
        """Net sales after less net sales before."""
        return self.after - self.before

    def frame(self) -> pd.DataFrame:
        """Columns label, amount: the four causes in the order of the formula; shape (4, 2)."""
        causes = [
            ("Volume", self.volume), ("Price and discount", self.price), ("Mix", self.mix), ("Returns", self.returns),
        ]  # fmt: skip
        return pd.DataFrame(causes, columns=["label", "amount"])


@dataclass(frozen=True)
class _Sold:
    units: Decimal
    sales: Decimal


def bridge(before: pd.DataFrame, after: pd.DataFrame, product: str = "product") -> Bridge:
    """Split the change of net sales between two periods into its causes.

    Args:
        before, after: one row a product, with columns `product`, units, sales_before_returns and returns_value
            (exact numbers of the metrics of these names; missing counts 0).
        product: name of the column that tells products apart.
    """
    old, new = _sold(before, product), _sold(after, product)
    sales_before, sales_after = _sum(before, "sales_before_returns"), _sum(after, "sales_before_returns")
    returns_before, returns_after = _sum(before, "returns_value"), _sum(after, "returns_value")
    volume = _volume(old, new, sales_before)
    price = sum((_price(old[name], sold) for name, sold in new.items() if name in old), _ZERO)
    return Bridge(
        before=sales_before - returns_before,
        after=sales_after - returns_after,
        volume=volume,
        price=price,
        mix=(sales_after - sales_before) - volume - price,
        returns=returns_before - returns_after,
    )


def _volume(old: Mapping[Any, _Sold], new: Mapping[Any, _Sold], sales: Decimal) -> Decimal:
    """Change in units at the old average price; without old units all is mix."""
    units_before = sum((sold.units for sold in old.values()), _ZERO)
    units_after = sum((sold.units for sold in new.values()), _ZERO)
    return _share(_WIDE.multiply(units_after - units_before, sales), units_before)


def _price(old: _Sold, new: _Sold) -> Decimal:
    """(p1 − p0) · q1 = s1 − s0 · q1 ÷ q0; nothing where either period has no units to have a price."""
    if old.units == 0 or new.units == 0:
        return _ZERO
    return new.sales - _share(_WIDE.multiply(old.sales, new.units), old.units)


def _share(top: Decimal, bottom: Decimal) -> Decimal:
    return _WIDE.divide(top, bottom).quantize(_STEP, context=_WIDE) if bottom else _ZERO


def _sold(frame: pd.DataFrame, product: str) -> dict[Any, _Sold]:
    units, sales = _exact(frame, "units"), _exact(frame, "sales_before_returns")
    return {name: _Sold(*pair) for name, *pair in zip(frame[product].tolist(), units, sales, strict=True)}


def _sum(frame: pd.DataFrame, column: str) -> Decimal:
    return sum(_exact(frame, column), _ZERO)


def _exact(frame: pd.DataFrame, column: str) -> list[Decimal]:
    """The column as decimals; a float is read by its shortest text, missing counts 0."""
    return [_ZERO if pd.isna(value) else Decimal(str(value)) for value in frame[column].tolist()]
