"""Through the whole pipeline: files at once or one by one in any order give the same warehouse; files that come again
change nothing; pages of an API may be late, repeated and out of order."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from etl.pipeline import LoadRequest, Moment, run
from etl.reading import Limits
from portal.errors import QualityError, SourceError
from portal.viewer import TenantRef
from portal.warehouse.schema import metadata
from portal.warehouse.store import SnapshotStore
from tests.etl.shop import HEADER, MAPPING, NOW, MemoryLedger, Shop

ROOT = Path(__file__).resolve().parents[2]
TENANT = TenantRef(1, "Shop", "EUR", "Europe/Berlin", "DE")
MAPPINGS = {"corner_shop": ROOT / "docs/examples/corner_shop.toml", "easy_ecom": None}
KINDS = {"corner_shop": "table", "easy_ecom": "easy_ecom"}
PAGE_MAPPING = f"""{MAPPING}updated_at = "changed"
""".replace('["%Y-%m-%d"]', '["%Y-%m-%d", "%Y-%m-%d %H:%M"]').replace('duplicates = "keep"', 'key = ["order_id"]')
OURS = {"load_number", "origin_key"}


@dataclass
class Warehouse:
    """A home of its own into which the folder `files` is loaded."""

    name: str
    home: Path
    files: Path
    mapping: Path | None

    def load(self) -> str:
        request = LoadRequest(TENANT, KINDS.get(self.name, "table"), self.files, self.mapping, 0, Limits(2048, 60))
        return run(request, self.store, MemoryLedger(), Moment(NOW)).status

    @property
    def store(self) -> SnapshotStore:
        return SnapshotStore(self.home, 3)

    def tables(self) -> dict[str, pl.DataFrame]:
        path = self.store.current(TENANT.id).path
        with duckdb.connect(str(path), read_only=True) as connection:
            return {each.name: connection.execute(f"select * from {each.name}").pl() for each in metadata.sorted_tables}


def spelled_out(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Tables without numbers of our own: a key becomes the text of the row it points at."""
    names: dict[str, dict[int, str]] = {}
    for table in metadata.sorted_tables:
        (key, *_) = [column.name for column in table.primary_key] or [""]
        if key.endswith("_key") and key in tables[table.name] and table.name.startswith(("dim_", "fact_order")):
            names.setdefault(key, dict(zip(tables[table.name][key], texts(tables[table.name]), strict=True)))
    return {name: spelled(frame, names) for name, frame in tables.items()}


def texts(frame: pl.DataFrame) -> list[str]:
    plain = [name for name in frame.columns if not name.endswith("_key") and name not in OURS]
    return [str(row) for row in frame.select(plain).iter_rows()]


def spelled(frame: pl.DataFrame, names: dict[str, dict[int, str]]) -> pl.DataFrame:
    known = [
        pl.col(name).replace_strict(names[name], default=None, return_dtype=pl.String)
        for name in frame.columns if name in names
    ]  # fmt: skip
    dropped = [name for name in frame.columns if name.endswith("_key") and name not in names]
    return frame.with_columns(known).drop(*dropped, "load_number", strict=False)


def without_lineage(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.drop("origin_key", "source_row", strict=False)
    others = [name for name in frame.columns if name != "row_count"]
    is_count = "row_count" in frame.columns
    return frame.group_by(others).agg(pl.col("row_count").sum()).select(frame.columns) if is_count else frame


def assert_same(found: Warehouse, expected: Warehouse, *, with_lineage: bool = True) -> None:
    """Equal warehouses. Of a version that came twice either copy may be the one kept: then without lineage."""
    ours, theirs = found.tables(), expected.tables()
    if not with_lineage:
        ours, theirs = ({name: without_lineage(frame) for name, frame in one.items()} for one in (ours, theirs))
    ours, theirs = spelled_out(ours), spelled_out(theirs)
    for name, frame in theirs.items():
        try:
            assert_frame_equal(ours[name], frame, check_row_order=False)
        except AssertionError as difference:
            raise AssertionError(f"{name}: {difference}") from None


def one_by_one(whole: Warehouse, seed: int, home: Path) -> Warehouse:
    """The same files put into the same folder one after the other, each followed by a load. Files that need another
    one to be understood are refused until it is there."""
    order: Sequence[Path] = sorted(whole.files.iterdir())
    order = random.Random(seed).sample(order, len(order))
    aside = home / "aside"
    shutil.copytree(whole.files, aside)
    for path in order:
        path.unlink()
    piecemeal = Warehouse(whole.name, home, whole.files, whole.mapping)
    for path in order:
        shutil.copy(aside / path.name, path)
        with suppress(SourceError, QualityError):
            piecemeal.load()
    return piecemeal


@pytest.fixture(params=list(KINDS))
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Warehouse:
    files = tmp_path / "files"
    shutil.copytree(ROOT / "tests/golden" / request.param, files)
    whole = Warehouse(request.param, tmp_path / "whole", files, MAPPINGS[request.param])
    whole.load()
    return whole


def test_one_by_one_gives_what_all_at_once_gives(golden: Warehouse, tmp_path: Path) -> None:
    assert_same(one_by_one(golden, 1, tmp_path / "again"), golden)


def test_files_that_come_again_change_nothing(golden: Warehouse) -> None:
    assert (golden.load(), golden.store.current(TENANT.id).number) == ("unchanged", 1)


def test_one_changed_file_gives_what_a_new_load_of_all_gives(golden: Warehouse, tmp_path: Path) -> None:
    changed = golden.files / ("products.csv" if golden.name == "corner_shop" else "users.csv")
    changed.write_bytes(b"".join(changed.read_bytes().splitlines(keepends=True)[:-1]))
    assert golden.load() == "published"
    anew = Warehouse(golden.name, tmp_path / "anew", golden.files, golden.mapping)
    anew.load()
    assert_same(golden, anew)


@pytest.fixture
def pages(tmp_path: Path) -> Warehouse:
    """Pages of an API as files: each line comes in several versions, spread over the pages, some of them twice."""
    shop = Shop(tmp_path)
    shop.map(PAGE_MAPPING)
    chance = random.Random(11)
    versions = [(line, version) for line in range(12) for version in range(3)]
    chance.shuffle(versions)
    for page in range(4):
        mine = versions[page * 9 : page * 9 + 9] + chance.sample(versions, 2)
        lines = [f"{n},2026-03-0{1 + v},P{n % 4},{1 + v},5,C{n % 3},2026-03-01 10:0{v}" for n, v in mine]
        shop.write(f"page-{page}.csv", *lines, header=f"{HEADER},changed")
    whole = Warehouse("pages", tmp_path / "whole", shop.files, shop.mapping)
    whole.load()
    return whole


def test_pages_end_in_the_newest_versions(pages: Warehouse) -> None:
    lines = pages.tables()["fact_order_line"]
    assert (lines.height, lines["quantity"].sum(), lines["order_date"].min()) == (12, 36, date(2026, 3, 3))


def test_pages_out_of_order_and_repeated_change_nothing(pages: Warehouse, tmp_path: Path) -> None:
    for seed in (1, 2):
        assert_same(one_by_one(pages, seed, tmp_path / str(seed)), pages, with_lineage=False)
