"""Which of the source systems with a form of its own some files are from: by sheet and table names, headers and lists.

A table is known to a source when it has the columns the source needs and most of its own columns are the source's. The
source that knows the most columns wins. Lead workbooks have no form: they are told by what their columns hold, and
only where nothing else was recognised (`lead_sheets`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from etl.read.formats import SQLITE_SUFFIXES
from etl.source import Origin, RawTable
from etl.sources import bukmuk_database, easy_ecom, hvar, imiq
from etl.sources.bukmuk_sheets import LeadSheet, read_sheet
from etl.sources.bukmuk_words import LEADS
from etl.sources.onesoko_tables import kind_of
from etl.sources.sheet import RAW, Form, squeezed

_LEAST_COLUMNS = 4
_LEAST_SHARE = 0.6
_LEAST_SHARE_OF_TEXT = 0.8
_LEAD_WORDS = frozenset({
    "lead_status", "lead_source", "lead_type", "lead_date", "last_contact_date", "follow_up_date", "follow_up_count",
    "priority", "lead_score", "next_action", "child_name", "child_age", "assigned_to", "further_comments",
})  # fmt: skip
_LEAST_LEAD_WORDS = 2
_LOOKED_AT = 2_000

FormOf = Callable[[Origin, Sequence[str]], Form | None]


@dataclass(frozen=True)
class KnownTable:
    """A table that a source knows: what the source calls it, its staging table, header to documented column."""

    origin: Origin
    kind: str
    table: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Signature:
    """What a source knows of some files."""

    source: str
    tables: tuple[KnownTable, ...]

    @property
    def weight(self) -> int:
        """Columns known, over all tables."""
        return sum(len(one.columns) for one in self.tables)

    @property
    def why(self) -> str:
        """The evidence in words."""
        kinds = list(dict.fromkeys(one.kind for one in self.tables))
        more = f" and {len(kinds) - 6} more" if len(kinds) > 6 else ""
        return f"It has {', '.join(kinds[:6])}{more} with the columns they have there."


def signature_of(source: str, tables: Sequence[RawTable]) -> Signature:
    """What `source` knows of tables that are its own: every one that has the columns the source needs."""
    return _signature(source, tables, is_sure=True)


def recognise_system(tables: Sequence[RawTable]) -> Signature | None:
    """The source system that knows the most of the tables; None where none knows any of them well."""
    best = max((_signature(source, tables, is_sure=False) for source in _FORMS), key=lambda one: one.weight)
    return signature_of(best.source, tables) if best.tables else None


def _signature(source: str, tables: Sequence[RawTable], *, is_sure: bool) -> Signature:
    """is_sure: whose the tables are is known, so that few columns are enough."""
    pairs = [(origin, table.columns) for table in tables for origin in table.origins]
    known = [one for origin, headers in pairs if (one := _known(source, origin, headers))]
    return Signature(source, tuple(one for one, clear in known if clear or is_sure))


def lead_sheets(tables: Sequence[RawTable]) -> list[LeadSheet]:
    """The sheets that hold leads beyond doubt: how to reach people, and two columns that only leads have.

    Args:
        tables: read without naming any row the header.
    """
    found = []
    for table in tables:
        for origin in table.origins:
            rows = table.frame.filter(table.frame["origin_key"] == origin.key)
            sheet = read_sheet(origin, rows.head(_LOOKED_AT))
            if sheet is not None and len(_LEAD_WORDS & set(_meant(sheet))) >= _LEAST_LEAD_WORDS:
                found.append(sheet)
    return found


def _meant(sheet: LeadSheet) -> list[str]:
    """What the columns of the sheet were taken for, of those with something in the first rows."""
    leads = sheet.leads(sheet.rows.head(_LOOKED_AT))
    return [name for name in LEADS.columns if leads[RAW + name].null_count() < leads.height]


def _known(source: str, origin: Origin, headers: Sequence[str]) -> tuple[KnownTable, bool] | None:
    """A table the source has a form for and that has what the form needs, and whether it could be nothing else."""
    form = _FORMS[source](origin, headers)
    if form is None:
        return None
    names = {squeezed(name): column for column, others in form.columns.items() for name in (column, *others)}
    columns = {header: names[squeezed(header)] for header in headers if squeezed(header) in names}
    least = _LEAST_SHARE if origin.sheet else _LEAST_SHARE_OF_TEXT
    has_needed = set(form.required) <= set(columns.values())
    is_clear = len(columns) >= min(_LEAST_COLUMNS, len(form.columns)) and len(columns) >= least * len(headers)
    return (KnownTable(origin, form.kind, form.table, columns), is_clear) if has_needed else None


def _onesoko_form(origin: Origin, headers: Sequence[str]) -> Form | None:
    kind = kind_of(origin)
    return kind.form if kind else None


def _bukmuk_form(origin: Origin, headers: Sequence[str]) -> Form | None:
    """The forms of the old program's database; its workbooks have none."""
    is_database = any(origin.file_name.lower().endswith(suffix) for suffix in SQLITE_SUFFIXES)
    forms = {"leads": LEADS, "users": bukmuk_database.USERS, "audit_log": bukmuk_database.AUDIT_LOG}
    return forms.get(origin.sheet) if is_database else None


_FORMS: dict[str, FormOf] = {
    "imiq": imiq.form_of, "hvar": hvar.form_of, "onesoko": _onesoko_form, "easy_ecom": easy_ecom.form_of,
    "bukmuk": _bukmuk_form,
}  # fmt: skip
