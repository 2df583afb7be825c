"""Bukmuk: lead workbooks with any number of sheets of any form, the same as CSV, and the old program's database.

A sheet is read without trusting any row to be its header: the header is found by its words, a sheet without one is
mapped by what its cells hold, and the mapping of every sheet is told in the load report. 03/02/2026 is the third of
February. There is no money in this source. Sheets without leads are excluded by name.

Of the database the tables leads, users and audit_log are read; sessions of the old program are not taken over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from etl.read.formats import SQLITE_SUFFIXES
from etl.source import Conformed, Origin, RawTable, Source, TenantRules
from etl.sources.bukmuk_choices import FORMATS, parse_choices
from etl.sources.bukmuk_database import AUDIT_LOG, SESSIONS, USERS, conform_events, conform_users, user_names
from etl.sources.bukmuk_leads import conform_leads
from etl.sources.bukmuk_sheets import LeadSheet, place_of, read_sheet, read_table
from etl.sources.sheet import Form, Sheet, gather_sheets
from etl.sources.sieve import merged, not_loaded
from portal.errors import SourceError

_TABLES = {form.kind: form for form in (USERS, AUDIT_LOG, SESSIONS)}


def conform(tables: Sequence[RawTable], rules: TenantRules, mapping: Any = None) -> Conformed:
    """Lead workbooks and databases as staging tables; `mapping` are `Choices` of columns, or None.

    Raises:
        SourceError: no leads are among the tables, or a table of the database lacks a column it must have.
    """
    known, parts = gather_sheets(tables, _table_form)
    sheets: list[LeadSheet] = []
    others: list[Conformed] = []
    for origin, rows in parts:
        sheet = read_table(origin, rows) if _is_database(origin) else read_sheet(origin, rows, mapping)
        if sheet is None:
            others.append(not_loaded(place_of(origin), rows, "no leads found here"))
        else:
            sheets.append(sheet)
    if not sheets:
        raise SourceError(_no_leads([origin for origin, _ in parts]))
    leads, ids = conform_leads(sheets, rules)
    return merged([leads, *_from_database(known, rules, ids), *others])


def _is_database(origin: Origin) -> bool:
    return PurePath(origin.file_name).suffix.lower() in SQLITE_SUFFIXES


def _table_form(origin: Origin, headers: Sequence[str]) -> Form | None:
    """The form of a table of the database that holds no leads."""
    return _TABLES.get(origin.sheet) if _is_database(origin) else None


def _from_database(known: Mapping[str, Sheet], rules: TenantRules, ids: Mapping[str, str]) -> list[Conformed]:
    parts = []
    users: dict[str, str] = {}
    if USERS.kind in known:
        users = user_names(known[USERS.kind])
        parts.append(conform_users(known[USERS.kind]))
    if AUDIT_LOG.kind in known:
        parts.append(conform_events(known[AUDIT_LOG.kind], rules, users, ids))
    if SESSIONS.kind in known:
        sessions = known[SESSIONS.kind].frame
        parts.append(not_loaded(SESSIONS.kind, sessions, "sessions of the old program are not taken over"))
    return parts


def _no_leads(origins: Sequence[Origin]) -> str:
    found = ", ".join(dict.fromkeys(place_of(origin) for origin in origins)) or "these files"
    return (
        f"No leads found in {found}. A sheet of leads has a column with phone numbers or e-mail addresses, or names "
        "and two other columns its header names."
    )


SOURCE = Source(
    "bukmuk", "Bukmuk leads", ("lead", "lead_event", "employee", "customer"),
    (".xlsx", ".csv", *sorted(SQLITE_SUFFIXES)), conform,
    formats=FORMATS, mapping=parse_choices,
    policies=("lead_score_points", "lead_completeness_points", "lead_high_priority", "lead_medium_priority",
              "lead_follow_up_days"),
    is_whole=True,
)  # fmt: skip
