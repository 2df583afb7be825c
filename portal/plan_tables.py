"""Targets, and the days people mark, in the application database. Times are UTC without zone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.models import Record


class Target(Record):
    """What a tenant wants a metric to reach in a month, of everything or of one part.

    month: its first day. dimension, part: "" for everything, else a dimension and its value. amount: in the unit of the
    metric, money in the tenant's reporting currency. version guards changes by people.
    """

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("tenant_id", "metric", "month", "dimension", "part"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)
    metric: Mapped[str] = mapped_column(String(60))
    month: Mapped[date]
    dimension: Mapped[str] = mapped_column(String(40), default="")
    part: Mapped[str] = mapped_column(String(200), default="")
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime]


class CalendarEvent(Record):
    """Days a tenant marks on its charts: a promotion, a holiday, a closure, a change of price, or only a remark.

    first_day, last_day: business dates, both included. kind: promotion, holiday, closure or remark; all but remarks are
    known to forecasts, each title a pattern of its own. is_removed: taken back; kept, as everything people enter.
    """

    __tablename__ = "calendar_event"
    __table_args__ = (Index("ix_calendar_event_tenant_id_first_day", "tenant_id", "first_day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(500), default="")
    is_removed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime]


class TaskSnooze(Record):
    """A thing to do that one person has put off for themselves.

    scope: which clients were shown. task: what it was, without its numbers. until: when it shows again.
    """

    __tablename__ = "task_snooze"
    __table_args__ = (UniqueConstraint("user_id", "scope", "task"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    scope: Mapped[str] = mapped_column(String(64))
    task: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime]
