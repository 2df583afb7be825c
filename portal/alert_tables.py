"""Alert rules, alerts and what belongs to them in the application database. Times are UTC without zone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models import Record


class AlertRule(Record):
    """What a tenant wants to be told of: a measure, perhaps for each value of a dimension, when it is too far off.

    origin: name of the default rule it was made from, null for a tenant's own. comparison: baseline, below, above,
    week or year (see `portal.alerts.rules`). direction: fall, rise or either. level: limit of below and above, in the
    unit of the measure. least_share (0–1), least_money (reporting currency) and least_volume must all be reached.
    weekdays: ISO numbers of the days that are looked at, "1234567". quiet_from, quiet_until: local hours between which
    nobody is told. seen: what was looked at last (snapshot, day, version), so that it is looked at once.
    """

    __tablename__ = "alert_rule"
    __table_args__ = (UniqueConstraint("tenant_id", "origin"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    origin: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    metric: Mapped[str] = mapped_column(String(60))
    dimension: Mapped[str] = mapped_column(String(40), default="")
    comparison: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(10))
    level: Mapped[float | None]
    least_share: Mapped[float] = mapped_column(default=0.0)
    least_money: Mapped[float] = mapped_column(default=0.0)
    least_volume: Mapped[float] = mapped_column(default=0.0)
    weekdays: Mapped[str] = mapped_column(String(7), default="1234567")
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    seen: Mapped[str] = mapped_column(String(64), default="")
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime]


class Alert(Record):
    """One stretch of days on which one rule found one value too far off.

    label: value of the rule's dimension, "" for the whole. day, last_day: first and last day off; days: how many.
    kind: "value" or "missing" (no rows on a day that has some). found, expected, low, high: sums over these days for
    what adds up, else their means; money: what the difference costs, positive is a loss, null when not known. state:
    open, acknowledged or resolved. why: what moved it, see `portal.alerts.reasons`. version guards changes by people.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("rule_id", "label", "day"),
        Index("alert_by_state", "tenant_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rule.id"))
    label: Mapped[str] = mapped_column(String(200), default="")
    metric: Mapped[str] = mapped_column(String(60))
    dimension: Mapped[str] = mapped_column(String(40), default="")
    comparison: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    last_day: Mapped[date]
    days: Mapped[int]
    found: Mapped[float | None]
    expected: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    money: Mapped[float | None]
    why: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500), default="")
    snapshot: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(254))


class AlertSnooze(Record):
    """Until when one person does not want to see one alert."""

    __tablename__ = "alert_snooze"
    __table_args__ = (UniqueConstraint("alert_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    until: Mapped[datetime]


class AlertNotice(Record):
    """Something people are to be told of an alert, once: "opened" or "resolved". due_at: after the rule's quiet hours.

    sent_at stays null until something sends it; e-mail takes those that are due from here.
    """

    __tablename__ = "alert_notice"
    __table_args__ = (UniqueConstraint("alert_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
