"""Reading snapshots: one file, read-only, pinned, closed when superseded."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import func, select

from portal.cache import Cache
from portal.errors import QualityError
from portal.metrics.model import Query
from portal.metrics.query import run
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from portal.warehouse.schema import fact_order_line, fact_referral
from tests.metrics.conftest import GOLDEN, Shelf, make_snapshot
from tests.metrics.golden import OTHER_SHOP, SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))
COUNT = select(func.count()).select_from(fact_order_line)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf({1: make_snapshot(tmp_path, GOLDEN, SHOP)})


@pytest.fixture
def warehouses(shelf: Shelf, tmp_path: Path) -> Warehouses:
    return Warehouses(shelf, Cache(tmp_path / "cache", 16))


def cursor_of(warehouse: Warehouse) -> duckdb.DuckDBPyConnection:
    return warehouse._file.cursor()


@pytest.mark.parametrize(
    "statement",
    [
        "create table x (a int)", "delete from fact_order", "select * from read_csv('/etc/hostname')",
        "copy fact_order to '/tmp/stolen.csv'", "attach '/tmp/other.duckdb'", "install httpfs",
        "set enable_external_access = true", "set threads = 1", "load httpfs",
    ],
)  # fmt: skip
def test_nothing_but_reading_this_file_is_possible(warehouses: Warehouses, statement: str) -> None:
    cursor = cursor_of(warehouses.open(VIEWER, GOLDEN))
    with pytest.raises(duckdb.Error):
        cursor.execute(statement)


def test_values_are_bound_never_text(warehouses: Warehouses) -> None:
    hostile = "x' or 1=1 --"
    found = warehouses.open(VIEWER, GOLDEN).frame(COUNT.where(fact_order_line.c.source == hostile))
    assert found.item() == 0


def test_a_warehouse_stays_on_its_snapshot(warehouses: Warehouses, shelf: Shelf, tmp_path: Path) -> None:
    old = warehouses.open(VIEWER, GOLDEN)
    shelf.snapshots[1] = make_snapshot(tmp_path, GOLDEN, OTHER_SHOP, number=2)
    new = warehouses.open(VIEWER, GOLDEN)
    assert (old.frame(COUNT).item(), new.frame(COUNT).item()) == (8, 1)


def test_one_file_is_shared_until_it_is_superseded_and_then_closed(
    warehouses: Warehouses, shelf: Shelf, tmp_path: Path
) -> None:
    first, second = warehouses.open(VIEWER, GOLDEN), warehouses.open(VIEWER, GOLDEN)
    assert first._file is second._file
    kept = weakref.ref(first._file)
    shelf.snapshots[1] = make_snapshot(tmp_path, GOLDEN, OTHER_SHOP, number=2)
    warehouses.open(VIEWER, GOLDEN)
    del first, second
    gc.collect()
    assert kept() is None


def test_threads_have_cursors_of_their_own(warehouses: Warehouses) -> None:
    warehouse, cursors = warehouses.open(VIEWER, GOLDEN), []
    threads = [threading.Thread(target=lambda: cursors.append(cursor_of(warehouse))) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert len({id(cursor) for cursor in [*cursors, cursor_of(warehouse)]}) == 4


def test_many_threads_get_the_same_numbers(warehouses: Warehouses) -> None:
    warehouse, found = Warehouses(warehouses._snapshots, None), []
    threads = [
        threading.Thread(
            target=lambda: found.append(run(Query(("net_sales",)), VIEWER, (GOLDEN,), warehouse).value("net_sales"))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [154] * 8


def test_an_answer_is_kept_by_snapshot(warehouses: Warehouses, shelf: Shelf, tmp_path: Path) -> None:
    question = Query(("net_sales",), ("month",))
    first = run(question, VIEWER, (GOLDEN,), warehouses)
    again = run(question, VIEWER, (GOLDEN,), warehouses)
    assert first.frame.equals(again.frame)
    shelf.snapshots[1] = make_snapshot(tmp_path, GOLDEN, OTHER_SHOP, number=2)
    assert run(question, VIEWER, (GOLDEN,), warehouses).frame["net_sales"].tolist() == [1000]


def test_a_kept_answer_never_unmasks_a_customer(warehouses: Warehouses) -> None:
    question = Query(("net_sales",), ("customer",))
    run(question, VIEWER, (GOLDEN,), warehouses)
    reader = Viewer(2, "vic@example.org", "viewer", ROLES["viewer"], (GOLDEN,))
    shown = run(question, reader, (GOLDEN,), warehouses).frame.to_csv()
    assert "Ann" not in shown


def test_a_policy_changes_the_number_and_the_kept_answer(shelf: Shelf, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 16)
    limits = iter([5, 2])
    warehouses = Warehouses(shelf, cache, lambda tenant: {"low_stock_limit": next(limits)})
    found = [run(Query(("low_stock",)), VIEWER, (GOLDEN,), warehouses).value("low_stock") for _ in range(2)]
    assert found == [1, 0]


def test_a_file_that_is_no_snapshot_says_what_to_do(shelf: Shelf, tmp_path: Path) -> None:
    shelf.snapshots[1].path.write_bytes(b"not a database")
    with pytest.raises(QualityError, match="Load again or roll back"):
        Warehouses(shelf, None).open(VIEWER, GOLDEN)


def test_a_snapshot_of_an_older_version_says_what_to_do(shelf: Shelf) -> None:
    with duckdb.connect(str(shelf.snapshots[1].path)) as connection:
        connection.execute("drop table fact_referral")
    warehouse = Warehouses(shelf, None).open(VIEWER, GOLDEN)
    with pytest.raises(QualityError, match="portal rebuild --tenant 'Golden'"):
        warehouse.frame(select(func.count()).select_from(fact_referral))
