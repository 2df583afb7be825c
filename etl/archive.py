"""What may be inside a zip: listed and refused before a byte is unpacked, counted while it is.

Members are never written under their own names, so a hostile name could do no harm; it is refused all the same,
because an archive that has one was not made by an honest export.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from etl.preflight import PIECE, RATIO_FROM, Bounds
from portal.errors import SourceError

_UNSAFE = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|\\|[\x00-\x1f\x7f]")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def open_archive(content: IO[bytes], name: str) -> zipfile.ZipFile:
    """Open a zip.

    Raises:
        SourceError: damaged or cut off.
    """
    try:
        return zipfile.ZipFile(content)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise SourceError(f"{name}: the archive is damaged or cut off. Download or pack it again.") from None


def check_archive(archive: zipfile.ZipFile, name: str, bounds: Bounds) -> list[zipfile.ZipInfo]:
    """Check the listing of a zip.

    Returns:
        its files, sorted by name.

    Raises:
        SourceError: too many or too large members, unsafe names, links, passwords, unknown compression.
    """
    entries = archive.infolist()
    if len(entries) > bounds.members:
        raise SourceError(f"{name}: {len(entries):,} members are more than {bounds.members:,}. Split the archive.")
    for entry in entries:
        _check_entry(entry, f"{name}, member {entry.filename!r}", bounds)
    declared = sum(entry.file_size for entry in entries)
    if declared > bounds.inflated:
        raise SourceError(
            f"{name}: its members would unpack to {declared / 2**20:,.0f} MB, more than {bounds.inflated >> 20:,} MB. "
            "Split the archive."
        )
    twice = [entry for entry, count in Counter(entry.filename for entry in entries).items() if count > 1]
    if twice:
        raise SourceError(f"{name}: there are two members called '{twice[0]}'. Pack the files again.")
    return sorted((entry for entry in entries if not entry.is_dir()), key=lambda entry: entry.filename)


def _check_entry(entry: zipfile.ZipInfo, place: str, bounds: Bounds) -> None:
    if _UNSAFE.search(entry.orig_filename) or _UNSAFE.search(entry.filename):
        raise SourceError(f"{place}: a name that leads out of the archive is not allowed. Pack the files again.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise SourceError(f"{place}: this is a link, not a file. Pack the file itself.")
    if entry.flag_bits & 0x1:
        raise SourceError(f"{place}: it is protected by a password. Pack the files without one.")
    if entry.compress_type not in _METHODS:
        raise SourceError(f"{place}: its compression is not one that is read. Pack the files as an ordinary zip.")
    if entry.file_size > RATIO_FROM and entry.file_size > bounds.ratio * max(entry.compress_size, 1):
        raise SourceError(
            f"{place}: it would unpack to {entry.file_size // max(entry.compress_size, 1):,} times its size, as only "
            "a harmful file does. It was not opened."
        )


def inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: str) -> Iterator[bytes]:
    """The content of a member in small pieces; never more bytes than the listing declares.

    Raises:
        SourceError: damaged, cut off, or not what the listing says.
    """
    count = 0
    try:
        with archive.open(entry) as content:
            while piece := content.read(PIECE):
                count += len(piece)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise SourceError(f"{place}: it is damaged or cut off. Download or pack it again.") from None
    if count != entry.file_size:
        raise SourceError(f"{place}: it unpacks to another size than it declares. Pack it again.")


def is_system_file(name: str) -> bool:
    """Files that operating systems and spreadsheet programs leave beside data."""
    path = PurePosixPath(name)
    return any(part.startswith((".", "__MACOSX")) for part in path.parts) or path.name.startswith("~$")
