"""Stock: movements at weighted average cost, the level per product and place, the cost of what was sold.

A source that keeps movements but books no sales among them has its booked lines as issues. A source that only counts
(a number on the product) gets one opening movement of that number, marked estimated. What is ordered and has not come
is no stock: it stays among the movements, of type on_order, and moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from etl.build.average_cost import Move, average_costs
from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)
PRODUCT = ("source", "product_id")
PLACE = (*PRODUCT, "shop", "hub")
_COLUMNS = (*PLACE, "movement_date", "moved_at", "movement_type", "quantity", "unit_cost", "reason", "reference_id",
            "is_estimated", "origin_key", "source_row", "line")  # fmt: skip


ON_ORDER = "on_order"
"""Goods ordered from a supplier that have not come; movement_date is the day they are expected."""
_ORDERED_WORDS = (ON_ORDER, "on order", "ordered", "purchase order", "purchase_order", "incoming")


@dataclass(frozen=True)
class Stock:
    """Stock before it has keys of dimensions.

    Attributes:
        movements: every movement with cost_amount, is_estimated and `average`, the cost per unit after it.
        levels: one row per product and place.
        line_costs: `line` (row number of the order line) and stock_cost, signed like the line's quantity.
    """

    movements: pl.DataFrame
    levels: pl.DataFrame
    line_costs: pl.DataFrame


def build_stock(tables: dict[str, pl.DataFrame], lines: pl.DataFrame, rules: TenantRules, as_of: date) -> Stock:
    """Movements, levels and line costs.

    Args:
        tables: staging tables in the reporting currency.
        lines: of `build_sales`, with `line`, their row number.
        rules: policy assumed_cost_rate, for counted stock whose cost the source does not give.
        as_of: date of counts.
    """
    told = _recorded(tables["stock_movement"])
    is_ordered = pl.col("movement_type") == ON_ORDER
    recorded, ordered = told.filter(~is_ordered), told.filter(is_ordered).select(_COLUMNS)
    issues = _issues(lines, recorded)
    moved = _costed(pl.concat([recorded, issues], how="diagonal_relaxed").select(_COLUMNS))
    counted = _counted(tables["product"].join(recorded, on=list(PRODUCT), how="anti"), rules, as_of)
    levels = pl.concat([_levels_of(moved), _levels_of_counts(counted)], how="diagonal_relaxed")
    movements = pl.concat([moved, counted, ordered], how="diagonal_relaxed").sort(
        "movement_date", "origin_key", "source_row", "quantity", nulls_last=True
    )
    return Stock(movements, levels, _line_costs(moved, lines))


def _recorded(movements: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("movement_type")
    is_ordered = kind.str.strip_chars().str.to_lowercase().is_in(_ORDERED_WORDS)
    return movements.with_columns(
        pl.when(is_ordered).then(pl.lit(ON_ORDER)).otherwise(kind).fill_null(
            pl.when(pl.col("quantity") >= 0).then(pl.lit("receipt")).otherwise(pl.lit("adjustment"))
        ).alias("movement_type"),
        pl.lit(value=False).alias("is_estimated"), pl.lit(None, pl.Int64).alias("line"),
    )  # fmt: skip


def _issues(lines: pl.DataFrame, recorded: pl.DataFrame) -> pl.DataFrame:
    """Booked lines of goods that have movements, in sources that book no sales among their movements."""
    if not recorded.height:
        return recorded.select(_COLUMNS)
    booking = recorded.filter(pl.col("movement_type") == "sale")["source"].unique()
    tracked = recorded.filter(~pl.col("source").is_in(booking.implode())).select(PRODUCT).unique()
    sold = lines.filter(pl.col("is_booked")).join(tracked, on=list(PRODUCT), how="semi", maintain_order="left")
    return sold.select(
        *PRODUCT, "shop", pl.lit(None, pl.String).alias("hub"), pl.col("order_date").alias("movement_date"),
        pl.col("ordered_at").alias("moved_at"),
        pl.when(pl.col("line_type") == "sale").then(pl.lit("sale")).otherwise(pl.lit("return_in"))
        .alias("movement_type"),
        (-pl.col("quantity")).alias("quantity"), pl.lit(None, MONEY).alias("unit_cost"),
        pl.lit(None, pl.String).alias("reason"), pl.col("order_id").alias("reference_id"),
        pl.lit(value=False).alias("is_estimated"), "origin_key", "source_row", "line",
    )  # fmt: skip


def _costed(movements: pl.DataFrame) -> pl.DataFrame:
    """Movements in the order of time with cost_amount, average and value after each; receipts of a day come first."""
    ordered = movements.sort(
        *PRODUCT, "movement_date", pl.col("quantity") < 0, "moved_at", "origin_key", "source_row", nulls_last=False
    )
    products = ordered.group_by(PRODUCT, maintain_order=True).agg("quantity", "unit_cost")
    costs = [one for moves in products.select("quantity", "unit_cost").iter_rows()
             for one in average_costs(map(Move, *moves))]  # fmt: skip
    types = {"cost_amount": MONEY, "average": pl.Decimal(38, 12), "left": MONEY, "value": MONEY}
    told = zip(*costs, strict=True) if costs else ((), (), (), ())
    return ordered.with_columns(_decimals(values, dtype).alias(name) for values, (name, dtype) in zip(
        told, types.items(), strict=True))  # fmt: skip


def _decimals(values: Iterable[Decimal | None], dtype: pl.Decimal) -> pl.Series:
    """As texts, from which Polars makes its decimals several times faster."""
    return pl.Series([None if value is None else f"{value:f}" for value in values], dtype=pl.String).cast(dtype)


def _counted(products: pl.DataFrame, rules: TenantRules, as_of: date) -> pl.DataFrame:
    """One estimated opening per counted product; its cost is the product's, else the assumed share of its price."""
    rate = pl.lit(None, MONEY)
    for source, share in sorted(rules.policies["assumed_cost_rate"].items()):
        rate = pl.when(pl.col("source") == source).then(pl.lit(str(share)).cast(MONEY)).otherwise(rate)
    cost = pl.coalesce("unit_cost", (pl.col("list_price") * rate).cast(MONEY))
    return products.filter(pl.col("on_hand_quantity").is_not_null()).select(
        *PRODUCT, "shop", pl.lit(None, pl.String).alias("hub"), pl.lit(as_of).alias("movement_date"),
        pl.lit("opening").alias("movement_type"), pl.col("on_hand_quantity").alias("quantity"), cost.alias("unit_cost"),
        (pl.col("on_hand_quantity") * cost).cast(MONEY).alias("cost_amount"), pl.lit(value=True).alias("is_estimated"),
        pl.col("unit_cost").is_null().alias("is_cost_estimated"), "origin_key", "source_row",
    )  # fmt: skip


def _levels_of(moved: pl.DataFrame) -> pl.DataFrame:
    """Sum of movements per place; the product's value shared by units."""
    products = moved.group_by(PRODUCT, maintain_order=True).agg(
        pl.col("left").last(), pl.col("value").last(), pl.col("average").last()
    )
    places = moved.group_by(PLACE, maintain_order=True).agg(
        pl.col("quantity").sum().cast(MONEY).alias("on_hand_quantity"),
        pl.col("movement_date").max().alias("stock_date"), pl.col("origin_key").last(), pl.col("source_row").last(),
    )  # fmt: skip
    joined = places.join(products, on=list(PRODUCT), how="left", maintain_order="left")
    is_whole = pl.col("on_hand_quantity") == pl.col("left")
    amount = pl.when(is_whole).then("value").otherwise((pl.col("on_hand_quantity") * pl.col("average")).cast(MONEY))
    return joined.with_columns(
        pl.when(pl.col("average").is_not_null()).then(amount).alias("stock_amount"),
        pl.col("average").cast(MONEY).alias("unit_cost"), pl.lit(value=False).alias("is_cost_estimated"),
    ).drop("left", "value", "average")  # fmt: skip


def _levels_of_counts(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.select(
        *PLACE, pl.col("quantity").alias("on_hand_quantity"), pl.col("movement_date").alias("stock_date"), "unit_cost",
        pl.col("cost_amount").alias("stock_amount"), "is_cost_estimated", "origin_key", "source_row",
    )  # fmt: skip


def _line_costs(moved: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Exact cost of lines that are movements; others of tracked products at the average of their day."""
    if not moved.height:
        return pl.DataFrame(schema={"line": pl.Int64, "stock_cost": MONEY})
    own = moved.filter(pl.col("line").is_not_null() & pl.col("cost_amount").is_not_null()).select(
        "line", (-pl.col("cost_amount")).alias("stock_cost")
    )
    averages = moved.filter(pl.col("average").is_not_null()).select(*PRODUCT, "movement_date", "average")
    dated = lines.select("line", *PRODUCT, "order_date", "quantity")
    others = dated.join(own, on="line", how="anti").filter(pl.col("order_date").is_not_null())
    wanted = others.join(averages, on=list(PRODUCT), how="semi")
    matched = wanted.sort("order_date").join_asof(
        averages.sort("movement_date", nulls_last=False), left_on="order_date", right_on="movement_date",
        by=list(PRODUCT), strategy="backward", check_sortedness=False,
    )  # fmt: skip
    cost = (pl.col("quantity") * pl.col("average")).cast(MONEY)
    return pl.concat([own, matched.filter(pl.col("average").is_not_null()).select("line", cost.alias("stock_cost"))])
