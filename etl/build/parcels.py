"""Parcels, the steps of their way, and which delivery follows which sale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from etl.build.courier import RETURN_PICKUPS, courier_class, kind_of_parcel, outcome
from etl.build.facts import found_key, number_rows, parts_of
from etl.build.keys import Keys
from etl.build.rows import in_order, look_up
from etl.build.shape import star_frame
from etl.build.stages import failed_attempts
from etl.source import TenantRules
from portal.warehouse.schema import fact_order_link, fact_shipment, fact_shipment_event

_RATE = pl.Decimal(18, 8)
_SURE = 0.95
"""Confidence that a delivery belongs to the nearest earlier sale of the same customer."""

_ON = ("source", "shipment_id")
_FOLLOWER = ("shipment_key", "order_key", "customer_key", "relation", "link_date", "origin_key", "source_row")


def number_shipments(shipments: pl.DataFrame, dimensions: Sequence[Keys], rules: TenantRules) -> pl.DataFrame:
    """Parcels with keys and everything fact_shipment says; is_late: delivered on a later date than promised.

    Args:
        shipments: of `etl.build.chain`, with order_key, and of `etl.build.stages.with_stages`.
        dimensions: every dimension.
        rules: courier policies.
    """
    is_delivered = pl.col("delivered_date").is_not_null() | (pl.col("shipment_status") == "delivered")
    told = shipments.with_columns(
        is_delivered.fill_null(value=False).alias("is_delivered"),
        (pl.col("delivered_date") > pl.col("promised_date")).fill_null(value=False).alias("is_late"),
        pl.col("shipment_type").fill_null("parcel"),
        pl.col("shipment_status").fill_null(
            pl.when(pl.col("delivered_date").is_not_null()).then(pl.lit("delivered")).otherwise(pl.lit("unknown"))
        ),
    )
    classed = told.with_columns(courier_class(rules).alias("courier_class"), outcome().alias("outcome"))
    counted = classed.with_columns(failed_attempts().alias("failed_attempts"))
    return number_rows(fact_shipment, counted, dimensions, ("ship_date", "source", "shipment_id"))


def build_fact_shipment(numbered: pl.DataFrame) -> pl.DataFrame:
    """fact_shipment of `etl.build.payouts.with_payouts`."""
    return star_frame(fact_shipment, numbered)


def build_fact_shipment_event(
    events: pl.DataFrame, numbered: pl.DataFrame, dimensions: Sequence[Keys]
) -> Iterator[pl.DataFrame]:
    """fact_shipment_event, in parts; key 0 where the parcel is not known."""
    known = found_key(numbered, _ON, "shipment_key").unique(_ON, keep="last", maintain_order=True)
    parcels = Keys(fact_shipment, known, _ON, known)
    return parts_of(fact_shipment_event, events, [parcels, *dimensions], "event_date")


def build_fact_order_link(numbered: pl.DataFrame, customers: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """fact_order_link: each maintenance, service, return or refund delivery and the sale it follows.

    A main order is a delivery of class real_sale. A child is a delivery of class maintenance, service or refund, or a
    return pick-up, that did not fail. Its main order is the nearest earlier one of the same customer, arrived on the
    day the child was sent or at most policy order_link_days before. Confidence is 0.95 when it is the only such order
    (only_main) or no other arrived within policy order_link_rival_days before it (nearest_main); else 0.95 is shared
    among the orders of those days (several_mains). It is never above the confidence that the customer is one person.

    Args:
        numbered: of `number_shipments`.
        customers: dim_customer rows with match_confidence.
        rules: courier policies.
    """
    known = numbered.filter((pl.col("customer_key") != 0) & pl.col("courier_class").is_not_null())
    mains, children = _mains(known), _children(known)
    if not mains.height or not children.height:
        return star_frame(fact_order_link, children.clear())
    days, rival = rules.policies["order_link_days"], rules.policies["order_link_rival_days"]
    nearest = _before(children, mains, "link_date", "").filter(
        (pl.col("link_date") - pl.col("main_date")).dt.total_days() <= days
    )
    ranked = nearest.with_columns(
        (pl.col("main_date") - pl.duration(days=rival + 1)).alias("rivals_from"),
        (pl.col("link_date") - pl.duration(days=days + 1)).alias("window_from"),
    )
    counted = _before(_before(ranked, mains, "rivals_from", "_rival"), mains, "window_from", "_window")
    return _told(counted, customers)


def _mains(known: pl.DataFrame) -> pl.DataFrame:
    """Sales per customer and day they arrived, the last of a day; `place` counts the customer's sales in that order."""
    is_sale = (pl.col("courier_class") == "real_sale") & ~kind_of_parcel().is_in(RETURN_PICKUPS)
    sales = known.filter(is_sale).select(
        "customer_key", pl.coalesce("delivered_date", "ship_date").alias("main_date"), "delivered_at",
        pl.col("shipment_key").alias("main_shipment_key"), pl.col("order_key").alias("main_order_key"),
    )  # fmt: skip
    dated = sales.filter(pl.col("main_date").is_not_null()).sort(
        "customer_key", "main_date", "delivered_at", "main_shipment_key", nulls_last=False
    )
    counted = dated.with_columns(pl.int_range(1, pl.len() + 1).over("customer_key").alias("place"))
    return counted.unique(["customer_key", "main_date"], keep="last", maintain_order=True).drop("delivered_at")


def _children(known: pl.DataFrame) -> pl.DataFrame:
    relation = (
        pl.when(kind_of_parcel().is_in(RETURN_PICKUPS)).then(pl.lit("return"))
        .when(pl.col("courier_class").is_in(["maintenance", "service", "refund"])).then("courier_class")
    )  # fmt: skip
    sent = pl.coalesce("ship_date", pl.col("created_at").dt.date(), "delivered_date")
    told = known.with_columns(relation.alias("relation"), sent.alias("link_date"))
    return told.filter(
        pl.col("relation").is_not_null() & pl.col("link_date").is_not_null() & (pl.col("outcome") != "failed")
    ).select(_FOLLOWER)


def _before(rows: pl.DataFrame, mains: pl.DataFrame, on: str, suffix: str) -> pl.DataFrame:
    """`rows` with the last sale of the customer up to the day `on`; its columns carry `suffix`."""
    theirs = mains.select("customer_key", pl.exclude("customer_key").name.suffix(suffix))
    right = f"main_date{suffix}"
    return rows.sort(on, "shipment_key").join_asof(
        theirs.sort(right), left_on=on, right_on=right, by="customer_key", strategy="backward",
        coalesce=False, check_sortedness=False,
    )  # fmt: skip


def _told(counted: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    rivals = pl.col("place") - pl.col("place_rival").fill_null(0)
    in_window = pl.col("place") - pl.col("place_window").fill_null(0)
    rule = (
        pl.when(rivals > 1).then(pl.lit("several_mains"))
        .when(in_window > 1).then(pl.lit("nearest_main")).otherwise(pl.lit("only_main"))
    )  # fmt: skip
    sure = look_up(counted, customers.select("customer_key", "match_confidence"), ("customer_key",))
    confidence = pl.min_horizontal((pl.lit(_SURE) / rivals).round(4).cast(_RATE), "match_confidence")
    told = sure.with_columns(
        rule.alias("rule"), confidence.alias("confidence"),
        (pl.col("link_date") - pl.col("main_date")).dt.total_days().alias("gap_days"),
    )  # fmt: skip
    ordered = in_order(told, "link_date", "shipment_key")
    return star_frame(fact_order_link, ordered.with_columns(pl.int_range(1, pl.len() + 1).alias("link_key")))
