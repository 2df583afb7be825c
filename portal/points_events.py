"""Points that redeemed codes moved, as the studies read them."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import select

from portal.db import Sessions
from portal.loyalty_tables import PointsMove
from portal.studies.shelf import PointsMoved

COLUMNS: dict[str, Any] = {
    "reference": pl.String, "customer": pl.String, "shop_id": pl.String, "entry_type": pl.String, "points": pl.Int64,
    "entry_date": pl.Date, "moved_at": pl.Datetime("us"),
}  # fmt: skip


def points_from(sessions: Sessions) -> PointsMoved:
    """Gives a tenant's moves, oldest first; reference is the name of the code (see `portal.loyalty_codes.name_of`)."""

    def read(tenant_id: int) -> pl.DataFrame:
        with sessions() as session:
            found = session.scalars(
                select(PointsMove).where(PointsMove.tenant_id == tenant_id).order_by(PointsMove.id)
            ).all()
        rows = [(f"SOUK-{one.code_id}", one.customer, one.shop_id, one.entry_type, one.points, one.entry_date,
                 one.moved_at) for one in found]  # fmt: skip
        return pl.DataFrame(rows, schema=COLUMNS, orient="row")

    return read
