"""An alert in words: what happened, what was expected, what it costs, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.alerts.rules import ABOVE, BASELINE, BELOW, COMPARISONS
from portal.alerts.seen import SeenAlert
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import (
    MISSING,
    format_change,
    format_day,
    format_part,
    format_points,
    format_value,
    inside,
)
from portal.metrics.model import Unit


@dataclass(frozen=True)
class Words:
    """Sentences of one alert, for a list, a card or an e-mail.

    Attributes:
        title: what happened: "Net sales 38% below what is usual".
        when: "18 Nov 2026" or "16 – 18 Nov 2026, 3 days".
        found, expected, usual: amounts with their units; usual is the range that would have been quiet, "" unknown.
        cost: "Costs £1,240" or "Brings £310"; "" when not known.
        why: one line for each part that moved it, biggest first; (label, difference).
        why_by: what was found in all against what, and by what it is taken apart; "" without any.
    """

    title: str
    when: str
    found: str
    expected: str
    usual: str
    cost: str
    why: tuple[tuple[str, str], ...]
    why_by: str


def describe(alert: SeenAlert, currency: str) -> Words:
    """The alert in words; amounts in the tenant's currency."""
    unit = CATALOGUE[alert.metric].unit if alert.metric in CATALOGUE else Unit.NUMBER
    usual = ""
    if alert.low is not None and alert.high is not None and alert.comparison == BASELINE:
        usual = f"{_amount(alert.low, unit, currency)} to {_amount(alert.high, unit, currency)}"
    return Words(
        title=_title(alert, unit, currency),
        when=_when(alert.day, alert.last_day, alert.days),
        found=_amount(alert.found, unit, currency),
        expected=_amount(alert.expected, unit, currency),
        usual=usual,
        cost=_cost(alert.money, currency),
        why=_why(alert.why, currency),
        why_by=_why_by(alert.why, currency),
    )


def _title(alert: SeenAlert, unit: Unit, currency: str) -> str:
    label = CATALOGUE[alert.metric].label if alert.metric in CATALOGUE else alert.metric
    part = f" of {format_part(alert.dimension, alert.label)}" if alert.dimension else ""
    if alert.kind == "missing":
        days = "a day that normally has some" if alert.days == 1 else f"{alert.days} days that normally have some"
        return f"No {inside(label)}{part} on {days}"
    if alert.comparison in {BELOW, ABOVE}:
        return f"{label}{part} {COMPARISONS[alert.comparison].split(' ')[0]} {_amount(alert.expected, unit, currency)}"
    return f"{label}{part} {_difference(alert, unit)} {COMPARISONS.get(alert.comparison, alert.comparison)}"


def _difference(alert: SeenAlert, unit: Unit) -> str:
    """ "38% below", "4.2 points above"."""
    if alert.found is None or alert.expected is None:
        return "away from"
    word = "below" if alert.found < alert.expected else "above"
    if unit is Unit.RATE:
        points = format_points(abs(alert.found - alert.expected)).removeprefix("+").replace("pp", "points")
        return f"{points} {word}"
    if alert.expected <= 0:
        return word
    share = format_change(abs(alert.found / alert.expected - 1)).removeprefix("+")
    return f"{share} {word}"


def _when(first: date, last: date, days: int) -> str:
    if first == last:
        return format_day(last)
    start = f"{first.day}" if (first.month, first.year) == (last.month, last.year) else f"{first.day} {first:%b}"
    start = format_day(first) if first.year != last.year else start
    return f"{start} – {format_day(last)}, {days} days"


def _amount(value: float | None, unit: Unit, currency: str) -> str:
    if value is None:
        return MISSING
    if unit in {Unit.COUNT, Unit.QUANTITY} and abs(value) >= 10:
        value = round(value)
    return format_value(_rounded(value, unit), unit, currency, short=unit is Unit.RATE)


def _rounded(value: float, unit: Unit) -> Decimal:
    """Expectations are no exact numbers: money to the unit once it is large, else four places."""
    places = 0 if unit is Unit.MONEY and abs(value) >= 1000 else 4
    return Decimal(str(round(value, places)))


def _cost(money: float | None, currency: str) -> str:
    if money is None or round(abs(money), 2) == 0:
        return ""
    text = format_value(_rounded(abs(money), Unit.MONEY), Unit.MONEY, currency, short=True)
    return f"Costs {text}" if money > 0 else f"Brings {text}"


def _why_by(why: dict[str, Any], currency: str) -> str:
    """ "By product: 57 against 123.25, the mean of ..."."""
    if why.get("by") not in DIMENSIONS or why.get("metric") not in CATALOGUE:
        return ""
    unit, label = Unit(why["unit"]), inside(CATALOGUE[why["metric"]].label)
    after, before = (format_value(Decimal(why[name]), unit, currency) for name in ("after", "before"))
    by = inside(DIMENSIONS[why["by"]].label)
    return f"{after} {label} against {before} on these weekdays of the four weeks before, by {by}"


def _why(why: dict[str, Any], currency: str) -> tuple[tuple[str, str], ...]:
    by, unit = str(why.get("by", "")), Unit(why.get("unit", "number"))
    lines = []
    for part in why.get("parts", ()):
        label = "Others" if part.get("is_rest") else format_part(by, part["label"])
        change = Decimal(str(part["change"]))
        sign = "+" if change > 0 else ""
        shown = format_value(change, unit, currency, short=abs(change) >= 1000)
        lines.append((label, f"{sign}{shown}"))
    return tuple(lines)
