"""A file comes in: counted while it arrives, looked at in the limited process, stored without secrets."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import update

from etl.preflight import READ_SUFFIXES, REFUSED_SUFFIXES, Bounds
from etl.read.formats import Limits
from etl.read.process import run_limited
from etl.source import LandedFile
from portal.audit import Happening, record
from portal.clock import utc_now
from portal.config import Settings
from portal.db import writing
from portal.errors import DeliveryError, PortalError, SourceError
from portal.parts import Parts
from portal.upload_tables import UploadFile
from portal.uploads import kept, records
from portal.uploads.model import Upload
from portal.uploads.sweep import make_room
from portal.viewer import TenantRef

_PIECE = 1 << 20
_TIMES_PACKED = 8
"""How many times its limit a zip may unpack to."""


def receive(parts: Parts, tenant: TenantRef, email: str, file_name: str, stream: BinaryIO) -> Upload:
    """Take in an uploaded file.

    Args:
        parts: of the installation.
        tenant: whose data it is.
        email: who sends it.
        file_name: as the browser says; folders in it are dropped.
        stream: the bytes.

    Raises:
        InputError: the name cannot be used.
        SourceError: too large, empty, encrypted, harmful, or not what its name says; it is deleted.
        DeliveryError: the disk is full.
    """
    name = kept.clean_name(file_name)
    make_room(parts.settings, parts.sessions, tenant.id)
    upload = Upload(secrets.token_urlsafe(24), tenant.id, name, 0, utc_now(), email, "quarantined")
    with writing(parts.sessions) as session:
        records.add(session, upload, upload.received_at)
    try:
        upload = replace(_take_in(parts.settings, upload, stream), state="checked")
    except BaseException as problem:
        kept.remove(parts.settings, tenant.id, upload.id)
        said = str(problem) if isinstance(problem, PortalError) else "The file did not arrive whole. Send it again."
        _note(parts, replace(upload, state="refused", message=said))
        raise
    _note(parts, upload)
    return upload


def _take_in(settings: Settings, upload: Upload, stream: BinaryIO) -> Upload:
    """Store the file, look at it, keep its tables without secrets; gives it with its size and what was emptied."""
    _check_suffix(upload.file_name)
    folder = kept.quarantine_folder(settings, upload.tenant_id, upload.id)
    try:
        folder.mkdir(parents=True, mode=0o700)
        (folder / "in").mkdir()
        arrived = folder / "in" / upload.file_name
        size = _store(stream, arrived, settings.upload_mb << 20)
        files = [_named(file, arrived) for file in _landed(settings, arrived, folder)]
        kept.keep_files(folder, files)
        shutil.rmtree(folder / "in")
    except OSError as problem:
        raise DeliveryError(
            f"{upload.file_name} could not be stored ({problem.strerror}). Free some space on the server, then send it "
            "again."
        ) from problem
    return replace(upload, size=size, message=_emptied(files))


def _emptied(files: Sequence[LandedFile]) -> str:
    names = list(dict.fromkeys(name for file in files for name in file.blanked_columns))
    if not names:
        return ""
    looks = "looks like a secret and was" if len(names) == 1 else "look like secrets and were"
    return f"{', '.join(names)} {looks} emptied before storing."


def _check_suffix(name: str) -> None:
    """Refuse what cannot be read before a byte of it is stored."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in REFUSED_SUFFIXES:
        raise SourceError(f"{name}: this is {REFUSED_SUFFIXES[suffix]}.")
    if suffix not in READ_SUFFIXES and suffix != ".zip":
        known = ", ".join(sorted(READ_SUFFIXES))
        raise SourceError(f"{name}: files of this kind are not read. Tables end with {known} or .zip.")


def _store(stream: BinaryIO, target: Path, most: int) -> int:
    """Write what arrives; it is never more than `most` bytes."""
    size = 0
    with target.open("xb") as written:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > most:
                raise SourceError(
                    f"{target.name}: the file is larger than {most >> 20:,} MB. Split it, or ask the operator to raise "
                    "PORTAL_UPLOAD_MB."
                )
            written.write(piece)
    return size


def _landed(settings: Settings, arrived: Path, folder: Path) -> list[LandedFile]:
    """The tables of the file, stored by the limited process."""
    limits = Limits(settings.reader_memory_mb, settings.reader_seconds)
    bounds = Bounds(members=2_000, inflated=_TIMES_PACKED * settings.upload_mb << 20)
    request = {"path": str(arrived), "landing": str(folder / "landing"), "bounds": asdict(bounds)}
    with tempfile.TemporaryDirectory(prefix="portal-read-") as own:
        listed = run_limited("land", request, Path(own), limits)
    return [LandedFile(**{**one, "path": Path(one["path"]), "blanked_columns": tuple(one["blanked_columns"])})
            for one in listed]  # fmt: skip


def _named(file: LandedFile, arrived: Path) -> LandedFile:
    """With a name that stays the same when a file of that name is uploaded again."""
    member = file.origin_path.removeprefix(str(arrived.resolve()))
    return replace(file, origin_path=f"upload:{arrived.name}{member}")


def _note(parts: Parts, upload: Upload) -> None:
    values = {"state": upload.state, "size": upload.size, "message": upload.message[:2000]}
    happened = Happening(upload.received_by, f"upload {upload.state}", upload.file_name, upload.tenant_id,
                         {"size": upload.size})  # fmt: skip
    with writing(parts.sessions) as session:
        session.execute(update(UploadFile).where(UploadFile.token == upload.id).values(**values))
        record(session, happened, utc_now())
