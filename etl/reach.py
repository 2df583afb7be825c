"""How far the data of one source reaches."""

from __future__ import annotations

from datetime import date

import duckdb
from sqlalchemy import Date

from portal.warehouse.schema import metadata
from portal.warehouse.store import SnapshotStore


def latest_date(store: SnapshotStore, tenant_id: int, source: str, today: date) -> date | None:
    """Latest business date of any fact that came from `source`, none in the future; None without any."""
    snapshot = store.current(tenant_id)
    if snapshot is None:
        return None
    asked = " union all ".join(
        f"select max({column}) from {table} join dim_origin using (origin_key) "  # noqa: S608 - names are our schema's
        f"where dim_origin.source = $source and {column} <= $today"
        for table, column in _business_dates()
    )
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        days = connection.execute(asked, {"source": source, "today": today}).fetchall()
    return max((day for (day,) in days if isinstance(day, date)), default=None)


def _business_dates() -> list[tuple[str, str]]:
    """(table, column) of the first date of each fact that knows its source row: when it happened."""
    found = []
    for table in metadata.sorted_tables:
        dates = [column.name for column in table.columns if isinstance(column.type, Date)]
        if table.name.startswith("fact_") and dates and "origin_key" in table.columns:
            found.append((table.name, dates[0]))
    return found
