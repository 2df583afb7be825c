"""The running month: what is there, where it will end, and whether that reaches its target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
from dash import html
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.forecast_series import Series
from callbacks.words import exact_value, short_value
from layouts.attributes import aria
from portal.analysis.pacing import Pace, chance_to_reach, days_of_month, spread_target, weekday_weights
from portal.metrics.format import MISSING, format_value
from portal.metrics.model import Period, Query, Unit
from portal.metrics.query import run_many
from portal.studies.forecast_series import TOTAL
from portal.targets import Aim, targets_of
from portal.warehouse.schema import study_forecast

_ROW = study_forecast.c
_HISTORY_DAYS = 182


@dataclass(frozen=True)
class Landing:
    """The running month of one series.

    Attributes:
        month: its first day.
        so_far: what its days that are over brought.
        landing: what is expected at its end.
        low, high: 80 % bounds of that, None where not known.
        last: last day that is over.
    """

    month: date
    so_far: float
    landing: float
    low: float | None
    high: float | None
    last: date


def landing_of(desk: Desk, series: Series) -> Landing | None:
    """The landing of a series, added up over clients (then without bounds); None where there is none."""
    wanted = select(_ROW.forecast_date, _ROW.forecast_value, _ROW.low80, _ROW.high80).where(
        _ROW.forecast_of == series.measure, _ROW.grain == "landing", _ROW.cut == series.cut, _ROW.part == series.part
    )
    rows = pl.concat([desk.parts.warehouses.open(desk.viewer, tenant).frame(wanted) for tenant in desk.tenants])
    if not rows.height:
        return None
    month = rows["forecast_date"].max()
    assert isinstance(month, date)
    here = rows.filter(pl.col("forecast_date") == month)
    first = _first_forecast(desk, series)
    sold = _by_day(desk, series, Period(month, first)) if first > month else []
    one = here.row(0, named=True) if here.height == 1 else {"low80": None, "high80": None}
    total = float(here["forecast_value"].sum())
    return Landing(
        month, sum(value for _, value in sold), total, one["low80"], one["high80"], first - timedelta(days=1)
    )


def _first_forecast(desk: Desk, series: Series) -> date:
    """The first day that is not over."""
    wanted = select(_ROW.forecast_date).where(_ROW.grain == "day", _ROW.step == 1, _ROW.forecast_of == series.measure)
    frames = [desk.parts.warehouses.open(desk.viewer, tenant).frame(wanted.limit(1)) for tenant in desk.tenants]
    found = pl.concat(frames)["forecast_date"].max()
    assert isinstance(found, date)
    return found


def _by_day(desk: Desk, series: Series, period: Period) -> list[tuple[date, float]]:
    frame = run_many([Query((series.measure,), ("day",), period, series.filters)], desk.viewer, desk.tenants,
                     desk.parts.warehouses, True)[0].frame  # fmt: skip
    values = pd.to_numeric(frame[series.measure], errors="coerce").astype(float)
    return [(pd.Timestamp(day).date(), value) for day, value in zip(frame["day"], values, strict=True)]


def pace_of(desk: Desk, series: Series, landing: Landing, target: float) -> Pace:
    """How the month stands against a target, spread over its days as weekdays usually sell."""
    start = landing.month - timedelta(days=_HISTORY_DAYS)
    usual = _by_day(desk, series, Period(start, landing.month))
    weights = weekday_weights(usual)
    daily = spread_target(target, days_of_month(landing.month), weights)
    expected = sum(value for day, value in daily.items() if day <= landing.last)
    most = landing.high - landing.so_far if landing.high is not None else None
    rest = landing.landing - landing.so_far
    chance = chance_to_reach(target - landing.so_far, rest, most)
    return Pace(target, expected, landing.so_far, landing.landing, chance)


def pace_lines(desk: Desk, series: Series, landing: Landing) -> list[Any]:
    """What is there, what is expected, and how that stands against the target."""
    days = days_of_month(landing.month)
    over = sum(day <= landing.last for day in days)
    lines = [
        (f"So far, {over} of {len(days)} days", exact_value(desk, series.measure, landing.so_far)),
        ("Expected at the end", exact_value(desk, series.measure, landing.landing)),
        ("In 8 of 10 cases", _between(desk, series, landing)),
    ]
    target = wish_of(desk, series, landing.month)
    shown = [_line(*line) for line in lines]
    return [*shown, *_against(desk, series, landing, float(target))] if target else shown


def wish_of(desk: Desk, series: Series, month: date) -> Decimal | None:
    """The target of a month of a series: of each client shown, added up."""
    aim = aim_of(series, month)
    with desk.parts.sessions() as session:
        return targets_of(session, [tenant.id for tenant in desk.tenants], aim)


def aim_of(series: Series, month: date) -> Aim:
    """What a target of a series is of."""
    return Aim(series.measure, month, "" if series.cut == TOTAL else series.cut, series.part)


def _against(desk: Desk, series: Series, landing: Landing, target: float) -> list[Any]:
    pace = pace_of(desk, series, landing, target)
    ahead = "ahead" if pace.ahead >= 0 else "behind"
    chance = MISSING if pace.chance is None else format_value(pace.chance, Unit.RATE, "")
    share = min(pace.so_far / target, 1.0) * 100
    mark = min(pace.expected / target, 1.0) * 100
    bar = html.Div(
        [html.Span(className="pace-fill", style={"width": f"{max(share, 0):.1f}%"}),
         html.Span(className="pace-mark", style={"left": f"{mark:.1f}%"})],
        className="pace-bar", role="img",
        **aria(label=f"{pace.so_far / target * 100:.0f} % of the target; {mark:.0f} % should be there by now"),
    )  # fmt: skip
    look = "pace-value num is-good" if pace.ahead >= 0 else "pace-value num is-bad"
    return [
        bar,
        _line("Target", exact_value(desk, series.measure, pace.target)),
        _line("Should be there by now", exact_value(desk, series.measure, pace.expected)),
        _line(f"That is {ahead}", exact_value(desk, series.measure, abs(pace.ahead)), look),
        _line("Still needed", exact_value(desk, series.measure, pace.needed)),
        _line("Chance to reach it", chance),
    ]


def _between(desk: Desk, series: Series, landing: Landing) -> str:
    if landing.low is None or landing.high is None:
        return MISSING
    return f"{short_value(desk, series.measure, landing.low)} to {short_value(desk, series.measure, landing.high)}"


def _line(label: str, value: str, look: str = "pace-value num") -> Any:
    return html.Div([html.Span(label, className="pace-label"), html.Span(value, className=look)], className="pace-line")
