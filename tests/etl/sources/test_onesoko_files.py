"""OneSoko from files: the export, the pages of its API and its database give the same rows."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from etl.land import land
from etl.reading import Limits, read_tables
from etl.source import Conformed
from etl.sources.onesoko import SOURCE
from tests.etl.sources.conformed import GOLDEN, rejected, unaccounted
from tests.etl.sources.onesoko_database import write_database
from tests.etl.sources.onesoko_tables import KENYA, read_document

_LIMITS = Limits(2048, 60)
_EXPORT = GOLDEN / "onesoko" / "export.json"


def conform_path(path: Path, landing: Path) -> Conformed:
    files = land(path, landing, _LIMITS)
    return SOURCE.conform(read_tables(files, SOURCE.formats, _LIMITS, SOURCE.forms), KENYA, None)


def contents(conformed: Conformed) -> dict[str, pl.DataFrame]:
    """Staging rows without the place they came from."""
    return {
        name: frame.drop("origin_key", "source_row").sort("row_key", maintain_order=True)
        for name, frame in conformed.tables.items()
    }


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    return conform_path(_EXPORT, tmp_path_factory.mktemp("landing"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    path = tmp_path_factory.mktemp("data") / "db.sqlite3"
    write_database(read_document(_EXPORT), path)
    return conform_path(path, tmp_path_factory.mktemp("landing"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    folder = tmp_path_factory.mktemp("pages")
    for name, records in read_document(_EXPORT).items():
        write_page(folder / f"{name}_page1.json", records[:2])
        if len(records) > 2:
            write_page(folder / f"{name}_page2.json", records[2:])
    return conform_path(folder, tmp_path_factory.mktemp("landing"))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    """The tables of the database as CSV files, times as PostgreSQL writes them."""
    folder, work = tmp_path_factory.mktemp("tables"), tmp_path_factory.mktemp("work")
    write_database(read_document(_EXPORT), work / "db.sqlite3")
    with closing(sqlite3.connect(work / "db.sqlite3")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master")]
        for name in names:
            rows = database.execute(f'SELECT * FROM "{name}"')
            told = [[f"{cell}+00" if is_time(cell) else cell for cell in row] for row in rows]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([[column[0] for column in rows.description], *told])
    return conform_path(folder, tmp_path_factory.mktemp("landing"))


def is_time(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith("2025-") and ":" in cell


def write_page(path: Path, records: list[dict[str, Any]]) -> None:
    page = {"count": len(records), "next": None, "previous": None, "results": records}
    path.write_text(json.dumps(page), encoding="utf-8")


def test_the_export_is_accounted_for(export: Conformed) -> None:
    assert unaccounted(export) == {}
    assert rejected(export, "order") == [(7, "unknown status", "status", "on hold")]


@pytest.mark.parametrize("other", ["database", "pages", "tables"])
def test_every_form_gives_the_same_rows(other: str, export: Conformed, request: pytest.FixtureRequest) -> None:
    expected, found = contents(export), contents(request.getfixturevalue(other))
    assert {name for name, frame in found.items() if frame.height} == set(expected)
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame)


@pytest.mark.parametrize("other", ["database", "pages", "tables"])
def test_every_form_is_accounted_for(other: str, export: Conformed, request: pytest.FixtureRequest) -> None:
    conformed = request.getfixturevalue(other)
    assert unaccounted(conformed) == {}
    reasons = ["staging_table", "outcome", "rule"]
    known = export.rejects.filter(pl.col("staging_table") != "unused").select(reasons).sort(reasons)
    assert_frame_equal(
        conformed.rejects.filter(pl.col("staging_table") != "unused").select(reasons).sort(reasons), known
    )


def test_no_password_is_stored_or_read(tmp_path: Path) -> None:
    conform_path(_EXPORT, tmp_path)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Wanjiru" in stored
    assert b"NOT-A-REAL-HASH" not in stored


def test_an_order_with_its_items_inside(tmp_path: Path) -> None:
    order = {"id": 5, "user": 1, "shop": None, "status": "paid", "total": "30.00", "created_at": "2025-04-02T09:00:00Z",
             "items": [{"id": 1, "product": 7, "quantity": 1}, {"id": 2, "product": 7, "quantity": 2}],
             "tracking": [{"id": 1, "status": "packed", "timestamp": "2025-04-02T10:00:00Z"}],
             "analytics": {"order_source": "phone", "shipping_cost": "5.00"},
             "shipping_address": {"recipient_name": "Juma", "city": "Kisumu"}}  # fmt: skip
    write_page(tmp_path / "enhanced-orders.json", [order])
    conformed = conform_path(tmp_path / "enhanced-orders.json", tmp_path / "landing")
    lines = conformed.tables["order_line"].select("order_id", "quantity", "line_amount").rows()
    assert lines == [("5", 1, 10), ("5", 2, 20)]
    assert conformed.tables["shipment"]["shipment_status"].to_list() == ["processing"]
    told = conformed.tables["order"].select("channel", "shipping_amount", "customer", "city").row(0)
    assert told == ("phone", 5, "Juma", "Kisumu")
