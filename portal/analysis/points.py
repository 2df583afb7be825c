"""Loyalty points: what they cost when they are given, which ones a redemption takes, when they end.

The money follows IFRS 15, paragraphs 74 and B39–B43: the price of a sale is shared between the goods and the points by
their stand-alone prices, the points' share waits until they are redeemed or end, and of points expected never to be
redeemed (breakage) nothing waits. When the estimate of breakage changes, what was shared stays and the part of it that
still waits is worked out anew (Example 52); when the worth of a point changes, so is the share itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import polars as pl

_CENT = Decimal("0.01")
_MONEY = pl.Decimal(18, 4)


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


Estimates = tuple[tuple[date, Worth], ...]
"""What points are worth from each day on, earliest first; the first holds from the beginning."""


def held_back(lots: pl.DataFrame, estimates: Estimates) -> pl.DataFrame:
    """`lots` with deferred: what is held back for them on the day they are given, by the estimate of that day.

    Args:
        lots: layer, points, given_date, sale_amount.
        estimates: in force.
    """
    told = lots.with_columns(_estimate_on(pl.col("given_date"), estimates).alias("given_by"))
    rows = zip(told["sale_amount"], told["points"], told["given_by"], strict=True)
    held = [deferral(sale, points, estimates[place][1]) for sale, points, place in rows]
    return told.with_columns(pl.Series("deferred", held, dtype=_MONEY))


def changes(lots: pl.DataFrame, issues: pl.DataFrame, estimates: Estimates, last_day: date) -> pl.DataFrame:
    """What redemptions, ends and new estimates change of the money held back; lot by lot in the order of time.

    What a lot still holds back falls with what was used of the points expected to be; an emptied lot holds nothing. A
    new estimate counts from the start of its day, for lots given before it.

    Args:
        lots: of `held_back`.
        issues: movement, layer (−1: of no lot), quantity (above 0), day, is_short.
        estimates: in force; those after `last_day` are not looked at.
        last_day: of the ledger.

    Returns:
        movement (missing for an estimate), layer, quantity (0 for an estimate), day, is_short, amount (signed, to the
        cent). All changes of a lot add up to what it still holds less what was deferred.
    """
    first = lots.select("layer", "points", "deferred", "sale_amount", "given_date", "given_by")
    used = issues.join(first, on="layer", how="left", maintain_order="left").with_columns(
        pl.max_horizontal("day", "given_date").alias("day")
    )
    steps = [
        first.filter(pl.col("given_date") < day).with_columns(pl.lit(day).alias("day"))
        for day, _ in estimates[1:] if day <= last_day
    ]  # fmt: skip
    events = pl.concat([used, *steps], how="diagonal_relaxed").with_columns(
        pl.col("quantity").fill_null(0), pl.col("is_short").fill_null(False),
        _estimate_on(pl.col("day"), estimates).alias("told_by"),
    )  # fmt: skip
    ordered = events.sort("layer", "day", pl.col("movement").is_not_null(), "movement")
    return _with_amounts(ordered, estimates).select(
        "movement", "layer", "quantity", "day", "is_short", "amount"
    )  # fmt: skip


def _with_amounts(events: pl.DataFrame, estimates: Estimates) -> pl.DataFrame:
    """Changes in order, each with the difference of what the lot holds after it and before it."""
    breakage = [float(worth.breakage) for _, worth in estimates]
    rate = pl.col("told_by").replace_strict(list(range(len(estimates))), breakage, return_dtype=pl.Float64)
    expected = pl.col("points").cast(pl.Float64) * (1 - rate)
    used = pl.col("quantity").cum_sum().over("layer")
    left = pl.when(expected > 0).then((1 - used.cast(pl.Float64) / expected).clip(0, 1)).otherwise(0.0)
    shared = pl.Series("shared", _shares(events, estimates), dtype=_MONEY)
    held = pl.when(used >= pl.col("points")).then(0.0).otherwise((shared.cast(pl.Float64) * left).round(2))
    steps = events.with_columns(held.cast(_MONEY).alias("after"))
    before = pl.col("after").shift(1).over("layer").fill_null(pl.col("deferred"))
    return steps.with_columns((pl.col("after") - before).fill_null(0).alias("amount"))


def _shares(events: pl.DataFrame, estimates: Estimates) -> list[Any]:
    """The points' share of the sale at each change: as it was given, unless a point is worth something else now."""
    known: dict[tuple[int, int], Decimal] = {}
    found = []
    columns = ("layer", "deferred", "sale_amount", "points", "given_by", "told_by")
    for layer, deferred, sale, points, given, told in events.select(columns).iter_rows():
        if given is None or estimates[told][1].point_value == estimates[given][1].point_value:
            found.append(deferred)
            continue
        if (layer, told) not in known:
            worth = Worth(estimates[told][1].point_value, estimates[given][1].breakage)
            known[layer, told] = deferral(sale, points, worth)
        found.append(known[layer, told])
    return found


def _estimate_on(day: pl.Expr, estimates: Estimates) -> pl.Expr:
    """Which of the estimates is in force on a day."""
    return sum(((day >= start).cast(pl.Int32) for start, _ in estimates[1:]), start=pl.lit(0, pl.Int32))


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
