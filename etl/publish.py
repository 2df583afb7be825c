"""From a finished star to a served snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from etl.build.prepare import Effect
from etl.build.star import Star
from etl.checks import Found, run_checks
from etl.tieout import (
    Totals,
    build_row_account,
    build_tie_effects,
    build_tie_out,
    measure_warehouse,
    source_totals,
    unaccounted,
)
from etl.tieout_effects import build_effects
from etl.warehouse_file import insert, open_new, write_tables
from portal.errors import QualityError

LEDGERS = ("tie_out", "tie_effect", "row_account", "data_check")


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
        facts = {name: rows for name, rows in self.star.tables.items() if name not in LEDGERS}
        with open_new(path) as connection:
            counts = write_tables(connection, facts)
            self.reached("tables written")
            sides = LedgerSides(source_totals(self.star), tuple(build_effects(self.star)), self.account)
            products = self.star.live.tables["product"]
            connection.begin()
            self.ledgers = write_ledgers(connection, sides, products, counts, self.today)
            connection.commit()
        return counts | {name: rows.height for name, rows in self.ledgers.items()}


@dataclass(frozen=True)
class LedgerSides:
    """What the ledgers of a snapshot are made of, beside the file itself.

    Attributes:
        sources: source totals.
        effects: named rules between them and the file.
        account: row_account.
        found: what some checks find, where that is known already.
    """

    sources: Totals
    effects: tuple[Effect, ...]
    account: pl.DataFrame
    found: Found = field(default_factory=dict)


def write_ledgers(
    connection: duckdb.DuckDBPyConnection, sides: LedgerSides, products: pl.DataFrame, counts: Mapping[str, int],
    today: date,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Measure the finished tables, check them, and write both down, within the transaction that is open.

    Args:
        connection: to the file, its ledgers empty.
        sides: what the file is held against.
        products, counts, today: for the checks.

    Returns:
        Name to frame of each of `LEDGERS`.
    """
    tie_out = build_tie_out(sides.sources, sides.effects, measure_warehouse(connection))
    ledgers = {"row_account": sides.account, "tie_out": tie_out, "tie_effect": build_tie_effects(sides.effects)}
    insert(connection, ledgers)
    ledgers["data_check"] = run_checks(connection, products, counts, today, sides.found)
    insert(connection, {"data_check": ledgers["data_check"]})
    return ledgers


def account_for(star: Star) -> pl.DataFrame:
    """row_account of a star in which every row read has exactly one fate.

    Raises:
        QualityError: some rows have none, or more than one.
    """
    account = build_row_account(star)
    check_account(star, account)
    return account


def check_account(star: Star, account: pl.DataFrame) -> None:
    """Refuse an account that loses rows or counts them twice.

    Raises:
        QualityError: see `account_for`.
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
