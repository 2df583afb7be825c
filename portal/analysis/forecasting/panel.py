"""Series of any lengths as matrices whose last column is the last step of each, missing values being NaN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from portal.analysis.forecasting.plan import Plan
from portal.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
LONGEST = 5000
"""Steps of history that are looked at; what is older does not count."""
BLOCK = 256
_NEEDED = ("unique_id", "ds", "y")


@dataclass(frozen=True)
class Panel:
    """Many series.

    Attributes:
        ids: unique_id of each, ascending.
        last: ds of the last row of each.
        length: steps from the first known value to the last row; 0 where nothing is known.
        row, back, value: one entry a known value: its series, steps before the last row, the value; sorted by series.
        at_month_ends: every ds is the last day of its month.
    """

    ids: pl.Series
    last: pl.Series
    length: Integers
    row: Integers
    back: Integers
    value: Floats
    at_month_ends: bool

    def matrix(self, rows: Integers) -> Floats:
        """Shape (len(rows), longest of them), right aligned."""
        width = max(1, int(self.length[rows].max(initial=0)))
        values = np.full((len(rows), width), np.nan)
        begin, end = np.searchsorted(self.row, rows), np.searchsorted(self.row, rows, side="right")
        count = end - begin
        to = np.repeat(np.arange(len(rows)), count)
        entry = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
        values[to, width - 1 - self.back[entry]] = self.value[entry]
        return values

    def blocks(self, of: Integers | None = None) -> Iterator[Integers]:
        """Rows of similar length, some hundred at a time: matrices stay small and hold little padding.

        Args:
            of: what must be the same within a block, one number a series.
        """
        keys = (self.ids.arg_sort().to_numpy(), self.length) if of is None else (self.length, of)
        order = np.lexsort(keys)
        edges = np.array([], dtype=np.int64) if of is None else np.flatnonzero(np.diff(of[order])) + 1
        for part in np.split(order, edges):
            for begin in range(0, len(part), BLOCK):
                yield part[begin : begin + BLOCK]

    def future(self, plan: Plan) -> pl.DataFrame:
        """unique_id, step (1 …), ds of each step ahead, sorted by both."""
        steps = pl.DataFrame({"step": np.arange(1, plan.horizon + 1)})
        ahead = pl.DataFrame({"unique_id": self.ids, "ds": self.last}).join(steps, how="cross", maintain_order="left")
        return ahead.select("unique_id", "step", self._moved(plan).alias("ds"))

    def _moved(self, plan: Plan) -> pl.Expr:
        if self.last.dtype.is_integer():
            return pl.col("ds") + pl.col("step").cast(self.last.dtype)
        unit, times = {"quarter": ("mo", 3), "month": ("mo", 1), "year": ("y", 1), "week": ("w", 1),
                       "day": ("d", 1), "hour": ("h", 1)}[plan.frequency]  # fmt: skip
        moved = pl.col("ds").dt.offset_by((pl.col("step") * times).cast(pl.String) + unit)
        return moved.dt.month_end() if unit in {"mo", "y"} and self.at_month_ends else moved


def read_panel(series: pl.DataFrame, plan: Plan) -> Panel:
    """The panel of long rows: unique_id, ds (date, time or whole number), y (null, NaN or infinite: not known), and
    perhaps flagged (true: do not believe y).

    Raises:
        InputError: a column lacks or has another kind, a ds lacks, or two rows are of the same step.
    """
    rows = _checked(series)
    ids = rows["unique_id"].unique().sort()
    row = rows["unique_id"].rank("dense").fill_null(1).cast(pl.Int64).to_numpy() - 1
    at = rows.select(_step(rows["ds"].dtype, plan))["ds"].to_numpy()
    last = pl.DataFrame({"row": row, "ds": rows["ds"]}).group_by("row").agg(pl.col("ds").max()).sort("row")["ds"]
    end = np.full(len(ids), np.iinfo(np.int64).min)
    np.maximum.at(end, row, at)
    back = (end[row] - at) // (7 if plan.frequency == "week" and not rows["ds"].dtype.is_integer() else 1)
    order = np.lexsort((back, row))
    _refuse_twice(rows, order, row, back, plan)
    order = order[(back[order] < LONGEST) & rows["y"].is_not_null().to_numpy()[order]]
    row, back = row[order], back[order]
    length = np.zeros(len(ids), dtype=np.int64)
    np.maximum.at(length, row, back + 1)
    return Panel(ids, last, length, row, back, rows["y"].to_numpy()[order], _at_month_ends(rows))


def _checked(series: pl.DataFrame) -> pl.DataFrame:
    lacking = [name for name in _NEEDED if name not in series.columns]
    if lacking:
        raise InputError(f"The series need the columns unique_id, ds and y; {', '.join(lacking)} is not there.", "y")
    kind = series["ds"].dtype
    if series.height and not (kind.is_temporal() or kind.is_integer()):
        raise InputError(f"ds: expected dates or whole numbers, found {kind}.", field="ds")
    if series.select(pl.any_horizontal(pl.col("unique_id", "ds").is_null().any())).item():
        raise InputError("Every row needs a unique_id and a ds.", field="ds")
    y = pl.col("y").cast(pl.Float64, strict=False)
    believed = pl.when(~pl.col("flagged").fill_null(False)).then(y) if "flagged" in series.columns else y
    known = pl.when(believed.is_finite()).then(believed).alias("y")
    if not series.height:
        series = series.with_columns(pl.col("ds").cast(pl.Date))
    return series.select(pl.col("unique_id").cast(pl.String), "ds", known)


def _step(kind: pl.DataType, plan: Plan) -> pl.Expr:
    """A number that grows by one a step, by seven a week."""
    ds = pl.col("ds")
    if kind.is_integer():
        return ds.cast(pl.Int64)
    months = ds.dt.year().cast(pl.Int64) * 12 + ds.dt.month() - 1
    return {
        "hour": (ds.cast(pl.Datetime("us")) if kind == pl.Date else ds).dt.epoch("us") // 3_600_000_000,
        "day": ds.dt.date().dt.epoch("d").cast(pl.Int64), "week": ds.dt.date().dt.epoch("d").cast(pl.Int64),
        "month": months, "quarter": months // 3, "year": months // 12,
    }[plan.frequency]  # fmt: skip


def _refuse_twice(rows: pl.DataFrame, order: Integers, row: Integers, back: Integers, plan: Plan) -> None:
    """Raise where two rows of a series are of one step; `order` sorts by both."""
    same = (np.diff(row[order]) == 0) & (np.diff(back[order]) == 0)
    if same.any():
        place = int(np.argmax(same))
        name, ds, _ = rows[sorted(order[place : place + 2].tolist())].sort("ds").row(1)
        when = f"step {ds}" if isinstance(ds, int) else f"the {plan.frequency} of {ds}"
        raise InputError(f"Series '{name}' has two values for {when}; add them up first.", "ds")


def _at_month_ends(rows: pl.DataFrame) -> bool:
    if rows["ds"].dtype.is_integer() or not rows.height:
        return False
    return bool(rows.select((pl.col("ds").dt.date() == pl.col("ds").dt.date().dt.month_end()).all()).item())
