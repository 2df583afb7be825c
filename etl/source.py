"""The contract between a source system and the pipeline.

A source is a module with two functions and one `Source` record. `read` touches the world: it returns the raw tables
of the landed files as text, with row numbers. `conform` is pure: raw tables in, canonical staging frames and rejects
out. Everything after that (identity, star tables, snapshots) is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from etl.read.formats import FileFormat
from etl.staging import REJECTS


@dataclass(frozen=True)
class Origin:
    """One file, or one sheet of a workbook, inside a load.

    Attributes:
        key: number of the origin within the load, from 1.
        path: stable logical name: the resolved path given by the user, plus "!member" inside a zip. A load of the
            same path is a newer version of the same file and replaces its rows.
        file_name: short name for messages ("2011-07-21.csv").
        sheet: worksheet name, empty for plain files.
        sha256: checksum of the original bytes.
    """

    key: int
    path: str
    file_name: str
    sheet: str
    sha256: str


@dataclass(frozen=True)
class RawTable:
    """All files (or sheets of one name) of a load that share one header, read as text.

    Attributes:
        origins: the files or sheets, in order of path.
        frame: text columns named as the header cells (trimmed; blank headers become "column_<n>", repeats get "_2",
            "_3"), plus `origin_key` (Int64) and `source_row` (Int32, 1-based as a person sees it: the header of a
            plain CSV is row 1). Empty cells are null; rows whose every cell is empty are left out.
        blank_rows: origin key to number of such empty rows.
        notes: sentences for the load report about what could not be read as text.
    """

    origins: tuple[Origin, ...]
    frame: pl.DataFrame
    blank_rows: dict[int, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Header cells, without origin_key and source_row."""
        return [name for name in self.frame.columns if name not in {"origin_key", "source_row"}]


@dataclass(frozen=True)
class JsonForm:
    """Where a JSON document keeps the records of one table, and which of their values become columns.

    Attributes:
        table: sheet name of the origins, for example "deliveries".
        records: dotted paths where the list may be, the first that exists is read; "" is the document itself. An
            object in place of the list is one record. A child's paths start at the record of its parent.
        columns: column name to dotted path inside a record ("state.code", list items by number "geo.0"; "" is the
            item itself, for lists of plain values).
        children: lists inside each record. Their tables have two more text columns, parent_row (source_row of the
            parent) and parent_id (value of the parent's first column).

    source_row is the number of the record within its list, from 1; children are counted through the whole file. Values
    are text as written, flags "true" and "false"; an object or list that a column names is JSON text.
    """

    table: str
    records: tuple[str, ...]
    columns: dict[str, str]
    children: tuple[JsonForm, ...] = ()


@dataclass(frozen=True)
class TenantRules:
    """What conform needs to know of the tenant: ISO 4217 currency, IANA time zone, ISO 3166 country.

    policies: name to value, as in force on the day of the load (see portal.policies).
    tenant: its name, by which a source that holds several merchants finds the rows that are its own.
    discount_caps: the discount cap by the day it came into force, earliest first; empty when it was never set.
    """

    currency: str
    timezone: str
    country: str
    policies: dict[str, Any] = field(default_factory=dict)
    tenant: str = ""
    discount_caps: tuple[tuple[date, float], ...] = ()


@dataclass(frozen=True)
class Conformed:
    """The result of `conform`.

    Attributes:
        tables: staging table name to frame with exactly `StagingTable.schema()`.
        rejects: frame of schema `REJECTS`: every raw row that is not in `tables`, rejected or excluded.
        read: (origin key, staging table) to number of raw rows read for that table. For each pair:
            read = rows in tables + rows in rejects.
        notes: sentences for the load report (columns dropped as secrets, columns not used, words mapped).
    """

    tables: dict[str, pl.DataFrame]
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTS))
    read: dict[tuple[int, str], int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """How the payloads of a source that tells only a part each time stand to each other (see etl.versions).

    Attributes:
        completes: staging table to the columns whose null means "not told here": what an older version told stays.
        is_sale_told_by_parcel: an order and its line stay only while the newest row of their parcel names the order.
    """

    completes: Mapping[str, tuple[str, ...]]
    is_sale_told_by_parcel: bool = False


@dataclass(frozen=True)
class Source:
    """A source system.

    Attributes:
        name: what `--source` takes.
        label: name for people.
        provides: staging tables it can fill.
        suffixes: file suffixes it reads.
        conform: (raw tables, rules, mapping) -> Conformed; pure. mapping is None except for `table`.
        formats: how its files are read where no mapping says it: (glob on file name, format).
        policies: policies that conform reads; a file is conformed again when one of them changes.
        forms: what is read from its .json files.
        keeps: sheets whose rows are never withdrawn, though a newer version of their file lacks them.
        versions: how its payloads complete each other row by row; None: each row says everything.
        mapping: (content, name of the file) -> its own kind of mapping; None: like those of `table`.
        is_whole: its files complete each other, so that all of a load are conformed again when one of them changed.
    """

    name: str
    label: str
    provides: tuple[str, ...]
    suffixes: tuple[str, ...]
    conform: Callable[[Sequence[RawTable], TenantRules, Any], Conformed]
    formats: tuple[tuple[str, FileFormat], ...] = ()
    policies: tuple[str, ...] = ()
    forms: tuple[JsonForm, ...] = ()
    is_whole: bool = False
    versions: Versions | None = None
    keeps: tuple[str, ...] = ()
    mapping: Callable[[str, str], Any] | None = None


@dataclass(frozen=True)
class LandedFile:
    """One file stored unchanged in the landing area (secret columns blanked).

    path: where the stored copy lies; origin_path: the logical name, as in `Origin.path`; sha256 is of the original.
    """

    path: Path
    origin_path: str
    file_name: str
    sha256: str
    size: int
    blanked_columns: tuple[str, ...] = ()
