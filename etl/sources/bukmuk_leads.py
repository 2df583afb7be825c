"""Lead rows → lead and customer.

Decisions:
    * A row with neither name, phone nor e-mail is rejected. Every other row is a lead: a date, phone, e-mail or status
      that cannot be read leaves that one value missing, stays in the note as it was written and is told in the load
      report. A person to call must not vanish because of one broken cell.
    * Text in the status column that is no status is kept in the note; the status stays missing.
    * Rows with one phone (without phone: one e-mail address) are one lead, over all files of a load. The most complete
      row stays and takes over what it lacks from the others, in order of completeness; their notes are joined. A row
      without phone and e-mail is never merged with another. Between loads of different paths the newer one counts.
    * A priority the source states holds; otherwise it follows from the score. A follow-up date the source states
      holds; otherwise it is the day of the status, else of the last contact, else of the lead, plus the days of the
      status. Without any of these days it is missing.
    * A lead with status Member is a customer too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from etl.clean import identifier, text, whole
from etl.dates import ISO, DateRule, moments
from etl.source import Conformed, Origin, TenantRules
from etl.sources.bukmuk_cells import email_of, labelled, priority_of, status_of, with_days, with_phones
from etl.sources.bukmuk_merge import LEAD_FIELDS, kept_ids, merge_leads, merge_note, merged_rows
from etl.sources.bukmuk_sheets import LeadSheet, place_of
from etl.sources.bukmuk_words import WON
from etl.sources.imiq_orders import city_name, name_key
from etl.sources.sheet import RAW, raw
from etl.sources.sieve import Rule, counted, sieve, sieve_slices, staged
from etl.staging import STAGING
from portal.policies import POLICIES

_DAYS = {"lead_date": "lead_date", "last_contact_date": "last_contact_date", "status_date": "status_updated_date",
         "follow_up_date": "follow_up_date"}  # fmt: skip
_READ = {**_DAYS, "phone": "phone_number", "email": "email", "lead_status": "lead_status", "score": "lead_score",
         "follow_up_count": "follow_up_count", "priority": "priority", "updated_at": "updated_at"}  # fmt: skip
"""Cleaned column to the column it is read from; what cannot be read is told."""

_WITHOUT_KEY = ("customer", "city", "lead_type", "lead_date", "note")
_SHOWN = 3


def conform_leads(sheets: Sequence[LeadSheet], rules: TenantRules) -> tuple[Conformed, dict[str, str]]:
    """(leads and the customers among them, lead_id of merged rows to that of the row that stays)."""
    origins = {sheet.origin.key: sheet.origin for sheet in sheets}
    leads, rejects, problems = _merged(sheets, origins, rules)
    told = _judged(leads, rules)
    customers = _customers(told)
    parts = Conformed(
        {"lead": _staged(told), **customers.tables},
        pl.concat([rejects, merged_rows(leads, origins), customers.rejects]),
        {(sheet.origin.key, "lead"): sheet.rows.height for sheet in sheets if sheet.rows.height} | customers.read,
        (*(sheet.note for sheet in sheets), *problems, *filter(None, [merge_note(leads)])),
    )
    return parts, kept_ids(leads)


def _merged(
    sheets: Sequence[LeadSheet], origins: Mapping[int, Origin], rules: TenantRules
) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """(leads, one row each; rejects; cells that could not be read); all that these are made of is let go."""
    kept, rejects = _sieved(sheets, rules)
    problems = _problems(kept, origins)
    told = kept.select(*LEAD_FIELDS, "note", "origin_key", "source_row", RAW + "phone_number", RAW + "email")
    del kept
    return merge_leads(told, origins, policy_of(rules, "lead_completeness_points")), rejects, problems


def _sieved(sheets: Sequence[LeadSheet], rules: TenantRules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(leads, rejects in order of rules) of all sheets."""
    wanted = {*LEAD_FIELDS, "note", "origin_key", "source_row", *(RAW + column for column in _READ.values())}
    parted = [sieve_slices(sheet.rows, partial(_cleaned, sheet, rules), _RULES, ["lead"], wanted) for sheet in sheets]
    places = {rule.sentence: place for place, rule in enumerate(_RULES)}
    rejects = pl.concat([rejects for _, rejects in parted])
    order = pl.col("rule").replace_strict(places, return_dtype=pl.Int64)
    return pl.concat([kept for kept, _ in parted]), rejects.sort(order, maintain_order=True)


def policy_of(rules: TenantRules, name: str) -> Any:
    """A policy as in force, its default where the rules carry none."""
    return rules.policies.get(name, POLICIES[name].default)


_RULES = (
    Rule("excluded", "title row above the header", "first_cell", pl.col("is_title")),
    Rule("excluded", "repeated header row", "first_cell", pl.col("is_header")),
    Rule("rejected", "no name, phone or e-mail", "first_cell",
         pl.all_horizontal(text(raw(name)).is_null() for name in ("full_name", "phone_number", "email"))),
)  # fmt: skip


def _cleaned(sheet: LeadSheet, rules: TenantRules, rows: pl.DataFrame) -> pl.DataFrame:
    dated = with_days(sheet.leads(rows), {name: RAW + column for name, column in _DAYS.items()}, rules.timezone)
    updated = moments(raw("updated_at"), DateRule((ISO,)), "UTC").struct.field("at")
    read = with_phones(dated, RAW + "phone_number", rules.country or "IN").lazy().with_columns(
        email_of(raw("email")).alias("email"), status_of(raw("lead_status")).alias("lead_status"),
        city_name(raw("full_name")).alias("customer"), city_name(raw("city")).alias("city"),
        text(raw("lead_type")).alias("lead_type"), text(raw("lead_source")).alias("lead_source"),
        priority_of(raw("priority")).alias("priority"), name_key(raw("assigned_to")).alias("employee_id"),
        whole(raw("lead_score").str.replace(r"(\d)\.0+$", "$1")).alias("score"), identifier(raw("id")).alias("lead_id"),
        whole(raw("follow_up_count")).alias("follow_up_count"), updated.alias("updated_at"),
        text(raw("child_age")).alias("child_age"),
    )  # fmt: skip
    unread = [(f"{column.replace('_', ' ').capitalize()} as written",
               pl.when(pl.col(name).is_null()).then(text(raw(column)))) for name, column in _READ.items()]  # fmt: skip
    noted = labelled([("", text(raw("notes"))), ("", pl.col("kept_note")), *unread])
    return read.with_columns(noted.alias("note")).collect()


def _judged(leads: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Score, priority and follow-up date where the source states none."""
    points = policy_of(rules, "lead_score_points")
    known = {
        "phone": pl.col("phone").is_not_null(), "email": pl.col("email").is_not_null(),
        "city": pl.col("city").is_not_null(),
        "child age or lead type": pl.col("child_age").is_not_null() | pl.col("lead_type").is_not_null(),
    }  # fmt: skip
    score = pl.sum_horizontal(is_known * points.get(name, 0) for name, is_known in known.items())
    days = pl.col("lead_status").replace_strict(
        policy_of(rules, "lead_follow_up_days"), default=None, return_dtype=pl.Int64
    )
    since = pl.coalesce("status_date", "last_contact_date", "lead_date")
    scored = leads.with_columns(pl.coalesce("score", score).cast(pl.Int32).alias("score"))
    return scored.with_columns(
        pl.coalesce("priority", _priority(rules)).alias("priority"),
        pl.coalesce("follow_up_date", since + pl.duration(days=days)).alias("follow_up_date"),
    )


def _priority(rules: TenantRules) -> pl.Expr:
    high, medium = policy_of(rules, "lead_high_priority"), policy_of(rules, "lead_medium_priority")
    score = pl.col("score")
    return (
        pl.when(score >= high).then(pl.lit("High")).when(score >= medium).then(pl.lit("Medium"))
        .otherwise(pl.lit("Low"))
    )  # fmt: skip


def _staged(leads: pl.DataFrame) -> pl.DataFrame:
    """Staging rows; a lead is known by its phone, else its e-mail, whatever else of it changes."""
    parts = [
        staged(leads.filter(pl.col("matched_by") == "phone"), "lead", content=("phone",)),
        staged(leads.filter(pl.col("matched_by") == "email"), "lead", content=("email",)),
        staged(leads.filter(pl.col("matched_by").is_null()), "lead", content=_WITHOUT_KEY),
    ]
    return pl.concat(parts).sort("origin_key", "source_row")


def _customers(leads: pl.DataFrame) -> Conformed:
    """Leads that became members, as customers of the day they became one."""
    members = leads.filter(pl.col("lead_status") == WON).with_columns(
        pl.coalesce("status_date", "lead_date").alias("created_date"), pl.col("customer").alias(RAW + "full_name")
    )
    nobody = Rule("excluded", "member without phone or e-mail", "full_name", pl.col("matched_by").is_null())
    kept, rejects = sieve(members, [nobody], ["customer"])
    columns = [*(name for name in STAGING["customer"].columns if name in kept.columns), "origin_key", "source_row"]
    rows = staged(kept.select(columns), "customer", content=("phone", "email"))
    return Conformed({"customer": rows}, rejects, counted(members, "customer"))


def _problems(leads: pl.DataFrame, origins: Mapping[int, Origin]) -> list[str]:
    """Cells that could not be read, by column: how many, and the first ones."""
    notes = []
    for name, column in _READ.items():
        unread = leads.filter(raw(column).is_not_null() & pl.col(name).is_null())
        bad = unread.filter(text(raw(column)).is_not_null())
        if bad.height:
            first = bad.select("origin_key", "source_row", raw(column)).head(_SHOWN).iter_rows()
            shown = "; ".join(f"{place_of(origins[key])}, row {row}: '{cell}'" for key, row, cell in first)
            notes.append(f"{column} not readable, lead kept without it, {bad.height} rows: {shown}.")
    return notes
