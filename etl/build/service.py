"""Facts around the sale: service, points, referrals, reviews, sessions; leads and what happened to them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.build.facts import fact_of, found_key, number_rows
from etl.build.keys import Keys
from etl.build.rows import look_up
from etl.build.shape import star_frame
from portal.warehouse.schema import (
    fact_coupon,
    fact_lead,
    fact_lead_event,
    fact_loyalty,
    fact_referral,
    fact_review,
    fact_service_case,
    fact_service_event,
    fact_session,
)

_WON = ("won", "member", "converted", "customer")
_LOST = ("lost", "not_interested", "not interested", "rejected")
_CASE = ("source", "case_type", "case_id")
_LEAD = ("source", "lead_id")

Frames = dict[str, pl.DataFrame]
"""Table name to frame."""


def build_service(tables: Frames, dimensions: Sequence[Keys]) -> Frames:
    """fact_service_case and fact_service_event; an event finds its case by type and id, without a type by id alone."""
    unknown = pl.lit("unknown")
    told = tables["service_case"].with_columns(
        pl.col(name).fill_null(unknown) for name in ("priority", "case_status")
    )  # fmt: skip
    cases = number_rows(fact_service_case, told, dimensions, ("opened_date", *_CASE))
    events = look_up(tables["service_event"], found_key(cases, _CASE, "case_key"), _CASE)
    by_id = cases.select("source", "case_id", pl.col("case_key").alias("key_by_id"))
    found = look_up(events, by_id, ("source", "case_id")).with_columns(
        pl.coalesce("case_key", pl.when(pl.col("case_type").is_null()).then("key_by_id")).alias("case_key"),
        pl.col("event_status").fill_null(unknown),
    )
    return {
        "fact_service_case": star_frame(fact_service_case, cases),
        "fact_service_event": fact_of(fact_service_event, found, dimensions, "event_date"),
    }


def build_leads(tables: Frames, dimensions: Sequence[Keys]) -> Frames:
    """fact_lead and fact_lead_event.

    A lead without id goes by its row key; won and lost are read from the status.
    """
    status = pl.col("lead_status").str.to_lowercase()
    told = tables["lead"].with_columns(
        pl.coalesce("lead_id", "row_key").alias("lead_id"), pl.col("priority").fill_null("unknown"),
        pl.col("lead_status").fill_null("unknown"), status.is_in(_WON).fill_null(value=False).alias("is_won"),
        (status.is_in(_LOST) | status.str.starts_with("lost")).fill_null(value=False).alias("is_lost"),
    )  # fmt: skip
    leads = number_rows(fact_lead, told, dimensions, ("lead_date", *_LEAD, "row_key"))
    events = look_up(tables["lead_event"], found_key(leads, _LEAD, "lead_key"), _LEAD)
    return {
        "fact_lead": star_frame(fact_lead, leads),
        "fact_lead_event": fact_of(fact_lead_event, events, dimensions, "event_date"),
    }


def build_loyalty(tables: Frames, dimensions: Sequence[Keys]) -> Frames:
    """fact_loyalty, fact_referral, fact_review, fact_session and fact_coupon."""
    customers = next(keys for keys in dimensions if keys.key == "customer_key")
    referrals = tables["referral"].with_columns(pl.col("referral_status").fill_null("unknown"))
    for who in ("referrer", "referee"):
        referrals = customers.put(referred(referrals, who)).rename({"customer_key": f"{who}_key"})
    reviews = tables["review"].with_columns(pl.col("review_status").fill_null("unknown"))
    return {
        "fact_loyalty": fact_of(fact_loyalty, tables["loyalty_entry"], dimensions, "entry_date"),
        "fact_referral": fact_of(fact_referral, referrals, dimensions, "created_date"),
        "fact_review": fact_of(fact_review, reviews, dimensions, "review_date"),
        "fact_session": fact_of(fact_session, tables["session"], dimensions, "session_date"),
        "fact_coupon": fact_of(fact_coupon, tables["coupon_use"], dimensions, "entry_date"),
    }


def referred(referrals: pl.DataFrame, who: str) -> pl.DataFrame:
    """Referrals with the columns that make a customer record, of the "referrer" or the "referee"."""
    nobody = pl.lit(None, pl.String)
    return referrals.with_columns(
        pl.col(f"{who}_id").alias("customer_id"),
        *(nobody.alias(name) for name in ("customer", "phone", "email", "city", "country")),
    )
