"""The lines of the Sources screen: sources with their freshness, loads with the account of their rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from layouts.sources import LoadLine, SourceLine
from portal import sources
from portal.errors import UnknownNameError
from portal.freshness import ago
from portal.hooks import can_have_hook
from portal.models import DataSource, Load
from portal.places import told_place
from portal.source_types import SYSTEMS
from portal.viewer import TenantRef, Viewer

MOST_LOADS = 20
_COUNTS = ("read", "loaded", "unchanged", "duplicate", "excluded", "rejected")


def source_lines(session: Session, viewer: Viewer, now: datetime) -> list[SourceLine]:
    """Every source of the viewer's tenants, those that need somebody first."""
    lines = []
    for tenant in viewer.tenants:
        rows = {row.name: row for row in sources.list_sources(session, tenant)}
        for one in sources.freshness(session, tenant, now):
            row = rows[one.name]
            about = f"{SYSTEMS.get(row.kind, row.kind)}, {row.schedule}"
            line = SourceLine(row.id, client_name(viewer, tenant), row.name, about, _place(row, now), str(one.state),
                              one.sentence, row.is_active, can_have_hook(row))  # fmt: skip
            lines.append((one.urgency, line))
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].client, pair[1].name.casefold()))]


def own_source(session: Session, viewer: Viewer, source_id: str) -> tuple[TenantRef, DataSource]:
    """A source of one of the viewer's tenants, by its number as the browser sent it.

    Raises:
        UnknownNameError: the viewer has no such source.
    """
    own = {tenant.id: tenant for tenant in viewer.tenants}
    rows = session.scalars(select(DataSource).where(DataSource.tenant_id.in_(own)))
    source = next((row for row in rows if str(row.id) == source_id), None)
    if source is None:
        raise UnknownNameError("source", source_id, [])
    return own[source.tenant_id], source


def _place(row: DataSource, now: datetime) -> str:
    """Where it is, and what its webhook last took."""
    told = told_place(row.location)
    if row.hook_hash is None:
        return told
    last = f"last used {ago(now - row.hook_used_at)}" if row.hook_used_at else "nothing has arrived yet"
    return f"{told} · webhook: {last}"


def load_lines(session: Session, viewer: Viewer) -> list[LoadLine]:
    """The newest loads of the viewer's tenants."""
    return [_line(viewer, tenant, load) for tenant, load in newest_loads(session, viewer)]


def load_options(session: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """The newest loads as choices, the value is "tenant-number"."""
    return [
        {"label": " · ".join(part for part in (client_name(viewer, tenant), f"Load {load.number}",
                                               SYSTEMS.get(load.source, load.source),
                                               _kept_out(load)) if part),
         "value": f"{tenant.id}-{load.number}"}
        for tenant, load in newest_loads(session, viewer)
    ]  # fmt: skip


def load_of(viewer: Viewer, load: str | None) -> tuple[TenantRef, int] | None:
    """The load "tenant-number"; None for anything that is not the viewer's."""
    tenant_id, _, number = (load or "").partition("-")
    tenant = next((each for each in viewer.tenants if str(each.id) == tenant_id), None)
    if tenant is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return tenant, int(number)


def _kept_out(load: Load) -> str:
    """How many rows it rejected, for whoever looks for them."""
    return f"{load.rows_rejected:,} rejected" if load.rows_rejected else ""


def newest_loads(session: Session, viewer: Viewer) -> list[tuple[TenantRef, Load]]:
    """The newest loads of the viewer's tenants, newest first."""
    tenants = {tenant.id: tenant for tenant in viewer.tenants}
    newest = select(Load).where(Load.tenant_id.in_(tenants)).order_by(Load.started_at.desc(), Load.id.desc())
    return [(tenants[load.tenant_id], load) for load in session.scalars(newest.limit(MOST_LOADS))]


def _line(viewer: Viewer, tenant: TenantRef, load: Load) -> LoadLine:
    tables = load.report.get("tables", [])
    counts = tuple(f"{sum(int(table.get(name, 0)) for table in tables):,}" if tables else "–" for name in _COUNTS)
    snapshot = str(load.snapshot) if load.snapshot is not None else ""
    source = SYSTEMS.get(load.source, load.source)
    return LoadLine(client_name(viewer, tenant), str(load.number), source, _local(load.started_at, tenant),
                    load.status, counts, snapshot, load.message)  # fmt: skip


def client_name(viewer: Viewer, tenant: TenantRef) -> str:
    """The tenant's name where the viewer has several, else ""."""
    return tenant.name if len(viewer.tenants) > 1 else ""


def _local(moment: datetime, tenant: TenantRef) -> str:
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tenant.timezone))
    return f"{local.day} {local:%b %Y %H:%M %Z}"
