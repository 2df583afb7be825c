"""When a parcel reached each stage of its way, and how many attempts came to nothing."""

from __future__ import annotations

import polars as pl

from etl.build.rows import look_up
from etl.source import TenantRules

STAGES: dict[str, str] = {
    "picked_up": "picked_up_at", "shipped": "picked_up_at", "collected_from_business": "picked_up_at",
    "in_transit": "hub_at", "received_at_warehouse": "hub_at", "at_hub": "hub_at",
    "out_for_delivery": "out_at", "out_for_exchange": "out_at", "out_for_return": "out_at",
    "out_for_collection": "out_at", "out_for_signature": "out_at",
}  # fmt: skip
"""Word of a step to the column that keeps when it first came."""

_MOMENTS = ("picked_up_at", "hub_at", "out_at")
_ON = ("source", "shipment_id")
_SMALL = pl.Int32()


def with_stages(shipments: pl.DataFrame, events: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Shipments with the first moment of each stage and `event_failures`; what the parcel's own row says counts first.

    Args:
        shipments: staging rows with `source`.
        events: staging rows of shipment_event with `source`; steps without a moment tell no stage.
        rules: the tenant's time zone, for created_date, the business day it was ordered.
    """
    told = look_up(shipments, _steps(events), _ON, once=True)
    local = pl.col("created_at").dt.replace_time_zone("UTC").dt.convert_time_zone(rules.timezone).dt.date()
    return told.with_columns(
        local.alias("created_date"), *(pl.coalesce(name, f"{name}_told").alias(name) for name in _MOMENTS)
    ).drop(f"{name}_told" for name in _MOMENTS)


def _steps(events: pl.DataFrame) -> pl.DataFrame:
    """One row a parcel that has such steps: the first moment of each stage, and failed attempts (null without any)."""
    words = events["event_status"].drop_nulls().unique()
    stages = {word: STAGES.get(_plain(word)) for word in words}
    named = events.select(
        *_ON, "event_at", pl.col("is_failed_attempt").fill_null(value=False).alias("failed"),
        pl.col("event_status").replace_strict(stages, default=None, return_dtype=pl.String).alias("stage"),
    ).filter(pl.col("stage").is_not_null() | pl.col("failed"))  # fmt: skip
    failures = pl.col("failed").sum().cast(_SMALL)
    return named.group_by(_ON).agg(
        *(pl.col("event_at").filter(pl.col("stage") == name).min().alias(f"{name}_told") for name in _MOMENTS),
        pl.when(failures > 0).then(failures).alias("event_failures"),
    )


def _plain(word: str) -> str:
    return "_".join(word.lower().replace("-", " ").split())


def failed_attempts() -> pl.Expr:
    """Attempts that came to nothing: as the steps tell them, else all attempts but the one that succeeded.

    An exception on its own is one. Null where neither attempts, steps nor exceptions are known. Expects outcome and
    event_failures.
    """
    others = pl.when(pl.col("outcome") == "succeeded").then((pl.col("attempts") - 1).clip(0))
    all_of_them = others.when(pl.col("outcome") == "failed").then("attempts")
    exception = pl.when(pl.col("exception_reason").is_not_null()).then(1).cast(_SMALL)
    return pl.max_horizontal(all_of_them, "event_failures", exception).cast(_SMALL)
