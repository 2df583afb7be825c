"""What is done with a source that is there, on the screen or at the console: done, audited, told in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit, sources, sync_runs
from portal.config import Settings
from portal.errors import UnknownNameError
from portal.hooks import new_hook
from portal.models import DataSource
from portal.viewer import TenantRef

By = tuple[str, datetime]
"""Who does it (e-mail) and when (UTC without zone)."""


def change_source(session: Session, tenant: TenantRef, source: DataSource, do: str, by: By) -> str:
    """Do one of `CHANGES` with a source of the tenant. Open with `portal.db.writing`.

    Returns:
        What happens now, in a sentence.

    Raises:
        UnknownNameError: there is no such thing to do.
    """
    if do not in CHANGES:
        raise UnknownNameError("change of a source", do, CHANGES)
    action, change = CHANGES[do]
    audit.record(session, audit.Happening(by[0], action, source.name, tenant.id), by[1])
    return change(session, tenant, source, by)


def give_hook(session: Session, tenant: TenantRef, source: DataSource, settings: Settings, by: By) -> str:
    """A new address of the source's webhook, to be shown once; see `portal.hooks.new_hook`."""
    address = new_hook(source, settings)
    audit.record(session, audit.Happening(by[0], "webhook address made", source.name, tenant.id), by[1])
    return address


def _ask(session: Session, _tenant: TenantRef, source: DataSource, by: By) -> str:
    sync_runs.ask(session, source, *by)
    return f"{source.name} is synced as soon as a worker is free."


def _pause(_session: Session, _tenant: TenantRef, source: DataSource, _by: By) -> str:
    source.is_active = False
    return f"{source.name} is paused."


def _resume(_session: Session, _tenant: TenantRef, source: DataSource, _by: By) -> str:
    source.is_active = True
    return f"{source.name} is synced on its schedule again."


def _remove(session: Session, tenant: TenantRef, source: DataSource, _by: By) -> str:
    name = sources.remove_source(session, tenant, source.name)
    return f"Removed the source {name}. Its data stays in the warehouse."


CHANGES: dict[str, tuple[str, Callable[[Session, TenantRef, DataSource, By], str]]] = {
    "sync": ("source sync asked", _ask),
    "pause": ("source paused", _pause),
    "resume": ("source resumed", _resume),
    "remove": ("source removed", _remove),
}
"""What can be done: name in the audit trail, and the change."""
