"""An alert rule in a sentence."""

from __future__ import annotations

from portal.alert_tables import AlertRule
from portal.alerts.rules import ABOVE, BELOW, COMPARISONS, DIRECTIONS, EVERY_DAY
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import format_value, inside
from portal.metrics.model import Unit

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
        away = f"{DIRECTIONS[rule.direction]} at least {_percent(rule.least_share)} against"
        said = f"{subject}: {away} {COMPARISONS[rule.comparison]}"
    return f"{', '.join([said, *_floors(rule, currency)])}."


def _floors(rule: AlertRule, currency: str) -> list[str]:
    found = []
    if rule.least_money:
        found.append(f"costs at least {format_value(rule.least_money, Unit.MONEY, currency, short=True)}")
    if rule.least_volume:
        found.append(f"from a volume of {rule.least_volume:g} a day on")
    if rule.weekdays != EVERY_DAY:
        found.append(f"on {', '.join(_WEEKDAYS[int(day) - 1] for day in rule.weekdays)}")
    if rule.quiet_from is not None and rule.quiet_until is not None:
        found.append(f"quiet from {rule.quiet_from:02d}:00 to {rule.quiet_until:02d}:00")
    return found


def _percent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"
