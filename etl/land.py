"""Land files: every file is stored under its checksum before anything reads it.

A file, a folder or a zip goes through the preflight; each table file in it is stored in the landing folder as it is,
written beside, flushed to disk and moved into place. The same content twice is no work. The only change ever made to a
stored copy: columns that look like secrets are emptied (see etl/read/secret_columns.py), which is reported; the
checksum stays that of the original.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from etl.emptied import Emptied, Suspect
from etl.found import Found, find_files
from etl.landed_before import LandedBefore
from etl.preflight import PIECE, READ_SUFFIXES, Bounds, check_content
from etl.read.detect import HEAD_BYTES, detect_layout
from etl.read.formats import SQLITE_SUFFIXES, FileFormat, Limits
from etl.read.header import SEARCHED_ROWS
from etl.read.secret_columns import may_have_secret_key, may_name_secret, pair_columns, secret_columns
from etl.source import LandedFile
from etl.workbook_preflight import check_workbook
from portal.errors import DeliveryError, SourceError

IN_MEMORY = 32 << 20
OVERLAP = 16 << 10
"""Bytes that pieces share, so that no key is cut in two."""


def land(
    path: Path,
    landing: Path,
    limits: Limits | None = None,
    bounds: Bounds | None = None,
    suffixes: Collection[str] = READ_SUFFIXES,
) -> list[LandedFile]:
    """Store the table files at `path`, in order of their logical names.

    Args:
        path: a file, a folder (with its folders; hidden files and lock files are passed over) or a zip.
        landing: the landing folder of the tenant.
        limits: of the process that empties secret columns.
        bounds: of archives and workbooks.
        suffixes: of the files that are wanted; see `etl.found.other_files` for the others.

    Raises:
        SourceError: nothing there, nothing readable in it, or a file that is refused; names file and member.
        DeliveryError: the landing folder cannot be written.
    """
    limits, bounds = limits or Limits(), bounds or Bounds()
    try:
        landing.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = LandedBefore.read(landing)
        with Emptied(limits) as emptied:
            every = find_files(path.expanduser(), bounds, suffixes)
            landed = _landed(every, before, _Into(landing, bounds, emptied))
        before.save()
        _flush_folder(landing)
    except OSError as problem:
        raise DeliveryError(
            f"The landing folder {landing} cannot be written ({problem.strerror}). Free space or correct its rights, "
            "then load again."
        ) from problem
    if not landed:
        wanted = ", ".join(sorted(READ_SUFFIXES.intersection(suffixes)))
        raise SourceError(f"{path}: there is no table file in it. Tables are files that end with {wanted} or .zip.")
    return sorted(landed, key=lambda file: file.origin_path)


def _landed(every: Iterable[Found], before: LandedBefore, into: _Into) -> list[LandedFile]:
    begun = [(found, before.recall(found) or _stored(found, into)) for found in every]
    return [one if isinstance(one, LandedFile) else before.note(found, one()) for found, one in begun]


@dataclass(frozen=True)
class _Into:
    """Where files are landed, and what empties secret columns."""

    landing: Path
    bounds: Bounds
    emptied: Emptied


def _stored(found: Found, into: _Into) -> Callable[[], LandedFile]:
    """Hold the content (in memory, a large one on disk), look at it, and put it in its place; what is returned waits
    for that and gives the landed file."""
    with _held(found, into.landing) as content:
        sha256, has_secret_key = _taken_in(found, content)
        size = content.tell()
        kind = check_content(content, found.place)
        target = into.landing / sha256
        landed = LandedFile(target, found.origin_path, found.file_name, sha256, size)
        if _may_be_secret(content, kind, found, into.bounds, has_secret_key):
            aside = _copied_aside(content, into.landing)
            suspect = Suspect(aside, found.place, size, partial(_store_emptied, target))
            if size > IN_MEMORY:
                done = replace(landed, blanked_columns=into.emptied.empty_now(suspect))
                return lambda: done
            columns = into.emptied.add(suspect)
            return lambda: replace(landed, blanked_columns=columns())
        if not target.exists():
            _store(content, target)
    return lambda: landed


@contextmanager
def _held(found: Found, landing: Path) -> Iterator[IO[bytes]]:
    """Where the content goes first; that of a large file on disk has a name, so that it can be moved from there."""
    if found.stamp is None or found.stamp[0] <= IN_MEMORY:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(landing)) as content:
            yield content
        return
    with tempfile.NamedTemporaryFile(dir=landing, prefix=".arriving-", delete=False) as written:
        try:
            yield written
        finally:
            Path(written.name).unlink(missing_ok=True)


def _taken_in(found: Found, content: IO[bytes]) -> tuple[str, bool]:
    """(checksum, whether JSON may have a secret key) of the content, worked out beside writing it."""
    digest, is_json, may_have = hashlib.sha256(), _suffix(found) == ".json", False
    tail = b""
    checks: deque[Future[bool]] = deque()
    with ThreadPoolExecutor(2) as threads:
        for piece in found.pieces:
            hashed = threads.submit(digest.update, piece)
            if is_json and not may_have:
                checks.append(threads.submit(may_have_secret_key, tail + piece))
                tail = piece[-OVERLAP:]
            content.write(piece)
            hashed.result()
            may_have |= len(checks) > 1 and checks.popleft().result()
        may_have |= any([check.result() for check in checks])
    return digest.hexdigest(), may_have


def _suffix(found: Found) -> str:
    return PurePosixPath(found.file_name).suffix.lower()


def _may_be_secret(content: IO[bytes], kind: str, found: Found, bounds: Bounds, has_secret_key: bool) -> bool:
    """Whether a secret column is possible; a workbook passes its preflight on the way."""
    content.seek(0)
    if kind == "xlsx":
        return check_workbook(content, found.place, bounds)
    if kind == "parquet":
        return any(may_name_secret(piece) for piece in iter(lambda: content.read(PIECE), b""))
    if _suffix(found) == ".json":
        return has_secret_key
    if _suffix(found) in SQLITE_SUFFIXES:
        return True  # only the limited process opens it
    if _may_name_secret(content, found.place):
        return True
    content.seek(0)
    return any(b'{"' in piece for piece in iter(lambda: content.read(PIECE), b"")) and _may_have_secret_key(content)


def _may_have_secret_key(content: IO[bytes]) -> bool:
    content.seek(0)
    tail = b""
    while piece := content.read(PIECE):
        if may_have_secret_key(tail + piece):
            return True
        tail = piece[-OVERLAP:]
    return False


def _may_name_secret(content: IO[bytes], place: str) -> bool:
    """Whether the header of a delimited text may name a secret, or the columns of names and values."""
    head = content.read(HEAD_BYTES)
    top = b"\n".join(head.replace(b"\r", b"\n").split(b"\n", SEARCHED_ROWS)[:SEARCHED_ROWS]).replace(b"\0", b"")
    if not may_name_secret(top) and b"val" not in top.lower():
        return False
    for stated in (FileFormat(), FileFormat(encoding="latin-1")):
        try:
            header = detect_layout(head, not content.read(1), stated, place).header
            return bool(secret_columns(header)) or pair_columns(header) is not None
        except SourceError:
            continue  # reading will say what is wrong, knowing the mapping's format
    return False


def _store(content: IO[bytes], target: Path) -> None:
    """Write beside, flush to disk, move into place."""
    if _is_beside(content, target):
        content.flush()
        os.fsync(content.fileno())
        Path(content.name).replace(target)
        return
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


def _is_beside(content: IO[bytes], target: Path) -> bool:
    """Whether the content lies in a file of its own in the folder already."""
    name: Any = getattr(content, "name", None)
    return isinstance(name, str) and Path(name).parent == target.parent


def _flush_folder(folder: Path) -> None:
    """The names of moved files are on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copied_aside(content: IO[bytes], landing: Path) -> tempfile.TemporaryDirectory[str]:
    """A private folder with the content as `original`."""
    aside = tempfile.TemporaryDirectory(dir=landing, prefix=".arriving-")
    with (Path(aside.name) / "original").open("wb") as original:
        content.seek(0)
        shutil.copyfileobj(content, original, PIECE)
    return aside


def _store_emptied(target: Path, copy: Path, columns: tuple[str, ...]) -> None:
    """Put a copy without secrets in its place; an older one there may hold what was not known for a secret then."""
    if columns or not target.exists():
        with copy.open("rb") as content:
            _store(content, target)
