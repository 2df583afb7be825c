"""The ledger of points with its money, what became of each lot, and who is a member."""

from __future__ import annotations

from datetime import date

import polars as pl

from portal.analysis.layers import Fifo, fifo
from portal.analysis.points import changes, held_back
from portal.studies.model import Study
from portal.studies.points_moves import days_of, moves
from portal.studies.programmes import RULE_POLICIES, WORTH_POLICIES, estimates
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema.studies_loyalty import study_points_entry, study_points_lot

POINT_POLICIES = (*RULE_POLICIES, *WORTH_POLICIES)
_CENTS = pl.Decimal(18, 4)
_NOBODY = ("order_key", "origin_key", "loyalty_key")


def make_entries(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_points_entry`, by account and time; estimates of a day before its entries."""
    ledger = moves(warehouse)
    if ledger.is_empty():
        return pl.DataFrame(schema={column.name: pl.Null for column in study_points_entry.columns})
    given, changed = _money(ledger, warehouse)
    taken = changed.filter(pl.col("movement").is_not_null()).group_by("movement").agg(
        pl.col("amount").sum(), pl.col("is_short").any()
    )  # fmt: skip
    lots = given.group_by("movement").agg(pl.col("deferred").sum().alias("amount"))
    both = pl.concat([taken.select("movement", "amount", "is_short"),
                      lots.select("movement", "amount", pl.lit(False).alias("is_short"))])  # fmt: skip
    joined = ledger.with_row_index("movement").join(
        both.cast({"movement": pl.UInt32}), on="movement", how="left", maintain_order="left"
    )
    rows = pl.concat([_revalued(given, changed), joined], how="diagonal_relaxed")
    ordered = rows.sort("customer_key", "shop_key", "entry_date", "is_by_rule", maintain_order=True)
    return ordered.with_columns(
        pl.int_range(1, pl.len() + 1).alias("entry_key"),
        pl.col("amount").fill_null(0).alias("liability_amount"),
        pl.col("is_short").fill_null(False),
    )


def make_lots(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_points_lot`, by account and time."""
    ledger = moves(warehouse)
    if ledger.is_empty():
        return pl.DataFrame(schema={column.name: pl.Null for column in study_points_lot.columns})
    given, changed = _money(ledger, warehouse)
    kinds = ledger.with_row_index("movement").select(pl.col("movement").cast(pl.Int64), "points_move")
    is_end = pl.col("points_move").fill_null("") == "expired"
    spent = changed.join(kinds, on="movement", how="left").group_by("layer").agg(
        pl.col("quantity").filter(~is_end).sum().alias("redeemed_points"),
        pl.col("quantity").filter(is_end).sum().alias("expired_points"),
        pl.col("amount").sum().alias("changed"),
    )  # fmt: skip
    lots = given.join(spent, on="layer", how="left", maintain_order="left").with_columns(
        pl.col("redeemed_points", "expired_points", "changed").fill_null(0)
    )
    ends = pl.col("given_date") + pl.duration(days=days_of(warehouse))
    return lots.with_columns(
        pl.int_range(1, pl.len() + 1).alias("lot_key"),
        ends.alias("ends_date"),
        (pl.col("points") - pl.col("redeemed_points") - pl.col("expired_points")).alias("left_points"),
        pl.col("deferred").alias("deferred_amount"),
        (pl.col("deferred") + pl.col("changed")).alias("left_amount"),
        (ends <= pl.lit(warehouse.snapshot.as_of, dtype=pl.Date)).fill_null(False).alias("is_over"),
    )


def _money(ledger: pl.DataFrame, warehouse: Warehouse) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lots with what was held back for them, and every change of it (see `portal.analysis.points.changes`)."""
    told, found = estimates(warehouse), fifo(_as_movements(ledger))
    given = held_back(_lots(ledger, found), told)
    issues = found.issues.select(pl.col("movement").cast(pl.Int64), pl.col("layer").cast(pl.Int64), "quantity", "day",
                                 "is_short")  # fmt: skip
    return given, changes(given, issues, told, warehouse.snapshot.as_of or date.min)


def _revalued(given: pl.DataFrame, changed: pl.DataFrame) -> pl.DataFrame:
    """Entries of changed estimates: one per account and day."""
    told = changed.filter(pl.col("movement").is_null(), pl.col("amount") != 0)
    named = told.join(given.select("layer", "customer_key", "shop_key", "source"), on="layer", how="left")
    rows = named.group_by("customer_key", "shop_key", pl.col("day").alias("entry_date")).agg(
        pl.col("amount").sum(), pl.col("source").min()
    )  # fmt: skip
    false = (pl.lit(False).alias(name) for name in ("is_by_rule", "is_made_here", "is_short"))
    return rows.sort("customer_key", "shop_key", "entry_date").with_columns(
        pl.lit("estimate").alias("points_move"), pl.lit(0, pl.Int64).alias("points"), *false,
        *(pl.lit(0, pl.Int64).alias(name) for name in _NOBODY),
    )  # fmt: skip


def _as_movements(ledger: pl.DataFrame) -> pl.DataFrame:
    """Points as stock: what is given comes in, what is spent or ends goes out, the oldest first."""
    return ledger.select(
        pl.col("customer_key").alias("product"), pl.col("shop_key").alias("place"), pl.col("entry_date").alias("day"),
        pl.when(pl.col("points") > 0).then(pl.lit("receipt")).otherwise(pl.lit("sale")).alias("kind"),
        pl.col("points").cast(pl.Decimal(18, 4)).alias("quantity"), pl.lit(None, _CENTS).alias("unit_cost"),
    )  # fmt: skip


def _lots(ledger: pl.DataFrame, found: Fifo) -> pl.DataFrame:
    """One row per lot: layer, movement, account, given_date, points, sale_amount."""
    told = ledger.with_row_index("movement").select(
        pl.col("movement").cast(pl.Int64), "customer_key", "shop_key", "source", pl.col("sale_amount").cast(_CENTS)
    )
    lots = found.layers.select(pl.col("movement").cast(pl.Int64), pl.col("quantity").alias("points"),
                               pl.col("arrived").alias("given_date")).with_row_index("layer")  # fmt: skip
    return lots.with_columns(pl.col("layer").cast(pl.Int64)).join(told, on="movement", maintain_order="left")


POINTS = (
    Study(study_points_entry, make_entries, POINT_POLICIES),
    Study(study_points_lot, make_lots, POINT_POLICIES),
)
