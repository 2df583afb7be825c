"""Studies: worked out when first needed, kept by snapshot and policies, asked for like any fact."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest
from sqlalchemy import MetaData, Table, func, select

from portal.studies import STUDIES, Study, shelf
from portal.studies.shelf import StudyShelf
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouse, Warehouses
from portal.warehouse.schema import dim_product, fact_order_line
from portal.warehouse.schema.columns import code, key, money
from tests.metrics.conftest import GOLDEN, Shelf, StudyStore, make_snapshot
from tests.metrics.golden import OTHER_SHOP, SHOP

VIEWER = Viewer(1, "ann@example.org", "manager", ROLES["manager"], (GOLDEN,))
TOY = Table("study_toy", MetaData(), key("product_key"), money("sold_amount"), info={"from": fact_order_line})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The snapshots the toy study was worked out for; its limit is a policy."""
    numbers: list[int] = []

    def make(warehouse: Warehouse) -> pl.DataFrame:
        numbers.append(warehouse.snapshot.number)
        line = fact_order_line.c
        sold = select(line.product_key, func.sum(line.net_amount).label("sold_amount")).group_by(line.product_key)
        return warehouse.frame(sold.order_by(line.product_key))

    monkeypatch.setitem(STUDIES, "study_toy", Study(TOY, make, ("low_stock_limit",)))
    return numbers


@pytest.fixture
def snapshots(tmp_path: Path) -> Shelf:
    return Shelf({1: make_snapshot(tmp_path, GOLDEN, SHOP)})


def opened(tmp_path: Path, snapshots: Shelf, limit: int = 5) -> Warehouse:
    shelf = StudyShelf(StudyStore(tmp_path, snapshots))
    return Warehouses(snapshots, None, lambda _: {"low_stock_limit": limit}, shelf).open(VIEWER, GOLDEN)


TOTAL = select(func.sum(TOY.c.sold_amount))


def test_a_study_adds_up_to_the_fact_it_is_made_of(tmp_path: Path, snapshots: Shelf, made: list[int]) -> None:
    warehouse = opened(tmp_path, snapshots)
    assert warehouse.frame(TOTAL).item() == warehouse.frame(select(func.sum(fact_order_line.c.net_amount))).item()


def test_a_study_joins_the_dimensions(tmp_path: Path, snapshots: Shelf, made: list[int]) -> None:
    joined = select(func.count()).select_from(TOY.join(dim_product, TOY.c.product_key == dim_product.c.product_key))
    warehouse = opened(tmp_path, snapshots)
    assert warehouse.frame(joined).item() == warehouse.frame(select(func.count()).select_from(TOY)).item() > 0


def test_it_is_worked_out_once(tmp_path: Path, snapshots: Shelf, made: list[int]) -> None:
    for _ in range(2):
        opened(tmp_path, snapshots).frame(TOTAL)
    assert made == [1]


def test_another_policy_is_another_study(tmp_path: Path, snapshots: Shelf, made: list[int]) -> None:
    for limit in (5, 6, 5):
        opened(tmp_path, snapshots, limit).frame(TOTAL)
    assert made == [1, 1]


def test_a_new_snapshot_is_worked_out_anew_and_the_old_study_goes(
    tmp_path: Path, snapshots: Shelf, made: list[int]
) -> None:
    opened(tmp_path, snapshots).frame(TOTAL)
    snapshots.snapshots[1] = make_snapshot(tmp_path, GOLDEN, OTHER_SHOP, number=2)
    opened(tmp_path, snapshots).frame(TOTAL)
    files = [path.name.partition("-")[0] for path in (tmp_path / "tenants/1/studies").glob("*.arrow")]
    assert (made, files) == ([1, 2], ["2"])


def test_what_a_killed_process_left_is_never_read_and_goes(tmp_path: Path, snapshots: Shelf, made: list[int]) -> None:
    folder = tmp_path / "tenants/1/studies"
    folder.mkdir(parents=True)
    torn = folder / "1-study_toy-0000.arrow.999999999"
    torn.write_bytes(b"half a file")
    opened(tmp_path, snapshots).frame(TOTAL)
    assert (made, torn.exists()) == ([1], False)


def test_plain_numbers_need_no_study(tmp_path: Path, snapshots: Shelf, made: list[int]) -> None:
    opened(tmp_path, snapshots).frame(select(func.count()).select_from(fact_order_line))
    assert made == []


def test_a_text_can_be_asked_for(tmp_path: Path, snapshots: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Table("study_words", MetaData(), key("product_key"), code("word"), info={"from": fact_order_line})
    rows = pl.DataFrame({"product_key": [1, 2], "word": ["plenty of words", "few"]})
    monkeypatch.setitem(STUDIES, "study_words", Study(words, lambda _: rows))
    asked = select(words.c.product_key).where(words.c.word == "few")
    assert opened(tmp_path, snapshots).frame(asked).to_series().to_list() == [2]


def test_a_large_study_says_the_same_from_a_file_of_its_own_kind(
    tmp_path: Path, snapshots: Shelf, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = select(TOY).order_by(TOY.c.product_key)
    small = opened(tmp_path, snapshots, 5).frame(rows)
    monkeypatch.setattr(shelf, "LARGE", 0)
    warehouse = opened(tmp_path, snapshots, 6)
    assert (warehouse.frame(rows).equals(small), len(made)) == (True, 2)
    assert opened(tmp_path, snapshots, 6).frame(rows).equals(small)
    assert len(made) == 2
    assert sorted(path.suffix for path in tmp_path.glob("tenants/*/studies/*study_toy*-*")) == [".arrow", ".duckdb"]


def test_a_reader_reaches_studies_of_its_tenant_alone(
    tmp_path: Path, snapshots: Shelf, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LARGE", 0)
    warehouse = opened(tmp_path, snapshots)
    warehouse.frame(TOTAL)
    (study,) = tmp_path.glob("tenants/1/studies/*.duckdb")
    other = tmp_path / "tenants" / "2" / "studies" / study.name
    other.parent.mkdir(parents=True)
    shutil.copy(study, other)
    with pytest.raises(duckdb.PermissionException):
        warehouse._file.cursor().execute(f"attach '{other}' as other (read_only)")
