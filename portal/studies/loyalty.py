"""The ledger of points with its money, what became of each lot, and who is a member."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
from sqlalchemy import select

from portal.analysis.layers import Fifo, fifo
from portal.analysis.points import Worth, deferral, expired_by_rule
from portal.studies.model import Study
from portal.studies.programmes import RULE_POLICIES, own_rules, programmes
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_origin, fact_loyalty, fact_order
from portal.warehouse.schema.studies_loyalty import study_points_entry, study_points_lot

WORTH_POLICIES = (*RULE_POLICIES, "point_value", "point_breakage")
_ENTRY = fact_loyalty.c
_CENTS = pl.Decimal(18, 4)


def make_entries(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_points_entry`, by account and time."""
    ledger = moves(warehouse)
    if ledger.is_empty():
        return pl.DataFrame(schema={column.name: pl.Null for column in study_points_entry.columns})
    found = fifo(_as_movements(ledger))
    given = _given(ledger, found, warehouse)
    taken = _taken(found, given, warehouse).group_by("movement").agg(
        pl.col("amount").sum(), pl.col("is_short").any()
    )  # fmt: skip
    lots = given.group_by("movement").agg(pl.col("deferred").sum().alias("amount"))
    both = pl.concat([taken.select("movement", "amount", "is_short"),
                      lots.select("movement", "amount", pl.lit(False).alias("is_short"))])  # fmt: skip
    joined = ledger.with_row_index("movement").join(
        both.cast({"movement": pl.UInt32}), on="movement", how="left", maintain_order="left"
    )
    return joined.with_columns(
        pl.int_range(1, pl.len() + 1).alias("entry_key"),
        pl.col("amount").fill_null(0).alias("liability_amount"),
        pl.col("is_short").fill_null(False),
    )


def make_lots(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_points_lot`, by account and time."""
    ledger = moves(warehouse)
    if ledger.is_empty():
        return pl.DataFrame(schema={column.name: pl.Null for column in study_points_lot.columns})
    found = fifo(_as_movements(ledger))
    given, taken = _given(ledger, found, warehouse), _taken(found, _given(ledger, found, warehouse), warehouse)
    kinds = ledger.with_row_index("movement").select(pl.col("movement").cast(pl.Int64), "points_move")
    spent = taken.join(kinds, on="movement", how="left").group_by("layer").agg(
        pl.col("quantity").filter(pl.col("points_move") != "expired").sum().alias("redeemed_points"),
        pl.col("quantity").filter(pl.col("points_move") == "expired").sum().alias("expired_points"),
        pl.col("amount").sum().alias("released"),
    )  # fmt: skip
    lots = given.join(spent, on="layer", how="left", maintain_order="left").with_columns(
        pl.col("redeemed_points", "expired_points", "released").fill_null(0)
    )
    ends = pl.col("given_date") + pl.duration(days=_days_of(warehouse))
    return lots.with_columns(
        pl.int_range(1, pl.len() + 1).alias("lot_key"),
        ends.alias("ends_date"),
        (pl.col("points") - pl.col("redeemed_points") - pl.col("expired_points")).alias("left_points"),
        pl.col("deferred").alias("deferred_amount"),
        (pl.col("deferred") + pl.col("released")).alias("left_amount"),
        (ends <= pl.lit(warehouse.snapshot.as_of, dtype=pl.Date)).fill_null(False).alias("is_over"),
    )


def moves(warehouse: Warehouse) -> pl.DataFrame:
    """Entries that move points, with those that end by rule up to the last day of the data; by account and time."""
    booked = _booked(warehouse)
    as_of = warehouse.snapshot.as_of
    if booked.is_empty() or as_of is None:
        return booked.clear()
    accounts = booked.select("customer_key", "shop_key").unique(maintain_order=True).with_row_index("account")
    told = booked.join(accounts, on=["customer_key", "shop_key"], maintain_order="left")
    books_ends = told.filter(pl.col("points_move") == "expired")["shop_key"].unique().implode()
    ruled = told.filter(~pl.col("shop_key").is_in(books_ends))
    ended = expired_by_rule(ruled.select("account", "shop_key", "entry_date", "points"), _days_of(warehouse))
    by_rule = ended.filter(pl.col("entry_date") <= as_of).join(accounts, on="account").join(
        booked.select("customer_key", "shop_key", "source").unique(["customer_key", "shop_key"], keep="first",
                                                                   maintain_order=True),
        on=["customer_key", "shop_key"],
    )  # fmt: skip
    rows = by_rule.select(
        "customer_key", "shop_key", pl.lit(0, pl.Int64).alias("order_key"), "source", "entry_date",
        pl.lit("expired").alias("points_move"), pl.lit(None, pl.String).alias("entry_type"),
        pl.col("points").cast(pl.Int64), pl.lit(None, _CENTS).alias("sale_amount"), pl.lit(True).alias("is_by_rule"),
    )  # fmt: skip
    both = pl.concat([booked.with_columns(pl.lit(False).alias("is_by_rule")), rows], how="vertical_relaxed")
    return both.sort("customer_key", "shop_key", "entry_date", "is_by_rule", maintain_order=True)


def _booked(warehouse: Warehouse) -> pl.DataFrame:
    columns = select(
        _ENTRY.customer_key, _ENTRY.shop_key, _ENTRY.order_key, dim_origin.c.source, _ENTRY.entry_date,
        _ENTRY.entry_type, _ENTRY.points, fact_order.c.total_amount.label("sale_amount"),
    ).select_from(
        fact_loyalty.join(dim_origin, dim_origin.c.origin_key == _ENTRY.origin_key)
        .join(fact_order, (fact_order.c.order_key == _ENTRY.order_key) & (_ENTRY.order_key != 0), isouter=True)
    )  # fmt: skip
    rows = columns.where(_ENTRY.points != 0, _ENTRY.entry_date.is_not(None)).order_by(
        _ENTRY.customer_key, _ENTRY.shop_key, _ENTRY.entry_date, _ENTRY.entered_at.nulls_last(), _ENTRY.loyalty_key
    )
    kind = pl.col("entry_type")
    move = (
        pl.when(kind == "adjustment").then(pl.lit("adjusted"))
        .when(kind == "expired").then(pl.lit("expired")).when(pl.col("points") > 0).then(pl.lit("issued"))
        .when(kind.str.starts_with("redeem")).then(pl.lit("redeemed")).otherwise(pl.lit("adjusted"))
    )  # fmt: skip
    found = warehouse.frame(rows).with_columns(move.alias("points_move"), pl.col("points").cast(pl.Int64))
    return found.select("customer_key", "shop_key", "order_key", "source", "entry_date", "points_move", "entry_type",
                        "points", "sale_amount")  # fmt: skip


def _as_movements(ledger: pl.DataFrame) -> pl.DataFrame:
    """Points as stock: what is given comes in, what is spent or ends goes out, the oldest first."""
    return ledger.select(
        pl.col("customer_key").alias("product"), pl.col("shop_key").alias("place"), pl.col("entry_date").alias("day"),
        pl.when(pl.col("points") > 0).then(pl.lit("receipt")).otherwise(pl.lit("sale")).alias("kind"),
        pl.col("points").cast(pl.Decimal(18, 4)).alias("quantity"), pl.lit(None, _CENTS).alias("unit_cost"),
    )  # fmt: skip


def _given(ledger: pl.DataFrame, found: Fifo, warehouse: Warehouse) -> pl.DataFrame:
    """One row per lot: layer, movement, account, given_date, points, deferred (money held back)."""
    worth = Worth(Decimal(str(warehouse.policies["point_value"])), Decimal(str(warehouse.policies["point_breakage"])))
    told = ledger.with_row_index("movement").select(
        pl.col("movement").cast(pl.Int64), "customer_key", "shop_key", "source", "sale_amount"
    )
    lots = found.layers.select(pl.col("movement").cast(pl.Int64), pl.col("quantity").alias("points"),
                               pl.col("arrived").alias("given_date")).with_row_index("layer")  # fmt: skip
    lots = lots.with_columns(pl.col("layer").cast(pl.Int64)).join(told, on="movement", maintain_order="left")
    held = [deferral(sale, points, worth) for sale, points in zip(lots["sale_amount"], lots["points"], strict=True)]
    return lots.with_columns(pl.Series("deferred", held, dtype=_CENTS))


def _taken(found: Fifo, given: pl.DataFrame, warehouse: Warehouse) -> pl.DataFrame:
    """One row per redemption or end and lot it took: movement, layer, quantity, amount (≤ 0, to the cent), is_short.

    What a lot still holds back falls with what was redeemed of the points expected to be; an emptied lot holds nothing.
    """
    expected = pl.col("points").cast(pl.Float64) * (1 - float(warehouse.policies["point_breakage"]))
    used = pl.col("quantity").cast(pl.Float64).cum_sum().over("layer")
    issues = found.issues.select(pl.col("movement").cast(pl.Int64), pl.col("layer").cast(pl.Int64), "quantity",
                                 "is_short")  # fmt: skip
    lots = given.select("layer", "points", "deferred")
    rows = issues.join(lots, on="layer", how="left", maintain_order="left").sort("layer", "movement")
    left = (1 - used / expected).clip(0, 1)
    is_empty = pl.col("quantity").cum_sum().over("layer") >= pl.col("points")
    after = pl.when(is_empty).then(0.0).otherwise((pl.col("deferred").cast(pl.Float64) * left).round(2))
    steps = rows.with_columns(after.cast(_CENTS).alias("after"))
    before = pl.col("after").shift(1).over("layer").fill_null(pl.col("deferred"))
    return steps.with_columns((pl.col("after") - before).fill_null(0).alias("amount"))


def _days_of(warehouse: Warehouse) -> pl.Expr:
    """How long points of a shop last, over a column shop_key."""
    own, shops = own_rules(warehouse).expiry_days, programmes(warehouse)
    return pl.col("shop_key").replace_strict(list(shops), [rules.expiry_days for rules in shops.values()], default=own,
                                             return_dtype=pl.Int64) if shops else pl.lit(own)  # fmt: skip


POINTS = (
    Study(study_points_entry, make_entries, WORTH_POLICIES),
    Study(study_points_lot, make_lots, WORTH_POLICIES),
)
