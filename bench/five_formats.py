"""The same number of orders in each of the five formats and in SQLite, from files to a published snapshot.

    python -m bench.five_formats [ORDERS]

The files are those of the demo shops, grown to the size asked for. Everything `portal load` does is timed: landing,
reading, conforming, building, checking, publishing.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.installation import PORTAL, install
from bench.measure import Run, run, table
from bench.old_program import write_old_program
from etl.demo.bukmuk import write_bukmuk
from etl.demo.easy_ecom import write_easy_ecom
from etl.demo.hvar_pages import write_hvar
from etl.demo.imiq_book import write_imiq
from etl.demo.manifest import Manifest
from etl.demo.onesoko_export import write_onesoko

ORDERS = 1_000_000
LAST_DAY = date(2026, 10, 31)


@dataclass(frozen=True)
class Format:
    """A source system: what an order is in it, what writes its files, and how many orders these have at scale 1."""

    source: str
    what: str
    currency: str
    write: Callable[[Path, date, float], Manifest]
    counted: Callable[[Manifest], int]


FORMATS = (
    Format("imiq", "one workbook", "INR", write_imiq, lambda made: made.rows["NewOrders"]),
    Format("easy_ecom", "folder of CSV", "USD", write_easy_ecom, lambda made: made.rows["sales.csv"]),
    Format("hvar", "pages of JSON", "EGP", write_hvar, lambda made: sum(made.rows.values()) - made.rows["search.json"]),
    Format("hvar", "one SQLite file", "EGP", write_old_program, lambda made: made.rows["orders"]),
    Format("bukmuk", "one workbook (leads)", "KWD", write_bukmuk, lambda made: sum(made.rows.values())),
    Format("onesoko", "one JSON export", "KES", write_onesoko, lambda made: made.rows["orders"]),
)


@dataclass(frozen=True)
class Loaded:
    """One load: orders and rows in the files, their size in bytes, the run, what the report says."""

    orders: int
    rows: int
    size: int
    run: Run
    is_tied: bool
    rejected: int


def measure(orders: int = ORDERS) -> str:
    """The table of the five formats."""
    rows = []
    for each in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_row(each, _load(each, orders, Path(folder))))
            print(rows[-1], flush=True)
    headings = ("source", "files", "orders", "source rows", "MB", "s", "orders/s", "rows/s", "CPU s",
                "peak MB (all processes)", "rejected", "tied")  # fmt: skip
    return (
        f"## {orders:,} orders in each of the five formats\n\n`portal load`, from the files to the published snapshot; "
        "a source row is a record of a file (a row of a sheet, a delivery, an event); an order of easy_ecom is a sale, "
        f"of bukmuk a lead.\n\n{table(headings, rows)}\n"
    )


def _load(each: Format, orders: int, folder: Path) -> Loaded:
    files = folder / "files"
    files.mkdir()
    made = _written(each, orders, files)
    there = install(folder / "home", "Shop", each.currency)
    command = [PORTAL, "load", "--tenant", "Shop", "--source", each.source, "--json", str(files)]
    limits = {"PORTAL_READER_MEMORY_MB": "12000", "PORTAL_READER_SECONDS": "3600"}
    done = run(command, there.environ | limits)
    report = json.loads(done.output[done.output.index("{\n") :])
    size = sum(path.stat().st_size for path in files.iterdir())
    return Loaded(each.counted(made), sum(made.rows.values()), size, done, report["is_tied"], report["rows_rejected"])


def _written(each: Format, orders: int, files: Path) -> Manifest:
    """The files of some `orders` orders; how many they have at a small scale tells the scale."""
    with tempfile.TemporaryDirectory() as small:
        share = each.counted(each.write(Path(small), LAST_DAY, 0.2)) / 0.2
    start = time.perf_counter()
    made = each.write(files, LAST_DAY, orders / share)
    print(f"{each.source}: {each.counted(made):,} orders written in {time.perf_counter() - start:.0f} s", flush=True)
    return made


def _row(each: Format, loaded: Loaded) -> tuple[str, ...]:
    wall = loaded.run.wall
    return (
        each.source, each.what, f"{loaded.orders:,}", f"{loaded.rows:,}", f"{loaded.size / 1e6:,.0f}", f"{wall:.1f}",
        f"{loaded.orders / wall:,.0f}", f"{loaded.rows / wall:,.0f}", f"{loaded.run.cpu:.1f}",
        f"{loaded.run.peak_mb:,.0f}", f"{loaded.rejected:,}", "yes" if loaded.is_tied else "NO",
    )  # fmt: skip


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS))
