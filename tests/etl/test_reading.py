"""Reading: what a file says is what the table says, row by row, or a message that names the place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.land import land
from etl.read.detect import detect_layout
from etl.read.text import Body, read_bodies, read_body, read_strictly
from etl.reading import FileFormat, Limits, read_tables
from etl.source import LandedFile, RawTable
from portal.errors import SourceError

LIMITS = Limits(memory_mb=1024, seconds=60)


def landed(path: Path) -> LandedFile:
    content = path.read_bytes()
    return LandedFile(path, str(path), path.name, hashlib.sha256(content).hexdigest(), len(content))


def tables(*paths: Path, stated: FileFormat | None = None) -> list[RawTable]:
    return read_tables([landed(path) for path in paths], [("*", stated)] if stated else [], LIMITS)


def text_rows(content: bytes, stated: FileFormat | None = None) -> list[tuple[object, ...]]:
    """Header, then rows as the child reads them; without the process, which is the same for all."""
    layout = detect_layout(content[: 1 << 20], len(content) <= 1 << 20, stated or FileFormat(), "a.csv")
    frame = read_bodies([read_body(content, 1, "a.csv", layout)])
    return [layout.header, *frame.drop("origin_key", "source_row").rows()]


HEADED = [("a", "b"), ("1", "x"), ("2", "y")]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,x\n2,y\n",
        b"a,b\n1,x\n2,y",
        b"a,b\r\n1,x\r\n2,y\r\n",
        b"a,b\r1,x\r2,y\r",
        b"a\tb\n1\tx\n2\ty\n",
        b"a;b\n1;x\n2;y\n",
        b"a|b\n1|x\n2|y\n",
        b"\xef\xbb\xbfa,b\n1,x\n2,y\n",
        "a,b\n1,x\n2,y\n".encode("utf-16"),
        "a,b\n1,x\n2,y\n".encode("utf-16-be"),
        b'"a","b"\n"1","x"\n"2","y"\n',
        b"a,b,\n1,x,\n2,y,\n",
        b"\xc2\xa0a\xc2\xa0, b \n1,x\n2,y\n",
    ],
    ids=[
        "lf",
        "no-end",
        "crlf",
        "cr",
        "tab",
        "semicolon",
        "pipe",
        "bom",
        "utf16",
        "utf16be",
        "quoted",
        "trail",
        "nbsp",
    ],
)
def test_same_table_however_it_is_written(content: bytes) -> None:
    assert text_rows(content) == HEADED


def test_windows_text_is_read_where_utf8_is_impossible() -> None:
    assert text_rows("name,price\nCafé,£5\n".encode("cp1252")) == [("name", "price"), ("Café", "£5")]


def test_text_that_is_mostly_utf8_is_not_read_as_windows_text() -> None:
    with pytest.raises(SourceError, match=r"a.csv, row 3: there is a character that is neither UTF-8 nor Windows"):
        text_rows("name\nCafé Zoë Ångström\n".encode() + b"Caf\xe9\n")


def test_stated_encoding_is_obeyed() -> None:
    assert text_rows("имя\nАнна\n".encode("cp1251"), FileFormat(encoding="cp1251")) == [("имя",), ("Анна",)]


def test_semicolons_win_over_decimal_commas() -> None:
    assert text_rows(b"item;price\na;1,50\nb;2,75\n")[1:] == [("a", "1,50"), ("b", "2,75")]


def test_separator_inside_quotes_is_text() -> None:
    assert text_rows(b'a,b\n"x, y","say ""hi"""\n') == [("a", "b"), ("x, y", 'say "hi"')]


def test_text_is_left_as_it_is_written() -> None:
    assert text_rows(b"id,code,n\n17850.0,00012, 5 \nTRUE,1e3,NA\n")[1:] == [
        ("17850.0", "00012", " 5 "),
        ("TRUE", "1e3", "NA"),
    ]


def test_quote_in_the_middle_of_a_cell_is_text() -> None:
    assert text_rows(b'item,n\n5" pipe,1\n6" pipe,2\n')[1:] == [('5" pipe', "1"), ('6" pipe', "2")]


def test_repeated_and_blank_headers_get_names_of_their_own() -> None:
    assert text_rows(b"a,a,,a_2,origin_key,b\n1,2,3,4,5,6\n")[0] == (
        "a", "a_3", "column_3", "a_2", "origin_key_2", "b",
    )  # fmt: skip


def test_title_rows_above_the_header_are_skipped_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Sales report,,\nFrom:,2026-01-01,\n,,\nday,item,amount\n2026-01-01,tea,3\n")
    (table,) = tables(path)
    assert table.columns == ["day", "item", "amount"]
    assert table.frame["source_row"].to_list() == [5]


def test_stated_header_row_and_none(tmp_path: Path) -> None:
    content = b"x y\na,b\n1,2\n"
    assert text_rows(content, FileFormat(header_row=2)) == [("a", "b"), ("1", "2")]
    assert text_rows(b"1,2\n3,4\n", FileFormat(header_row=0)) == [("column_1", "column_2"), ("1", "2"), ("3", "4")]


def test_cells_set_apart_by_blanks() -> None:
    stated = FileFormat(separator=" ", header_row=0)
    assert text_rows(b" 00004 0001  29.33\r\n 00021 0002   63.34\r\n", stated)[1:] == [
        ("00004", "0001", "29.33"),
        ("00021", "0002", "63.34"),
    ]


def test_short_row_has_missing_cells_and_blank_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1\n\n , \n2,y\n")
    (table,) = tables(path)
    assert table.frame.rows() == [("1", None, 1, 2), ("2", "y", 1, 5)]
    assert table.blank_rows == {1: 2}


def test_long_row_is_refused_with_its_number() -> None:
    with pytest.raises(SourceError, match=r"a.csv, row 3: the row has 3 cells, the header has 2"):
        text_rows(b"a,b\n1,2\n1,5,x\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'a,b\n1,2\n3,"x\n4,5\n', r"row 3: a quote is opened and never closed"),
        (b'a,b\n1,2\n3,"x" y\n', r"row 3: a quote stands in the middle"),
        (b"a,b\n1,2\n3,\0\n", r"row 3: there is a NUL byte"),
        (b"a,b\n1,2\n3,x\ry\n", r"row 3: a line end stands in the middle"),
        (b"a,b,c\n1,2,3\n4,5,6\n7,8", r"last row: it ends after 2 of 3 columns"),
        (b"\xef\xbb\xbf", r"there are no rows"),
        (b"\n \n\n", r"there are no rows"),
        (b'a,"b\n1,2\n', r"row 1: a quote is opened"),
        (b"a" * (2 << 20), r"row 1: the row is longer than"),
        (b"a\n" + b"b" * (2 << 20) + b"\n", r"row 2: a cell is longer than"),
        (b"a,b\n" * 70 + b'1,"' + b"b,\n" * (1 << 20), r"row 71: a cell is longer than"),
        (b"c," * 70_000 + b"\n1\n", r"more than 16,384"),
    ],
    ids=["unclosed", "inner-quote", "nul", "return", "cut", "bom", "blank", "header", "no-end", "cell", "200", "wide"],
)
def test_broken_text_is_refused_with_its_place(content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        text_rows(content)


def test_line_ends_in_quoted_cells_count_as_one_record() -> None:
    content = b'a,b\n1,"two\nlines"\n2,y\n'
    layout = detect_layout(content, True, FileFormat(), "a.csv")
    frame = read_bodies([read_body(content, 7, "a.csv", layout)])
    assert frame.rows() == [("1", "two\nlines", 7, 2), ("2", "y", 7, 3)]


CELL = st.text(st.sampled_from('ab1,;"\n\r é'), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_whatever_is_written_with_quotes_is_read_back(rows: list[tuple[str, str]]) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = "\n".join(["h1,h2", *lines, ""]).encode()
    stated = FileFormat(separator=",", header_row=1)
    assert text_rows(content, stated)[1:] == [tuple(cell or None for cell in row) for row in rows]


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from('ab,"\n'), max_size=24))
def test_fast_and_strict_reading_agree(text: str) -> None:
    layout = detect_layout(b"h1,h2\nx,y\n", True, FileFormat(), "a.csv")
    body = Body(1, "a.csv", layout, text.encode() + b"\n")

    def outcome(read: Callable[[], pl.DataFrame]) -> object:
        try:
            return read().rows()
        except SourceError as problem:
            return str(problem)

    assert outcome(lambda: read_bodies([body])) == outcome(lambda: read_strictly(body))


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


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page = book.add_worksheet("Orders")
        page.write_row(0, 0, ["id", "amount", "at", "flag"])
        page.write_row(1, 0, [17850.0, 0.1 + 0.2])
        page.write_datetime(1, 2, datetime(2026, 3, 31), day)
        page.write_boolean(1, 3, True)
        page.write_row(2, 0, ["00012", 1234567.891])
        page.write_datetime(2, 2, datetime(2026, 3, 31, 14, 5), moment)
        page.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        book.add_worksheet("Empty")
        title = book.add_worksheet("Titled")
        title.write(1, 1, "Our staff")
        title.write_row(3, 1, ["name", "role", "", "name"])
        title.write_row(4, 1, ["Ann", "boss", "", "A.", "note"])
    return path


def test_cells_of_a_workbook_become_text(tmp_path: Path) -> None:
    orders, _ = tables(workbook(tmp_path / "book.xlsx"))
    assert orders.frame.rows() == [
        ("17850", "0.3", "2026-03-31", "TRUE", 1, 2),
        ("00012", "1234567.891", "2026-03-31 14:05:00", "#DIV/0!", 1, 3),
    ]


def test_a_sheet_may_start_anywhere_and_cells_beside_the_table_are_kept(tmp_path: Path) -> None:
    _, staff = tables(workbook(tmp_path / "book.xlsx"))
    assert (staff.origins[0].sheet, staff.origins[0].key) == ("Titled", 2)
    assert staff.columns == ["name", "role", "name_2", "column_6"]
    assert staff.frame.rows() == [("Ann", "boss", "A.", "note", 2, 5)]


def test_only_the_stated_sheets_are_read_each_with_its_format(tmp_path: Path) -> None:
    formats = [("*.xlsx", FileFormat(sheet="Titled", header_row=5)), ("*.xlsx", FileFormat(sheet="Orders"))]
    read = read_tables([landed(workbook(tmp_path / "book.xlsx"))], formats, LIMITS)
    assert [(table.origins[0].sheet, table.columns[0]) for table in read] == [("Orders", "id"), ("Titled", "Ann")]


def test_missing_sheet_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"book.xlsx: there is no sheet 'Order'. Did you mean 'Orders'"):
        tables(workbook(tmp_path / "book.xlsx"), stated=FileFormat(sheet="Order"))


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


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_cut_off_files_are_named(tmp_path: Path, name: str) -> None:
    whole = tmp_path / name
    workbook(whole) if name.endswith("xlsx") else pl.DataFrame({"a": ["1"] * 999}).write_parquet(whole)
    whole.write_bytes(whole.read_bytes()[:-300])
    with pytest.raises(SourceError, match=rf"{name}: the .* is damaged"):
        tables(whole)


def test_secret_columns_are_empty_whatever_was_stored(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user,password\nann,hunter2\n")
    (table,) = tables(tmp_path / "a.csv")
    assert table.frame.rows() == [("ann", None, 1, 2)]


def test_too_little_memory_is_said_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(b"a,b\n" + b"some text,more text\n" * 8_000_000)
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
