"""Why a number was off: the parts of one dimension that moved it most, adding up exactly to the whole difference.

The days off are held against the mean of the same weekdays of the four weeks before. Of the dimensions a number can be
broken down by, the one is taken whose three largest movers explain half of the change, and most of it beyond their
usual share. Parts that do not add up to the whole (an order counted under two products) rule a dimension out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from portal.alerts.days import Desk, adds_up
from portal.alerts.rules import NewRule, is_daily
from portal.analysis.alarm_stretches import Stretch
from portal.metrics.format import as_decimal
from portal.metrics.lookup import can_answer, measure_called
from portal.metrics.model import Filter, Metric, Period, Query, Ratio, Unit
from portal.metrics.query import run

DIMENSIONS = ("channel", "shop", "category", "product", "country", "city", "employee", "payment_method", "courier",
              "lead_source")  # fmt: skip
"""Tried in this order; of equals the first is taken."""

WEEKS, SHOWN = 4, 3
_ZERO = Decimal(0)
_KNOWN = Decimal("0.8")
_STEP = Decimal("0.0001")
_Pair = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class _Moved:
    """One value of a dimension: its amount on the days off, and the usual one (mean of four weeks, exact)."""

    label: str
    now: Decimal
    usual: Decimal

    @property
    def change(self) -> Decimal:
        return self.now - self.usual


def reasons(rule: NewRule, desk: Desk, label: str, stretch: Stretch) -> dict[str, Any]:
    """What moved it, for JSON: metric, unit, by, before, after (sums, as texts), parts of label and change.

    The changes of all parts, the rest included (`is_rest`), are after − before exactly. Empty where nothing can be
    said: a day without rows, a number without parts.
    """
    metric = _told_by(rule.metric)
    if stretch.kind == "missing" or metric is None or not is_daily(metric.name):
        return {}
    filters = (Filter(rule.dimension, (label,)),) if rule.dimension else ()
    asked = _Asked(metric.name, filters, desk, stretch)
    totals = asked.amounts("").get("", (_ZERO, _ZERO))
    found = {}
    for by in DIMENSIONS:
        if by != rule.dimension and can_answer(metric.name, ("day", by, *(each.dimension for each in filters))):
            moved = _moved(asked.amounts(by), totals, asked.weeks)
            if moved:
                found[by] = moved
    best = max(found, key=lambda by: _says(found[by]), default=None)
    return _told(metric, best, found[best]) if best is not None else {}


def _told_by(name: str) -> Metric | None:
    """The metric that is taken apart: itself, or the top of a ratio."""
    measure = measure_called(name)
    if isinstance(measure, Ratio):
        measure = measure.top
    return measure if isinstance(measure, Metric) and adds_up(measure.name) else None


@dataclass(frozen=True)
class _Asked:
    """A metric on the days off, and on the same weekdays of the four weeks before that are not off themselves."""

    metric: str
    filters: tuple[Filter, ...]
    desk: Desk
    stretch: Stretch

    @property
    def off(self) -> set[date]:
        return {self.stretch.first + timedelta(days=step)
                for step in range((self.stretch.last - self.stretch.first).days + 1)}  # fmt: skip

    @property
    def before(self) -> set[date]:
        return {day - timedelta(days=7 * week) for day in self.off for week in range(1, WEEKS + 1)} - self.off

    @property
    def weeks(self) -> Decimal:
        """Days before for each day off."""
        return Decimal(len(self.before)) / len(self.off)

    def amounts(self, by: str) -> dict[str, _Pair]:
        """Value of the dimension ("" without one, or not known) to the sums on the days off and before."""
        period = Period(self.stretch.first - timedelta(days=7 * WEEKS), self.stretch.last + timedelta(days=1))
        question = Query((self.metric,), ("day", by) if by else ("day",), period, self.filters)
        frame = run(question, self.desk.viewer, [self.desk.tenant], self.desk.warehouses).frame
        labels = frame[by].tolist() if by else [""] * len(frame)
        off, before, found = self.off, self.before, dict[str, _Pair]()
        for day, name, value in zip(frame["day"].tolist(), labels, frame[self.metric].tolist(), strict=True):
            number, key = as_decimal(value) or _ZERO, "" if name is None else str(name)
            now, usual = found.get(key, (_ZERO, _ZERO))
            found[key] = (now + number * (day in off), usual + number * (day in before))
        return found


def _moved(amounts: Mapping[str, _Pair], totals: _Pair, weeks: Decimal) -> list[_Moved]:
    """Values of one dimension, largest change first; empty where they say nothing or do not add up."""
    sums = tuple(sum((pair[place] for pair in amounts.values()), _ZERO) for place in (0, 1))
    unknown = amounts.get("", (_ZERO, _ZERO))[1]
    if len(amounts) < 2 or sums != totals or (sums[1] and abs(unknown) > (1 - _KNOWN) * abs(sums[1])):
        return []
    moved = [_Moved(name, now, (usual / weeks).quantize(_STEP)) for name, (now, usual) in amounts.items()]
    return sorted(moved, key=lambda one: (-abs(one.change), one.label))


def _says(moved: list[_Moved]) -> tuple[bool, Decimal]:
    """Whether the largest movers explain half of the change, and how much of it beyond their usual share."""
    change, usual = sum((one.change for one in moved), _ZERO), sum((one.usual for one in moved), _ZERO)
    towards = [one for one in moved if one.change * change > 0][:SHOWN]
    if not change or not towards:
        return False, Decimal(-1)
    explained = min(sum((one.change for one in towards), _ZERO) / change, Decimal(1))
    share = sum((one.usual for one in towards), _ZERO) / usual if usual else _ZERO
    return explained * 2 >= 1, explained - min(max(share, _ZERO), Decimal(1))


def _told(metric: Metric, by: str, moved: list[_Moved]) -> dict[str, Any]:
    change = sum((one.change for one in moved), _ZERO)
    shown = sorted(moved, key=lambda one: (-(one.change * change), one.label))[:SHOWN]
    parts: list[dict[str, Any]] = [{"label": one.label, "change": str(one.change)} for one in shown]
    if len(moved) > len(shown):
        rest = change - sum((one.change for one in shown), _ZERO)
        parts.append({"label": "", "change": str(rest), "is_rest": True})
    usual = sum((one.usual for one in moved), _ZERO)
    unit = metric.unit if metric.unit is not Unit.GRADE else Unit.NUMBER
    return {"metric": metric.name, "unit": str(unit), "by": by, "before": str(usual), "after": str(usual + change),
            "parts": parts}  # fmt: skip
