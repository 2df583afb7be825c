"""Returns and refunds that no line of their order tells: written as return lines, each once.

A source may tell a return three ways: by a negative line, by a record of the return, by an amount refunded on the
order. All three may speak of the same goods. So amounts are compared, not rows: records are added up in the order of
time, and only what goes beyond the order's own return lines is written; the refund of the order counts for what goes
beyond both. Nothing is written beyond what the order sold.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from etl.build.rows import look_up
from etl.source import TenantRules

MONEY = pl.Decimal(18, 4)
_GOODS = ("order_key", "product_id")
_TOLD: dict[str, pl.DataType] = {
    "order_key": pl.Int64(), "product_id": pl.String(), "told_by": pl.String(), "on": pl.Date(), "value": MONEY,
    "pieces": MONEY, "origin": pl.Int64(), "row": pl.Int32(),
}  # fmt: skip
_NOTHING = pl.lit(0).cast(MONEY)
_SMALLEST = pl.lit("0.01").cast(MONEY)


@dataclass(frozen=True)
class _Sold:
    """Booked sales: `goods` by order and product, `orders` by order, with what came back of them by own lines.

    goods: `_GOODS`, sold, sold_pieces, back, back_pieces. orders: order_key, sold, back, whole: what the customer paid,
    with tax and shipping.
    """

    goods: pl.DataFrame
    orders: pl.DataFrame


def refund_lines(lines: pl.DataFrame, orders: pl.DataFrame, records: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """Return lines for records of returns and refunds of orders, beyond the lines there are.

    The value of a record is its return_amount, else its quantity at the price paid, else its refund as far as it is
    for goods (an order total holds tax and shipping, too). A record that names no product its order sold, and the
    refund of an order, are spread over the products of the order by what is left of them, marked as estimated where
    there are several. A refund alone takes no units back. A line written for a record points to the record's row and
    day, one for a refund to the order's row and the day of its state, else of the order.

    Args:
        lines: of sales and of returns by line or state, with order_key, line_type and amounts.
        orders: documents with order_key, refund_amount and total_amount.
        records: staging return_line with order_key.
        rules: policy void_return_statuses.
    """
    told = _happened(records, rules)
    is_netted = pl.col("is_refund_in_lines").fill_null(value=False)  # see etl.build.netted
    refunded = orders.filter(pl.col("is_booked") & (pl.col("refund_amount") > 0) & ~is_netted)
    concerned = pl.concat([told["order_key"], refunded["order_key"]]).unique()
    mine = lines.filter(pl.col("is_booked") & pl.col("order_key").is_in(concerned.implode()))
    if not mine.height:
        return with_reason(lines.clear(), "refund")
    sold = _sold(mine, orders)
    records_told = _valued(told, sold)
    by_product = _beyond(records_told.filter(pl.col("is_of_product")), sold.goods, _GOODS, by_pieces=True)
    others = _order_level(records_told, refunded, sold, by_product)
    spread = _spread(_beyond(others, _left(sold, by_product).orders, ("order_key",), by_pieces=False),
                     _left(sold, by_product).goods)  # fmt: skip
    written = pl.concat([by_product.with_columns(pl.lit(value=False).alias("is_spread")), spread], how="diagonal")
    return _as_lines(written, mine)


def with_reason(lines: pl.DataFrame, reason: str | None) -> pl.DataFrame:
    """`lines` with written_for (`reason`) and told_by, the row_key of the record of the return; null where none."""
    return lines.with_columns(pl.lit(reason, pl.String).alias("written_for"), pl.lit(None, pl.String).alias("told_by"))


def with_refunds(orders: pl.DataFrame, lines: pl.DataFrame, records: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    """`orders` whose refund_amount is completed: where the order states none, what its returns record or take back.

    Own return lines count, with their tax, where the order states its total: a total made from lines is less already.
    """
    told = _happened(records, rules).group_by("order_key").agg(pl.col("refund_amount").sum().alias("refund_told"))
    own = lines.filter(pl.col("is_booked") & (pl.col("line_type") == "return") & pl.col("written_for").is_null())
    taken = own.group_by("order_key").agg(
        -(pl.col("net_amount").sum() + pl.col("tax_amount").sum()).cast(MONEY).alias("refund_taken")
    )
    if not told.height and not taken.height:
        return orders
    stated = pl.when(~pl.col("is_total_estimated") & (pl.col("document_type") == "order")).then("refund_taken")
    found = look_up(look_up(orders, told, ("order_key",)), taken, ("order_key",))
    known = pl.when(pl.col("refund_told") > 0).then("refund_told").otherwise(stated)
    return found.with_columns(pl.coalesce("refund_amount", known).alias("refund_amount")).drop(
        "refund_told", "refund_taken"
    )


def _happened(records: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    void = pl.col("return_status").fill_null("").str.to_lowercase().is_in(rules.policies["void_return_statuses"])
    return records.filter(pl.col("order_key").is_not_null() & ~void)


def _sold(mine: pl.DataFrame, orders: pl.DataFrame) -> _Sold:
    is_sale = pl.col("line_type") == "sale"

    def net(name: str, which: pl.Expr, sign: int) -> pl.Expr:
        return (sign * pl.col(name).filter(which).sum()).cast(MONEY)

    sums = (net("net_amount", is_sale, 1).alias("sold"), net("net_amount", ~is_sale, -1).alias("back"))
    pieces = (net("quantity", is_sale, 1).alias("sold_pieces"), net("quantity", ~is_sale, -1).alias("back_pieces"))
    goods = mine.group_by(_GOODS, maintain_order=True).agg(*sums, *pieces)
    whole = look_up(mine.group_by("order_key", maintain_order=True).agg(sums),
                    orders.select("order_key", "total_amount", "shipping_amount"), ("order_key",))  # fmt: skip
    paid = pl.max_horizontal("total_amount", "sold").fill_null(0).alias("whole")
    return _Sold(goods, whole.with_columns(paid))


def _valued(told: pl.DataFrame, sold: _Sold) -> pl.DataFrame:
    """Records with `_TOLD` and is_of_product; those whose value nobody knows are left out."""
    orders = sold.orders.select("order_key", "whole", pl.col("sold").alias("goods"))
    known = look_up(look_up(told, sold.goods, _GOODS), orders, ("order_key",))
    of_product = (pl.col("sold") > 0).fill_null(value=False)
    at_price = pl.when(pl.col("sold_pieces") > 0).then(pl.col("quantity") * pl.col("sold") / pl.col("sold_pieces"))
    refund = _for_goods("refund_amount", "goods")
    value = pl.coalesce("return_amount", pl.when(of_product).then(at_price.round(2)).cast(MONEY), refund)
    ordered = known.sort("return_date", "return_id", "row_key", nulls_last=True)
    return ordered.select(
        "order_key", pl.when(of_product).then("product_id").alias("product_id"), pl.col("row_key").alias("told_by"),
        pl.col("return_date").alias("on"), value.cast(MONEY).alias("value"),
        pl.when(of_product).then("quantity").fill_null(0).alias("pieces"), pl.col("origin_key").alias("origin"),
        pl.col("source_row").alias("row"), of_product.alias("is_of_product"),
    ).filter(pl.col("value") > 0)  # fmt: skip


def _for_goods(amount: str, goods: str = "sold") -> pl.Expr:
    """What of an amount is for goods: as large a share as they have in what the customer paid, to 2 decimals."""
    shared = (pl.col(amount) * pl.col(goods) / pl.col("whole")).round(2).cast(MONEY)
    return pl.when(pl.col("whole") > pl.col(goods)).then(shared).otherwise(amount)


def _beyond(told: pl.DataFrame, sold: pl.DataFrame, on: tuple[str, ...], *, by_pieces: bool) -> pl.DataFrame:
    """Of each record what goes beyond `back` and the records before it, and not beyond `sold`; others are left out."""

    def taken(amount: str, limit: str, back: str) -> pl.Expr:
        until = pl.col(amount).cum_sum().over(on)
        reach = [pl.max_horizontal(pl.min_horizontal(end, pl.col(limit)) - pl.col(back), _NOTHING)
                 for end in (until, until - pl.col(amount))]  # fmt: skip
        return (reach[0] - reach[1]).cast(MONEY).alias(amount)

    found = look_up(told, sold, on)
    pieces = taken("pieces", "sold_pieces", "back_pieces") if by_pieces else _NOTHING.alias("pieces")
    beyond = found.with_columns(taken("value", "sold", "back"), pieces)
    return beyond.filter(pl.col("value") >= _SMALLEST).select(list(_TOLD))


def _order_level(
    records: pl.DataFrame, refunded: pl.DataFrame, sold: _Sold, by_product: pl.DataFrame
) -> pl.DataFrame:  # fmt: skip
    """Records without product, then the refund of the order for what goes beyond all records; shipping is no goods."""
    without = records.filter(~pl.col("is_of_product")).select(list(_TOLD))
    products = records.filter("is_of_product").group_by(_GOODS, maintain_order=True).agg(pl.col("value").sum())
    most = look_up(products, sold.goods, _GOODS).with_columns(pl.min_horizontal("value", "sold").alias("value"))
    first = most.group_by("order_key", maintain_order=True).agg(pl.col("value").sum().cast(MONEY))
    both = pl.concat([first, without.select("order_key", "value")])
    by_records = both.group_by("order_key").agg(pl.col("value").sum().cast(MONEY).alias("recorded"))
    amounts = look_up(look_up(refunded, sold.orders, ("order_key",)), by_records, ("order_key",))
    is_told = (pl.col("back") > 0) | pl.col("recorded").is_not_null()
    shipped = pl.when(is_told).then(_for_goods("shipping_amount").fill_null(0)).otherwise(_NOTHING)
    rest = (_for_goods("refund_amount") - shipped - pl.col("recorded").fill_null(0)).cast(MONEY)
    refunds = amounts.with_columns(rest.alias("value")).filter(pl.col("value") > 0).select(
        "order_key", "value", pl.max_horizontal("status_date", "order_date").alias("on"),
        pl.col("origin_key").alias("origin"), pl.col("source_row").alias("row"),
    )  # fmt: skip
    told = pl.concat([pl.DataFrame(schema=_TOLD), first, without, refunds], how="diagonal")
    return told.with_columns(pl.col("pieces").fill_null(0))


def _left(sold: _Sold, by_product: pl.DataFrame) -> _Sold:
    """`sold` after the lines written for records of its products."""
    goods = by_product.group_by(_GOODS).agg(pl.col("value").sum().cast(MONEY).alias("more"))
    orders = goods.group_by("order_key").agg(pl.col("more").sum().cast(MONEY))
    more = (pl.col("back") + pl.col("more").fill_null(0)).cast(MONEY).alias("back")
    return _Sold(look_up(sold.goods, goods, _GOODS).with_columns(more),
                 look_up(sold.orders, orders, ("order_key",)).with_columns(more))  # fmt: skip


def _spread(told: pl.DataFrame, goods: pl.DataFrame) -> pl.DataFrame:
    """Amounts of an order over its products by what is left of each, to the cent; the rest goes to the largest."""
    left = goods.with_columns((pl.col("sold") - pl.col("back")).cast(MONEY).alias("left")).filter(pl.col("left") > 0)
    each = told.with_row_index("_told").drop("product_id").join(
        left.select(*_GOODS, "left"), on="order_key", how="inner", maintain_order="left_right"
    )  # fmt: skip
    whole = pl.col("left").sum().over("_told")
    part = (pl.col("value") * pl.col("left") / whole).round(2).cast(MONEY)
    largest = pl.int_range(pl.len()).over("_told") == pl.col("left").arg_max().over("_told")
    rest = (pl.col("value") - pl.col("part").sum().over("_told")).cast(MONEY)
    parts = each.with_columns(part.alias("part"), (pl.len().over("_told") > 1).alias("is_spread"))
    shared = parts.with_columns((pl.col("part") + pl.when(largest).then(rest).otherwise(_NOTHING)).cast(MONEY).alias(
        "value"))  # fmt: skip
    return shared.filter(pl.col("value") != 0).select(*_TOLD, "is_spread")


def _as_lines(written: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """The first sale line of order and product again, with the amounts taken back."""
    sale = mine.filter(pl.col("line_type") == "sale").unique(_GOODS, keep="first", maintain_order=True)
    lines = written.join(sale, on=list(_GOODS), how="inner", nulls_equal=True, maintain_order="left")
    taken = (-pl.col("value")).alias("net_amount")
    return lines.with_columns(
        (-pl.col("pieces")).alias("quantity"), taken, *(taken.alias(name) for name in ("gross_amount", "net_own")),
        *(_NOTHING.alias(name) for name in ("own_discount", "order_discount", "line_discount")),
        pl.lit(None, MONEY).alias("line_amount"), pl.lit(None, MONEY).alias("tax_amount"),
        pl.lit("return").alias("line_type"), pl.coalesce("on", "order_date").alias("order_date"),
        pl.lit(None, pl.Datetime("us")).alias("ordered_at"), pl.lit(None, pl.Int8).alias("order_hour"),
        (pl.col("is_spread") | pl.col("is_price_estimated")).alias("is_price_estimated"),
        pl.when(pl.col("told_by").is_null()).then(pl.lit("refund")).otherwise(pl.lit("record")).alias("written_for"),
        pl.coalesce("origin", "origin_key").alias("origin_key"), pl.coalesce("row", "source_row").alias("source_row"),
    ).drop("value", "pieces", "on", "origin", "row", "is_spread")  # fmt: skip
