"""The named rules that stand between a source's totals and the warehouse's: source = warehouse + effects."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from etl.build.others import PAIR
from etl.build.prepare import Effect
from etl.build.rows import look_up
from etl.build.star import Star
from etl.identity import RECORD
from etl.staging import STAGING

_LINE_MEASURES = ("written_for", "line_amount", "net_own", "net_amount", "order_discount", "quantity")
_WRITTEN = {
    "state": "return lines written for orders whose state says they came back",
    "record": "return lines written for recorded returns that no line tells",
    "netted": "sales and returns written for refunds that the lines leave out",
    "refund": "return lines written for refunds that no line and no recorded return tells",
}
ELSEWHERE = "products known only from other tables"
_FIGURES = ("spend_amount", "impressions", "clicks", "conversions", "revenue_amount")


def build_effects(star: Star) -> list[Effect]:
    """Every rule with its amount, by source, staging table and measure."""
    effects = [*star.effects, *_rejects(star)]
    for table in STAGING:
        effects += _withheld(star.live.duplicates[table], table, "the same row in another file or version, newest kept")
        if table in star.rejected_rows:
            for rule, rows in star.rejected_rows[table].group_by("rule", maintain_order=True):
                effects += _withheld(rows, table, f"rejected, {rule[0]}")
    return effects + _line_effects(star) + _order_effects(star) + _other_effects(star)


def _rejects(star: Star) -> list[Effect]:
    counted = star.live.rejects.group_by("source", "staging_table", "outcome", "rule").len()
    return [
        Effect(source, table, "rows", f"{outcome}, {rule}", Decimal(count))
        for source, table, outcome, rule, count in counted.sort(counted.columns).iter_rows()
    ]


def _withheld(rows: pl.DataFrame, table: str, rule: str) -> list[Effect]:
    """Rows of a staging table that are not in the warehouse: their number and their totals."""
    totals = STAGING[table].totals
    if not rows.height:
        return []
    counted = rows.group_by("source", maintain_order=True).agg(pl.len().alias("rows"), pl.col(totals).sum())
    return [
        Effect(row["source"], table, measure, rule, Decimal(row[measure] or 0))
        for row in counted.to_dicts()
        for measure in ("rows", *totals)
    ]


def _summed(rows: pl.DataFrame, place: tuple[str, str], rule: str, amount: pl.Expr) -> list[Effect]:
    """One effect per source: the aggregate `amount` of `rows`. place: (staging table, measure)."""
    if not rows.height:
        return []
    found = rows.group_by("source", maintain_order=True).agg(amount.alias("amount"))
    return [Effect(row["source"], *place, rule, Decimal(row["amount"] or 0)) for row in found.to_dicts()]


def _count() -> pl.Expr:
    return pl.len().cast(pl.Int64)


def _line_effects(star: Star) -> list[Effect]:
    lines = star.sales.lines.select("source", *_LINE_MEASURES)
    own = lines.filter(pl.col("written_for").is_null())
    unstated = own.filter(pl.col("line_amount").is_null() & pl.col("net_own").is_not_null())
    reduced = own.filter(pl.col("line_amount") != pl.col("net_own"))
    off = pl.col("line_amount") - pl.col("net_own")
    amount = ("order_line", "line_amount")
    return [
        *_summed(own, amount, "order discounts spread over their lines", pl.col("order_discount").sum()),
        *_summed(reduced, amount, "line discounts taken off amounts stated before them", off.sum()),
        *_summed(unstated, amount, "amounts from price × quantity, the source states none", -pl.col("net_own").sum()),
        *(effect for reason, rule in _WRITTEN.items() for effect in _written(lines, reason, rule)),
    ]


def _written(lines: pl.DataFrame, reason: str, rule: str) -> list[Effect]:
    """Return lines that no row of the source is."""
    mine = lines.filter(pl.col("written_for") == reason)
    return [
        *_summed(mine, ("order_line", "line_amount"), rule, -pl.col("net_amount").sum()),
        *_summed(mine, ("order_line", "quantity"), rule, -pl.col("quantity").sum()),
        *_summed(mine, ("order_line", "rows"), rule, -_count()),
    ]


def _order_effects(star: Star) -> list[Effect]:
    refused = star.rejected_rows["order"].select("source", "order_id")
    given = star.live.tables["order"].select("source", "order_id").join(refused, on=["source", "order_id"], how="anti")
    orders = star.sales.orders.select("source", "order_id", "source_total_amount", "total_amount")
    is_given = pl.col("is_given").fill_null(value=False)
    told = look_up(orders, given.drop_nulls().with_columns(is_given=True), ("source", "order_id"))
    made = told.filter(~is_given)
    summed = told.filter(is_given & pl.col("source_total_amount").is_null() & pl.col("total_amount").is_not_null())
    known, total = "documents known only from their lines", ("order", "total_amount")
    return [
        *_summed(made, ("order", "rows"), known, -_count()),
        *_summed(made, total, known, -pl.col("total_amount").sum()),
        *_summed(summed, total, "totals summed from lines", -pl.col("total_amount").sum()),
    ]


def _other_effects(star: Star) -> list[Effect]:
    files, campaigns = star.live.tables["product"], star.live.tables["campaign"]
    products = star.tables["dim_product"].filter(pl.col("product_key") != 0)
    elsewhere = products.join(files, on=["source", "product_id"], how="anti")
    silent = campaigns.filter(pl.all_horizontal(pl.col(name).is_null() for name in _FIGURES))
    return [
        *_people_effects(star),
        *_summed(elsewhere, ("product", "rows"), ELSEWHERE, -_count()),
        *_summed(silent, ("campaign", "rows"), "campaigns without figures", _count()),
        *_return_effects(star),
        *_stock_effects(star, files),
    ]


def _people_effects(star: Star) -> list[Effect]:
    """Rows of customer files without a person, and rows of one employee or exchange rate that is told twice."""
    tables = star.live.tables
    known = star.tables["customer_identity"].select(RECORD)
    nobody = tables["customer"].join(known, on=list(RECORD), how="anti", nulls_equal=True)
    rates = tables["fx_rate"].sort(*PAIR, "source", maintain_order=True)
    again = ~pl.struct("source", "employee_id").is_first_distinct()
    said_again = ~pl.struct(PAIR).is_first_distinct()
    kept_first = "the same rate told again, first source kept"
    shops = tables["shop"].sort("source", maintain_order=True).filter(~pl.col("shop").is_first_distinct())
    return [
        *_summed(nobody, ("customer", "rows"), "customers without a usable id, phone or e-mail", _count()),
        *_summed(tables["employee"].filter(again), ("employee", "rows"), "the same employee told again", _count()),
        *_summed(shops, ("shop", "rows"), "the same shop told again, first source kept", _count()),
        *_summed(rates.filter(said_again), ("fx_rate", "rows"), kept_first, _count()),
    ]


def _return_effects(star: Star) -> list[Effect]:
    """Records of returns that give no quantity take that of the order line they speak of."""
    silent = star.live.tables["return_line"].filter(pl.col("quantity").is_null())
    told = star.tables["fact_return"].filter("is_recorded").join(
        silent, on=["origin_key", "source_row", "return_id"], how="semi"
    )  # fmt: skip
    rule = "quantities of returns taken from their order lines"
    return _summed(told, ("return_line", "quantity"), rule, -pl.col("quantity").sum())


def _stock_effects(star: Star, products: pl.DataFrame) -> list[Effect]:
    moved = star.stock.movements
    sold = moved.filter(pl.col("line").is_not_null())
    opening = moved.filter("is_estimated")
    tracked = star.stock.levels.join(opening, on=["source", "product_id"], how="anti")
    unused = products.join(moved.filter(~pl.col("is_estimated")), on=["source", "product_id"], how="semi")
    rows, quantity, on_hand = (
        ("stock_movement", "rows"),
        ("stock_movement", "quantity"),
        ("product", "on_hand_quantity"),
    )
    booked, counted = "order lines booked as movements", "openings from stock counts"
    return [
        *_summed(sold, rows, booked, -_count()), *_summed(sold, quantity, booked, -pl.col("quantity").sum()),
        *_summed(opening, rows, counted, -_count()), *_summed(opening, quantity, counted, -pl.col("quantity").sum()),
        *_summed(tracked, on_hand, "levels from movements", -pl.col("on_hand_quantity").sum()),
        *_summed(unused, on_hand, "counts of products that have movements", pl.col("on_hand_quantity").sum()),
    ]  # fmt: skip
