"""Load golden files into staging frames, through landing and reading like any other file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.land import land
from etl.reading import Limits, read_tables
from etl.source import Conformed, TenantRules
from etl.sources import SOURCES

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
FIXTURES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "fixtures"
INDIA = TenantRules("INR", "Asia/Kolkata", "IN", tenant="Kaveri")
AMERICA = TenantRules("USD", "America/New_York", "US", tenant="Acme Goods")
_LIMITS = Limits(2048, 60)


def conform_files(source: str, path: Path, landing: Path, rules: TenantRules) -> Conformed:
    tables = read_tables(land(path, landing, _LIMITS), SOURCES[source].formats, _LIMITS)
    return SOURCES[source].conform(tables, rules, None)


def fixture_folder(name: str) -> Path:
    """A folder of the reference data; the test is skipped where it is not beside the checkout."""
    if not (FIXTURES / name).exists():
        pytest.skip(f"the reference data folder shared/data/fixtures/{name} is not beside the checkout")
    return FIXTURES / name


def unaccounted(conformed: Conformed) -> dict[tuple[int, str], int]:
    """(origin, staging table) to rows read that are neither staged nor among the rejects."""
    found = {}
    for (origin, table), read in conformed.read.items():
        staged = (
            conformed.tables[table].filter(pl.col("origin_key") == origin).height if table in conformed.tables else 0
        )
        kept_out = conformed.rejects.filter(pl.col("origin_key") == origin, pl.col("staging_table") == table).height
        if read != staged + kept_out:
            found[origin, table] = read - staged - kept_out
    return found


def rejected(conformed: Conformed, table: str) -> list[tuple[int, str, str, str | None]]:
    """(row, rule, column, value) of what was kept out of `table`, by row."""
    rows = conformed.rejects.filter(pl.col("staging_table") == table).sort("source_row", maintain_order=True)
    return rows.select("source_row", "rule", "column", "value").rows()
