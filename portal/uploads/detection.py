"""From which source system the files of an upload are: five systems first, then ready-made mappings, then a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from etl.mapped.guess import guess_table
from etl.mapped.recognise import recognise
from etl.mapped.shape import shape_of
from etl.reading import read_tables
from etl.signatures import KnownTable, lead_sheets, recognise_system, signature_of
from etl.source import LandedFile, RawTable
from etl.sources import SOURCES
from portal.config import Settings
from portal.errors import SourceError
from portal.uploads.reading import beginning, limits_of

_JSON = ".json"
_NOT_LEADS = {"order", "order_line", "product", "shipment", "stock_movement", "expense", "courier_payment"}


@dataclass(frozen=True)
class Detected:
    """What the files are.

    Attributes:
        source: source system; why: the evidence in words.
        tables: as they were read; known: those a source with a form of its own knows.
        shape: fingerprint of the headers, "" where no row is a header.
    """

    source: str
    why: str
    tables: tuple[RawTable, ...]
    known: tuple[KnownTable, ...]
    shape: str


def detect(files: Sequence[LandedFile], settings: Settings) -> Detected:
    """Read the files and tell what they are.

    Raises:
        SourceError: they cannot be read.
    """
    problems: list[SourceError] = []
    best: Detected | None = None
    for tables in _readings(files, settings, problems):
        system = recognise_system(tables)
        if system is not None and (best is None or system.weight > sum(len(one.columns) for one in best.known)):
            best = Detected(system.source, system.why, tables, system.tables, shape_of(tables))
        elif best is None:
            best = Detected("", "", tables, (), shape_of(tables))
    if best is not None and best.source:
        return best
    found = _without_form(files, best, settings)
    if found is None:
        raise problems[0]
    return found


def detect_as(source: str, files: Sequence[LandedFile], settings: Settings) -> Detected:
    """The files read as those of a source that a person chose.

    Raises:
        SourceError: they cannot be read as that.
    """
    named = SOURCES[source]
    wanted = [file for file in files if PurePosixPath(file.file_name).suffix.lower() in named.suffixes]
    if not wanted:
        raise SourceError(f"{named.label} reads {', '.join(named.suffixes)}. Choose another source for this file.")
    tables = tuple(read_tables(wanted, named.formats, limits_of(settings), named.forms))
    known = signature_of(source, tables).tables if source != "table" else ()
    return Detected(source, "You chose it.", tables, known, shape_of(tables))


def _readings(
    files: Sequence[LandedFile], settings: Settings, problems: list[SourceError]
) -> list[tuple[RawTable, ...]]:  # fmt: skip
    """The tables, read once for each source whose JSON may be meant; what cannot be read is noted."""
    has_json = any(file.file_name.lower().endswith(_JSON) for file in files)
    forms = [source.forms for source in SOURCES.values() if source.forms] if has_json else [()]
    found = []
    for each in forms:
        try:
            found.append(tuple(read_tables(files, [], limits_of(settings), each)))
        except SourceError as problem:
            problems.append(problem)
    return found


def _without_form(files: Sequence[LandedFile], read: Detected | None, settings: Settings) -> Detected | None:
    """Ready-made mappings, leads, or any table; None where nothing could be read."""
    if read is not None and any(recognise(table) for table in read.tables):
        return replace(read, source="table", why="It has the columns of an export with a ready-made mapping.")
    leads = _leads(files, read, settings)
    if leads is not None:
        return leads
    if read is None:
        return None
    return replace(read, source="table", why="It is none of the known systems, so its columns are mapped.")


def _leads(files: Sequence[LandedFile], read: Detected | None, settings: Settings) -> Detected | None:
    """Lead workbooks are told by their cells, unless their columns clearly are those of something else."""
    source = SOURCES["bukmuk"]
    if not all(file.file_name.lower().endswith((".xlsx", ".csv")) for file in files):
        return None
    if read is not None and any(guess_table(beginning(one)).entity in _NOT_LEADS for one in read.tables):
        return None
    try:
        tables = tuple(read_tables(files, source.formats, limits_of(settings)))
    except SourceError:
        return None
    sheets = lead_sheets(tables)
    if not sheets:
        return None
    names = ", ".join(sheet.origin.sheet or sheet.origin.file_name for sheet in sheets[:4])
    known = tuple(KnownTable(sheet.origin, "leads", "lead", {}) for sheet in sheets)
    return Detected("bukmuk", f"{names}: leads, by what the cells hold.", tables, known, read.shape if read else "")
