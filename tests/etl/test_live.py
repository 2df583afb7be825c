from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

import etl.live as live_module
from etl.conformed import (
    conform_hash,
    count_withdrawn,
    partitions_of,
    read_load,
    read_partitions,
    read_rejects,
    rows_read,
    save_load,
    with_new,
)
from etl.live import unite_loads
from portal.warehouse.snapshot import Partition
from tests.etl.frames import load_rows
from tests.etl.shop import Shop


def expense(key: str, amount: int = 1, **columns: object) -> dict[str, object]:
    return {"row_key": key, "expense_id": key, "expense_amount": amount, **columns}


def partition(path: str, load: int, sha: str = "s", mode: str = "replace") -> Partition:
    return Partition("table", path, load, sha, "r", (load * 1_000_000 + 1,), mode)


def test_a_load_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    rows = load_rows(3, expense=[expense("a"), expense("b")])
    save_load(tmp_path, rows)
    found = read_load(tmp_path, 3, [3_000_001])
    assert found.tables["expense"].equals(rows.tables["expense"])
    assert (found.origins, found.read, found.source) == (rows.origins, rows.read, "table")
    assert found.rejects.equals(rows.rejects)


def test_only_the_wanted_origins_come_back(tmp_path: Path) -> None:
    save_load(tmp_path, load_rows(3, expense=[expense("a")]))
    found = read_load(tmp_path, 3, [3_000_002])
    assert (found.tables["expense"].height, found.origins, found.read) == (0, (), {})


def test_a_column_that_older_rows_lack_is_null(tmp_path: Path) -> None:
    rows = load_rows(1, expense=[expense("a", title="rent")])
    path = tmp_path / "1" / "expense.parquet"
    save_load(tmp_path, rows)
    pl.read_parquet(path).drop("title").with_columns(gone=1).write_parquet(path)
    assert (
        read_load(tmp_path, 1, [1_000_001])
        .tables["expense"]
        .equals(rows.tables["expense"].with_columns(pl.lit(None, pl.String).alias("title")))
    )


def test_rejects_of_a_load_that_read_nothing_are_none(tmp_path: Path) -> None:
    assert read_rejects(tmp_path, 9)[0].height == 0


def test_the_newest_row_of_a_key_stays() -> None:
    old = load_rows(1, expense=[expense("a", 1), expense("b", 2)])
    new = load_rows(2, expense=[expense("a", 10), expense("c", 4), expense("c", 5)])
    found = unite_loads([old, new])
    assert found.tables["expense"].select("row_key", "expense_amount").rows() == [("b", 2), ("a", 10), ("c", 5)]
    assert found.duplicates["expense"].select("row_key", "expense_amount").rows() == [("a", 1), ("c", 4)]


def test_an_older_version_in_a_later_file_does_not_win() -> None:
    def order(total: int, day: int | None) -> dict[str, object]:
        return {"row_key": "1", "order_id": "1", "total_amount": total,
                "updated_at": day and datetime(2026, 1, day)}  # fmt: skip

    loads = [
        load_rows(1, order=[order(10, 9)]),
        load_rows(2, order=[order(20, 3)]),
        load_rows(3, order=[order(30, None)]),
    ]
    assert unite_loads(loads).tables["order"]["total_amount"].to_list() == [10]


def test_the_same_key_in_two_sources_is_two_rows() -> None:
    found = unite_loads([load_rows(1, "imiq", expense=[expense("a")]), load_rows(2, expense=[expense("a")])])
    assert found.tables["expense"]["source"].to_list() == ["imiq", "table"]


def test_origins_are_numbered_over_all_loads() -> None:
    found = unite_loads([load_rows(1, expense=[expense("a")]), load_rows(12, expense=[expense("b")])])
    assert found.origins.select("origin_key", "file_name", "load_number").rows() == [
        (1_000_001, "1.csv", 1), (12_000_001, "12.csv", 12),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("new", "live", "replaced"),
    [
        (partition("/a", 2, "t"), ["/b", "/a"], ["/a"]),
        (partition("/c", 2, "t"), ["/a", "/b", "/c"], []),
        (partition("/a", 2, "t", "append"), ["/a", "/b", "/a"], []),
        (partition("/a", 2, "s", "append"), ["/b", "/a"], ["/a"]),
    ],
)
def test_what_a_new_file_replaces(new: Partition, live: list[str], replaced: list[str]) -> None:
    after, gone = with_new([partition("/a", 1), partition("/b", 1)], [new])
    assert ([one.path for one in after], [one.path for one in gone]) == (live, replaced)


def test_a_file_of_another_source_is_another_file() -> None:
    other = Partition("imiq", "/a", 1, "s", "r", (1,))
    assert with_new([other], [partition("/a", 2)])[1] == []


def test_withdrawn_rows_are_those_the_new_version_lacks(tmp_path: Path) -> None:
    old = load_rows(1, expense=[expense("a"), expense("b")], lead=[{"lead_id": "x"}])
    save_load(tmp_path, old)
    new = load_rows(2, expense=[expense("b"), expense("c")])
    assert count_withdrawn(tmp_path, partitions_of(old, "r", "replace"), new) == {"expense": 1, "lead": 1}


def test_fresh_rows_are_not_read_from_disk(tmp_path: Path) -> None:
    fresh = load_rows(1, expense=[expense("a")])
    assert read_partitions(tmp_path, partitions_of(fresh, "r", "replace"), fresh) == [fresh]


def test_rows_read_of_some_files(tmp_path: Path) -> None:
    rows = load_rows(1, expense=[expense("a")], lead=[{"lead_id": "x"}])
    save_load(tmp_path, rows)
    assert rows_read(tmp_path, partitions_of(rows, "r", "replace")) == {"expense": 1, "lead": 1}
    assert rows_read(tmp_path, []) == {}


def test_the_conform_hash_changes_with_everything_it_stands_for() -> None:
    hashes = [conform_hash(*facts) for facts in (("table", "m"), ("imiq", "m"), ("table", "n"), ("table", "m", "GBP"))]
    assert len(set(hashes)) == 4
    assert hashes[0] == conform_hash("table", "m")


def test_many_small_loads_read_together_are_what_they_are_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path)
    for number in range(9):
        shop.write(f"{number}.csv", f"{number},2026-03-0{number + 1},P{number},2,5,C{number % 2}")
        shop.load()
    conformed, live = shop.store.folder(1) / "conformed", shop.store.current(1).partitions
    one_by_one = live_module._rows(read_partitions(conformed, live[:7], None), "order_line")
    monkeypatch.setattr(live_module, "_MANY", 2)
    together = live_module._rows(read_partitions(conformed, live[:7], None), "order_line")
    assert one_by_one.height == 7
    assert together.equals(one_by_one)
    assert live_module._rows(read_partitions(conformed, live, None), "shipment").is_empty()
