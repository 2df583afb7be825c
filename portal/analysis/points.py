"""Loyalty points: what they cost when they are given, which ones a redemption takes, when they end.

The money follows IFRS 15, paragraphs 74 and B39–B43: the price of a sale is shared between the goods and the points by
their stand-alone prices, the points' share waits until they are redeemed or end, and of points expected never to be
redeemed (breakage) nothing waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Worth:
    """What points are worth: money a point takes off a price, and the share expected never to be redeemed (0–1)."""

    point_value: Decimal
    breakage: Decimal


def deferral(sale: Decimal | None, points: Decimal, worth: Worth) -> Decimal:
    """The money a sale's points hold back, to the cent (half to even).

    Args:
        sale: price of the goods the points were given for; None or 0 for points given without a sale, which hold back
            all they are worth.
        points: points given, above 0.
        worth: of a point.
    """
    alone = points * worth.point_value * (1 - worth.breakage)
    shared = alone if not sale or sale <= 0 else sale * alone / (sale + alone)
    return shared.quantize(_CENT, rounding=ROUND_HALF_EVEN)


def expired_by_rule(entries: pl.DataFrame, days: pl.Expr) -> pl.DataFrame:
    """Points that end unspent, the oldest first, where nobody has booked it.

    After the day a lot ends, at least its running total has been redeemed or has ended; so what has ended by then is
    the largest of "running total less redeemed until then" of all lots up to it. No loop runs over entries.

    Args:
        entries: account, entry_date, points (signed; positive ones are lots), in order of time within an account.
        days: how long a lot lasts, over the columns of `entries`.

    Returns:
        account, entry_date (the day after the last good one), points (negative), of_date (when they were given); one
        row per lot of which something ends, by account and day. Ends may lie in the future: nothing is cut off.
    """
    lots = entries.filter(pl.col("points") > 0).with_columns(
        pl.col("points").cum_sum().over("account").alias("given"),
        (pl.col("entry_date") + pl.duration(days=days)).alias("ends"),
    )
    spent = entries.filter(pl.col("points") < 0).select(
        "account", pl.col("entry_date").alias("ends"), (-pl.col("points")).cum_sum().over("account").alias("spent")
    )
    last = spent.group_by("account", "ends", maintain_order=True).agg(pl.col("spent").last())
    by_end = lots.sort("ends", "account", maintain_order=True)
    met = by_end.join_asof(last.sort("ends"), on="ends", by="account", check_sortedness=False)
    ordered = met.sort("account", "ends", maintain_order=True)
    ended = (pl.col("given") - pl.col("spent").fill_null(0)).clip(0).cum_max().over("account")
    steps = ordered.with_columns(ended.alias("ended")).with_columns(
        (pl.col("ended") - pl.col("ended").shift(1, fill_value=0).over("account")).alias("lost")
    )
    kept = steps.filter(pl.col("lost") > 0)
    return kept.select("account", pl.col("ends").alias("entry_date"), (-pl.col("lost")).alias("points"),
                       pl.col("entry_date").alias("of_date"))  # fmt: skip
