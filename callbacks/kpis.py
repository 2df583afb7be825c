"""KPI cards: value, change, a line of detail, and a sparkline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from dash import Output

from callbacks.desk import Desk
from callbacks.words import change_of, short_value
from layouts.parts import kpi_ids
from layouts.state import COMPARISONS
from portal.charts.chart import number
from portal.charts.sparkline import sparkline
from portal.metrics import CATALOGUE
from portal.metrics.format import format_day
from portal.metrics.lookup import is_dated

ENOUGH_COST = 0.95
"""Below this share of net sales with a known cost, profit is badged as uncertain."""

_UNKNOWN = "?"

_WITH_COST = frozenset({"gross_profit", "gross_margin"})

_BESIDE = ("net_sales", "cost_coverage", "gross_margin", "cogs", "estimated_cogs")
"""Asked for along with the cards, to say how certain profit is."""

Leaves = dict[str, Any]
"""Leaf name to value: value, chip, look, against, extra, extra_look, spark."""


def kpi_outputs(prefix: str, names: Iterable[str]) -> dict[str, dict[str, Output]]:
    """The leaf properties of a strip of cards, by metric."""
    return {name: _outputs(kpi_ids(prefix, name)) for name in names}


def _outputs(ids: dict[str, str]) -> dict[str, Output]:
    return {
        "value": Output(ids["value"], "children"),
        "chip": Output(ids["chip"], "children"),
        "look": Output(ids["chip"], "className"),
        "against": Output(ids["against"], "children"),
        "extra": Output(ids["extra"], "children"),
        "extra_look": Output(ids["extra"], "className"),
        "spark": Output(ids["spark"], "style"),
    }


def kpi_leaves(desk: Desk, names: Iterable[str], trend: str = "", missing: str = "Not known") -> dict[str, Leaves]:
    """What each card shows: current value, change against the comparison, detail, and the shape of the period.

    What the trend of the metric `trend` needs is asked for along with it. `missing` stands where a number is not known.
    """
    wanted = list(names)
    asked = [name for name in wanted if desk.can_ask(name)]
    beside = _BESIDE if _WITH_COST & {*asked} or "net_sales" in asked else ()
    needed = [*asked, *(name for name in beside if name not in asked and desk.can_ask(name))]
    if desk.tenants:
        _ask_ahead(desk, asked, needed, trend)
    now = _one_row(desk, needed) if desk.tenants else {}
    dated = [name for name in asked if is_dated(name)]
    before = _one_row(desk, dated, earlier=True) if desk.tenants and desk.earlier else {}
    shapes = _shapes(desk, asked) if desk.tenants else pd.DataFrame()
    found = {name: _leaves(desk, name, now, before, shapes) for name in wanted}
    for leaves in found.values():
        leaves["against"] = missing if leaves["against"] == _UNKNOWN else leaves["against"]
    return found


def _ask_ahead(desk: Desk, asked: list[str], needed: list[str], trend: str) -> None:
    """The cards, their shapes and the trend of both periods with one scan of each fact and period."""
    bucket, grain = _bucket(desk), desk.state.grain_of(desk.period)
    drawn = [trend] if trend and desk.can_ask(trend, grain) else []
    told = _told(desk, asked)
    if grain == bucket:
        told = list(dict.fromkeys([*told, *drawn]))
    desk.ask_ahead(list(dict.fromkeys([*needed, *told])), told, bucket, desk.period)
    if desk.earlier:
        desk.ask_ahead(list(dict.fromkeys([*asked, *drawn])), drawn, grain, desk.earlier)


def _one_row(desk: Desk, names: list[str], earlier: bool = False) -> dict[str, float | None]:
    if not names:
        return {}
    frame = desk.ask(names, period=desk.earlier if earlier else desk.period)
    return {name: number(frame[name].iloc[0]) for name in names}


def _shapes(desk: Desk, names: list[str]) -> pd.DataFrame:
    """One row per day (week for long periods) and one column per metric that can be told by day."""
    told = _told(desk, names)
    return desk.ask(told, (_bucket(desk),), fill=True) if told else pd.DataFrame()


def _bucket(desk: Desk) -> str:
    return "day" if desk.period.days <= 92 else "week"


def _told(desk: Desk, names: list[str]) -> list[str]:
    return [name for name in names if desk.can_ask(name, _bucket(desk))]


def _leaves(
    desk: Desk, name: str, now: dict[str, float | None], before: dict[str, float | None], shapes: pd.DataFrame
) -> Leaves:
    measure = CATALOGUE[name]
    value = now.get(name)
    change = change_of(value, before.get(name), measure.unit, measure.better)
    against = COMPARISONS[desk.state.compare] if change.text else ""
    spark = sparkline(shapes[name]) if name in shapes else ""
    return {
        "value": short_value(desk, name, value),
        "chip": change.text,
        "look": change.look,
        "against": against if change.text else _why_missing(desk, name, now),
        "extra": (extra := _extra(name, now)),
        "extra_look": "kpi-extra is-warn" if "cost" in extra else "kpi-extra",
        "spark": {"--spark": spark} if spark else {},
    }


def _why_missing(desk: Desk, name: str, now: dict[str, float | None]) -> str:
    """What stands where the change would be."""
    if not desk.tenants:
        return "No data yet"
    if not desk.can_ask(name):
        return "Not by this filter"
    if "net_sales" in now and now["net_sales"] is None:
        return "No data then"
    if now.get(name) is None:
        return "Needs costs" if name in _WITH_COST else "Needs stock" if name in {"sell_through"} else _UNKNOWN
    if not is_dated(name):
        return f"As of {format_day(desk.last_day)}"
    return "" if desk.state.compare == "none" else "Nothing earlier"


def _extra(name: str, now: dict[str, float | None]) -> str:
    """Margin, and a warning where less than 95 % of the cost is known or much of it is estimated."""
    coverage, margin = now.get("cost_coverage"), now.get("gross_margin")
    guessed = _share(now.get("estimated_cogs"), now.get("cogs"))
    if name not in _WITH_COST or now.get(name) is None:
        return ""
    texts = []
    if name == "gross_profit" and margin is not None:
        texts.append(f"{margin * 100:.1f}% margin")
    if guessed > 1 - ENOUGH_COST:
        texts.append("est. cost")
    elif coverage is not None and coverage < ENOUGH_COST:
        texts.append(f"{coverage * 100:.0f}% costed")
    return " · ".join(texts)


def _share(part: float | None, whole: float | None) -> float:
    return part / whole if part is not None and whole else 0.0
