"""What couriers paid out: the lines of their statements matched to parcels, and the cash each parcel still lacks."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.build.keys import Keys, with_keys
from etl.build.rows import in_order, look_up
from etl.build.shape import star_frame
from portal.warehouse.schema import fact_courier_payment

_MONEY = pl.Decimal(18, 4)
_PARCEL = ("shipment_key", "order_key", "hub_key", "place_key", "courier_key", "cod_amount", "is_delivered")
_NOTHING = pl.lit(0).cast(_MONEY)


def match_payments(payments: pl.DataFrame, shipments: pl.DataFrame, dimensions: Sequence[Keys]) -> pl.DataFrame:
    """The lines of statements with the parcel of their tracking number and what is to be said of them.

    A parcel is found by its tracking number, else by its own number, in any source; of several the one whose cash is
    known. Lines of one parcel settle its cash one after the other, by the day they were paid. payment_state:
    unknown_parcel (no such parcel), not_delivered (cash for a parcel that is not delivered), twice (its cash was
    settled by an earlier line), over, short (the last line leaves some unsettled), part (a later line settles more),
    else as_expected. What is settled is what was paid out plus the fee that was kept. Lines of one day are taken in
    the order of their content, so that it does not matter which file was loaded first.

    Args:
        payments: staging rows of courier_payment with `source`.
        shipments: of `etl.build.parcels.number_shipments`.
        dimensions: every dimension.
    """
    keyed = with_keys(payments, [one for one in dimensions if one.key == "courier_key"])
    found = look_up(keyed.rename({"courier_key": "own_courier"}), _names(payments, shipments), ("tracking_id",))
    known = found.with_columns(
        *(pl.col(name).fill_null(0) for name in _PARCEL if name.endswith("_key")),
        pl.col("fee_amount").fill_null(_NOTHING).alias("fee"),
    ).with_columns(
        pl.when(pl.col("own_courier") > 0).then("own_courier").otherwise("courier_key").alias("courier_key"),
        (pl.col("paid_amount") + pl.col("fee")).cast(_MONEY).alias("settles"),
    )  # fmt: skip
    ordered = in_order(known, "shipment_key", "paid_date", "row_key")
    return _judged(ordered)


def _names(payments: pl.DataFrame, shipments: pl.DataFrame) -> pl.DataFrame:
    """tracking_id (any name a parcel goes by) and the parcel; the one to prefer stands last."""
    wanted = payments["tracking_id"].unique().implode()
    by_id = shipments.filter(pl.col("shipment_id").is_in(wanted)).with_columns(
        pl.col("shipment_id").alias("tracking_id"), pl.lit(value=False).alias("by_tracking")
    )
    by_tracking = shipments.filter(pl.col("tracking_id").is_in(wanted)).with_columns(
        pl.lit(value=True).alias("by_tracking")
    )
    columns = ["tracking_id", *_PARCEL]
    every = pl.concat(
        [frame.select(*columns, "source", "shipment_id", "by_tracking") for frame in (by_id, by_tracking)]
    )
    ranked = every.sort(
        "by_tracking",
        pl.col("cod_amount").is_not_null(),
        "source",
        "shipment_id",
        descending=[False, False, True, True],
    )
    return ranked.select(columns)


def _judged(lines: pl.DataFrame) -> pl.DataFrame:
    """due_amount, difference_amount and payment_state of lines that stand in the order they were paid."""
    is_delivered = pl.col("is_delivered").fill_null(value=False)
    cash = pl.when(is_delivered).then(pl.coalesce("cod_amount", "collected_amount")).otherwise(_NOTHING)
    before = (pl.col("settles").cum_sum() - pl.col("settles")).over("shipment_key")
    place = pl.int_range(pl.len()).over("shipment_key")
    is_last = place == pl.len().over("shipment_key") - 1
    told = lines.with_columns(
        (cash.fill_null(_NOTHING) - before).cast(_MONEY).alias("due_amount"), (place > 0).alias("is_later"),
        is_last.alias("is_last"), is_delivered.alias("is_delivered"),
    ).with_columns((pl.col("due_amount") - pl.col("settles")).cast(_MONEY).alias("left"))  # fmt: skip
    state = (
        pl.when(pl.col("shipment_key") == 0).then(pl.lit("unknown_parcel"))
        .when(~pl.col("is_delivered") & (pl.col("settles") > 0)).then(pl.lit("not_delivered"))
        .when(pl.col("is_later") & (pl.col("due_amount") <= 0) & (pl.col("settles") > 0)).then(pl.lit("twice"))
        .when((pl.col("left") > 0) & pl.col("is_last")).then(pl.lit("short"))
        .when(pl.col("left") > 0).then(pl.lit("part"))
        .when(pl.col("left") < 0).then(pl.lit("over"))
        .otherwise(pl.lit("as_expected"))
    )  # fmt: skip
    difference = (
        pl.when(pl.col("payment_state").is_in(["twice", "not_delivered"])).then(-pl.col("settles"))
        .when(pl.col("payment_state").is_in(["short", "over"])).then("left")
        .when(pl.col("payment_state") != "unknown_parcel").then(_NOTHING)
    )  # fmt: skip
    return told.with_columns(state.alias("payment_state")).with_columns(
        difference.cast(_MONEY).alias("difference_amount")
    )


def build_fact_courier_payment(matched: pl.DataFrame) -> pl.DataFrame:
    """fact_courier_payment of `match_payments`."""
    unknown = pl.when(pl.col("shipment_key") != 0)
    told = in_order(matched, "paid_date", "origin_key", "source_row", "row_key").with_columns(
        unknown.then("due_amount").alias("due_amount"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("payment_key"),
    )
    return star_frame(fact_courier_payment, told)


def with_payouts(shipments: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """Shipments with collected, remitted and withheld amounts, what is still owed, and cod_state.

    Lines of a courier's statement count before what the parcel's own source says; a line that pays a second time is no
    part of the parcel. Where only the source tells what was remitted, what it lacks counts as withheld up to the fee.
    """
    counts = (pl.col("shipment_key") != 0) & (pl.col("payment_state") != "twice")
    paid = matched.filter(counts).group_by("shipment_key").agg(
        pl.col("paid_amount").sum().cast(_MONEY).alias("paid"), pl.col("fee").sum().cast(_MONEY).alias("kept"),
        pl.col("collected_amount").sum().cast(_MONEY).alias("taken"),
        pl.col("collected_amount").count().alias("told_taken"), pl.col("paid_date").max().alias("paid_on"),
    )  # fmt: skip
    told = look_up(shipments, paid, ("shipment_key",), once=True)
    is_told = pl.col("paid").is_not_null()
    lacks = (pl.col("cod_amount") - pl.col("remitted_amount")).clip(0)
    by_source = pl.min_horizontal(lacks, pl.col("fee_amount").fill_null(_NOTHING)).cast(_MONEY)
    settled = told.with_columns(
        pl.when(is_told).then("kept").when(pl.col("remitted_amount").is_not_null()).then(by_source)
        .alias("withheld_amount"),
        pl.coalesce("paid", "remitted_amount").alias("remitted_amount"),
        pl.coalesce("paid_on", "remitted_date").alias("remitted_date"),
        pl.when(pl.col("told_taken") > 0).then("taken").otherwise("collected_amount").alias("collected_amount"),
    )  # fmt: skip
    return _with_gap(settled)


def _with_gap(settled: pl.DataFrame) -> pl.DataFrame:
    has_cash = (pl.col("is_delivered") & (pl.col("cod_amount") > 0)).fill_null(value=False)
    owed = pl.col("cod_amount") - pl.col("remitted_amount").fill_null(_NOTHING) - pl.col("withheld_amount").fill_null(
        _NOTHING
    )  # fmt: skip
    gap = pl.col("cod_gap_amount")
    state = (
        pl.when(gap.is_null()).then(pl.lit("none"))
        .when(pl.col("remitted_amount").is_null()).then(pl.lit("unpaid"))
        .when(gap > 0).then(pl.lit("short")).when(gap < 0).then(pl.lit("over")).otherwise(pl.lit("paid"))
    )  # fmt: skip
    return settled.with_columns(
        pl.when(has_cash).then(owed).cast(_MONEY).alias("cod_gap_amount"),
        pl.when(has_cash).then("withheld_amount").alias("withheld_amount"),
    ).with_columns(state.alias("cod_state"))
