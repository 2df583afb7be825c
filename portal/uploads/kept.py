"""Where an uploaded file lies.

    tenants/<tenant>/quarantine/<id>/in/<file name>   as it arrives, until it was looked at
    tenants/<tenant>/quarantine/<id>/landing/<sha256> its tables as they are stored: without secrets
    tenants/<tenant>/quarantine/<id>/.upload.json     what they are called
    tenants/<tenant>/uploads/<id>/                    the same folder once it was to be loaded, its files by name, too

What was dropped with secrets in it is deleted as soon as the copy without them is stored.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath

from etl.read.formats import TEXT_SUFFIXES
from etl.source import LandedFile
from portal.config import Settings
from portal.errors import InputError
from portal.warehouse.disk import replace_text, sync_folder

MAPPING = ".mapping.toml"
"""The mapping a load is done with; no uploaded file has a name that starts with a point."""
_FILES = ".upload.json"
_LONGEST = 120
_FIRST_LINE = 100_000
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(file_name: str) -> str:
    """The name of an uploaded file without folders and without characters that cannot be seen; long ones are cut.

    Raises:
        InputError: nothing is left.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", file_name))[-1]
    seen = "".join(" " if unicodedata.category(one) in _HIDDEN else one for one in last)
    name = " ".join(seen.split()).lstrip(". ")
    suffix = PurePosixPath(name).suffix[:12]
    stem = name.removesuffix(suffix)
    while len(stem) > _LONGEST or len((stem + suffix).encode()) > 2 * _LONGEST:
        stem = stem[:-1]
    if not stem.strip():
        raise InputError("The file has no name. Give it one that ends like .csv or .xlsx.", field="file")
    return f"{stem.strip()}{suffix}"


def quarantine_folder(settings: Settings, tenant_id: int, upload_id: str) -> Path:
    """The folder of an upload that nobody approved yet."""
    return settings.home / "tenants" / str(tenant_id) / "quarantine" / upload_id


def approved_folder(settings: Settings, tenant_id: int, upload_id: str) -> Path:
    """The folder of an upload that was to be loaded."""
    return settings.home / "tenants" / str(tenant_id) / "uploads" / upload_id


def upload_folder(settings: Settings, tenant_id: int, upload_id: str) -> Path:
    """The folder of an upload, wherever it is."""
    approved = approved_folder(settings, tenant_id, upload_id)
    return approved if approved.is_dir() else quarantine_folder(settings, tenant_id, upload_id)


def approve(settings: Settings, tenant_id: int, upload_id: str) -> Path:
    """Take an upload out of quarantine, and give its stored files their names; doing it again changes nothing."""
    waiting, target = (one(settings, tenant_id, upload_id) for one in (quarantine_folder, approved_folder))
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        waiting.rename(target)
        sync_folder(target.parent)
    return target


def remove(settings: Settings, tenant_id: int, upload_id: str) -> None:
    """Delete what is kept of an upload."""
    for folder in (quarantine_folder, approved_folder):
        shutil.rmtree(folder(settings, tenant_id, upload_id), ignore_errors=True)


def keep_files(folder: Path, files: Sequence[LandedFile]) -> None:
    """Write down what the stored files are called."""
    listed = [{**asdict(file), "path": file.path.name} for file in files]
    replace_text(folder / _FILES, json.dumps(listed))


def kept_files(folder: Path) -> list[LandedFile]:
    """The stored files of an upload.

    Raises:
        InputError: they are not kept any more.
    """
    listed = folder / _FILES
    if not listed.exists():
        raise InputError("The uploaded file is not kept any more. Upload it again.", field="upload")
    found = [LandedFile(**one) for one in json.loads(listed.read_text())]
    return [
        replace(file, path=folder / "landing" / file.path, blanked_columns=tuple(file.blanked_columns))
        for file in found
    ]


def link(content: Path, target: Path) -> None:
    """Another name for the same bytes, or a copy where the disk has no such thing."""
    try:
        os.link(content, target)
    except FileExistsError:
        return
    except OSError:
        arriving = target.with_name(f".arriving-{target.name}")
        shutil.copyfile(content, arriving)
        arriving.replace(target)


def recognised_note(folder: Path, source: str, layout: str = "") -> Path:
    """Where it is kept what was recognised; source "" is what was found out, layout "" how the file shows itself."""
    return folder / f".recognised-{source or 'any'}{layout and '-'}{layout}.json"


def shape_of(folder: Path) -> str:
    """The shape of an upload; of one that shows no headers as it is, the bytes of its first lines tell."""
    note = recognised_note(folder, "")
    return str(json.loads(note.read_text())["shape"]) if note.exists() else unread_shape(kept_files(folder))


def has_text(files: Sequence[LandedFile]) -> bool:
    """Whether one of them is delimited text, which has an encoding and a separator."""
    return any(PurePosixPath(file.file_name).suffix.lower() in TEXT_SUFFIXES for file in files)


def unread_shape(files: Sequence[LandedFile]) -> str:
    """What files have in common with the next ones of their kind that cannot be read either before somebody says how
    they are written: the first lines of their text; "" without text.
    """
    lines = []
    for file in files:
        if has_text([file]):
            with file.path.open("rb") as content:
                lines.append(content.readline(_FIRST_LINE))
    return f"unread {hashlib.sha256(b''.join(sorted(lines))).hexdigest()[:40]}" if lines else ""
