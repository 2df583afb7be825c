"""What became of every source row, and what the checks found: read from the snapshots, the same for every screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import polars as pl
from sqlalchemy import Select, func, select

from callbacks.desk import Desk
from portal.models import Load
from portal.warehouse.schema import data_check, dim_origin, row_account, tie_out

OUTCOMES = ("loaded", "unchanged", "duplicate", "excluded", "rejected")


@dataclass(frozen=True)
class Freshness:
    """When a source was last loaded successfully (UTC without zone)."""

    tenant: str
    source: str
    finished_at: datetime


def row_ledger(desk: Desk) -> pd.DataFrame:
    """Frame of tenant, source, table, read, then one column per outcome; read is exactly their sum."""
    query = (
        select(dim_origin.c.source, row_account.c.staging_table, row_account.c.outcome,
               func.sum(row_account.c.row_count).label("rows"))
        .join(dim_origin, dim_origin.c.origin_key == row_account.c.origin_key)
        .group_by(dim_origin.c.source, row_account.c.staging_table, row_account.c.outcome)
    )  # fmt: skip
    counted = _read(desk, query)
    if counted.empty:
        return pd.DataFrame(columns=["tenant", "source", "table", "read", *OUTCOMES])
    wide = counted.pivot_table(
        index=["tenant", "source", "staging_table"], columns="outcome", values="rows", aggfunc="sum", fill_value=0
    )
    wide = wide.reindex(columns=list(OUTCOMES), fill_value=0).astype(int).reset_index()
    wide = wide.rename(columns={"staging_table": "table"})
    wide.insert(3, "read", wide[list(OUTCOMES)].sum(axis=1))
    return wide


def control_totals(desk: Desk) -> pd.DataFrame:
    """The tie-out table: tenant, source, staging_table, measure, the three values, explanation, is_tied."""
    return _read(desk, select(tie_out))


def findings(desk: Desk) -> pd.DataFrame:
    """Checks that found wrong rows: tenant, check_name, severity, sentence, wrong_rows, affected_amount."""
    found = _read(desk, select(data_check).where(data_check.c.wrong_rows > 0))
    if found.empty:
        return found
    amounts = pd.to_numeric(found["affected_amount"], errors="coerce").astype(float)
    return found.assign(affected_amount=amounts).sort_values("affected_amount", ascending=False, na_position="last")


def freshness(desk: Desk) -> list[Freshness]:
    """Per source, when it was last loaded; newest first."""
    latest = func.max(Load.finished_at)
    names = {tenant.id: tenant.name for tenant in desk.tenants}
    query = (
        select(Load.tenant_id, Load.source, latest)
        .where(Load.tenant_id.in_(names), Load.snapshot.is_not(None))
        .group_by(Load.tenant_id, Load.source)
        .order_by(latest.desc())
    )
    with desk.parts.sessions() as session:
        rows = session.execute(query).all()
    return [Freshness(names[tenant], source, finished) for tenant, source, finished in rows if finished]


def _read(desk: Desk, query: Select[tuple[object, ...]]) -> pd.DataFrame:
    """A select over the tables of each tenant's snapshot, with the tenant's name in front."""
    frames = []
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        frames.append(warehouse.frame(query).select(pl.lit(tenant.name).alias("tenant"), pl.all()))
    return pl.concat(frames, how="vertical_relaxed").to_pandas() if frames else pd.DataFrame()
