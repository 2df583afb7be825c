"""The generated lead workbook: the same bytes each time, and exactly its dirt is kept out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from etl.demo.bukmuk import FILE_NAME, PARTS, write_bukmuk
from etl.demo.manifest import Manifest
from etl.source import Conformed
from tests.etl.sources.conformed import INDIA, conform_files, unaccounted

LAST_DAY = date(2026, 3, 31)
Made = tuple[Manifest, Conformed]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("demo")
    manifest = write_bukmuk(folder, LAST_DAY, 0.1)
    return manifest, conform_files("bukmuk", folder, tmp_path_factory.mktemp("landing"), INDIA)


def test_the_same_day_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_bukmuk(tmp_path / name, LAST_DAY, 0.05)
    assert (tmp_path / "a" / FILE_NAME).read_bytes() == (tmp_path / "b" / FILE_NAME).read_bytes()


def test_every_lead_is_there_once_and_every_row_is_accounted_for(made: Made) -> None:
    manifest, conformed = made
    blank_rows = sum(part.header is not None for part in PARTS)
    assert unaccounted(conformed) == {}
    assert conformed.tables["lead"].height == 400
    assert sum(manifest.rows.values()) == blank_rows + sum(
        rows for (_, table), rows in conformed.read.items() if table == "lead"
    )


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("duplicate", "same phone as the row that is kept"), ("repeated_header", "repeated header row"),
     ("nobody", "no name, phone or e-mail"), ("title", "title row above the header")],
)  # fmt: skip
def test_rows_that_are_no_leads_are_kept_out(made: Made, kind: str, rule: str) -> None:
    manifest, conformed = made
    assert conformed.rejects.filter(pl.col("rule") == rule).height == manifest.dirt[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("broken_email", "Email"), ("unreadable_phone", "Phone number"), ("unknown_status", "Lead status"),
     ("unreadable_date", "(?:Lead|Last contact) date")],
)  # fmt: skip
def test_cells_nobody_can_read_are_kept_as_written(made: Made, kind: str, said: str) -> None:
    manifest, conformed = made
    noted = conformed.tables["lead"].filter(pl.col("note").str.contains(f"{said} as written: "))
    assert noted.height == manifest.dirt[kind]


def test_members_are_customers_unless_nobody_can_reach_them(made: Made) -> None:
    manifest, conformed = made
    alone = conformed.rejects.filter(pl.col("rule") == "member without phone or e-mail").height
    assert conformed.tables["customer"].height + alone == manifest.dirt["member"]
