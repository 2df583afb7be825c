"""What arrives at a webhook: kept in the inbox of its source, where the next sync reads it."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import orjson

from portal.config import Settings
from portal.errors import InputError
from portal.jobs.remote import inbox_of
from portal.models import DataSource
from portal.shapes import within_limits
from portal.warehouse.disk import sync_folder

FOLDER = "hooks"


def keep_payload(settings: Settings, source: DataSource, body: bytes, today: date) -> bool:
    """Write a payload into the inbox, whole or not at all, without its secrets.

    Its name is its checksum: the same payload again is the same file.

    Returns:
        Whether it is new today.

    Raises:
        InputError: it is no JSON object or list, or deeper or larger than a delivery can be.
    """
    from etl.connect.rest import storable

    try:
        value = orjson.loads(body)
    except ValueError:
        raise InputError("The payload is not JSON.", field="body") from None
    if not isinstance(value, dict | list) or not within_limits(value):
        raise InputError("The payload is no JSON object or list of a usable size.", field="body")
    folder = inbox_of(settings, source) / FOLDER / str(today)
    target = folder / f"{hashlib.sha256(body).hexdigest()}.json"
    if target.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(target, storable(body))
    return True


def _write(target: Path, content: bytes) -> None:
    """Under a hidden name, flushed to disk, then moved into place."""
    arriving = target.with_name(f".arriving-{os.getpid()}-{target.name}")
    with arriving.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    arriving.replace(target)
    sync_folder(target.parent)
