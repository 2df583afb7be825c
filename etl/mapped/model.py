"""A mapping as data: what the files of a table source mean. docs/mapping.md describes the TOML form key by key."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

from etl.dates import DateRule
from etl.mapped.documents import FillDown
from etl.mapped.formula import Formula
from etl.read.formats import FileFormat
from etl.staging import STAGING, StagingTable
from etl.text import NULL_WORDS

MODES = ("replace", "append")
DUPLICATES = ("keep", "exclude", "reject")
NUMBER = "#"


@dataclass(frozen=True)
class CellRules:
    """How cells are written: dates, decimal sign, currency signs, what means nothing, whether ids are cleaned.

    null_patterns are regular expressions; a cell that one of them matches as a whole means nothing.
    """

    dates: DateRule = field(default_factory=DateRule)
    decimal_comma: bool = False
    currency_symbols: tuple[str, ...] = ()
    null_words: tuple[str, ...] = NULL_WORDS
    null_patterns: tuple[str, ...] = ()
    clean_ids: bool = True


@dataclass(frozen=True)
class Column:
    """Where a canonical column comes from.

    Attributes:
        name: canonical column.
        headers: header cells of the source; several are joined with a blank, or alternatives if `any_of`.
        any_of: headers are alternatives, the first that a file has is taken.
        optional: a file without the header gives null.
        rules: how its cells are written.
        first_filled: headers are alternatives in each row: the first cell with something in it is taken.
        formula: the amount is computed from the cells under the headers.
    """

    name: str
    headers: tuple[str, ...]
    any_of: bool = False
    optional: bool = False
    rules: CellRules = field(default_factory=CellRules)
    first_filled: bool = False
    formula: Formula | None = None

    @property
    def is_choice(self) -> bool:
        """Whether one of the headers is enough."""
        return self.any_of or self.first_filled


@dataclass(frozen=True)
class Test:
    """One question to the cell under `header`: operator and operand. All of a case's tests must hold."""

    __test__ = False

    header: str
    operator: str
    operand: Any
    ignore_case: bool = False


@dataclass(frozen=True)
class Case:
    """Tests that must all hold, and the value they give."""

    tests: tuple[Test, ...]
    value: Any = True


@dataclass(frozen=True)
class Derived:
    """A column computed from others: the value of the first case that holds, else `otherwise`.

    optional: a file without the headers gives `otherwise`.
    """

    name: str
    cases: tuple[Case, ...]
    otherwise: Any = None
    optional: bool = False


@dataclass(frozen=True)
class Exclusion:
    """Rows kept out under a name that people see; excluded when any case holds."""

    name: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Entity:
    """Rows of one staging table out of some of the files.

    Attributes:
        table: the staging table.
        files: globs on file names, any case.
        sheet: glob on worksheet names; None: every sheet.
        format: how the files are written.
        rules: how cells are written where a column says nothing else.
        columns, constants, derived: where the canonical columns come from.
        values: canonical column to {word of the source in lower case: canonical word}.
        exclude: rows kept out.
        key: natural key instead of the staging table's own; empty: the staging table's. NUMBER in it stands for the
            number of the row among those of its file that agree in the rest of the key.
        duplicates: what becomes of exact copies within a file: keep, exclude, reject.
        fill_down: cells that stand in the first row of a document only.
        first_row_of: header of the document number, of whose rows only the first is taken; None: every row.
        match: name: a file whose name fits must have the headers; header: a file that lacks them is not read.
    """

    table: StagingTable
    files: tuple[str, ...]
    sheet: str | None
    format: FileFormat
    rules: CellRules
    columns: tuple[Column, ...]
    constants: Dictionary[str, Any] = field(default_factory=dict)
    derived: tuple[Derived, ...] = ()
    values: Dictionary[str, Dictionary[str, Any]] = field(default_factory=dict)
    exclude: tuple[Exclusion, ...] = ()
    key: tuple[str, ...] = ()
    duplicates: str = "keep"
    fill_down: FillDown | None = None
    first_row_of: str | None = None
    match: str = "name"

    @property
    def document_headers(self) -> tuple[str, ...]:
        """Headers that say which rows belong together."""
        named = (self.fill_down.by if self.fill_down else None, self.first_row_of)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def natural_key(self) -> tuple[str, ...]:
        """The key of the mapping, else the staging table's own."""
        return self.key or self.table.natural_key

    @property
    def tests(self) -> tuple[Test, ...]:
        """Every question that derived columns and exclusions ask, once."""
        rules: tuple[Derived | Exclusion, ...] = (*self.derived, *self.exclude)
        return tuple(dict.fromkeys(test for rule in rules for case in rule.cases for test in case.tests))


@dataclass(frozen=True)
class Mapping:
    """A whole mapping.

    Attributes:
        name: label for people.
        entities: at least one.
        currency: ISO 4217 of amounts without a currency column; None: the tenant's.
        timezone: IANA zone in which times without offset are written; None: the tenant's. Business dates and hours
            are always the tenant's.
        mode: replace: a file loaded again replaces its rows; append: it adds to them.
        content_hash: changes when the meaning of the mapping changes, not with comments or layout.
    """

    name: str
    entities: tuple[Entity, ...]
    currency: str | None
    timezone: str | None
    mode: str
    content_hash: str

    @property
    def provides(self) -> tuple[str, ...]:
        """Staging tables the mapping fills, in the order of `STAGING`."""
        named = {entity.table.name for entity in self.entities}
        return tuple(name for name in STAGING if name in named)

    @property
    def is_whole(self) -> bool:
        """Whether a file can only be read beside the others: each entity looks for its own among all files."""
        return len(self.entities) > 1 or any(entity.match == "header" for entity in self.entities)

    def formats(self) -> list[tuple[str, FileFormat]]:
        """(glob on file name, format) for `read_tables`."""
        return list(dict.fromkeys((glob, entity.format) for entity in self.entities for glob in entity.files))
