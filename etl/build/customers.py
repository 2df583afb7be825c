"""Customers: one row per person over all sources, with what is known of them and what joined their records."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from etl.build.keys import Keys
from etl.build.rows import in_order, look_up
from etl.build.service import referred
from etl.build.shape import star_frame
from etl.identity import RECORD, identify
from etl.read.spool import forget_pages
from etl.source import TenantRules
from portal.warehouse.schema import customer_identity, dim_customer

_NAMED = ("customer_id", "customer", "city", "country")
_TOLD = (*RECORD, "customer", "city", "country")
_SOURCES = {"customer": "created_date", "order": "order_date", "order_line": "order_date", "shipment": "ship_date",
            "lead": "lead_date", "service_case": "opened_date", "loyalty_entry": "entry_date", "review": "review_date",
            "coupon_use": "entry_date",
            "session": "session_date", "referrer": "created_date", "referee": "created_date"}  # fmt: skip
"""Staging tables that name customers, and the date that tells which of two records is newer."""


@dataclass(frozen=True)
class Customers:
    """Who everybody is.

    Attributes:
        keys: how records find their customer_key; its rows are one row of details per customer.
        identities: customer_identity.
    """

    keys: Keys
    identities: pl.DataFrame


def build_customers(frames: dict[str, pl.DataFrame], rules: TenantRules) -> Customers:
    """Join the records of all tables that name customers.

    Args:
        frames: staging tables by name; lines, orders and what follows them already completed from each other.
        rules: country for phone numbers and identity policies.
    """
    both = {who: referred(frames["referral"], who) for who in ("referrer", "referee")}
    records = _records({**frames, **both})
    forget_pages()
    seconds = records.filter(pl.col("second_phone").is_not_null()).select(*RECORD, "second_phone").unique()
    persons = identify(records.select(*RECORD, "customer").unique(), rules, seconds)
    keyed = persons.filter(pl.col("person").is_not_null()).rename({"person": "customer_key"})
    details = records.join(keyed, on=list(RECORD), how="inner", nulls_equal=True)
    del records, persons
    keys = Keys(dim_customer, dim_customer_rows(details), RECORD, keyed.select(*RECORD, "customer_key"))
    return Customers(keys, _identities(keyed, frames["customer"]))


def _identities(keyed: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """customer_identity: every record of a person, and how often the customer files have it."""
    counts = listed.group_by(RECORD).agg(pl.len().alias("file_rows"))
    told = look_up(keyed, counts, RECORD).with_columns(pl.col("file_rows").fill_null(0))
    ordered = told.sort("customer_key", *RECORD, nulls_last=True)
    return star_frame(customer_identity, ordered.with_row_index("identity_key", offset=1))


def _records(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Distinct customer records with the newest date they were seen; customer files speak last."""
    parts = []
    for name, date_column in _SOURCES.items():
        is_file = name == "customer"
        consent = pl.col("has_consent") if is_file else pl.lit(None, pl.Boolean).alias("has_consent")
        second = pl.col("second_phone") if is_file else pl.lit(None, pl.String).alias("second_phone")
        frame = frames[name].select(*_TOLD, consent, second, pl.col(date_column).alias("seen_date"))
        named = frame.filter(pl.any_horizontal(pl.col(one).is_not_null() for one in ("customer_id", "phone", "email")))
        told = (*_TOLD, "has_consent", "second_phone")
        known = [one for one in told if named[one].null_count() < named.height] or ["source"]
        seen = named.group_by(known).agg(pl.col("seen_date").max())
        parts.append(seen.with_columns(pl.lit(is_file).alias("is_file")))
    return pl.concat([*parts, frame.clear()], how="diagonal")


def dim_customer_rows(details: pl.DataFrame) -> pl.DataFrame:
    """One row per customer_key: the newest known value of each detail; the smallest source that knows them."""
    ranked = in_order(details, "customer_key", "is_file", "seen_date", *RECORD, "customer", "city", "country",
                      nulls_last=False)  # fmt: skip
    return ranked.group_by("customer_key").agg(
        *(pl.col(name).drop_nulls().last() for name in _NAMED),
        pl.col("phone_e164").drop_nulls().last().alias("phone"),
        pl.col("email_clean").drop_nulls().last().alias("email"),
        pl.col("second_phone").drop_nulls().last(), pl.col("has_consent").drop_nulls().last(),
        pl.col("matched_by").first(), pl.col("confidence").min().alias("match_confidence"),
        pl.col("is_shared_phone").any(), pl.col("source").min(),
    )  # fmt: skip


def with_first_orders(customers: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """dim_customer: first and last order and number of orders, from booked sale lines with a positive amount.

    Such lines give the published cohorts of Online Retail; a document with only zero-priced or returned lines is not
    a purchase.

    Args:
        customers: rows of `build_customers`.
        lines: with customer_key, order_key, order_date, line_type, is_booked and net_amount.
    """
    is_purchase = pl.col("is_booked") & (pl.col("line_type") == "sale") & (pl.col("net_amount") > 0)
    bought = lines.select("customer_key", "order_key", "order_date", is_purchase.alias("is_purchase")).filter(
        pl.col("is_purchase") & (pl.col("customer_key") != 0)
    )
    orders = bought.group_by("customer_key").agg(
        pl.col("order_date").min().alias("first_order_date"), pl.col("order_date").max().alias("last_order_date"),
        pl.col("order_key").n_unique().alias("order_count"),
    )  # fmt: skip
    joined = customers.join(orders, on="customer_key", how="left").with_columns(
        pl.col("first_order_date").dt.truncate("1mo").alias("first_order_month"), pl.col("order_count").fill_null(0)
    )
    unknown = pl.DataFrame({"customer_key": [0]}, schema={"customer_key": pl.Int64})
    return star_frame(dim_customer, pl.concat([unknown, joined.sort("customer_key")], how="diagonal"))
