"""Small staging frames written by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from etl.build.star import Star, build_star
from etl.conformed import LoadRows
from etl.live import LiveRows, unite_loads
from etl.source import Origin, TenantRules
from etl.staging import REJECTS, STAGING
from portal.policies import in_force

TODAY = date(2026, 3, 31)
Rows = list[dict[str, Any]]


def rules(currency: str = "GBP", country: str = "GB", **policies: Any) -> TenantRules:
    return TenantRules(currency, "Europe/London", country, {**in_force((), TODAY), **policies}, "Shop")


def staging(name: str, rows: Rows, origin: int = 1) -> pl.DataFrame:
    """A staging frame; row keys and lineage are numbered where a row does not say."""
    schema = STAGING[name].schema()
    full = [
        {"row_key": f"{name}-{number}", "origin_key": origin, "source_row": number + 1, **row}
        for number, row in enumerate(rows, start=1)
    ]
    texts = [{key: _money(value) for key, value in row.items()} for row in full]
    return pl.DataFrame(texts, schema=schema, orient="row")


def sourced(name: str, rows: Rows, source: str = "table") -> pl.DataFrame:
    return staging(name, rows).with_columns(pl.lit(source).alias("source"))


def load_rows(number: int, source: str = "table", **tables: Rows) -> LoadRows:
    """One load with one file; its rows by staging table."""
    key = number * 1_000_000 + 1
    frames = {name: staging(name, rows, key) for name, rows in tables.items()}
    origin = Origin(1, f"/files/{number}.csv", f"{number}.csv", "", f"sha-{number}")
    read = {(key, name): frame.height for name, frame in frames.items()}
    return LoadRows(number, source, (origin,), frames, pl.DataFrame(schema=REJECTS), read)


def live(source: str = "table", **tables: Rows) -> LiveRows:
    return unite_loads([load_rows(1, source, **tables)])


def star(source: str = "table", tenant: TenantRules | None = None, **tables: Rows) -> Star:
    """The whole star of one load."""
    return build_star(live(source, **tables), tenant or rules(), TODAY)


def _money(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
