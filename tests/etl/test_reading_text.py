"""Reading text: the same table however it is written, or a message that names the row."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.read.detect import detect_layout
from etl.read.formats import FileFormat
from etl.read.text import Body, read_bodies, read_body, read_strictly
from portal.errors import SourceError


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


def test_stated_header_row_and_none() -> None:
    content = b"x y\na,b\n1,2\n"
    assert text_rows(content, FileFormat(header_row=2)) == [("a", "b"), ("1", "2")]
    assert text_rows(b"1,2\n3,4\n", FileFormat(header_row=0)) == [("column_1", "column_2"), ("1", "2"), ("3", "4")]


def test_cells_set_apart_by_blanks() -> None:
    stated = FileFormat(separator=" ", header_row=0)
    assert text_rows(b" 00004 0001  29.33\r\n 00021 0002   63.34\r\n", stated)[1:] == [
        ("00004", "0001", "29.33"),
        ("00021", "0002", "63.34"),
    ]


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
