"""An alert rule in a sentence."""

from __future__ import annotations

from portal.alert_tables import AlertRule
from portal.alerts.rules import ABOVE, BELOW, COMPARISONS, EVERY_DAY
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import format_value, inside
from portal.metrics.model import Unit

_AWAY = {"fall": "at least {} below", "rise": "at least {} above", "either": "at least {} away from"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rule_sentence(rule: AlertRule, currency: str) -> str:
    """What the rule looks for, with its floors, weekdays and quiet hours."""
    measure = CATALOGUE.get(rule.metric)
    subject = measure.label if measure is not None else rule.metric
    if rule.dimension in DIMENSIONS:
        subject += f" of each {inside(DIMENSIONS[rule.dimension].label)}"
    unit = measure.unit if measure is not None else Unit.NUMBER
    if rule.comparison in {BELOW, ABOVE}:
        said = f"{subject}: {rule.comparison} {format_value(rule.level, unit, currency)}"
    else:
        said = f"{subject}: {_AWAY[rule.direction].format(_percent(rule.least_share))} {COMPARISONS[rule.comparison]}"
    floor = format_value(rule.least_money, Unit.MONEY, currency, short=rule.least_money >= 1000)
    cost = f", costing at least {floor}" if rule.least_money else ""
    return " ".join([f"{said}{cost}.", *_further(rule)])


def _further(rule: AlertRule) -> list[str]:
    found = []
    if rule.least_volume:
        found.append(f"Needs a volume of {rule.least_volume:g} a day.")
    if rule.weekdays != EVERY_DAY:
        found.append(f"Only {', '.join(_WEEKDAYS[int(day) - 1] for day in rule.weekdays)}.")
    if rule.quiet_from is not None and rule.quiet_until is not None:
        found.append(f"Quiet from {rule.quiet_from:02d}:00 to {rule.quiet_until:02d}:00.")
    return found


def _percent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"
