"""Reading: what a file says is what the table says, row by row, or a message that names the place."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from etl.land import land
from etl.reading import FileFormat, Limits, read_tables
from etl.source import LandedFile, RawTable
from portal.errors import SourceError

LIMITS = Limits(memory_mb=1024, seconds=60)


def landed(path: Path) -> LandedFile:
    content = path.read_bytes()
    return LandedFile(path, str(path), path.name, hashlib.sha256(content).hexdigest(), len(content))


def tables(*paths: Path, stated: FileFormat | None = None) -> list[RawTable]:
    return read_tables([landed(path) for path in paths], [("*", stated)] if stated else [], LIMITS)


def test_title_rows_above_the_header_are_skipped_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Sales report,,\nFrom:,2026-01-01,\n,,\nday,item,amount\n2026-01-01,tea,3\n")
    (table,) = tables(path)
    assert table.columns == ["day", "item", "amount"]
    assert table.frame["source_row"].to_list() == [5]


def test_short_row_has_missing_cells_and_blank_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1\n\n , \n2,y\n")
    (table,) = tables(path)
    assert table.frame.rows() == [("1", None, 1, 2), ("2", "y", 1, 5)]
    assert table.blank_rows == {1: 2}


def test_files_with_one_header_form_one_table_and_keep_their_origins(tmp_path: Path) -> None:
    for name, rows in {"2.csv": "3,z\n", "1.csv": "1,x\n2,y\n", "other.csv": None}.items():
        (tmp_path / name).write_text("a,b\n" + rows if rows else "c\n9\n")
    first, second = tables(*sorted(tmp_path.iterdir(), reverse=True))
    assert [origin.file_name for origin in first.origins] == ["1.csv", "2.csv"]
    assert first.frame.rows() == [("1", "x", 1, 2), ("2", "y", 1, 3), ("3", "z", 2, 2)]
    assert second.frame.rows() == [("9", 3, 2)]


def test_one_bad_file_among_many_is_named(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.csv").write_text("a,b\n1,2\n" + ("1,2,3\n" if number == 6 else ""))
    with pytest.raises(SourceError, match=r"^6.csv, row 3: the row has 3 cells"):
        tables(*tmp_path.iterdir())


def test_message_about_a_file_with_another_script_is_readable(tmp_path: Path) -> None:
    (tmp_path / "заказы é.csv").write_text("a,b\n1,2,3\n")
    with pytest.raises(SourceError, match=r"^заказы é.csv, row 2: the row has 3 cells"):
        tables(tmp_path / "заказы é.csv")


def test_process_that_dies_is_told_with_the_file_it_was_on(tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text("a\n1\n")
    gone = landed(tmp_path / "2.csv")
    (tmp_path / "2.csv").unlink()
    with pytest.raises(SourceError, match=r"^2.csv: the file is damaged or made to do harm"):
        read_tables([landed(tmp_path / "1.csv"), gone], [], LIMITS)


def test_same_file_twice_keeps_two_origins(tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text("a\n1\n")
    (table,) = tables(*tmp_path.iterdir())
    assert table.frame.rows() == [("1", 1, 2), ("1", 2, 2)]


def test_format_is_taken_from_the_first_glob_that_matches(tmp_path: Path) -> None:
    (tmp_path / "Sales.csv").write_text("title\na;b\n1;2\n")
    formats = [("other*", FileFormat(header_row=9)), ("sales*", FileFormat(header_row=2)), ("*", FileFormat())]
    (table,) = read_tables([landed(tmp_path / "Sales.csv")], formats, LIMITS)
    assert table.frame.rows() == [("1", "2", 1, 3)]


def test_parquet_becomes_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"n": [17850.0, None], "money": ["1.10", "2.00"], "day": [date(2026, 3, 31), None], "ok": [True, False]}
    ).with_columns(pl.col("money").cast(pl.Decimal(18, 4)))
    frame.write_parquet(tmp_path / "a.parquet")
    (table,) = tables(tmp_path / "a.parquet")
    assert table.frame.rows() == [
        ("17850", "1.1000", "2026-03-31", "TRUE", 1, 1),
        (None, "2.0000", None, "FALSE", 1, 2),
    ]


def test_secret_columns_are_empty_whatever_was_stored(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user,password\nann,hunter2\n")
    (table,) = tables(tmp_path / "a.csv")
    assert table.frame.rows() == [("ann", None, 1, 2)]


def test_too_little_memory_is_said_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(b"a,b\n" + b"some text,more text\n" * 300_000)
    with pytest.raises(SourceError, match=r"^big.csv: reading needs more than 1 MB of memory"):
        read_tables([landed(tmp_path / "big.csv")], [], Limits(memory_mb=1, seconds=60))


def test_too_little_time_is_said() -> None:
    with pytest.raises(SourceError, match=r"reading took longer than 0 seconds"):
        read_tables([LandedFile(Path("/dev/zero"), "x.csv", "x.csv", "", 0)], [], Limits(memory_mb=256, seconds=0))


def test_nothing_to_read_is_no_table() -> None:
    assert read_tables([], [], LIMITS) == []


@pytest.mark.data
def test_online_retail_has_every_row_once(tmp_path: Path) -> None:
    archive = Path(__file__).parents[3] / "shared/data/online_retail/online_retail_by_day.zip"
    if not archive.exists():
        pytest.skip(f"the reference data is not there: {archive.parent}")
    (table,) = read_tables(land(archive, tmp_path), [], Limits())
    net = table.frame.select(
        (pl.col("Quantity").cast(pl.Decimal(18, 4)) * pl.col("UnitPrice").cast(pl.Decimal(18, 4))).sum()
    )
    assert (len(table.origins), table.frame.height, str(net.item())) == (305, 541_909, "9747747.9340")
