"""After-sales service: cases by kind, state and age, how fast and how well they end, and what the team did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, func, literal

from portal.metrics.expressions import AS_OF, hours_between, known_total, percentile, total
from portal.metrics.model import Better, Dimension, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_service_case, fact_service_event

_CASE, _EVENT = fact_service_case.c, fact_service_event.c
_ENDED = ("resolved", "closed", "completed", "delivered", "rejected", "cancelled", "failed", "returned", "sending")
_HUB_ENDED = and_(_CASE.case_type.like("hub%"), _CASE.case_status.in_(("confirmed", "received")))
IS_OPEN: ColumnElement[bool] = and_(_CASE.resolved_date.is_(None), _CASE.case_status.not_in(_ENDED), ~_HUB_ENDED)
"""Nobody has ended it: no day of resolution, and a state that is not the last of its kind."""
_URGENT = and_(IS_OPEN, _CASE.priority.in_(("urgent", "high")))
_AGE = func.date_diff(literal("day"), _CASE.opened_date, AS_OF)
_DAY_HOURS = 24


def _open(name: str, label: str, meaning: str, where: ColumnElement[bool]) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.COUNT, fact=fact_service_case, value=func.count(), where=where,
        date_column=None, better=Better.DOWN, strength="D", formula="number of service cases",
        meaning=f"{meaning} As of the snapshot: periods do not apply.",
    )  # fmt: skip


def _told(name: str, label: str, column: ColumnElement[Any]) -> tuple[Metric, Metric]:
    """The sum and the number of scores that are told."""
    shared: dict[str, Any] = {
        "fact": fact_service_case, "date_column": "opened_date", "strength": "D", "where": column.is_not(None),
        "better": Better.NEITHER,
    }  # fmt: skip
    points = Metric(
        name=f"{name}_points", label=f"{label}, added up", unit=Unit.COUNT, value=known_total(column),
        formula="scores, summed", meaning="Only of use to divide by the number of scores.", **shared,
    )  # fmt: skip
    count = Metric(
        name=f"{name}_scores", label=f"{label}, scores", unit=Unit.COUNT, value=func.count(),
        formula="number of scores", meaning="Cases with this score, by their opening.", **shared,
    )  # fmt: skip
    return points, count


OPEN_CASES = _open("open_cases", "Open cases", "Cases that nobody has ended.", IS_OPEN)
URGENT_CASES = _open("urgent_cases", "Urgent open cases", "Open cases of high or urgent priority.", _URGENT)
RESOLVED_CASES = Metric(
    name="resolved_cases", label="Resolved cases", unit=Unit.COUNT, fact=fact_service_case, value=func.count(),
    where=_CASE.resolved_date.is_not(None), date_column="resolved_date", strength="V",
    formula="number of service cases", meaning="Cases with a day of resolution, by that day.",
)  # fmt: skip
RESOLUTION_DAYS = Metric(
    name="resolution_days", label="Days to resolve: half", unit=Unit.DAYS, fact=fact_service_case, better=Better.DOWN,
    value=percentile(hours_between(_CASE.opened_at, _CASE.resolved_at) / _DAY_HOURS, "0.5"),
    where=_CASE.resolved_at >= _CASE.opened_at, date_column="resolved_date", strength="V", is_additive=False,
    formula="middle of days from opening to resolution",
    meaning="Half of the cases resolved in the period took no longer. By the day of resolution.",
)  # fmt: skip
CASE_REFUNDS = Metric(
    name="case_refunds", label="Refunds of service", unit=Unit.MONEY, fact=fact_service_case, better=Better.DOWN,
    value=total(_CASE.refund_amount), date_column="opened_date", strength="D", formula="refunds of cases, summed",
    meaning="What was paid back in service cases, by their opening.",
)  # fmt: skip
SERVICE_EVENTS = Metric(
    name="service_events", label="What the team did", unit=Unit.COUNT, fact=fact_service_event, value=func.count(),
    date_column="event_date", strength="D", better=Better.NEITHER, formula="number of calls and decisions",
    meaning="Calls, confirmations and decisions within service cases, by their day.",
)  # fmt: skip
_SATISFACTION = _told("case_satisfaction", "Satisfaction told", _CASE.satisfaction)
_QUALITY = _told("case_quality", "Quality at the hub", _CASE.quality_score)
CASE_SATISFACTION = Ratio(
    name="case_satisfaction", label="Satisfaction told, 1 to 5", unit=Unit.NUMBER, top=_SATISFACTION[0],
    bottom=_SATISFACTION[1], strength="S", meaning="Mean of what customers answered in tickets, by their opening.",
)  # fmt: skip
CASE_QUALITY = Ratio(
    name="case_quality", label="Quality at the hub, 1 to 10", unit=Unit.NUMBER, top=_QUALITY[0], bottom=_QUALITY[1],
    strength="S", meaning="Mean quality score of the hub's inspections, by the opening of the case.",
)  # fmt: skip

_BUCKET = case(
    (_CASE.opened_date.is_(None), literal(None, String)), (_AGE <= 2, literal("0–2 days", String)),
    (_AGE <= 7, literal("3–7 days", String)), (_AGE <= 14, literal("8–14 days", String)),
    (_AGE <= 30, literal("15–30 days", String)), else_=literal("31 days and more", String),
)  # fmt: skip
SERVICE_STATES: tuple[Dimension, ...] = (
    Dimension("case_priority", "Case priority", {"fact_service_case": _CASE.priority}),
    Dimension("case_age", "Days since opened", {"fact_service_case": _BUCKET}),
    Dimension("service_event", "Kind of step", {"fact_service_event": _EVENT.event_type}),
    Dimension("service_event_status", "State of the step", {"fact_service_event": _EVENT.event_status}),
)

SERVICE: tuple[Measure, ...] = (
    OPEN_CASES, URGENT_CASES, RESOLVED_CASES, RESOLUTION_DAYS, CASE_REFUNDS, SERVICE_EVENTS, *_SATISFACTION, *_QUALITY,
    CASE_SATISFACTION, CASE_QUALITY,
)  # fmt: skip
