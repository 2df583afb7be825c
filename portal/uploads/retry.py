"""Rows a load rejected are tried again: the same landed files, as an upload of their own with another mapping."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from etl.source import LandedFile
from portal.audit import Happening, record
from portal.clock import utc_now
from portal.db import writing
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.models import DataSource, Load, SyncRun
from portal.parts import Parts
from portal.upload_tables import UploadFile
from portal.uploads import kept, records
from portal.uploads.model import Choice, Upload
from portal.viewer import TenantRef


def again(parts: Parts, tenant: TenantRef, load_number: int, email: str) -> Upload:
    """An upload of the files that a load read, to be corrected and loaded like any other.

    Its load replaces the rows of that load, and says how many of the rows rejected there are loaded now. What the load
    was done with is its draft.

    Raises:
        UnknownNameError: the tenant has no such load.
        InputError: it read nothing, or its files are not kept any more.
        ConflictError: a newer version of a file was loaded since.
    """
    now = utc_now()
    with parts.sessions() as session:
        load = _load(session, tenant, load_number)
        before = _choice_of(session, tenant, load)
    files = _files(parts, tenant, load)
    _check_newest(parts, tenant, load, files)
    name = files[0].file_name if len(files) == 1 else kept.clean_name(Path(load.path).name)
    upload = Upload(secrets.token_urlsafe(24), tenant.id, name, sum(file.size for file in files), now, email, "checked",
                    retry_of=load_number)  # fmt: skip
    folder = kept.quarantine_folder(parts.settings, tenant.id, upload.id)
    folder.mkdir(parents=True, mode=0o700)
    (folder / "landing").mkdir()
    for file in files:
        kept.link(file.path, folder / "landing" / file.sha256)
    kept.keep_files(folder, files)
    with writing(parts.sessions) as session:
        row = records.add(session, upload, now)
        row.source, row.mapping = before.source, before.mapping or ""
        record(session, Happening(email, "rejects tried again", name, tenant.id, {"load": load_number}), now)
    return upload


def _load(session: Session, tenant: TenantRef, number: int) -> Load:
    load = session.scalars(select(Load).where(Load.tenant_id == tenant.id, Load.number == number)).first()
    if load is None:
        raise UnknownNameError("load", str(number), [])
    return load


def _choice_of(session: Session, tenant: TenantRef, load: Load) -> Choice:
    """What the load was done with, as far as that is known."""
    mine = select(UploadFile).where(UploadFile.tenant_id == tenant.id, UploadFile.load_number == load.number)
    upload = session.scalars(mine.order_by(UploadFile.id.desc())).first()
    if upload is not None:
        return Choice(upload.source, upload.mapping or None)
    source = source_of_load(session, tenant.id, load.number)
    return Choice(load.source, (source.mapping or None) if source else None)


def source_of_load(session: Session, tenant_id: int, number: int) -> DataSource | None:
    """The configured source whose sync was that load; None for any other load."""
    synced = (
        select(DataSource).join(SyncRun, SyncRun.source_id == DataSource.id)
        .where(SyncRun.tenant_id == tenant_id, SyncRun.load_number == number)
    )  # fmt: skip
    return session.scalars(synced).first()


def use_mapping(session: Session, row: UploadFile) -> None:
    """What corrected the rejects of a configured source is how it is read from now on."""
    source = source_of_load(session, row.tenant_id, row.retry_of) if row.retry_of is not None else None
    if source is not None and source.kind == row.source and row.mapping:
        session.execute(update(DataSource).where(DataSource.id == source.id).values(mapping=row.mapping))


def _files(parts: Parts, tenant: TenantRef, load: Load) -> list[LandedFile]:
    home = parts.store.folder(tenant.id)
    about = home / "conformed" / str(load.number) / "load.json"
    if not about.exists():
        raise InputError(f"Load {load.number} kept no rows, so none of them can be tried again.", field="load")
    origins: dict[str, dict[str, Any]] = {one["path"]: one for one in json.loads(about.read_text())["origins"]}
    found = []
    for path, one in sorted(origins.items()):
        stored = home / "landing" / one["sha256"]
        if not stored.exists():
            raise InputError(f"{one['file_name']} is not kept any more. Load the file itself again.", field="load")
        found.append(LandedFile(stored, path, one["file_name"], one["sha256"], stored.stat().st_size))
    return found


def _check_newest(parts: Parts, tenant: TenantRef, load: Load, files: list[LandedFile]) -> None:
    """An old load must not replace newer rows."""
    current = parts.store.current(tenant.id)
    partitions = current.partitions if current else ()
    for file in files:
        mine = [one for one in partitions if (one.source, one.path) == (load.source, file.origin_path)]
        if newer := [one.load_number for one in mine if one.load_number > load.number]:
            raise ConflictError(
                f"{file.file_name} was loaded again since, by load {max(newer)}. Try the rejected rows of that load "
                "again."
            )
