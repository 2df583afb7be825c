"""What is refused before anything parses it: empty, mislabelled, encrypted and malicious files.

Nothing here trusts a name or a stated size: kinds come from the first bytes, sizes are counted while inflating in
small pieces. Every message names the file, says what it really is and what to do.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from etl.read.formats import SQLITE_SUFFIXES, TEXT_SUFFIXES
from portal.errors import SourceError

READ_SUFFIXES = TEXT_SUFFIXES | SQLITE_SUFFIXES | {".xlsx", ".parquet", ".json"}
"""What can be landed as it is; a .zip is opened."""

REFUSED_SUFFIXES = {
    ".xls": "an old Excel workbook; open it and save it as .xlsx",
    ".xlsb": "a binary Excel workbook; open it and save it as .xlsx",
    ".xlsm": "a workbook with macros; save it as .xlsx",
    ".ods": "an OpenDocument sheet; save it as .xlsx",
    ".numbers": "a Numbers document; export it as .xlsx or CSV",
    ".gz": "compressed with gzip; unpack it first",
    ".bz2": "compressed with bzip2; unpack it first",
    ".xz": "compressed with xz; unpack it first",
    ".7z": "a 7-Zip archive; pack it as .zip",
    ".rar": "a RAR archive; pack it as .zip",
    ".tar": "a tar archive; pack it as .zip",
    ".tgz": "a tar archive; pack it as .zip",
}
"""Data in a form that is not read: refused rather than passed over."""

_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"), (b"PAR1", "parquet"), (b"PARE", "parquet"), (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"), (b"\xfd7zXZ\x00", "xz data"), (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"), (b"%PDF", "a PDF document"), (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"), (b"GIF8", "a picture (GIF)"), (b"SQLite format 3\x00", "sqlite"),
    (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"{\\rtf", "a rich text document"),
)  # fmt: skip
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_NAMES = {"zip": "a zip archive", "xlsx": "an Excel workbook (.xlsx)", "parquet": "a Parquet file",
          "ole": "an old Excel or Office document", "text": "plain text", "sqlite": "an SQLite database"}  # fmt: skip
_EXPECTED = {".xlsx": "xlsx", ".parquet": "parquet", ".zip": "zip", **dict.fromkeys(SQLITE_SUFFIXES, "sqlite")}


@dataclass(frozen=True)
class Bounds:
    """Limits on packed content.

    Attributes:
        members: entries of one archive.
        inflated: bytes of all members together after inflating.
        ratio: inflated to packed size of one member, from 10 MB on.
        cells: cells of the rectangle that a worksheet's outermost cells span.
    """

    members: int = 10_000
    inflated: int = 4 << 30
    ratio: int = 250
    cells: int = 30_000_000


RATIO_FROM = 10 << 20
PIECE = 1 << 20


def check_content(content: IO[bytes], name: str) -> str:
    """Compare what a file is with what its suffix says, by its first bytes.

    Returns:
        its kind: text, xlsx, parquet, sqlite or zip.

    Raises:
        SourceError: empty, protected by a password, or of another kind than its suffix says.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in REFUSED_SUFFIXES:
        raise SourceError(f"{name}: this is {REFUSED_SUFFIXES[suffix]}.")
    kind = _kind(content, name)
    expected = _EXPECTED.get(suffix, "text")
    if kind == "ole" and _is_encrypted_workbook(content):
        raise SourceError(f"{name}: the workbook is password-protected; save it without a password.")
    if kind != expected:
        raise SourceError(
            f"{name}: by its name this is {_NAMES.get(expected, expected)}, but it really is "
            f"{_NAMES.get(kind, kind)}. {_advice(kind)}"
        )
    return kind


def _kind(content: IO[bytes], name: str) -> str:
    content.seek(0)
    head = content.read(4096)
    if not head:
        raise SourceError(f"{name}: the file is empty (0 bytes). Export or download it again.")
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "text")
    if kind == "zip" and _is_workbook(content):
        return "xlsx"
    if kind == "text" and _WEB_PAGE.match(head):
        return "a web page (often a sign-in page saved by mistake)"
    return kind


def _is_workbook(content: IO[bytes]) -> bool:
    try:
        names = set(zipfile.ZipFile(content).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _is_encrypted_workbook(content: IO[bytes]) -> bool:
    """Office wraps an encrypted workbook into an OLE container with a stream of this name (UTF-16)."""
    content.seek(0)
    tail = b""
    while piece := content.read(PIECE):
        if "EncryptedPackage".encode("utf-16-le") in tail + piece:
            return True
        tail = piece[-64:]
    return False


def _advice(kind: str) -> str:
    if kind in {"xlsx", "parquet", "zip"}:
        return f"Rename it to .{kind}."
    if kind == "text":
        return "Rename it to .csv, or export it again."
    if kind == "sqlite":
        return "Rename it to .sqlite."
    if kind == "ole":
        return "Open it in Excel and save it as .xlsx."
    return "Export the table as CSV or .xlsx."
