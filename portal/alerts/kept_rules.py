"""Alert rules as they are kept: added, changed with their versions, paused, removed; each change is audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.alert_tables import Alert, AlertRule
from portal.alerts.rules import NewRule, checked
from portal.alerts.seen import RESOLVED
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.source_changes import By
from portal.viewer import Permission, TenantRef, Viewer

MAY_CHANGE = Permission.MANAGE_POLICIES
_MOST_RULES = 100


def add_rule(session: Session, tenant: TenantRef, wanted: NewRule, by: By, origin: str | None = None) -> AlertRule:
    """Keep a new rule. Open with `portal.db.writing`.

    Raises:
        InputError, UnknownNameError: as for `checked`; the name is taken, or there are a hundred rules already.
    """
    rule = checked(wanted)
    known = list_rules(session, tenant)
    _refuse_taken(known, rule.name, 0)
    if len(known) >= _MOST_RULES:
        raise InputError(f"There are {_MOST_RULES} rules already. Remove one first.", field="name")
    row = AlertRule(tenant_id=tenant.id, origin=origin, changed_by=by[0], changed_at=by[1], **asdict(rule))
    session.add(row)
    session.flush()
    _tell(session, tenant, ("alert rule added", rule.name, {"rule": asdict(rule)}), by)
    return row


def change_rule(session: Session, tenant: TenantRef, seen: tuple[int, int], wanted: NewRule, by: By) -> None:
    """Change the rule `seen` (id, version as it was seen). Open with `portal.db.writing`.

    Raises:
        UnknownNameError: there is no such rule of this tenant.
        ConflictError: somebody else changed it meanwhile.
        InputError: as for `add_rule`.
    """
    row, rule = rule_of(session, tenant, seen[0]), checked(wanted)
    before = asdict(as_typed(row))
    _refuse_taken(list_rules(session, tenant), rule.name, row.id)
    _update(session, tenant, seen, asdict(rule), by)
    _tell(session, tenant, ("alert rule changed", rule.name, {"before": before, "after": asdict(rule)}), by)


def switch_rule(session: Session, tenant: TenantRef, seen: tuple[int, int], do: str, by: By) -> str:
    """Pause, resume or remove a rule; returns its name. What it had found is resolved. Errors as for `change_rule`."""
    changes: Mapping[str, dict[str, object]] = {
        "pause": {"is_active": False}, "resume": {"is_active": True},
        "remove": {"is_removed": True, "is_active": False},
    }  # fmt: skip
    if do not in changes:
        raise UnknownNameError("change of a rule", do, changes)
    name = rule_of(session, tenant, seen[0]).name
    _update(session, tenant, seen, changes[do], by)
    closed = 0 if do == "resume" else _resolve_all(session, tenant, seen[0], by)
    _tell(session, tenant, (f"alert rule {do}d", name, {"rule": seen[0], "alerts resolved": closed}), by)
    return name


def list_rules(session: Session, tenant: TenantRef) -> list[AlertRule]:
    """The tenant's rules that are not removed, in the order they were made."""
    query = select(AlertRule).where(AlertRule.tenant_id == tenant.id, ~AlertRule.is_removed).order_by(AlertRule.id)
    return list(session.scalars(query))


def rule_of(session: Session, tenant: TenantRef, rule_id: int) -> AlertRule:
    """One rule of the tenant.

    Raises:
        UnknownNameError: there is none, or it was removed.
    """
    mine = (AlertRule.id == rule_id, AlertRule.tenant_id == tenant.id, ~AlertRule.is_removed)
    row = session.scalars(select(AlertRule).where(*mine)).first()
    if row is None:
        raise UnknownNameError("alert rule", str(rule_id), [])
    return row


def as_typed(row: AlertRule) -> NewRule:
    """The rule as it could be typed again."""
    return NewRule(**{each.name: getattr(row, each.name) for each in fields(NewRule)})


def may_change(viewer: Viewer) -> bool:
    """Whether somebody may add, change and remove rules."""
    return MAY_CHANGE in viewer.permissions


def _resolve_all(session: Session, tenant: TenantRef, rule_id: int, by: By) -> int:
    """Nobody looks any more whether they are over."""
    mine = (Alert.rule_id == rule_id, Alert.tenant_id == tenant.id, Alert.state != RESOLVED)
    values = {"state": RESOLVED, "note": "Its rule was paused or removed.", "version": Alert.version + 1}
    done = session.execute(update(Alert).where(*mine).values(**values, changed_by=by[0], changed_at=by[1]))
    return done.rowcount if isinstance(done, CursorResult) else 0


def _refuse_taken(known: list[AlertRule], name: str, own_id: int) -> None:
    if any(each.name.lower() == name.lower() and each.id != own_id for each in known):
        raise InputError(f"There is a rule called '{name}' already. Choose another name.", field="name")


def _update(session: Session, tenant: TenantRef, seen: tuple[int, int], values: Mapping[str, object], by: By) -> None:
    mine = (AlertRule.id == seen[0], AlertRule.tenant_id == tenant.id, AlertRule.version == seen[1])
    marks = {"version": AlertRule.version + 1, "changed_by": by[0], "changed_at": by[1], "seen": ""}
    done = session.execute(update(AlertRule).where(*mine).values(**values, **marks))
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        raise ConflictError("This rule was changed meanwhile. Look at it again, then change it.")


def _tell(session: Session, tenant: TenantRef, what: tuple[str, str, dict[str, object]], by: By) -> None:
    audit.record(session, audit.Happening(by[0], what[0], what[1], tenant.id, what[2]), by[1])
