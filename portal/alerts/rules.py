"""Alert rules: what a tenant can want to be told of, and what is refused; checked against the catalogue."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from portal.errors import InputError, UnknownNameError
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.dimensions import CALENDAR, MASKED
from portal.metrics.lookup import dimension_called, is_dated, look_up, measure_called
from portal.metrics.model import Better, Query, Unit

BASELINE, WEEK, YEAR, BELOW, ABOVE = "baseline", "week", "year", "below", "above"
COMPARISONS: dict[str, str] = {
    BASELINE: "what is usual", WEEK: "the same day a week before", YEAR: "52 weeks before",
    BELOW: "below a value", ABOVE: "above a value",
}  # fmt: skip
"""What a day is held against, and its words. Usual: weekday, level and trend of the 91 days before."""

DIRECTIONS: dict[str, str] = {"fall": "falls", "rise": "rises", "either": "falls or rises"}
EVERY_DAY = "1234567"
_PERSONAL = frozenset({*MASKED, "lead"})
_LONGEST = 80


@dataclass(frozen=True)
class NewRule:
    """A rule as somebody typed it; see `portal.alert_tables.AlertRule` for what the fields mean.

    direction "" is the one that is bad news for the metric. quiet hours are both given or both None.
    """

    name: str
    metric: str
    dimension: str = ""
    comparison: str = BASELINE
    direction: str = ""
    level: float | None = None
    least_share: float = 0.2
    least_money: float = 0.0
    least_volume: float = 0.0
    weekdays: str = EVERY_DAY
    quiet_from: int | None = None
    quiet_until: int | None = None


DEFAULTS: tuple[NewRule, ...] = (
    NewRule("Net sales fall", "net_sales", least_volume=5),
    NewRule("Orders fall", "orders", least_volume=5),
    NewRule("Units fall", "units", least_volume=5),
    NewRule("Order value falls", "aov", least_volume=5),
    NewRule("Returns rise", "return_value_rate", direction="rise", least_volume=5),
    NewRule("Margin falls", "gross_margin", least_share=0.1, least_volume=5),
    NewRule("Parcels fall", "shipments", direction="fall", least_volume=5),
    NewRule("Leads fall", "leads", least_volume=5),
)
"""What every tenant is told of unless they say otherwise; filed under the metric's name. least_money is set to a tenth
of a usual day's sales when they are made (`portal.alerts.rounds`)."""


def checked(wanted: NewRule) -> NewRule:
    """The rule with everything filled in.

    Raises:
        UnknownNameError: a metric, dimension, comparison or direction does not exist; says what was perhaps meant.
        InputError: a value or a combination cannot be used; says which and why.
    """
    name = wanted.name.strip()
    if not name or len(name) > _LONGEST:
        raise InputError(f"Give the rule a name of at most {_LONGEST} characters.", field="name")
    _check_number_names(wanted)
    known_direction = wanted.direction or _bad_direction(wanted)
    if known_direction not in DIRECTIONS:
        raise UnknownNameError("direction", known_direction, DIRECTIONS)
    _check_limits(wanted)
    _check_hours(wanted)
    level = wanted.level if wanted.comparison in {BELOW, ABOVE} else None
    weekdays = "".join(sorted(set(wanted.weekdays)))
    return NewRule(**{**asdict(wanted), "name": name, "direction": known_direction, "level": level,
                      "weekdays": weekdays})  # fmt: skip


def is_daily(name: str) -> bool:
    """Whether a metric has a value of each day; else it is a state as of the snapshot."""
    return is_dated(name)


def _check_number_names(wanted: NewRule) -> None:
    if wanted.comparison not in COMPARISONS:
        raise UnknownNameError("comparison", wanted.comparison, COMPARISONS)
    measure = measure_called(wanted.metric)
    if measure.unit is Unit.GRADE:
        raise InputError(f"{measure.label} is a grade, not a number. Choose another metric.", field="metric")
    by = (wanted.dimension,) if wanted.dimension else ()
    for each in by:
        dimension = dimension_called(each)
        if each in CALENDAR or each in _PERSONAL or dimension.kind == "time":
            raise InputError(
                f"An alert for each {dimension.label.lower()} makes no sense. Choose another.", "dimension"
            )
    daily = is_daily(wanted.metric)
    if not daily and wanted.comparison not in {BELOW, ABOVE}:
        raise InputError(
            f"{measure.label} is a state of today, without a value of earlier days. Compare it with a value: "
            f"comparison {BELOW} or {ABOVE}.", field="comparison",
        )  # fmt: skip
    look_up(Query((wanted.metric,), (*(("day",) if daily else ()), *by)))


def _check_limits(wanted: NewRule) -> None:
    for name in ("least_share", "least_money", "least_volume"):
        value = getattr(wanted, name)
        if not math.isfinite(value) or not 0 <= value <= 1e12:
            raise InputError("Limits are numbers from 0 on.", field=name)
    if wanted.least_share > 10:
        raise InputError("The least change is a share: 0.2 is 20%.", field="least_share")
    if wanted.comparison in {BELOW, ABOVE}:
        if wanted.level is None or not math.isfinite(wanted.level) or abs(wanted.level) > 1e12:
            raise InputError("Give the value it is compared with.", field="level")
        return
    if not wanted.least_share:
        raise InputError("Give the least change in per cent; without one every wobble is an alert.", "least_share")


def _check_hours(wanted: NewRule) -> None:
    if not wanted.weekdays or not set(wanted.weekdays) <= set(EVERY_DAY):
        raise InputError("Choose at least one weekday: 1 is Monday, 7 is Sunday.", field="weekdays")
    hours = (wanted.quiet_from, wanted.quiet_until)
    if (hours[0] is None) != (hours[1] is None) or any(each is not None and not 0 <= each <= 23 for each in hours):
        raise InputError("Quiet hours need a first and a last hour from 0 to 23.", field="quiet_from")


def _bad_direction(wanted: NewRule) -> str:
    if wanted.comparison in {BELOW, ABOVE}:
        return "fall" if wanted.comparison == BELOW else "rise"
    better = CATALOGUE[wanted.metric].better
    return {Better.UP: "fall", Better.DOWN: "rise"}.get(better, "either")


DIMENSION_NAMES = tuple(
    name for name, each in DIMENSIONS.items()
    if name not in CALENDAR and name not in _PERSONAL and each.kind != "time"
)  # fmt: skip
"""Dimensions a rule may look at value by value."""
