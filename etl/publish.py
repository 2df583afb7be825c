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
        today: for the checks.
        reached: told "tables written".
        ledgers: tie_out, row_account and data_check, once written.
    """

    star: Star
    today: date
    reached: Callable[[str], None]
    ledgers: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __call__(self, path: Path) -> dict[str, int]:
        """Write the file at `path`; returns the number of rows of each table.

        Raises:
            QualityError: a row read is not accounted for.
        """
        account = build_row_account(self.star)
        refuse_lost_rows(self.star, account)
        facts = {name: rows for name, rows in self.star.tables.items() if name not in _LEDGERS}
        with open_new(path) as connection:
            counts = write_tables(connection, facts)
            self.reached("tables written")
            tie_out = build_tie_out(self.star, measure_warehouse(connection))
            counts |= write_tables(connection, {"row_account": account, "tie_out": tie_out})
            checks = run_checks(connection, self.star, self.today)
            counts |= write_tables(connection, {"data_check": checks})
        self.ledgers = {"tie_out": tie_out, "row_account": account, "data_check": checks}
        return counts


def refuse_lost_rows(star: Star, account: pl.DataFrame) -> None:
    """Every row read has exactly one fate, or nothing is published.

    Raises:
        QualityError: some rows have none, or more than one.
    """
    lost = unaccounted(star, account)
    if not lost:
        return
    names = dict(star.live.origins.select("origin_key", "file_name").iter_rows())
    key, table, read, found = lost[0]
    raise QualityError(
        f"{names.get(key, key)}: {read} rows were read for {table}, but {found} are accounted for"
        f"{f' (and {len(lost) - 1} more files)' if len(lost) > 1 else ''}. Nothing was published. Report this: it is "
        f"a fault of the portal. {json.dumps(lost[:5])}"
    )
