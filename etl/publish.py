"""From a finished star to a served snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from etl.build.star import Star
from etl.checks import run_checks
from etl.tieout import build_row_account, build_tie_out, measure_warehouse, unaccounted
from etl.warehouse_file import open_new, write_tables
from portal.errors import QualityError

_LEDGERS = ("tie_out", "row_account", "data_check")


@dataclass
class WarehouseWriter:
    """Writes a star into a new DuckDB file and keeps what it measured there.

    Attributes:
        star: what to write.
        account: its row_account.
        today: for the checks.
        reached: told "tables written".
        ledgers: tie_out, row_account and data_check, once written.
    """

    star: Star
    account: pl.DataFrame
    today: date
    reached: Callable[[str], None]
    ledgers: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __call__(self, path: Path) -> dict[str, int]:
        """Write the file at `path` and `rejects.parquet` (rows rejected while building) beside it.

        Returns:
            Table name to number of rows.
        """
        self.star.rejected.write_parquet(path.parent / "rejects.parquet")
        facts = {name: rows for name, rows in self.star.tables.items() if name not in _LEDGERS}
        with open_new(path) as connection:
            counts = write_tables(connection, facts)
            self.reached("tables written")
            tie_out = build_tie_out(self.star, measure_warehouse(connection))
            counts |= write_tables(connection, {"row_account": self.account, "tie_out": tie_out})
            checks = run_checks(connection, self.star, self.today)
            counts |= write_tables(connection, {"data_check": checks})
        self.ledgers = {"tie_out": tie_out, "row_account": self.account, "data_check": checks}
        return counts


def account_for(star: Star) -> pl.DataFrame:
    """row_account of a star in which every row read has exactly one fate.

    Raises:
        QualityError: some rows have none, or more than one.
    """
    account = build_row_account(star)
    lost = unaccounted(star, account)
    if not lost:
        return account
    names = dict(star.live.origins.select("origin_key", "file_name").iter_rows())
    key, table, read, found = lost[0]
    raise QualityError(
        f"{names.get(key, key)}: {read} rows were read for {table}, but {found} are accounted for"
        f"{f' (and {len(lost) - 1} more files)' if len(lost) > 1 else ''}. Nothing was published. Report this: it is "
        f"a fault of the portal. {json.dumps(lost[:5])}"
    )
