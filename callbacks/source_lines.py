"""The lines of the Sources screen: sources with their freshness, loads with the account of their rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from layouts.sources import LoadLine, SourceLine
from portal import sources
from portal.models import Load
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
            about = f"{row.kind}, {row.schedule}"
            line = SourceLine(row.id, _client(viewer, tenant), row.name, about, row.location, str(one.state),
                              one.sentence, row.is_active)  # fmt: skip
            lines.append((one.urgency, line))
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].client, pair[1].name.casefold()))]


def load_lines(session: Session, viewer: Viewer) -> list[LoadLine]:
    """The newest loads of the viewer's tenants."""
    return [_line(viewer, tenant, load) for tenant, load in newest_loads(session, viewer)]


def load_options(session: Session, viewer: Viewer) -> list[dict[str, Any]]:
    """The newest loads as choices, the value is "tenant-number"."""
    return [
        {"label": " · ".join(part for part in (_client(viewer, tenant), f"Load {load.number}", load.source) if part),
         "value": f"{tenant.id}-{load.number}"}
        for tenant, load in newest_loads(session, viewer)
    ]  # fmt: skip


def newest_loads(session: Session, viewer: Viewer) -> list[tuple[TenantRef, Load]]:
    """The newest loads of the viewer's tenants, newest first."""
    tenants = {tenant.id: tenant for tenant in viewer.tenants}
    newest = select(Load).where(Load.tenant_id.in_(tenants)).order_by(Load.started_at.desc(), Load.id.desc())
    return [(tenants[load.tenant_id], load) for load in session.scalars(newest.limit(MOST_LOADS))]


def _line(viewer: Viewer, tenant: TenantRef, load: Load) -> LoadLine:
    tables = load.report.get("tables", [])
    counts = tuple(f"{sum(int(table.get(name, 0)) for table in tables):,}" if tables else "–" for name in _COUNTS)
    snapshot = f"Snapshot {load.snapshot}" if load.snapshot is not None else ""
    note = load.message or snapshot
    return LoadLine(_client(viewer, tenant), str(load.number), load.source, _local(load.started_at, tenant),
                    load.status, counts, note)  # fmt: skip


def _client(viewer: Viewer, tenant: TenantRef) -> str:
    return tenant.name if len(viewer.tenants) > 1 else ""


def _local(moment: datetime, tenant: TenantRef) -> str:
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tenant.timezone))
    return f"{local.day} {local:%b %Y %H:%M %Z}"
