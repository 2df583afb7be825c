"""A thousand damaged files of each format: refused with a message that names the file, or every row accounted for.

Most files go through landing, reading and conforming inside one process, because starting the reading process would
take most of the time; every fiftieth goes through the whole pipeline to a published snapshot as shipped. What would
have ended the reading process is counted, for it costs the user a good message even where it harms nobody.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

import etl.emptied
import etl.reading
from bench import mutations
from bench.measure import table
from bench.recount import miscounted
from etl.demo.bukmuk import write_bukmuk
from etl.demo.easy_ecom import write_easy_ecom
from etl.demo.hvar_pages import write_hvar
from etl.demo.imiq_book import write_imiq
from etl.demo.onesoko_export import write_onesoko
from etl.land import land
from etl.mapping import load_mapping
from etl.pipeline import run
from etl.read import jobs
from etl.reading import Limits, read_tables
from etl.report import LoadReport
from etl.request import KnownLoads, LoadRequest, Moment
from etl.source import Conformed, RawTable
from etl.sources import SOURCES
from portal.errors import PortalError, SourceError
from portal.viewer import TenantRef
from portal.warehouse.store import SnapshotStore

COUNT = 1000
WHOLE_EVERY = 50
DAY = date(2026, 10, 31)
MOMENT = Moment(datetime(2026, 11, 1, 6))
LIMITS = Limits(2048, 60)
MAPPING = """currency = "GBP"
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


@dataclass(frozen=True)
class Subject:
    """A format: source, tenant, what writes a small sound input, how a file of it is damaged."""

    name: str
    source: str
    tenant: TenantRef
    write: Callable[[Path], object]
    ways: tuple[mutations.Mutation, ...]


@dataclass
class Tally:
    """What became of the files of one format."""

    files: int = 0
    refused: int = 0
    accounted: int = 0
    whole: int = 0
    ended: int = 0
    rows: int = 0
    faults: list[str] = field(default_factory=list)


class _Ledger:
    """Loads are numbered and not remembered."""

    def begin(self, request: LoadRequest, now: datetime, known: KnownLoads) -> int:
        return known.highest + 1

    def finish(self, tenant_id: int, number: int, report: LoadReport) -> None:
        """Not kept."""

    def fail(self, tenant_id: int, number: int, message: str) -> None:
        """Not kept."""


def _write_table(folder: Path) -> None:
    lines = [f"{n // 3},2026-0{1 + n % 9}-1{n % 10},P{n % 7},{n % 4 + 1},{n}.50,C{n % 5}" for n in range(60)]
    (folder / "orders.csv").write_text("\n".join(["order,day,product,qty,price,customer", *lines]) + "\n")


def _write_pages(folder: Path) -> None:
    """The pages alone: the tables of the hub beside them are CSV, which other subjects damage."""
    write_hvar(folder, DAY, 0.004)
    for path in folder.glob("*.csv"):
        path.unlink()


def _write_database(folder: Path) -> None:
    """The deliveries of the pages as the tables of the old program."""
    _write_pages(folder)
    pages = sorted(folder.glob("*.json"))
    told = [one for path in pages for one in json.loads(path.read_text(encoding="utf-8"))["data"]["deliveries"]]
    for path in pages:
        path.unlink()
    steps = [
        {"trackingNumber": one["trackingNumber"], "value": step.get("value"), "date": step.get("date"), "done": 1}
        for one in told for step in one.get("timeline", ())
    ]  # fmt: skip
    with closing(sqlite3.connect(folder / "crm.sqlite3")) as database, database:
        _write_rows(database, "orders", [_flat(one) for one in told])
        _write_rows(database, "timeline_events", steps)


def _write_rows(database: sqlite3.Connection, name: str, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    database.execute(f"create table {name} ({', '.join(columns)})")
    values = [[row.get(column) for column in columns] for row in rows]
    database.executemany(f"insert into {name} values ({', '.join('?' * len(columns))})", values)


def _flat(node: dict[str, Any], above: str = "") -> dict[str, Any]:
    """The values inside objects, named by their path."""
    flat: dict[str, Any] = {}
    for name, value in node.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{above}{name}_")
        elif not isinstance(value, list):
            flat[f"{above}{name}"] = value
    return flat


KAVERI = TenantRef(1, "Kaveri Home", "INR", "Asia/Kolkata", "IN")
MAPLE = TenantRef(1, "Maple & Pine Supply", "USD", "America/New_York", "US")
NILE = TenantRef(1, "Nile Kitchen", "EGP", "Africa/Cairo", "EG")
SOKO = TenantRef(1, "Soko Huru", "KES", "Africa/Nairobi", "KE")
READERS = TenantRef(1, "Library", "KWD", "Asia/Kuwait", "KW")
SHOP = TenantRef(1, "Shop", "GBP", "Europe/London", "GB")
SUBJECTS = (
    Subject("imiq workbook", "imiq", KAVERI, lambda to: write_imiq(to, DAY, 0.002), mutations.OF_WORKBOOK),
    Subject("easy_ecom folder", "easy_ecom", MAPLE, lambda to: write_easy_ecom(to, DAY, 0.002), mutations.OF_TEXT),
    Subject("hvar pages", "hvar", NILE, _write_pages, mutations.OF_JSON),
    Subject("hvar database", "hvar", NILE, _write_database, mutations.OF_DATABASE),
    Subject("bukmuk workbook", "bukmuk", READERS, lambda to: write_bukmuk(to, DAY, 0.01), mutations.OF_WORKBOOK),
    Subject("onesoko export", "onesoko", SOKO, lambda to: write_onesoko(to, DAY, 0.004), mutations.OF_JSON),
    Subject("mapped CSV", "table", SHOP, _write_table, mutations.OF_TEXT),
)  # fmt: skip


def fuzz(subject: Subject, count: int, seed: int, whole_every: int = WHOLE_EVERY) -> Tally:
    """Damage one file of a sound input `count` times and judge what loading makes of it."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        sound = Path(name) / "sound"
        sound.mkdir()
        subject.write(sound)
        (Path(name) / "mapping.toml").write_text(MAPPING)
        for number in range(count):
            chance = random.Random(f"{seed} {subject.name} {number}")
            _one(subject, Path(name), chance, tally, number % whole_every == whole_every - 1)
    return tally


def _one(subject: Subject, folder: Path, chance: random.Random, tally: Tally, whole: bool) -> None:
    files = folder / "files"
    shutil.copytree(folder / "sound", files)
    path = chance.choice(sorted(files.iterdir()))
    way = chance.choice(subject.ways)
    path.write_bytes(way(path.read_bytes(), chance))
    tally.files += 1
    tally.whole += whole
    try:
        told = (_load if whole else _conform)(subject, folder, tally)
        tally.accounted += not told
    except PortalError as error:
        tally.refused += 1
        told = [] if _names(str(error), files) else [f"the message names no file: {error}"]
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        told = [f"{type(error).__name__}: {error} at {traceback.format_exc().splitlines()[-3:]}"]
    tally.faults += [f"{way.__name__} of {path.name}: {fault}" for fault in told]
    for name in ("files", "home"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _names(message: str, files: Path) -> bool:
    return any(name in message for name in (str(files), *(path.stem for path in files.iterdir())))


def _load(subject: Subject, folder: Path, _tally: Tally) -> list[str]:
    """The whole pipeline, as shipped; what is wrong with its report."""
    mapping = folder / "mapping.toml" if subject.source == "table" else None
    request = LoadRequest(subject.tenant, subject.source, folder / "files", mapping, 0, LIMITS)
    report = run(request, SnapshotStore(folder / "home", keep=1), _Ledger(), MOMENT)
    faults = [f"not tied: {tie}" for tie in report.ties if not tie.is_tied]
    return faults + [f"not conserved: {one}" for one in report.tables if one.read != sum(one.outcomes.values())]


def _conform(subject: Subject, folder: Path, tally: Tally) -> list[str]:
    """Landing, reading and conforming in this process; rows that are nowhere, or counted wrong."""
    source = SOURCES[subject.source]
    mapping = load_mapping(folder / "mapping.toml") if source.name == "table" else None
    with _in_process(tally):
        files = land(folder / "files", folder / "home", LIMITS, suffixes=source.suffixes)
        formats = mapping.formats() if mapping else source.formats
        tables = read_tables(files, formats, LIMITS, source.forms)
    conformed = source.conform(tables, MOMENT.rules(subject.tenant), mapping)
    tally.rows += sum(table.frame.height for table in tables)
    return [
        *miscounted(folder / "files", folder / "sound", tables, source.forms),
        *uncounted_rows(conformed),
        *(fault for table in tables for fault in lost_rows(table, conformed, source.name)),
    ]


@contextmanager
def _in_process(tally: Tally) -> Iterator[None]:
    """The job of the reading process is done here; what would have ended that process is counted and told alike."""

    def here(job: str, request: dict[str, Any], folder: Path, limits: Limits, _told: object = None) -> Any:
        try:
            return json.loads(json.dumps(jobs.JOBS[job](request, folder)))
        except SourceError:
            raise
        except Exception as error:
            tally.ended += 1
            raise SourceError(f"{folder}: {type(error).__name__}: {error}") from error

    shipped = etl.emptied.run_limited, etl.reading.run_limited  # type: ignore[attr-defined]
    etl.emptied.run_limited = etl.reading.run_limited = here  # type: ignore[attr-defined,assignment]
    try:
        yield
    finally:
        etl.emptied.run_limited, etl.reading.run_limited = shipped  # type: ignore[attr-defined]


def uncounted_rows(conformed: Conformed) -> list[str]:
    """Tables whose rows and rejects are not what was read."""
    found: Counter[tuple[int, str]] = Counter()
    for name, frame in conformed.tables.items():
        found.update((key, name) for key in frame["origin_key"].to_list())
    found.update(conformed.rejects.select("origin_key", "staging_table").iter_rows())
    read = {key: count for key, count in conformed.read.items() if count}
    return [
        f"{name} of origin {key}: read {read.get((key, name), 0)}, kept or rejected {found[key, name]}"
        for key, name in sorted({*read, *found}) if read.get((key, name), 0) != found[key, name]
    ]  # fmt: skip


def lost_rows(raw: RawTable, conformed: Conformed, source: str) -> list[str]:
    """Raw rows that are neither in a table nor among the rejects. bukmuk finds its header among the rows itself."""
    place = (pl.col("origin_key").cast(pl.Int64), pl.col("source_row").cast(pl.Int64))
    told = pl.concat([frame.select(place) for frame in (*conformed.tables.values(), conformed.rejects)])
    lost = raw.frame.select(place).join(told, on=["origin_key", "source_row"], how="anti")
    headers = len(raw.origins) if source == "bukmuk" else 0
    if lost.height <= headers:
        return []
    return [f"{lost.height} rows of {raw.origins[0].file_name} {raw.origins[0].sheet} are nowhere: {lost.row(0)}"]


def measure() -> str:
    """The table of damaged files."""
    rows, faults = [], list[str]()
    for subject in SUBJECTS:
        tally = fuzz(subject, COUNT, 1)
        rows.append((subject.name, tally.files, tally.whole, tally.refused, tally.accounted, f"{tally.rows:,}",
                     tally.ended, len(tally.faults)))  # fmt: skip
        faults += [f"- {subject.name}: {fault[:300]}" for fault in tally.faults]
    headings = ("format", "files", "of them whole pipeline", "refused, file named", "loaded, every row accounted for",
                "rows read", "reading process ended", "faults")  # fmt: skip
    return (
        "## Damaged files\n\nOne file of a small input is damaged each time: bytes, ends, encodings, lines, columns, "
        "cells, sheets, records. A fault is any other error, a message without the file, a row that is nowhere or a "
        f"total that is not tied.\n\n{table(headings, rows)}\n" + ("\n".join(["", *faults, ""]) if faults else "")
    )
