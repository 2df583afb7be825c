"""Rows a load kept out, for screens that may not import the ETL."""

from __future__ import annotations

from typing import Any

from portal.errors import UnknownNameError
from portal.warehouse.store import SnapshotStore


def rows_kept_out(store: SnapshotStore, tenant_id: int, load_number: int) -> list[dict[str, Any]]:
    """Rows that a load rejected or excluded: place, row, table, outcome, rule, column, value. A load that read
    nothing of its own kept nothing out."""
    from etl.rejects import load_rejects

    try:
        return load_rejects(store, tenant_id, load_number)
    except UnknownNameError:
        return []
