"""Easy Ecom's database → orders, lines, customers, products, stock movements; returns in a module of their own.

Decisions:
    * The database keeps no date of an order. It is the issue date of its invoice, else of the journal entry that
      refers to it, else missing: such an order counts in totals and in no period.
    * Products go by their SKU, orders by their number; where the table that knows them is not there, by their id.
    * A draft is `new`; fulfilled is `delivered`.
    * Stock that leaves has a negative quantity; out for an order is a sale. Movements have no time in the database.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.clean import amount, flag, identifier, number, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources import easy_ecom_tables as forms
from etl.sources.easy_ecom_results import money, money_rules, names_by_id, result
from etl.sources.easy_ecom_returns import conform_returns
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import Rule, unreadable_date_rules, with_moments
from etl.staging import MONEY

STATES = {
    "draft": "new", "confirmed": "confirmed", "fulfilled": "delivered", "cancelled": "cancelled",
    "returned": "returned", "refunded": "refunded",
}  # fmt: skip
_MOVEMENTS = {"in": "receipt", "out": "issue", "return_in": "return_in", "return_out": "return_out",
              "adjustment": "adjustment"}  # fmt: skip
_LEAVING = ("out", "return_out")


def conform_database(sheets: Mapping[str, Sheet], rules: TenantRules) -> list[Conformed]:
    """What the tables of the database say of selling and stock; tables that only complete others are `told`."""
    skus, numbers = names_by_id(sheets, forms.PRODUCTS, "sku"), names_by_id(sheets, forms.ORDERS, "order_number")
    parts = []
    if sheet := sheets.get(forms.PRODUCTS.kind):
        parts.append(_products(sheet, rules))
    if sheet := sheets.get(forms.CUSTOMERS.kind):
        parts.append(_customers(sheet, rules))
    if sheet := sheets.get(forms.ORDERS.kind):
        parts.append(_orders(sheet, rules, _order_days(sheets, rules)))
    if sheet := sheets.get(forms.ORDER_ITEMS.kind):
        parts.append(_lines(sheet, rules, numbers, skus))
    if sheet := sheets.get(forms.STOCK_MOVEMENTS.kind):
        parts.append(_movements(sheet, rules, skus))
    return [*parts, *conform_returns(sheets, rules, numbers, skus)]


def _products(sheet: Sheet, rules: TenantRules) -> Conformed:
    products = sheet.frame.with_columns(
        pl.coalesce(identifier(raw("sku")), identifier(raw("id"))).alias("product_id"),
        identifier(raw("sku")).alias("sku"),
        text(raw("name")).alias("product"), text(raw("category")).alias("category"),
        money("unit_price", rules).alias("list_price"), money("unit_cost", rules).alias("unit_cost"),
        flag(raw("is_active")).alias("is_active"),
    )  # fmt: skip
    missing = Rule("rejected", "missing product_id", "sku", pl.col("product_id").is_null())
    return result(sheet, products, [missing, *money_rules({"list_price": "unit_price", "unit_cost": "unit_cost"})])


def _customers(sheet: Sheet, rules: TenantRules) -> Conformed:
    dated = with_moments(sheet.frame, {"made": "created_at"}, None, rules.timezone)
    customers = dated.with_columns(
        identifier(raw("id")).alias("customer_id"), text(raw("full_name")).alias("customer"),
        text(raw("email")).str.to_lowercase().alias("email"), identifier(raw("phone_e164")).alias("phone"),
        pl.col("made").struct.field("day").alias("created_date"),
    )  # fmt: skip
    missing = Rule("rejected", "missing customer_id", "id", pl.col("customer_id").is_null())
    return result(sheet, customers, [missing, *unreadable_date_rules("created_at", "made")])


def _order_days(sheets: Mapping[str, Sheet], rules: TenantRules) -> pl.DataFrame:
    """id (text) and told_day of orders that an invoice, or else a journal entry, gives a date."""
    found = []
    if sheet := sheets.get(forms.INVOICES.kind):
        dated = with_moments(sheet.frame, {"told": "issue_date"}, None, rules.timezone)
        found.append(dated.select(identifier(raw("order_id")).alias("id"), _day("told")))
    if sheet := sheets.get(forms.JOURNAL_ENTRIES.kind):
        of_orders = sheet.frame.filter(text(raw("reference_type")).str.to_lowercase() == "order")
        dated = with_moments(of_orders, {"told": "entry_date"}, None, rules.timezone)
        found.append(dated.select(identifier(raw("reference_id")).alias("id"), _day("told")))
    firsts = [days.drop_nulls().group_by("id", maintain_order=True).agg(pl.col("told_day").min()) for days in found]
    nothing = pl.DataFrame(schema={"id": pl.String, "told_day": pl.Date})
    return pl.concat([nothing, *firsts]).unique("id", keep="first", maintain_order=True)


def _day(moment: str) -> pl.Expr:
    return pl.col(moment).struct.field("day").alias("told_day")


def _orders(sheet: Sheet, rules: TenantRules, days: pl.DataFrame) -> Conformed:
    columns = {name: name for name in ("total_amount", "tax_amount", "discount_amount")}
    dated = with_moments(sheet.frame, {"made": "created_at"}, None, rules.timezone)
    keyed = dated.with_columns(identifier(raw("id")).alias("id"), identifier(raw("order_number")).alias("order_id"))
    by_number = days.rename({"id": "order_id", "told_day": "day_by_number"})
    told = keyed.join(days, on="id", how="left", maintain_order="left").join(
        by_number, on="order_id", how="left", maintain_order="left")  # fmt: skip
    made = pl.col("made").struct
    orders = told.with_columns(
        made.field("at").alias("ordered_at"), made.field("hour").alias("order_hour"),
        pl.coalesce(made.field("day"), "told_day", "day_by_number").alias("order_date"),
        text(raw("status")).str.to_lowercase().replace_strict(STATES, default=None, return_dtype=pl.String)
        .alias("order_status"), identifier(raw("customer_id")).alias("customer_id"),
        text(raw("currency")).str.to_uppercase().alias("currency"),
        *(amount(raw(name)).alias(name) for name in columns),
    )  # fmt: skip
    found = result(sheet, orders, [
        Rule("rejected", "missing order_id", "order_number", pl.col("order_id").is_null()),
        Rule("rejected", "unknown status", "status", unreadable(raw("status"), pl.col("order_status"))),
        *unreadable_date_rules("created_at", "made"), *money_rules(columns),
    ])  # fmt: skip
    undated = found.tables["order"]["order_date"].null_count()
    note = f"orders: {undated} have no date, since the database keeps none; they count in totals and in no period."
    return Conformed(found.tables, found.rejects, found.read, (note,) if undated else ())


def _lines(sheet: Sheet, rules: TenantRules, numbers: dict[str, str], skus: dict[str, str]) -> Conformed:
    columns = {"unit_price": "unit_price", "line_amount": "line_total"}
    lines = sheet.frame.with_columns(
        identifier(raw("order_id")).replace(numbers).alias("order_id"),
        identifier(raw("product_id")).replace(skus).alias("product_id"), number(raw("quantity")).alias("quantity"),
        *(amount(raw(column)).alias(name) for name, column in columns.items()),
    )  # fmt: skip
    lines = lines.with_columns(pl.coalesce("line_amount", (pl.col("quantity") * pl.col("unit_price")).cast(MONEY)))
    return result(sheet, lines, [
        Rule("rejected", "missing order_id", "order_id", pl.col("order_id").is_null()),
        Rule("rejected", "missing quantity", "quantity", text(raw("quantity")).is_null()),
        Rule("rejected", "number not readable", "quantity", pl.col("quantity").is_null()), *money_rules(columns),
    ], ("order_id", "product_id", "quantity", "unit_price", "line_amount"))  # fmt: skip


def _movements(sheet: Sheet, rules: TenantRules, skus: dict[str, str]) -> Conformed:
    kind = text(raw("movement_type")).str.to_lowercase()
    quantity = number(raw("quantity"))
    is_sale = (kind == "out") & text(raw("reference_type")).str.to_lowercase().is_in(["order", "sale"])
    dated = with_moments(sheet.frame, {"moved": "created_at"}, None, rules.timezone)
    moved = pl.col("moved").struct
    movements = dated.with_columns(
        identifier(raw("id")).alias("movement_id"), identifier(raw("product_id")).replace(skus).alias("product_id"),
        moved.field("at").alias("moved_at"), moved.field("day").alias("movement_date"),
        pl.when(is_sale).then(pl.lit("sale")).otherwise(kind.replace_strict(_MOVEMENTS, default=None,
                                                                            return_dtype=pl.String)).alias("movement_type"),
        pl.when(kind.is_in(_LEAVING)).then(-quantity.abs()).otherwise(quantity).alias("quantity"),
        text(raw("reason")).alias("reason"), identifier(raw("reference_id")).alias("reference_id"),
    )  # fmt: skip
    return result(sheet, movements, [
        Rule("rejected", "missing product_id", "product_id", pl.col("product_id").is_null()),
        Rule("rejected", "unknown movement type", "movement_type", pl.col("movement_type").is_null()),
        Rule("rejected", "missing quantity", "quantity", text(raw("quantity")).is_null()),
        Rule("rejected", "number not readable", "quantity", pl.col("quantity").is_null()),
        *unreadable_date_rules("created_at", "moved"),
    ])  # fmt: skip
