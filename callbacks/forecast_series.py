"""Which forecast a screen shows, and its rows: past values, what is expected, and what was expected before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import polars as pl
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.words import bucket_words
from layouts.forecast import BOARD
from portal.metrics.format import NOT_KNOWN, format_part
from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import run_many
from portal.studies.forecast_series import TOTAL, last_whole_day
from portal.warehouse.schema import study_forecast

CUTS: Mapping[str, str] = {"category": "Category", "shop": "Shop", "product": "Product"}
"""What a forecast is kept of besides everything."""
BOUNDS = ("low80", "high80", "low95", "high95")
_SHOWN = {"day": 84, "week": 52, "month": 24}
"""Steps of the past drawn before the forecast."""
_ROW = study_forecast.c


@dataclass(frozen=True)
class Series:
    """One series of the study.

    Attributes:
        measure: name of the metric.
        grain: "day", "week" or "month".
        cut, part: "total" and "", or a dimension and its value.
    """

    measure: str
    grain: str
    cut: str = TOTAL
    part: str = ""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The same part as a filter of metrics."""
        return () if self.cut == TOTAL else (Filter(self.cut, (self.part or "–",)),)

    @property
    def name(self) -> str:
        """ "Everything", or the part in words."""
        if self.cut == TOTAL:
            return "everything"
        return format_part(self.cut, self.part) if self.part else f"{CUTS[self.cut].lower()} {NOT_KNOWN.lower()}"


def grain_of(desk: Desk) -> str:
    """day, week or month: as chosen, else day."""
    return desk.state.grain if desk.state.grain != "auto" else "day"


def chosen(desk: Desk) -> Series | None:
    """The series shown: what the address asks for, else the one category filtered, else everything.

    None where no forecast is kept of what is filtered.
    """
    measure, grain = BOARD.metric(desk.state), grain_of(desk)
    cut, _, part = desk.state.focus.partition("=")
    filters = [each for each in desk.filters if each.dimension != "category"]
    if cut in CUTS and not filters:
        return Series(measure, grain, cut, part)
    categories = [each.values for each in desk.filters if each.dimension == "category"]
    if filters or any(len(values) > 1 for values in categories):
        return None
    return Series(measure, grain, "category", categories[0][0]) if categories else Series(measure, grain)


def rows_of(desk: Desk, series: Series) -> pl.DataFrame:
    """The rows of the study, added up over clients; bounds and scores only where there is one client."""
    wanted = select(_ROW.forecast_date, _ROW.step, _ROW.forecast_value, *(_ROW[name] for name in BOUNDS), _ROW.skill,
                    _ROW.forecast_method, _ROW.step_wape, _ROW.step_coverage80).where(
        _ROW.forecast_of == series.measure, _ROW.grain == series.grain, _ROW.cut == series.cut,
        _ROW.part == series.part,
    ).order_by(_ROW.forecast_date)  # fmt: skip
    found = [desk.parts.warehouses.open(desk.viewer, tenant).frame(wanted) for tenant in desk.tenants]
    if len(found) == 1:
        return found[0]
    whole = pl.concat(found)
    summed = whole.group_by("forecast_date").agg(
        pl.col("step").max(), pl.col("forecast_value").sum(), pl.col("forecast_method").first()
    )
    nothing = [
        pl.lit(None, dtype=pl.Float64).alias(name) for name in (*BOUNDS, "skill", "step_wape", "step_coverage80")
    ]
    return summed.sort("forecast_date").with_columns(nothing)


def past_of(desk: Desk, series: Series) -> pd.DataFrame:
    """Columns bucket and value: what happened in the whole buckets before the forecast, as `run` has it."""
    last = last_day_over(desk)
    if last is None:
        return pd.DataFrame({"bucket": [], "value": []})
    days = _SHOWN[series.grain] * {"day": 1, "week": 7, "month": 31}[series.grain]
    period = Period(last - timedelta(days=days - 1), last + timedelta(days=1))
    question = Query((series.measure,), (series.grain,), period, series.filters)
    frame = run_many([question], desk.viewer, desk.tenants, desk.parts.warehouses, True)[0].frame
    values = pd.to_numeric(frame[series.measure], errors="coerce").astype(float)
    told = pd.DataFrame({"bucket": [pd.Timestamp(day).date() for day in frame[series.grain]], "value": values})
    return told.tail(_SHOWN[series.grain])


def last_day_over(desk: Desk) -> date | None:
    """The last day that is over for every client shown; None without data."""
    days = [last_whole_day(desk.parts.warehouses.open(desk.viewer, tenant)) for tenant in desk.tenants]
    return min((day for day in days if day is not None), default=None)


def points_of(desk: Desk, series: Series, said: Mapping[date, float]) -> pd.DataFrame:
    """What `portal.charts.fan.fan` draws; `said` is what was forecast for a bucket before it began."""
    rows = rows_of(desk, series)
    past = past_of(desk, series)
    ahead = {row["forecast_date"]: row for row in rows.iter_rows(named=True)}
    known = [day for day in past["bucket"] if not ahead or day < min(ahead)]
    values = dict(zip(past["bucket"], past["value"], strict=True))
    days = [*known, *ahead]
    words = bucket_words(pd.Series(days, dtype=object), series.grain, Period(date.min, date.max))
    columns: dict[str, Any] = {name: [ahead[day][name] if day in ahead else None for day in days] for name in BOUNDS}
    columns |= {
        "bucket": days, "value": [values[day] if day not in ahead else None for day in days],
        "forecast": [ahead[day]["forecast_value"] if day in ahead else None for day in days],
        "earlier": [said.get(day) for day in days],
    }  # fmt: skip
    return words.assign(**columns)
