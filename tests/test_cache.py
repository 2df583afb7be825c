"""Kept results: only our bytes go in, nothing is unpickled, a broken cache costs only time."""

from __future__ import annotations

import pickle
import sqlite3
import stat
from pathlib import Path

import pytest

from portal.cache import Cache, CacheKey

KEY = CacheKey(((1, 7),), "net_sales by day")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", 16)


def test_a_result_is_made_once(cache: Cache) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"answer")
        return b"answer"

    assert [cache.cached(KEY, make), cache.cached(KEY, make)] == [b"answer", b"answer"]
    assert len(made) == 1


@pytest.mark.parametrize(
    "other",
    [CacheKey(((2, 7),), KEY.question), CacheKey(((1, 8),), KEY.question), CacheKey(KEY.pins, "net_sales by week")],
)
def test_another_tenant_snapshot_or_question_is_another_result(cache: Cache, other: CacheKey) -> None:
    cache.cached(KEY, lambda: b"first")
    assert cache.cached(other, lambda: b"second") == b"second"


def test_keys_start_with_tenants_and_snapshots() -> None:
    assert CacheKey(((4, 2), (3, 7)), "x").text().startswith("3@7,4@2|")


def test_the_folder_is_the_owners_only(tmp_path: Path) -> None:
    Cache(tmp_path / "cache", 16)
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


@pytest.mark.parametrize("value", ["text", 5, None, {"a": 1}])
def test_only_bytes_can_be_kept(cache: Cache, value: object) -> None:
    with pytest.raises(TypeError, match="Cached values are bytes"):
        cache.cached(KEY, lambda: value)  # type: ignore[arg-type, return-value]


class Bomb:
    exploded = False

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (setattr, (Bomb, "exploded", True))


def test_a_planted_pickle_is_not_opened_but_replaced(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 16)
    cache.cached(KEY, lambda: b"answer")
    with sqlite3.connect(tmp_path / "cache" / "cache.db") as database:
        database.execute("update Cache set mode = 4, value = ?", (pickle.dumps(Bomb()),))
    database.close()
    assert cache.cached(KEY, lambda: b"made anew") == b"made anew"
    assert Bomb.exploded is False


def test_a_large_result_whose_file_is_gone_is_made_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 16)
    cache.cached(KEY, lambda: b"x" * 1_000_000)
    for file in (tmp_path / "cache").rglob("*.val"):
        file.unlink()
    assert cache.cached(KEY, lambda: b"again") == b"again"
