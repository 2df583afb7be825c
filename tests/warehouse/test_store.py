from __future__ import annotations

import json
import logging
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from portal.errors import ConflictError, QualityError, UnknownNameError
from portal.warehouse.snapshot import Draft, Partition
from portal.warehouse.store import SnapshotStore

TENANT = 7


def write(value: int):
    def at(path: Path) -> dict[str, int]:
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create table t as select {value} as v")
        return {"t": 1}

    return at


def draft(load: int = 1) -> Draft:
    partition = Partition("table", "/a.csv", load, "sha", "rules", (load * 1_000_000 + 1,))
    return Draft(load, datetime(2026, 1, 2, 3, 4), date(2026, 1, 1), "GBP", (partition,), "star")


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path, keep=3)


@pytest.fixture
def three(store: SnapshotStore) -> SnapshotStore:
    for number in (1, 2, 3):
        store.publish(TENANT, draft(number), write(number))
    return store


def value(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select v from t").fetchone()[0]


def test_before_the_first_load_there_is_none(store: SnapshotStore) -> None:
    assert store.current(TENANT) is None
    assert store.snapshots(TENANT) == []


def test_a_published_snapshot_comes_back_as_it_was(store: SnapshotStore) -> None:
    store.publish(TENANT, draft(4), write(40))
    found = store.current(TENANT)
    assert (found.number, found.load_number, found.as_of, found.currency) == (1, 4, date(2026, 1, 1), "GBP")
    assert (found.built_at, found.partitions, found.counts) == (
        datetime(2026, 1, 2, 3, 4),
        draft(4).partitions,
        {"t": 1},
    )
    assert value(found.path) == 40


def test_the_newest_is_served_and_only_as_many_are_kept(three: SnapshotStore) -> None:
    three.publish(TENANT, draft(4), write(4))
    assert value(three.current(TENANT).path) == 4
    assert [one.number for one in three.snapshots(TENANT)] == [4, 3, 2]


def test_a_reader_of_a_pruned_snapshot_goes_on_reading(store: SnapshotStore) -> None:
    first = store.publish(TENANT, draft(1), write(1))
    with duckdb.connect(str(first.path), read_only=True) as reader:
        for number in (2, 3, 4):
            store.publish(TENANT, draft(number), write(number))
        assert not first.path.exists()
        assert reader.execute("select v from t").fetchall() == [(1,)]


def test_rollback_serves_an_older_one_and_numbers_go_on(three: SnapshotStore) -> None:
    assert three.rollback(TENANT, 1).number == 1
    assert value(three.current(TENANT).path) == 1
    assert three.publish(TENANT, draft(4), write(4)).number == 4


def test_publishing_after_a_rollback_keeps_the_newest(three: SnapshotStore) -> None:
    three.rollback(TENANT, 1)
    three.publish(TENANT, draft(4), write(4))
    assert [one.number for one in three.snapshots(TENANT)] == [4, 3, 2]


def test_rollback_to_an_unknown_snapshot_changes_nothing(three: SnapshotStore) -> None:
    with pytest.raises(UnknownNameError, match="no kept snapshot called '9'"):
        three.rollback(TENANT, 9)
    assert three.current(TENANT).number == 3


def test_rollback_to_a_damaged_snapshot_is_refused(three: SnapshotStore) -> None:
    damaged = three.snapshots(TENANT)[1]
    damaged.path.write_bytes(b"x" * 100)
    with pytest.raises(QualityError, match="Snapshot 2 is damaged"):
        three.rollback(TENANT, 2)
    assert three.current(TENANT).number == 3


def test_rollback_waits_for_nobody(three: SnapshotStore) -> None:
    with three.lock(TENANT, "a load of big.zip", 0), pytest.raises(ConflictError, match=r"a load of big\.zip"):
        three.rollback(TENANT, 1)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"snapshot": "x"}', '{"snapshot": 99}', "null"])
def test_a_damaged_pointer_falls_back_to_the_newest(three: SnapshotStore, content: str, caplog) -> None:
    (three.folder(TENANT) / "current.json").write_text(content)
    with caplog.at_level(logging.ERROR):
        found = three.current(TENANT)
    assert found.number == 3
    assert "damaged" in found.notice
    assert "damaged" in caplog.text


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_damaged_file_falls_back_to_the_newest_intact(three: SnapshotStore, damage: str) -> None:
    path = three.current(TENANT).path
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        content[5000] ^= 1
        path.write_bytes(content if damage == "flip" else content[:5000])
    found = three.current(TENANT)
    assert (found.number, found.notice.split(";")[0]) == (2, "Snapshot 3 is damaged")


def test_a_damaged_manifest_falls_back(three: SnapshotStore) -> None:
    (three.folder(TENANT) / "snapshots" / "3" / "snapshot.json").write_text('{"number": 3}')
    assert three.current(TENANT).number == 2


def test_all_damaged_is_an_error_not_an_empty_portal(store: SnapshotStore) -> None:
    store.publish(TENANT, draft(1), write(1)).path.unlink()
    with pytest.raises(QualityError, match="Every snapshot of this tenant is damaged"):
        store.current(TENANT)


def test_a_file_that_does_not_hold_what_was_written_is_not_published(three: SnapshotStore) -> None:
    def lie(path: Path) -> dict[str, int]:
        return {"t": write(4)(path)["t"] + 1}

    with pytest.raises(QualityError, match="1 rows in t instead of 2"):
        three.publish(TENANT, draft(4), lie)
    assert three.current(TENANT).number == 3


def test_what_a_killed_load_left_is_removed(three: SnapshotStore) -> None:
    folder = three.folder(TENANT)
    (folder / "snapshots" / ".building-4").mkdir()
    (folder / "conformed" / ".building-4").mkdir(parents=True)
    (folder / "landing").mkdir()
    (folder / "landing" / ".arriving-x").write_text("half")
    (folder / "current.json.new").write_text("{")
    assert three.clear_orphans(TENANT) == [".building-4", ".building-4", "current.json.new", ".arriving-x"]
    assert three.clear_orphans(TENANT) == []
    assert three.current(TENANT).number == 3


def test_the_pointer_is_one_number(three: SnapshotStore) -> None:
    assert json.loads((three.folder(TENANT) / "current.json").read_text()) == {"snapshot": 3}


def test_tenants_do_not_meet(three: SnapshotStore) -> None:
    assert three.current(TENANT + 1) is None
    with pytest.raises(UnknownNameError):
        three.rollback(TENANT + 1, 1)
