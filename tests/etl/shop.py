"""A small shop on disk: files, a mapping, and loads through the whole pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from etl.pipeline import Hooks, LoadReport, LoadRequest, Moment, run
from etl.reading import Limits
from etl.request import KnownLoads
from portal.policies import PolicyRow
from portal.viewer import TenantRef
from portal.warehouse.store import SnapshotStore

TENANT = TenantRef(1, "Shop", "GBP", "Europe/London", "GB")
NOW = datetime(2026, 3, 31, 12)
MAPPING = """
[format]
dates = ["%Y-%m-%d"]
[[entity]]
name = "order_line"
files = ["*.csv"]
duplicates = "keep"
[entity.columns]
order_id = "order"
order_date = "day"
product_id = "product"
quantity = "qty"
unit_price = "price"
customer_id = "customer"
"""
HEADER = "order,day,product,qty,price,customer"


@dataclass
class MemoryLedger:
    """Loads as a list of [number, status, message]."""

    loads: list[list[object]] = field(default_factory=list)

    def begin(self, request: LoadRequest, now: datetime, known: KnownLoads) -> int:
        number = max([known.highest, *(load[0] for load in self.loads)]) + 1
        self.loads.append([number, "running", ""])
        return number

    def finish(self, tenant_id: int, number: int, report: LoadReport) -> None:
        self.loads[-1][1:] = [report.status, ""]

    def fail(self, tenant_id: int, number: int, message: str) -> None:
        self.loads[-1][1:] = ["failed", message]


@dataclass
class Shop:
    """A folder of files and a home; `load` runs the pipeline on the folder. patch_from is as in `LoadRequest`."""

    folder: Path
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    policies: tuple[PolicyRow, ...] = ()
    patch_from: int = 200_000

    def __post_init__(self) -> None:
        self.files.mkdir(parents=True, exist_ok=True)
        self.map(MAPPING)

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def store(self) -> SnapshotStore:
        return SnapshotStore(self.folder / "home", keep=3)

    @property
    def mapping(self) -> Path:
        return self.folder / "mapping.toml"

    def map(self, text: str) -> None:
        self.mapping.write_text(text)

    def write(self, name: str, *lines: str, header: str = HEADER) -> Path:
        path = self.files / name
        path.write_text("\n".join([header, *lines]) + "\n")
        return path

    def request(self, path: Path | None = None, wait_seconds: float = 0) -> LoadRequest:
        return LoadRequest(TENANT, "table", path or self.files, self.mapping, wait_seconds, Limits(2048, 60),
                           patch_from=self.patch_from)  # fmt: skip

    def load(self, path: Path | None = None, hooks: Hooks | None = None, wait_seconds: float = 0) -> LoadReport:
        return run(self.request(path, wait_seconds), self.store, self.ledger, Moment(NOW, self.policies), hooks)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.store.current(TENANT.id).path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def net(self) -> str:
        """Rows and net sales of the served snapshot: "3 rows 30.00"."""
        rows, amount = self.ask("select count(*), coalesce(sum(net_amount), 0)::decimal(18,2) from fact_order_line")[0]
        return f"{rows} rows {amount}"
