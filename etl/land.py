"""Land files: every file is stored under its checksum before anything reads it.

A file, a folder or a zip goes through the preflight; each table file in it is stored in the landing folder as it is,
written beside, flushed to disk and moved into place. The same content twice is no work. The only change ever made to a
stored copy: columns that look like secrets are emptied (see etl/read/secret_columns.py), which is reported; the
checksum stays that of the original.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from etl.archive import check_archive, inflate, is_system_file, open_archive
from etl.preflight import PIECE, READ_SUFFIXES, REFUSED_SUFFIXES, Bounds, check_content
from etl.read.detect import HEAD_BYTES, detect_layout
from etl.read.formats import TEXT_SUFFIXES, FileFormat, Limits
from etl.read.header import SEARCHED_ROWS
from etl.read.process import run_limited
from etl.read.secret_columns import may_name_secret, secret_columns
from etl.source import LandedFile
from etl.workbook_preflight import check_workbook
from portal.errors import DeliveryError, SourceError

IN_MEMORY = 32 << 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A file to land: pieces of its content; place names it in messages."""

    origin_path: str
    file_name: str
    place: str
    pieces: Iterable[bytes]


def land(path: Path, landing: Path, limits: Limits | None = None, bounds: Bounds | None = None) -> list[LandedFile]:
    """Store the table files at `path`, in order of their logical names.

    Args:
        path: a file, a folder (with its folders; hidden files and lock files are passed over) or a zip.
        landing: the landing folder of the tenant.
        limits: of the process that empties secret columns.
        bounds: of archives and workbooks.

    Raises:
        SourceError: nothing there, nothing readable in it, or a file that is refused; names file and member.
        DeliveryError: the landing folder cannot be written.
    """
    limits, bounds = limits or Limits(), bounds or Bounds()
    try:
        landing.mkdir(parents=True, exist_ok=True, mode=0o700)
        landed = [_stored(found, landing, limits, bounds) for found in _found(path.expanduser(), bounds)]
        _flush_folder(landing)
    except OSError as problem:
        raise DeliveryError(
            f"The landing folder {landing} cannot be written ({problem.strerror}). Free space or correct its rights, "
            "then load again."
        ) from problem
    if not landed:
        wanted = ", ".join(sorted(READ_SUFFIXES))
        raise SourceError(f"{path}: there is no table file in it. Tables are files that end with {wanted} or .zip.")
    return sorted(landed, key=lambda file: file.origin_path)


def _found(path: Path, bounds: Bounds) -> Iterator[Found]:
    if path.is_dir():
        root = path.resolve()
        for each in sorted(root.rglob("*")):
            name = each.relative_to(root).as_posix()
            if not each.is_dir() and not is_system_file(name) and _is_table(name):
                _check_inside(each, root, name)
                yield from _found_file(each, name, bounds)
    elif path.is_file():
        if not _is_table(path.name):
            wanted = ", ".join(sorted(READ_SUFFIXES))
            raise SourceError(f"{path.name}: files of this kind are not read. Tables end with {wanted} or .zip.")
        yield from _found_file(path.resolve(), path.name, bounds)
    else:
        known = "this is no ordinary file" if path.exists() else "there is no such file or folder"
        raise SourceError(f"{path}: {known}. Check the path; a relative one starts at {Path.cwd()}.")


def _is_table(name: str) -> bool:
    """Whether a file is to be looked at; forms of data that are not read count, so that they are refused."""
    suffix = PurePosixPath(name).suffix.lower()
    wanted = suffix in READ_SUFFIXES or suffix in REFUSED_SUFFIXES or suffix == ".zip"
    if not wanted:
        _log.info("passed over %s: not a table file", name)
    return wanted


def _check_inside(path: Path, root: Path, name: str) -> None:
    if not path.is_file():
        raise SourceError(f"{name}: this is no ordinary file. Remove it from the folder.")
    if not path.resolve().is_relative_to(root):
        raise SourceError(f"{name}: this is a link to a file outside of the folder. Put the file itself there.")


def _found_file(path: Path, name: str, bounds: Bounds) -> Iterator[Found]:
    if not str(path).isprintable():
        raise SourceError(f"{str(path)!r}: the name has characters that cannot be shown. Rename it.")
    try:
        content = path.open("rb")
    except OSError as problem:
        raise SourceError(f"{name}: the file cannot be opened ({problem.strerror}). Check its rights.") from None
    with content:
        if name.lower().endswith(".zip"):
            check_content(content, name)
            yield from _found_members(content, path, name, bounds)
        else:
            content.seek(0)
            yield Found(str(path), path.name, name, iter(lambda: content.read(PIECE), b""))


def _found_members(content: IO[bytes], path: Path, name: str, bounds: Bounds) -> Iterator[Found]:
    with open_archive(content, name) as archive:
        for entry in check_archive(archive, name, bounds):
            if is_system_file(entry.filename) or not _is_table(entry.filename):
                continue
            place = f"{name}, member {entry.filename}"
            if entry.filename.lower().endswith(".zip"):
                raise SourceError(f"{place}: an archive inside an archive is not opened. Pack the files themselves.")
            file_name = PurePosixPath(entry.filename).name
            yield Found(f"{path}!{entry.filename}", file_name, place, inflate(archive, entry, place))


def _stored(found: Found, landing: Path, limits: Limits, bounds: Bounds) -> LandedFile:
    """Hold the content (in memory, a large one on disk), look at it, and put it in its place."""
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(landing)) as content:
        for piece in found.pieces:
            digest.update(piece)
            content.write(piece)
        size = content.tell()
        kind = check_content(content, found.place)
        target = landing / digest.hexdigest()
        if _may_be_secret(content, kind, found, bounds):
            blanked = _store_blanked(content, target, found, limits)
        else:
            blanked = ()
            if not target.exists():
                _store(content, target)
    return LandedFile(target, found.origin_path, found.file_name, digest.hexdigest(), size, blanked)


def _may_be_secret(content: IO[bytes], kind: str, found: Found, bounds: Bounds) -> bool:
    """Whether a secret column is possible; a workbook passes its preflight on the way."""
    content.seek(0)
    if kind == "xlsx":
        return check_workbook(content, found.place, bounds)
    if kind == "parquet":
        return any(may_name_secret(piece) for piece in iter(lambda: content.read(PIECE), b""))
    if PurePosixPath(found.file_name).suffix.lower() not in TEXT_SUFFIXES:
        return False
    head = content.read(HEAD_BYTES)
    top = b"\n".join(head.replace(b"\r", b"\n").split(b"\n", SEARCHED_ROWS)[:SEARCHED_ROWS]).replace(b"\0", b"")
    if not may_name_secret(top):
        return False
    for stated in (FileFormat(), FileFormat(encoding="latin-1")):
        try:
            return bool(secret_columns(detect_layout(head, not content.read(1), stated, found.place).header))
        except SourceError:
            continue  # reading will say what is wrong, knowing the mapping's format
    return False


def _store(content: IO[bytes], target: Path) -> None:
    """Write beside, flush to disk, move into place."""
    content.seek(0)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".arriving-", delete=False) as written:
        try:
            shutil.copyfileobj(content, written, PIECE)
            written.flush()
            os.fsync(written.fileno())
            Path(written.name).replace(target)
        except BaseException:
            Path(written.name).unlink(missing_ok=True)
            raise


def _flush_folder(folder: Path) -> None:
    """The names of moved files are on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _store_blanked(content: IO[bytes], target: Path, found: Found, limits: Limits) -> tuple[str, ...]:
    """Store the copy without secrets, made in the limited process; returns the emptied columns."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".arriving-") as name:
        folder = Path(name)
        with (folder / "original").open("wb") as original:
            content.seek(0)
            shutil.copyfileobj(content, original, PIECE)
        request = {"path": str(folder / "original"), "name": found.place}
        columns = tuple(run_limited("blank", request, folder, limits))
        if not target.exists():
            with (folder / ("blanked" if columns else "original")).open("rb") as copy:
                _store(copy, target)
    return columns
