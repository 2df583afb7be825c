"""Which days are complete, and the daily values of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
from sqlalchemy import select

from portal.alerts.rules import BASELINE, YEAR, NewRule, is_daily
from portal.analysis.alarms import HISTORY
from portal.metrics import CATALOGUE
from portal.metrics.lookup import can_answer, measure_called, metrics_of
from portal.metrics.model import Metric, Period, Query, Ratio, Unit
from portal.metrics.query import run
from portal.models import DataSource
from portal.viewer import TenantRef, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from portal.warehouse.schema import dim_date, fact_order, fact_order_line
from portal.warehouse.snapshot import Snapshot

LOOKED_AT = 28
"""Days judged each time: long enough to see where a stretch began."""

_DAY = timedelta(days=1)
_YEAR_DAYS = 364
_MOST_LABELS = 50
_ADDS_UP = frozenset({Unit.MONEY, Unit.COUNT, Unit.QUANTITY})


@dataclass(frozen=True)
class Desk:
    """Whose numbers a rule looks at: the viewer (the operator in the background), the tenant, its warehouses."""

    viewer: Viewer
    tenant: TenantRef
    warehouses: Warehouses

    @property
    def warehouse(self) -> Warehouse:
        """The tenant's warehouse on its current snapshot."""
        return self.warehouses.open(self.viewer, self.tenant)


@dataclass(frozen=True)
class Companions:
    """Metrics asked for beside the one of a rule: volume says how many there are, base turns a difference into money.

    base is "" where the money is not known, and the metric's own name where it is money itself.
    """

    volume: str
    base: str


def complete_until(snapshot: Snapshot, sources: Sequence[DataSource], zone: str) -> date | None:
    """The last day that is over and whose data is in, in the tenant's zone; None without any.

    A day is complete when the snapshot was built, or every active source was read without a failure, after it ended.
    Days after the latest row are complete only where all active sources are systems that are asked (an API, a
    database): a file may simply not have been exported yet.
    """
    if snapshot.as_of is None:
        return None
    built = _local(snapshot.built_at, zone) - _DAY
    active = [each for each in sources if each.is_active]
    read = [each.last_success_at for each in active if each.last_success_at is not None and not each.failures]
    if not active or len(read) < len(active):
        return min(snapshot.as_of, built)
    confirmed = max(built, min(_local(moment, zone) for moment in read) - _DAY)
    is_asked = all("://" in each.location and not each.location.startswith("hook:") for each in active)
    return confirmed if is_asked else min(snapshot.as_of, confirmed)


def companions_of(metric: str, by: Sequence[str]) -> Companions:
    """What else has to be known of a metric."""
    measure = measure_called(metric)
    is_of_orders = all(each.fact in (fact_order, fact_order_line) for each in metrics_of(measure))
    has_orders = is_of_orders and can_answer("orders", by)
    bottom = measure.bottom.name if isinstance(measure, Ratio) and measure.bottom.name in CATALOGUE else ""
    volume = "orders" if has_orders else bottom or metric
    if isinstance(measure, Metric) and measure.unit is Unit.MONEY:
        return Companions(volume, metric)
    if isinstance(measure, Ratio) and measure.top.unit is Unit.MONEY:
        return Companions(volume, bottom)
    return Companions(volume, "net_sales" if is_of_orders and can_answer("net_sales", by) else "")


def adds_up(metric: str) -> bool:
    """Whether values of days may be added up."""
    measure = measure_called(metric)
    return isinstance(measure, Metric) and measure.unit in _ADDS_UP


def daily_values(rule: NewRule, desk: Desk, last: date) -> dict[str, pl.DataFrame]:
    """For each value of the rule's dimension ("" without one) the days up to `last`, as `judge_days` takes them.

    The 50 values with the largest volume are looked at; those that are not known are left out. A state of today has
    one day.
    """
    by = (rule.dimension,) if rule.dimension else ()
    names = companions_of(rule.metric, (*by, *(("day",) if is_daily(rule.metric) else ())))
    asked = tuple(dict.fromkeys(name for name in (rule.metric, names.volume, names.base) if name))
    days = {BASELINE: HISTORY, YEAR: _YEAR_DAYS}.get(rule.comparison, 7) + LOOKED_AT
    first = last - timedelta(days=days)
    daily = is_daily(rule.metric)
    question = Query(asked, ("day", *by), Period(first, last + _DAY)) if daily else Query(asked, by)
    frame = run(question, desk.viewer, [desk.tenant], desk.warehouses).frame
    if not daily:
        frame, first = frame.assign(day=last), last
    calendar = _calendar(desk.warehouse, first, last)
    groups = _groups(frame, rule.dimension, names.volume)
    return {label: _series(group, calendar, rule.metric, names) for label, group in groups.items()}


def _groups(frame: pd.DataFrame, dimension: str, volume: str) -> dict[str, pd.DataFrame]:
    if not dimension:
        return {"": frame}
    known = frame[frame[dimension].notna() & (frame[dimension].astype(str) != "")]
    sizes = pd.to_numeric(known[volume], errors="coerce").fillna(0).groupby(known[dimension].astype(str)).sum()
    largest = sizes.reset_index(name="size").sort_values(["size", dimension], ascending=[False, True])
    chosen = largest[dimension].head(_MOST_LABELS).tolist()
    return {label: known[known[dimension].astype(str) == label] for label in chosen}


def _series(frame: pd.DataFrame, calendar: pl.DataFrame, metric: str, names: Companions) -> pl.DataFrame:
    """Day by day: a day has a value when it has rows; what adds up is 0 where only other rows are."""
    columns = {name: pd.to_numeric(frame[name], errors="coerce").astype(float).tolist()
               for name in dict.fromkeys((metric, names.volume, names.base)) if name}  # fmt: skip
    rows = pl.DataFrame({"day": frame["day"].tolist(), **columns}, schema_overrides={"day": pl.Date}).fill_nan(None)
    days = calendar.join(rows, on="day", how="left").sort("day")
    value, volume = pl.col(metric), pl.col(names.volume)
    # A state of today is there when it is known, be it 0; a day is there when something happened.
    has_rows = (volume.fill_null(0) > 0) | (value.fill_null(0) != 0) if is_daily(metric) else value.is_not_null()
    filled = value.fill_null(0.0) if adds_up(metric) else value
    worth = _worth(days, metric, names)
    return days.select(
        "day", pl.when(has_rows).then(filled).alias("value"), pl.when(has_rows).then(volume).alias("volume"),
        worth.cast(pl.Float64).fill_nan(None).alias("worth"), "is_holiday",
    )  # fmt: skip


def _worth(days: pl.DataFrame, metric: str, names: Companions) -> pl.Expr:
    """What one unit of the metric is worth in money on each day."""
    if not names.base:
        return pl.lit(None)
    if names.base == metric:
        return pl.lit(1.0)
    measure = measure_called(metric)
    if isinstance(measure, Ratio) and names.base == measure.bottom.name:
        return pl.col(names.base)
    whole = names.volume if isinstance(measure, Ratio) else metric
    units, money = (float(days[name].sum() or 0.0) for name in (whole, names.base))
    each = money / units if units > 0 else None
    return pl.col(whole) * each if isinstance(measure, Ratio) and each is not None else pl.lit(each)


def _calendar(warehouse: Warehouse, first: date, last: date) -> pl.DataFrame:
    """Columns day, is_holiday, from first to last."""
    column = dim_date.c.date
    asked = select(column.label("day"), dim_date.c.is_holiday).where(column >= first, column <= last)
    days = pl.DataFrame({"day": pl.date_range(first, last, "1d", eager=True)})
    known = warehouse.frame(asked).with_columns(pl.col("day").cast(pl.Date))
    return days.join(known, on="day", how="left").with_columns(pl.col("is_holiday").fill_null(False)).sort("day")


def _local(moment: datetime, zone: str) -> date:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
