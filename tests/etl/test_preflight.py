"""Preflight: hostile and mislabelled files are refused by name before anything parses them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from etl.archive import check_archive, inflate, open_archive
from etl.preflight import Bounds, check_content
from etl.workbook_preflight import check_workbook
from portal.errors import SourceError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = '<worksheet><sheetData><row r="{row}"><c r="{at}"><v>1</v></c></row></sheetData></worksheet>'


def packed(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content


def book(**parts: bytes | str) -> io.BytesIO:
    """A real workbook of one cell, with parts added or replaced by file name (without folder and suffix)."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as made:
        made.add_worksheet("S").write(0, 0, "a")
    members: dict[str, bytes | str] = {}
    with zipfile.ZipFile(whole) as archive:
        for name in archive.namelist():
            members[name] = parts.get(Path(name).stem, archive.read(name))
    return packed(members)


def parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame({"a": ["1"]}).write_parquet(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "a.csv: the file is empty"),
        ("a.csv", book().getvalue(), r"really is an Excel workbook \(.xlsx\). Rename it to .xlsx"),
        ("a.csv", packed({"b.csv": "x"}).getvalue(), "really is a zip archive. Rename it to .zip"),
        ("a.csv", parquet(), "really is a Parquet file"),
        ("a.csv", b"\x1f\x8b\x08\x00 truncated", "really is gzip data"),
        ("a.csv", b"%PDF-1.7", "really is a PDF document"),
        ("a.csv", b"\n <!DOCTYPE html><html>", r"really is a web page \(often a sign-in page"),
        ("a.csv", OLE + b"Workbook", "really is an old Excel or Office document. Open it in Excel"),
        (
            "a.xlsx",
            b"id,name\n1,x\n",
            "by its name this is an Excel workbook .* really is plain text. Rename it to .csv",
        ),
        ("a.xlsx", packed({"b.csv": "x"}).getvalue(), "really is a zip archive"),
        ("a.parquet", b"id,name\n", "really is plain text"),
        ("a.zip", book().getvalue(), "by its name this is a zip archive, but it really is an Excel workbook"),
        ("a.xls", OLE, "a.xls: this is an old Excel workbook; open it and save it as .xlsx"),
        ("a.csv.gz", b"\x1f\x8b", "compressed with gzip; unpack it first"),
        (
            "a.xlsx",
            OLE + b"\0" * 1100 + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx: the workbook is password-protected; save it without a password",
        ),
    ],
)
def test_what_a_file_really_is_decides(name: str, content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        check_content(io.BytesIO(content), name)


def test_good_files_are_told_apart() -> None:
    kinds = [
        check_content(io.BytesIO(content), name)
        for name, content in {"a.csv": b"x", "a.XLSX": book().getvalue(), "a.parquet": parquet()}.items()
    ]
    assert kinds == ["text", "xlsx", "parquet"]


def unpack(content: io.BytesIO, bounds: Bounds) -> None:
    with open_archive(content, "a.zip") as archive:
        for entry in check_archive(archive, "a.zip", bounds):
            for _ in inflate(archive, entry, f"a.zip, member {entry.filename}"):
                pass


def refused(content: io.BytesIO, bounds: Bounds | None = None) -> str:
    """The message with which an archive is refused, unpacking everything where its listing is good."""
    with pytest.raises(SourceError) as problem:
        unpack(content, bounds or Bounds())
    return str(problem.value)


@pytest.mark.parametrize("name", ["../x.csv", "a/../../x.csv", "/etc/x.csv", "C:/x.csv", "a\\..\\x.csv", "x\n.csv"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert "a name that leads out of the archive" in refused(packed({name: "a"}))


def test_link_in_an_archive_is_refused() -> None:
    entry = zipfile.ZipInfo("x.csv")
    entry.external_attr = 0o120777 << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert refused(content) == "a.zip, member 'x.csv': this is a link, not a file. Pack the file itself."


def test_member_with_a_password_is_refused() -> None:
    content = bytearray(packed({"x.csv": "a"}).getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refused(io.BytesIO(bytes(content)))


def test_bomb_is_refused_by_its_ratio_before_it_is_opened() -> None:
    assert "times its size" in refused(packed({"x.csv": b"0" * (12 << 20)}))


def test_size_and_number_of_members_are_bounded() -> None:
    content = packed({"x.csv": "a" * 999, "y.csv": "b" * 999})
    assert "would unpack to" in refused(content, Bounds(inflated=1500))
    assert "2 members are more than 1" in refused(content, Bounds(members=1))


def test_declared_size_that_is_a_lie_is_found_while_unpacking() -> None:
    content = bytearray(packed({"x.csv": b"0" * 5_000_000}).getvalue())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 100)
    assert (
        refused(io.BytesIO(bytes(content)))
        == "a.zip, member x.csv: it is damaged or cut off. Download or pack it again."
    )


def test_unusual_compression_is_refused() -> None:
    assert "its compression" in refused(packed({"x.csv": "a"}, zipfile.ZIP_LZMA))


def test_truncated_archive_is_refused() -> None:
    content = packed({"x.csv": "a" * 500}).getvalue()
    assert "the archive is damaged or cut off" in refused(io.BytesIO(content[:-30]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("x.csv", "a")
        archive.writestr("x.csv", "b")
    assert refused(content) == "a.zip: there are two members called 'x.csv'. Pack the files again."


def test_cell_in_the_far_corner_is_refused() -> None:
    content = book(sheet1=SHEET.format(row=1048576, at="XFD1048576"))
    assert len(content.getvalue()) < 8000
    with pytest.raises(SourceError, match=r"^a.xlsx, xl/worksheets/sheet1.xml: the cells reach to XFD1048576, more"):
        check_workbook(content, "a.xlsx", Bounds())


@pytest.mark.parametrize("corner", [("AE2", "A1000000"), ("XFD2", "A100000"), ("AAA2", "B999999"), ("Z2", "A7000000")])
def test_two_cells_far_from_each_other_span_too_much(corner: tuple[str, str]) -> None:
    cells = "".join(f'<row r="{at.lstrip("ABDEFXZ")}"><c r="{at}"><v>1</v></c></row>' for at in corner)
    sheet = SHEET.format(row=1, at="A1").replace("</sheetData>", f"{cells}</sheetData>")
    for quoted in (sheet, sheet.replace('"', "'")):
        with pytest.raises(SourceError, match="the cells reach to"):
            check_workbook(book(sheet1=quoted), "a.xlsx", Bounds())


def test_a_long_table_of_few_columns_is_no_harm() -> None:
    sheet = SHEET.format(row=1, at="A1").replace(
        "</sheetData>", '<row r="999999"><c r="Z999999"><v>1</v></c></row></sheetData>'
    )
    assert check_workbook(book(sheet1=sheet), "a.xlsx", Bounds()) is False


def test_formatting_that_reaches_far_is_no_harm() -> None:
    formatted = SHEET.format(row=1, at="A1").replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    assert check_workbook(book(sheet1=formatted), "a.xlsx", Bounds()) is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_document_type_declaration_is_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">]><sst><si><t>&a;</t></si></sst>'.encode(encoding)
    with pytest.raises(SourceError, match="contains a document type declaration"):
        check_workbook(book(sharedStrings=bomb), "a.xlsx", Bounds())


def test_workbook_that_inflates_too_far_is_refused() -> None:
    with pytest.raises(SourceError, match="its members would unpack to"):
        check_workbook(book(sheet1="<x>" + " " * 200_000), "a.xlsx", Bounds(inflated=100_000))


def test_workbook_with_a_word_for_a_secret_is_looked_at() -> None:
    assert check_workbook(book(sharedStrings="<sst><si><t>Plain Password</t></si></sst>"), "a.xlsx", Bounds()) is True
