"""Alerts and rules of one client as their lists show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from layouts.alert_rules import RuleLine
from layouts.alerts import AlertLine
from layouts.state import FILTERS, PLACES, address_of, read_state
from portal.alert_tables import AlertRule
from portal.alerts import SeenAlert, describe
from portal.alerts.kept_rules import MAY_CHANGE
from portal.alerts.rule_words import rule_sentence
from portal.alerts.states import MAY_HANDLE
from portal.metrics import CATALOGUE
from portal.metrics.format import format_day
from portal.metrics.lookup import metrics_of
from portal.viewer import TenantRef, Viewer

_SCREENS = (("fact_shipment", "/delivery"), ("fact_lead", "/leads"), ("study_lead", "/leads"),
            ("fact_order", "/sales"))  # fmt: skip
"""Beginning of a fact's name to the screen its numbers stand on."""


def alert_line(alert: SeenAlert, viewer: Viewer, tenant: TenantRef) -> AlertLine:
    """One alert in words, with what this person may do."""
    words = describe(alert, tenant.currency)
    numbers = [("Found", words.found), ("Expected", words.expected)]
    if words.usual:
        numbers.append(("Usually", words.usual))
    return AlertLine(
        alert.alert_id, alert.version, words.title, words.when, alert.rule, tuple(numbers), words.cost,
        (alert.money or 0) > 0, words.why_by, words.why, _href(alert, viewer, tenant), alert.state,
        _about(alert, tenant), MAY_HANDLE in viewer.permissions,
    )  # fmt: skip


def rule_line(rule: AlertRule, viewer: Viewer, tenant: TenantRef) -> RuleLine:
    """One rule in a sentence."""
    sentence = rule_sentence(rule, tenant.currency)
    return RuleLine(rule.id, rule.version, rule.name, sentence, rule.is_active, MAY_CHANGE in viewer.permissions)


def _href(alert: SeenAlert, viewer: Viewer, tenant: TenantRef) -> str:
    """The screen of the numbers, on the days off; a week around a single one. Filtered where a filter exists."""
    start = alert.day - timedelta(days=6) if alert.day == alert.last_day else alert.day
    values: dict[str, object] = {"period": "custom", "start": start.isoformat(), "end": alert.last_day.isoformat(),
                                 "metric": alert.metric, "grain": "day"}  # fmt: skip
    if alert.dimension in PLACES:
        values["place"] = [f"{alert.dimension}={alert.label}"]
    elif alert.dimension in FILTERS:
        values[alert.dimension] = [alert.label]
    elif alert.dimension:
        values["by"] = alert.dimension
    if len(viewer.tenants) > 1:
        values["client"] = tenant.name
    return address_of(_screen(alert.metric), read_state(values))


def _screen(metric: str) -> str:
    facts = {each.fact.name for each in metrics_of(CATALOGUE[metric])} if metric in CATALOGUE else set()
    found = (path for start, path in _SCREENS if any(name.startswith(start) for name in facts))
    return next(found, "/")


def _about(alert: SeenAlert, tenant: TenantRef) -> str:
    if alert.state == "snoozed" and alert.until is not None:
        return f"Snoozed until {_day(alert.until, tenant.timezone)}"
    if alert.state == "resolved":
        by = "by itself" if alert.changed_by == "alerts" else f"by {alert.changed_by}"
        note = f": {alert.note}" if alert.note else ""
        return f"Resolved {by} on {_day(alert.changed_at, tenant.timezone)}{note}"
    return f"{alert.changed_by} is looking into it" if alert.state == "acknowledged" else ""


def _day(moment: datetime, zone: str) -> str:
    return format_day(moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date())
