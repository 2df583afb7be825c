"""Targets of months: read, set, taken back. Each change is audited and guarded by a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.errors import ConflictError, InputError
from portal.metrics.lookup import dimension_called, measure_called
from portal.plan_tables import Target
from portal.viewer import TenantRef

_MOST = Decimal(10) ** 13
_LONGEST_PART = 200


@dataclass(frozen=True)
class Aim:
    """What a target is of.

    Attributes:
        metric: name in the catalogue.
        month: its first day.
        dimension, part: "" for everything, else a dimension and its value.
    """

    metric: str
    month: date
    dimension: str = ""
    part: str = ""

    @property
    def words(self) -> str:
        """ "net_sales 2026-11 category=Decor"."""
        what = f" {self.dimension}={self.part}" if self.dimension else ""
        return f"{self.metric} {self.month:%Y-%m}{what}"


@dataclass(frozen=True)
class Wish:
    """A target that is set: its amount, and the version a change must name."""

    amount: Decimal
    version: int
    changed_by: str
    changed_at: datetime


def target_of(session: Session, tenant_id: int, aim: Aim) -> Wish | None:
    """The target that is set, None without one."""
    row = _row(session, tenant_id, aim)
    return Wish(row.amount, row.version, row.changed_by, row.changed_at) if row else None


def targets_of(session: Session, tenants: Sequence[int], aim: Aim) -> Decimal | None:
    """The targets of several tenants added up; None unless each of them has one."""
    found = [target_of(session, tenant, aim) for tenant in tenants]
    return sum((one.amount for one in found if one), Decimal(0)) if found and all(found) else None


def set_target(
    session: Session, tenant: TenantRef, aim: Aim, change: tuple[Decimal | None, int], by: tuple[str, datetime]
) -> None:
    """Set a target, or take it back (amount None).

    Args:
        session: opened with `portal.db.writing`.
        tenant: whose.
        aim: what it is of.
        change: the amount, and the version that was shown (0: there was none).
        by: who, and when (UTC).

    Raises:
        UnknownNameError: no such metric or dimension.
        InputError: an amount that cannot be a target.
        ConflictError: somebody changed it meanwhile.
    """
    amount, version = change
    measure_called(aim.metric)
    if aim.dimension:
        dimension_called(aim.dimension)
    checked(amount)
    row = _row(session, tenant.id, aim)
    if (row.version if row else 0) != version:
        now = f"{row.amount:,} by {row.changed_by}" if row else "taken back"
        raise ConflictError(f"Somebody changed this target meanwhile: it is {now}. Look again, then change it.")
    before = str(row.amount) if row else None
    if row and amount is None:
        session.delete(row)
    elif row and amount is not None:
        row.amount, row.version, row.changed_by, row.changed_at = amount, version + 1, *by
    elif amount is not None:
        session.add(Target(tenant_id=tenant.id, metric=aim.metric, month=aim.month.replace(day=1),
                           dimension=aim.dimension, part=aim.part[:_LONGEST_PART], amount=amount, version=1,
                           changed_by=by[0], changed_at=by[1]))  # fmt: skip
    details = {"before": before, "after": None if amount is None else str(amount)}
    audit.record(session, audit.Happening(by[0], "target.set", aim.words, tenant.id, details), by[1])


def checked(amount: Decimal | None) -> None:
    """Refuse what cannot be a target.

    Raises:
        InputError: not above 0, or beyond what is kept.
    """
    if amount is not None and not (amount.is_finite() and 0 < amount < _MOST):
        raise InputError("A target is a number above 0, or nothing to take it back.", field="target")


def _row(session: Session, tenant_id: int, aim: Aim) -> Target | None:
    return session.scalar(
        select(Target).where(
            Target.tenant_id == tenant_id, Target.metric == aim.metric, Target.month == aim.month.replace(day=1),
            Target.dimension == aim.dimension, Target.part == aim.part[:_LONGEST_PART],
        )
    )  # fmt: skip
