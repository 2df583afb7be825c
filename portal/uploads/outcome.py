"""What comes out of an upload: sample rows before and after, a dry run, the progress of a load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from etl.report import Finding, TableAccount, Tie
from portal.uploads.model import Option


@dataclass(frozen=True)
class PreviewRow:
    """A raw row and what becomes of it.

    Attributes:
        row: number in the file as a person sees it.
        raw: header to text, None for an empty cell.
        values: canonical column to text; empty when the row is kept out.
        outcome: loaded, rejected or excluded; rule, column, value: why, and the cell that broke it.
    """

    row: int
    raw: Mapping[str, str | None]
    values: Mapping[str, str | None]
    outcome: str
    rule: str = ""
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class PreviewTable:
    """Sample rows of one table as one entity. headers: of the file; fields: canonical columns with something in them,
    with their labels."""

    place: str
    entity: str
    label: str
    headers: tuple[str, ...]
    fields: tuple[Option, ...]
    rows: tuple[PreviewRow, ...]


@dataclass(frozen=True)
class Preview:
    """Sample rows of every table of the choice."""

    tables: tuple[PreviewTable, ...]


@dataclass(frozen=True)
class SampleReject:
    """One row that would be kept out."""

    place: str
    row: int
    table: str
    column: str
    value: str


@dataclass(frozen=True)
class RejectGroup:
    """Rows kept out for one reason. outcome: rejected or excluded; samples: the first of them."""

    outcome: str
    rule: str
    rows: int
    samples: tuple[SampleReject, ...]


@dataclass(frozen=True)
class Trial:
    """What a load would do; nothing of it was kept.

    Attributes:
        tables: one account per staging table: read = loaded + unchanged + duplicate + excluded + rejected.
        groups: rows kept out by reason, most rows first.
        ties: control totals of the tenant's whole warehouse after the load.
        findings: checks that found something.
        notes: sentences for people.
        is_same: the file was loaded before with the same mapping; a load would change nothing.
        as_of: latest business date afterwards.
        recovered: of a retry: rows rejected before that would be loaded now; None otherwise.
    """

    tables: tuple[TableAccount, ...]
    groups: tuple[RejectGroup, ...]
    ties: tuple[Tie, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    is_same: bool
    as_of: date | None
    recovered: int | None = None

    @property
    def rows_read(self) -> int:
        """Rows read over all tables."""
        return sum(account.read for account in self.tables)

    @property
    def rows_loaded(self) -> int:
        """Rows that would be in the warehouse."""
        return sum(account.outcomes["loaded"] + account.outcomes["unchanged"] for account in self.tables)

    @property
    def is_tied(self) -> bool:
        """Whether every control total is explained exactly."""
        return all(tie.is_tied for tie in self.ties)


@dataclass(frozen=True)
class Progress:
    """How far a load is.

    Attributes:
        state: as of the upload.
        step: what is being done, in words.
        share: 0 to 1, about what is done of it.
        rows: rows read so far.
        message: how it ended, or why it waits.
        load_number: the load that published it.
        seconds: since it was asked for, while it runs.
        about: what the step is about, in a sentence, or "".
        size, whole: bytes read so far, and of all its files; 0 before they are known.
    """

    state: str
    step: str
    share: float
    rows: int
    message: str
    load_number: int | None
    seconds: int = 0
    about: str = ""
    size: int = 0
    whole: int = 0
