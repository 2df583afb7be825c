"""Which files are at a path: a file, a folder with its folders, or a zip."""

from __future__ import annotations

import logging
import os
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from etl.archive import check_archive, inflate, is_system_file, open_archive
from etl.preflight import PIECE, READ_SUFFIXES, REFUSED_SUFFIXES, Bounds, check_content
from etl.read.formats import SQLITE_SUFFIXES
from portal.errors import SourceError

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A file to land: pieces of its content; place names it in messages.

    stamp tells whether a file on disk was touched: size, time of the last writing and of the last change of anything
    (nanoseconds of the epoch), and number on the disk. Members of an archive have that of the archive.
    """

    origin_path: str
    file_name: str
    place: str
    pieces: Iterable[bytes]
    stamp: tuple[int, int, int, int] | None = None


def find_files(path: Path, bounds: Bounds, suffixes: Collection[str] = READ_SUFFIXES) -> Iterator[Found]:
    """The files at a path whose suffix is wanted, in no particular order.

    Raises:
        SourceError: nothing there, a link that leads out of the folder, or a form of data that is not read.
    """
    if path.is_dir():
        root = path.resolve()
        for each in sorted(root.rglob("*")):
            name = each.relative_to(root).as_posix()
            if not each.is_dir() and not is_system_file(name) and _is_table(name, suffixes):
                _check_inside(each, root, name)
                yield from _found_file(each, name, bounds, suffixes)
    elif path.is_file():
        if not _is_table(path.name, suffixes):
            wanted = ", ".join(sorted(READ_SUFFIXES.intersection(suffixes)))
            raise SourceError(f"{path.name}: files of this kind are not read. Tables end with {wanted} or .zip.")
        yield from _found_file(path.resolve(), path.name, bounds, suffixes)
    else:
        known = "this is no ordinary file" if path.exists() else "there is no such file or folder"
        raise SourceError(f"{path}: {known}. Check the path; a relative one starts at {Path.cwd()}.")


def other_files(path: Path, suffixes: Collection[str]) -> list[str]:
    """Names of the table files at a path, and in the zips there, that `find_files` passes over for their suffix."""
    path = path.expanduser()
    listed = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    others = []
    for each in listed:
        name = each.relative_to(path).as_posix() if path.is_dir() else each.name
        names = [name]
        if name.lower().endswith(".zip") and zipfile.is_zipfile(each):
            with zipfile.ZipFile(each) as archive:
                names = [f"{name}, member {member}" for member in archive.namelist()]
        others += [
            one for one in names if not is_system_file(one.rpartition(", member ")[2]) and _is_other(one, suffixes)
        ]
    return others


def _is_other(name: str, suffixes: Collection[str]) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in READ_SUFFIXES and suffix not in suffixes


def _is_table(name: str, suffixes: Collection[str]) -> bool:
    """Whether a file is to be looked at; forms of data that are not read count, so that they are refused."""
    suffix = PurePosixPath(name).suffix.lower()
    wanted = suffix in READ_SUFFIXES.intersection(suffixes) or suffix in REFUSED_SUFFIXES or suffix == ".zip"
    if not wanted:
        _log.info("passed over %s: not a table file", name)
    return wanted


def _check_inside(path: Path, root: Path, name: str) -> None:
    if not path.is_file():
        raise SourceError(f"{name}: this is no ordinary file. Remove it from the folder.")
    if not path.resolve().is_relative_to(root):
        raise SourceError(f"{name}: this is a link to a file outside of the folder. Put the file itself there.")


def _found_file(path: Path, name: str, bounds: Bounds, suffixes: Collection[str]) -> Iterator[Found]:
    if not str(path).isprintable():
        raise SourceError(f"{str(path)!r}: the name has characters that cannot be shown. Rename it.")
    try:
        content = path.open("rb")
    except OSError as problem:
        raise SourceError(f"{name}: the file cannot be opened ({problem.strerror}). Check its rights.") from None
    with content:
        _check_settled(path, name)
        if name.lower().endswith(".zip"):
            check_content(content, name)
            yield from _found_members(content, path, bounds, suffixes)
        else:
            content.seek(0)
            yield Found(str(path), path.name, name, iter(lambda: content.read(PIECE), b""), _stamp(content))


def _found_members(content: IO[bytes], path: Path, bounds: Bounds, suffixes: Collection[str]) -> Iterator[Found]:
    name = path.name
    with open_archive(content, name) as archive:
        for entry in check_archive(archive, name, bounds):
            if is_system_file(entry.filename) or not _is_table(entry.filename, suffixes):
                continue
            place = f"{name}, member {entry.filename}"
            if entry.filename.lower().endswith(".zip"):
                raise SourceError(f"{place}: an archive inside an archive is not opened. Pack the files themselves.")
            file_name = PurePosixPath(entry.filename).name
            pieces = inflate(archive, entry, place)
            yield Found(f"{path}!{entry.filename}", file_name, place, pieces, _stamp(content))


def _stamp(content: IO[bytes]) -> tuple[int, int, int, int]:
    state = os.fstat(content.fileno())
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


def _check_settled(path: Path, name: str) -> None:
    """The newest rows of a database that is in use lie in a second file."""
    journal = path.with_name(f"{path.name}-wal")
    if path.suffix.lower() in SQLITE_SUFFIXES and journal.is_file() and journal.stat().st_size:
        raise SourceError(
            f"{name}: a program has this database open, and its newest rows are still in {journal.name}. Close the "
            "program, or make a copy with VACUUM INTO and load that."
        )
