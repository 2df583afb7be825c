"""One look at one rule: what it finds is kept, once, whatever is killed or run twice.

A look is known by what it looks at (snapshot, last complete day, version of the rule). It is noted on the rule in the
transaction that opens, extends and resolves, by an update that only one of several can make: a look that is killed
before leaves nothing, one that comes second changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import CursorResult, select, update

from portal.alert_tables import AlertRule
from portal.alerts.changes import ACTOR, apply
from portal.alerts.days import Desk, complete_until
from portal.alerts.findings import Finding, findings
from portal.alerts.kept_rules import add_rule, as_typed, list_rules
from portal.alerts.rules import DEFAULTS
from portal.db import Sessions, writing
from portal.errors import InputError
from portal.metrics.model import Period, Query
from portal.metrics.query import run
from portal.models import DataSource

_USUAL_DAYS, _FLOOR_SHARE = 56, 0.1
_CODE = "1"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """What a look at all rules of a tenant did: rules looked at, alerts opened and resolved; and on which last day."""

    last_day: date | None
    looked: int = 0
    opened: int = 0
    resolved: int = 0


def look_at_all(sessions: Sessions, desk: Desk, now: datetime, again: bool = False) -> Round:
    """Look at every rule of a tenant that has not been looked at with this data; `again`: at all of them."""
    last = last_complete_day(sessions, desk)
    if last is None:
        return Round(None)
    make_defaults(sessions, desk, last, now)
    with sessions() as session:
        rules = [rule for rule in list_rules(session, desk.tenant) if rule.is_active]
    done = [_look(sessions, desk, rule, (last, now, again)) for rule in rules]
    counts = [each for each in done if each is not None]
    return Round(last, len(counts), sum(each[0] for each in counts), sum(each[1] for each in counts))


def last_complete_day(sessions: Sessions, desk: Desk) -> date | None:
    """The last day that is judged; None without data."""
    if not desk.warehouses.has_data(desk.viewer, desk.tenant):
        return None
    with sessions() as session:
        sources = session.scalars(select(DataSource).where(DataSource.tenant_id == desk.tenant.id)).all()
    return complete_until(desk.warehouse.snapshot, sources, desk.tenant.timezone)


def make_defaults(sessions: Sessions, desk: Desk, last: date, now: datetime) -> None:
    """Give a tenant the default rules it never had and has data for; removed ones stay removed."""
    with sessions() as session:
        known = set(session.scalars(select(AlertRule.origin).where(AlertRule.tenant_id == desk.tenant.id)))
    wanted = _with_data(desk, [rule.metric for rule in DEFAULTS if rule.metric not in known])
    if not wanted:
        return
    floor = _floor(desk, last)
    with writing(sessions) as session:
        known = set(session.scalars(select(AlertRule.origin).where(AlertRule.tenant_id == desk.tenant.id)))
        taken = {row.name.lower() for row in list_rules(session, desk.tenant)}
        for rule in DEFAULTS:
            if rule.metric in wanted - known and rule.name.lower() not in taken:
                add_rule(session, desk.tenant, replace(rule, least_money=floor), (ACTOR, now), origin=rule.metric)


def _with_data(desk: Desk, metrics: list[str]) -> set[str]:
    """Those of the metrics that have a value at all: who has no parcels needs no rule for them."""
    if not metrics:
        return set()
    frame = run(Query(tuple(metrics)), desk.viewer, [desk.tenant], desk.warehouses).frame
    return {name for name in metrics if frame[name].iloc[0]}


def _floor(desk: Desk, last: date) -> float:
    """A tenth of a usual day's net sales, one digit exact; 0 where nothing is sold."""
    period = Period(last - timedelta(days=_USUAL_DAYS), last + timedelta(days=1))
    total = run(Query(("net_sales",), (), period), desk.viewer, [desk.tenant], desk.warehouses).value("net_sales")
    amount = float(str(total)) / _USUAL_DAYS * _FLOOR_SHARE if total is not None else 0.0
    if not math.isfinite(amount) or amount <= 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(amount))
    return float(f"{math.floor(amount / step) * step:.10g}")


def _look(sessions: Sessions, desk: Desk, rule: AlertRule, when: tuple[date, datetime, bool]) -> tuple[int, int] | None:
    """Look at one rule; (opened, resolved), None when it was looked at already or somebody else was faster."""
    last, now, again = when
    mark = _mark(desk, rule, last)
    if rule.seen == mark and not again:
        return None
    # A rule that is new says what is off now, not what was over before there was a rule.
    found = [each for each in _found(desk, rule, last) if rule.seen or not each.stretch.is_over]
    with writing(sessions) as session:
        mine = (AlertRule.id == rule.id, AlertRule.version == rule.version, AlertRule.seen == rule.seen)
        noted = session.execute(update(AlertRule).where(*mine).values(seen=mark))
        if not isinstance(noted, CursorResult) or noted.rowcount != 1:
            return None
        return apply(session, (desk.tenant, rule, desk.warehouse.snapshot.number), found, (last, now))


def _mark(desk: Desk, rule: AlertRule, last: date) -> str:
    content = f"{_CODE} {desk.warehouse.snapshot.checksum} {last} {rule.version}"
    return hashlib.sha256(content.encode()).hexdigest()


def _found(desk: Desk, rule: AlertRule, last: date) -> list[Finding]:
    """What the rule finds; nothing where the data has none of it."""
    try:
        return findings(as_typed(rule), desk, last)
    except InputError as problem:
        _LOG.warning("the alert rule '%s' found nothing: %s", rule.name, problem)
        return []
