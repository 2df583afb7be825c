"""What the upload wizard works with: an uploaded file, what was recognised in it, what may be chosen, what came out.

Texts are for people. Ids are random and say nothing; whoever holds one still sees only uploads of the own tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

STATES = ("quarantined", "refused", "checked", "loading", "loaded", "failed", "cancelled")
"""quarantined: not looked at yet; refused: never opened; checked: may be loaded; the others are about its load."""


@dataclass(frozen=True)
class Upload:
    """One uploaded file.

    Attributes:
        id: random token.
        size: bytes received.
        received_at: UTC without zone.
        state: one of `STATES`.
        message: why it was refused or failed, or what its load says; else "".
        load_number: the load that published it.
        retry_of: load whose rejected rows this one tries again.
    """

    id: str
    tenant_id: int
    file_name: str
    size: int
    received_at: datetime
    received_by: str
    state: str
    message: str = ""
    load_number: int | None = None
    retry_of: int | None = None


@dataclass(frozen=True)
class Choice:
    """What is to be loaded: the source system, and the mapping (TOML) where it is `table`."""

    source: str
    mapping: str | None = None


@dataclass(frozen=True)
class Option:
    """Something to choose: the value that a `Change` carries, its label, and a hint."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class ColumnFound:
    """One column of a table in the file.

    Attributes:
        header: as the file has it.
        field: canonical column it becomes, "" when it is not used; label: the same in words.
        written: how its values are written, in words ("day/month/year"), or "".
        confidence: 0 to 1; why: the evidence in words.
        samples: up to three different values.
        undecided: a question only a person can answer ("03/02/2026 fits two readings"), or "".
    """

    header: str
    field: str = ""
    label: str = ""
    written: str = ""
    confidence: float = 0.0
    why: str = ""
    samples: tuple[str, ...] = ()
    undecided: str = ""


@dataclass(frozen=True)
class TableFound:
    """One table, sheet or list in the file, as one entity; a table that gives two entities is there twice.

    Attributes:
        key: names it in a `Change`.
        place: file, and sheet where there is one, in words.
        rows: rows with something in them.
        entity: staging table, "" when it is left out; label: the same in words.
        confidence, why: how sure that is.
        words: header to all its different values, of columns with few of them.
        guesses: entity to {field: header} that would be proposed if the table were that entity.
        undecided: a question about the whole table, such as the order of day and month, or "".
    """

    key: str
    place: str
    file_name: str
    sheet: str
    rows: int
    entity: str
    label: str
    confidence: float
    why: str
    columns: tuple[ColumnFound, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    guesses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    undecided: str = ""


@dataclass(frozen=True)
class Recognition:
    """What was recognised in an upload.

    Attributes:
        source: source system; label: its name; why: by what it was recognised.
        tables: in the order of the file.
        mapping: TOML, for source table; None for the others.
        kind: how the mapping came about: "saved" (of an earlier file of this shape), "ready-made", "proposed", or ""
            where the source needs none.
        questions: what has to be decided before it can be loaded; empty: it can go on to the dry run.
        sources: every source system that reads files of this kind, the recognised one first.
        shape: fingerprint of the header names.
    """

    upload: Upload
    source: str
    label: str
    why: str
    tables: tuple[TableFound, ...]
    mapping: str | None
    kind: str
    questions: tuple[str, ...]
    sources: tuple[Option, ...]
    shape: str

    @property
    def choice(self) -> Choice:
        """What would be loaded as it is."""
        return Choice(self.source, self.mapping)


@dataclass(frozen=True)
class ColumnFields:
    """What a column of a table is, and may be.

    Attributes:
        field: canonical column, "" not used.
        date_order: "day", "month" or "year" first, or "" where that is not stated; None: it holds no dates.
        words: word of the file to canonical word ("" not mapped yet); None: its words need no mapping.
        word_options: what a word may become.
    """

    header: str
    field: str
    date_order: str | None = None
    words: Mapping[str, str] | None = None
    word_options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class TableFields:
    """What a table is, and may be.

    Attributes:
        key, place: as in `TableFound`.
        entity: staging table, "" left out.
        columns: one per column of the file.
        options: fields that a column may become, "" (not used) first.
        required: fields a row must have that nothing fills yet, in words.
        constants: field to the value every row has.
        date_order: as in `ColumnFields`, for the whole table.
        is_decimal_comma: whether 1.299,50 is how its numbers are written.
        files: globs of the files it is read from.
        excluded: names of the rules that leave rows out.
        computed: (field, how it is made) of fields that several columns make.
        stated: header_row, encoding, separator, as far as people stated them.
        is_text, has_rows: it comes from a text file, which has an encoding and a separator; from one with rows.
    """

    key: str
    place: str
    entity: str
    columns: tuple[ColumnFields, ...]
    options: tuple[Option, ...]
    required: tuple[str, ...]
    constants: Mapping[str, str]
    date_order: str
    is_decimal_comma: bool
    files: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    computed: tuple[tuple[str, str], ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)
    is_text: bool = True
    has_rows: bool = True


@dataclass(frozen=True)
class Fields:
    """Everything that can be chosen. problems: what still keeps the mapping from being used, in words."""

    source: str
    sources: tuple[Option, ...]
    entities: tuple[Option, ...]
    tables: tuple[TableFields, ...]
    currency: str
    timezone: str
    mode: str
    modes: tuple[Option, ...]
    date_orders: tuple[Option, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One thing chosen on the screen.

    Attributes:
        what: entity | field | date_order | decimal | constant | word | exclude | include | compute | currency |
            timezone | mode.
        value: entity: staging table or "" (leave out); field: canonical column or "" (not used); date_order: day,
            month, year or "" (detect); decimal: "," or "."; constant: the value or "" (none); word: canonical word or
            "" (not mapped); exclude: one of `rules.TESTS`; include: name of a rule; compute: one of `rules.WAYS` or ""
            (not any more); currency: ISO code or "" (the tenant's); timezone: IANA name or "" (the tenant's); mode:
            replace or append.
        table: key of the table, for all but the last three.
        column: header of the column, for field, word and (if not the whole table is meant) date_order; canonical
            column for constant and compute.
        word: the word of the file; exclude: the text compared with; compute: the columns, a list in JSON.
    """

    what: str
    value: str
    table: str = ""
    column: str = ""
    word: str = ""
