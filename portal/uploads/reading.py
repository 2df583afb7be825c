"""The tables of an upload, read in the limited process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from etl.mapping import parse_mapping
from etl.reading import Limits, read_tables
from etl.source import LandedFile, RawTable, Source
from etl.sources import SOURCES
from portal.config import Settings
from portal.errors import InputError, SourceError, UnknownNameError
from portal.uploads.model import Choice


def limits_of(settings: Settings) -> Limits:
    """Limits of the reading process."""
    return Limits(settings.reader_memory_mb, settings.reader_seconds)


def source_of(choice: Choice) -> Source:
    """The source system of a choice.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if choice.source not in SOURCES:
        raise UnknownNameError("source system", choice.source, SOURCES)
    return SOURCES[choice.source]


def mapping_of(choice: Choice) -> Any:
    """The checked mapping of a choice; None for a source with a form of its own that was given none.

    Raises:
        InputError: it is missing or has problems; all are listed.
    """
    own = source_of(choice).mapping
    if choice.source != "table":
        return own(choice.mapping, "the mapping") if own and choice.mapping else None
    if not choice.mapping:
        raise InputError("Say first what the columns of the file mean.", field="mapping")
    return parse_mapping(choice.mapping, "the mapping")


def wanted_files(files: Sequence[LandedFile], source: Source) -> list[LandedFile]:
    """The files that a source reads.

    Raises:
        SourceError: none of them.
    """
    wanted = [file for file in files if PurePosixPath(file.file_name).suffix.lower() in source.suffixes]
    if not wanted:
        names = ", ".join(file.file_name for file in files[:3])
        raise SourceError(f"{names}: {source.label} reads {', '.join(source.suffixes)}. Choose another source.")
    return wanted


def beginning(table: RawTable, rows: int = 20_000) -> RawTable:
    """The table without what comes after its first rows."""
    return replace(table, frame=table.frame.head(rows))


def read_for(choice: Choice, files: Sequence[LandedFile], settings: Settings) -> list[RawTable]:
    """The tables as a load of the choice would read them.

    Raises:
        InputError, SourceError: as the load would.
    """
    source, mapping = source_of(choice), mapping_of(choice)
    formats = mapping.formats() if mapping else source.formats
    return read_tables(wanted_files(files, source), formats, limits_of(settings), source.forms)
