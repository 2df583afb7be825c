"""What is in an upload: source, tables, columns, and the mapping to start from. Worked out once and kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any

from etl.mapped.shape import shape_of
from etl.reading import read_tables
from etl.source import LandedFile, RawTable
from etl.sources import SOURCES
from portal.config import Settings
from portal.errors import InputError, SourceError, UnknownNameError
from portal.parts import Parts
from portal.upload_tables import SavedMapping
from portal.uploads import kept, records
from portal.uploads.described import described_by_mapping, described_by_source
from portal.uploads.detection import Detected, detect, detect_as
from portal.uploads.layout import Layouts, layouts_of, layouts_of_all, name_of
from portal.uploads.model import ColumnFound, Option, Recognition, TableFound, Upload
from portal.uploads.proposal import fitted_mapping, proposed_mapping
from portal.uploads.questions import questions_of
from portal.uploads.reading import limits_of, wanted_files
from portal.uploads.saved import saved_mapping
from portal.viewer import TenantRef
from portal.warehouse.disk import replace_text

_TABLE = "table"


def recognise(
    parts: Parts, tenant: TenantRef, upload_id: str, source: str = "", layouts: Layouts = ()
) -> Recognition:  # fmt: skip
    """What is in an upload.

    Args:
        parts: of the installation.
        tenant: whose upload it is.
        upload_id: of the upload.
        source: look at it as files of this source system; "" finds out.
        layouts: read its tables so, for a mapping (`portal.uploads.layout.layouts_of`).

    Raises:
        UnknownNameError: no such upload or source system.
        InputError: the upload was refused or is not kept any more.
        SourceError: it cannot be read; the message names file, sheet and row.
    """
    upload = records.get(parts.sessions, tenant, upload_id)
    if source and source not in SOURCES:
        raise UnknownNameError("source system", source, SOURCES)
    if upload.state in {"quarantined", "refused"}:
        raise InputError(upload.message or "The file is still on its way.", field="upload")
    folder = kept.upload_folder(parts.settings, tenant.id, upload_id)
    note = kept.recognised_note(folder, source, name_of(layouts))
    if note.exists():
        return _from_json(upload, json.loads(note.read_text()))
    files = kept.kept_files(folder)
    found = _read_so(parts, upload, files, layouts) if layouts else _recognised(parts, upload, files, source)
    _keep(note, found)
    return found


def _recognised(parts: Parts, upload: Upload, files: Sequence[LandedFile], source: str) -> Recognition:
    try:
        detected = detect_as(source, files, parts.settings) if source else detect(files, parts.settings)
    except SourceError:
        found = None if source else _written_as_before(parts, upload, files)
        if found is None:
            raise
        return found
    saved = saved_mapping(parts.sessions, upload.tenant_id, detected.shape)
    if saved is not None and not source and saved.source != detected.source:
        detected = detect_as(saved.source, files, parts.settings)
    if saved is not None and saved.source != detected.source:
        saved = None
    if detected.source != _TABLE:
        return _of_system(upload, files, detected, saved)
    return _of_table(upload, files, detected, saved, parts.settings)


def _of_system(
    upload: Upload, files: Sequence[LandedFile], detected: Detected, saved: SavedMapping | None
) -> Recognition:  # fmt: skip
    label = SOURCES[detected.source].label
    tables = described_by_source(detected.tables, detected.known, label)
    why = _same_shape(saved) if saved else detected.why
    return Recognition(
        upload, detected.source, label, why, tables, None, "saved" if saved else "", (),
        _sources(files, detected.source), detected.shape,
    )  # fmt: skip


def _of_table(
    upload: Upload, files: Sequence[LandedFile], detected: Detected, saved: SavedMapping | None, settings: Settings
) -> Recognition:
    if saved is not None:
        detected = _as_saved(detected, saved, files, settings)
        text, kind, why = fitted_mapping(saved.mapping, detected.tables), "saved", _same_shape(saved)
    else:
        text, kind = proposed_mapping(detected.tables)
        why = detected.why
    return Recognition(
        upload, _TABLE, SOURCES[_TABLE].label, why, described_by_mapping(detected.tables, text, kind), text, kind,
        questions_of(text), _sources(files, _TABLE), detected.shape or shape_of(detected.tables),
    )  # fmt: skip


def _as_saved(
    detected: Detected, saved: SavedMapping, files: Sequence[LandedFile], settings: Settings
) -> Detected:  # fmt: skip
    """The tables read as the saved mapping says its files are written. Their shape stays how the file shows itself."""
    shown = described_by_mapping(detected.tables, saved.mapping, "saved")
    layouts = layouts_of(saved.mapping, shown)
    return replace(detected, tables=tuple(_tables(files, layouts, settings))) if layouts else detected


def _read_so(parts: Parts, upload: Upload, files: Sequence[LandedFile], layouts: Layouts) -> Recognition:
    """The tables of the files as people say they are written, with a mapping proposed for them."""
    tables = _tables(files, layouts, parts.settings)
    text, kind = proposed_mapping(tables)
    shape = kept.shape_of(kept.upload_folder(parts.settings, upload.tenant_id, upload.id))
    return Recognition(
        upload, _TABLE, SOURCES[_TABLE].label, "You said how the file is written.",
        described_by_mapping(tables, text, kind), text, kind, questions_of(text), _sources(files, _TABLE), shape,
    )  # fmt: skip


def _written_as_before(parts: Parts, upload: Upload, files: Sequence[LandedFile]) -> Recognition | None:
    """Files that cannot be read as they are, as an earlier one like them was; None where there was none."""
    saved = saved_mapping(parts.sessions, upload.tenant_id, kept.unread_shape(files))
    layouts = layouts_of_all(saved.mapping) if saved is not None and saved.source == _TABLE else ()
    if saved is None or not layouts:
        return None
    tables = _tables(files, layouts, parts.settings)
    text = fitted_mapping(saved.mapping, tables)
    return Recognition(
        upload, _TABLE, SOURCES[_TABLE].label, _same_shape(saved), described_by_mapping(tables, text, "saved"), text,
        "saved", questions_of(text), _sources(files, _TABLE), saved.shape,
    )  # fmt: skip


def _tables(files: Sequence[LandedFile], layouts: Layouts, settings: Settings) -> list[RawTable]:
    return read_tables(wanted_files(files, SOURCES[_TABLE]), layouts, limits_of(settings))


def _same_shape(saved: SavedMapping) -> str:
    day = f"{saved.saved_at.day} {saved.saved_at:%B %Y}"
    return f"It has the columns of {saved.file_name}, which was approved on {day}."


def _sources(files: Sequence[LandedFile], first: str) -> tuple[Option, ...]:
    """Source systems that read one of the files, the recognised one first."""
    suffixes = {PurePosixPath(file.file_name).suffix.lower() for file in files}
    fitting = [one for one in SOURCES.values() if suffixes & set(one.suffixes)]
    ordered = sorted(fitting, key=lambda one: (one.name != first, one.name != _TABLE))
    return tuple(Option(one.name, one.label) for one in ordered)


def _keep(note: Path, found: Recognition) -> None:
    replace_text(note, json.dumps({**asdict(found), "upload": None}, default=str))


def _from_json(upload: Upload, raw: dict[str, Any]) -> Recognition:
    tables = tuple(_table(one) for one in raw["tables"])
    sources = tuple(Option(**one) for one in raw["sources"])
    changed = {"upload": upload, "tables": tables, "sources": sources, "questions": tuple(raw["questions"])}
    return Recognition(**{**raw, **changed})


def _table(raw: dict[str, Any]) -> TableFound:
    columns = tuple(ColumnFound(**{**one, "samples": tuple(one["samples"])}) for one in raw["columns"])
    words = {header: tuple(values) for header, values in raw["words"].items()}
    return TableFound(**{**raw, "columns": columns, "words": words})
