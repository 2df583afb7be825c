"""Quality checks: each is a query for wrong rows, a sentence and a severity. None found is a pass.

error: a number on a screen may be wrong. warning: something the tenant should correct in the source. info: something
to know when reading the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
import polars as pl

from etl.build.shape import star_frame, star_schema
from portal.warehouse.schema import data_check, metadata

EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: identifier.
        severity: error, warning or info.
        sentence: what is wrong and what it does to the numbers.
        sql: gives (number of wrong rows, money they touch); ? parameters are named in `needs`.
        needs: "today" or "earliest".
        is_local: wrong rows are told by orders of one number, with their lines and returns, alone.
        doubt: a cheap query that gives a row where any can be wrong; without one `sql` is not asked.
    """

    name: str
    severity: str
    sentence: str
    sql: str
    needs: tuple[str, ...] = ()
    is_local: bool = False
    doubt: str = ""


Found = Mapping[str, tuple[int, Decimal | None]]
"""Name of a check to the number of wrong rows and the money they touch."""

_LINES = "select count(*), sum(abs(net_amount)) from fact_order_line where "
_ORDERS = "select count(*), sum(abs(total_amount)) from fact_order where "

CHECKS = (
    Check("not_tied", "error", "Control totals of the source and the warehouse differ; see the tie-out.",
          "select count(*), sum(abs(source_value - warehouse_value - coalesce(explained_value, 0))) "
          "from tie_out where not is_tied"),
    Check("rejected_rows", "warning", "Source rows were rejected; each is listed with its reason and can be mended.",
          "select coalesce(sum(row_count), 0), null from row_account where outcome = 'rejected'"),
    Check("lines_without_date", "warning", "Order lines have no date; they are in totals but in no period.",
          _LINES + "order_date is null"),
    Check("lines_without_price", "warning", "Order lines have neither price nor amount; money metrics leave them out.",
          "select count(*), null from fact_order_line where net_amount is null"),
    Check("lines_without_product", "warning", "Order lines name no product.",
          _LINES + "product_key = 0 and is_merchandise"),
    Check("orphan_products", "warning", "Order lines name products that the product file does not have.",
          "select count(*), sum(abs(l.net_amount)) from fact_order_line l join dim_product p using (product_key) "
          "where p.product_key <> 0 and p.source in (select source from product_file) "
          "and (p.source, p.product_id) not in (select (source, product_id) from product_file)"),
    Check("missing_cost", "warning", "Goods were sold whose cost is not known; gross profit counts them as free.",
          _LINES + "is_booked and is_merchandise and line_type = 'sale' and not has_cost"),
    Check("estimated_cost", "info", "Goods were sold at an estimated cost.",
          _LINES + "is_booked and is_cost_estimated"),
    Check("estimated_price", "info", "Lines were sold at an estimated price; their source keeps none.",
          _LINES + "is_booked and is_price_estimated"),
    Check("negative_stock", "warning", "More units left than ever came in; stock is below zero.",
          "select count(*), sum(abs(stock_amount)) from fact_stock_level where on_hand_quantity < 0"),
    Check("future_dates", "warning", "Orders are dated after the day of the load.", _ORDERS + "order_date > ?",
          ("today",)),
    Check("old_dates", "warning", "Orders are dated before 1990, most likely a misread year.",
          _ORDERS + "order_date < ?", ("earliest",)),
    Check("duplicate_documents", "warning", "The same order number comes from several sources and may count twice.",
          _ORDERS + "order_id in (select order_id from fact_order group by order_id having count(*) > 1)",  # noqa: S608
          doubt="select 1 from fact_order having min(source) <> max(source)", is_local=True),
    Check("total_differs", "warning", "The order total is not the sum of its lines, with or without tax and shipping.",
          "select count(*), sum(abs(total - amount)) from ("
          "  select any_value(o.total_amount) as total, sum(l.net_amount) as goods, sum(l.net_amount)"
          "    + coalesce(any_value(o.tax_amount), 0) + coalesce(any_value(o.shipping_amount), 0) as amount"
          "  from fact_order o join fact_order_line l using (order_key)"
          "  where not o.is_total_estimated and o.document_type = 'order' and l.line_type = 'sale'"
          "  group by order_key having count(*) = count(l.net_amount)) where total not in (amount, goods)",
          is_local=True),
    Check("orders_without_lines", "info", "Orders have no lines; they count as orders but sell nothing.",
          _ORDERS + "document_type = 'order' and order_key not in (select order_key from fact_order_line)",  # noqa: S608
          is_local=True),
    Check("unallocated_discount", "warning", "An order discount found no line to fall on; net sales leave it out.",
          "select count(*), sum(discount_amount) from fact_order where discount_amount > 0 and order_key not in "
          "(select order_key from fact_order_line where line_type = 'sale' and net_amount + discount_amount > 0)",
          is_local=True),
    Check("shared_phones", "info", "One phone is used with several names or customer numbers.",
          "select count(*), null from dim_customer where is_shared_phone"),
    Check("stock_count_differs", "warning", "The product file counts another stock than the movements add up to.",
          "select count(*), null from product_file f join dim_product p using (source, product_id) join "
          "(select product_key, sum(on_hand_quantity) as q from fact_stock_level group by product_key) l "
          "using (product_key) where f.on_hand_quantity <> l.q"),
    Check("orphan_shipments", "warning", "Parcels name an order that is not known.",
          "select count(*), sum(abs(coalesce(shipment_amount, cod_amount))) from fact_shipment "
          "where order_id is not null and order_key = 0"),
    Check("delivered_before_sent", "warning", "Parcels arrived before they left.",
          "select count(*), sum(abs(coalesce(shipment_amount, cod_amount))) from fact_shipment "
          "where delivered_date < ship_date"),
    Check("unclear_places", "warning", "Parcels have coordinates that cannot be right in either order.",
          "select count(*), null from fact_shipment where is_place_unclear"),
    Check("events_without_shipment", "warning", "Steps of parcels that are not known.",
          "select count(*), null from fact_shipment_event where shipment_key = 0"),
    Check("events_without_case", "warning", "Steps of service cases that are not known.",
          "select count(*), null from fact_service_event where case_key = 0"),
    Check("events_without_lead", "warning", "Changes of leads that are not known.",
          "select count(*), null from fact_lead_event where lead_key = 0"),
    Check("returns_without_order", "warning", "Returns name no order that is known.",
          "select count(*), sum(coalesce(return_amount, refund_amount)) from fact_return "
          "where is_recorded and order_key = 0"),
    Check("returned_more_than_sold", "warning", "More units of a product came back than its order sold.",
          "with r as (select order_key, product_key, sum(quantity) as q, sum(return_amount) as amount from fact_return "
          "where is_recorded and order_key > 0 and product_key > 0 group by all) "
          "select count(*), sum(r.amount) from r join (select order_key, product_key, sum(quantity) as q "
          "from fact_order_line where line_type = 'sale' and order_key in (select order_key from r) group by all) s "
          "using (order_key, product_key) where r.q > s.q", is_local=True),
    Check("points_below_zero", "warning", "Customers spent more points than they had.",
          "select count(distinct (customer_key, shop_key)), null from (select customer_key, shop_key, "
          "sum(sum(points)) over (partition by customer_key, shop_key order by entry_date) as balance "
          "from fact_loyalty where customer_key <> 0 group by customer_key, shop_key, entry_date) where balance < 0"),
    Check("unbalanced_journal", "error", "Journal entries whose debits are not their credits.",
          "select count(*), sum(abs(difference)) from (select sum(coalesce(debit_amount, 0)) "
          "- sum(coalesce(credit_amount, 0)) as difference from fact_journal_line join dim_origin using (origin_key) "
          "group by source, entry_id) where difference <> 0"),
    Check("payroll_differs", "warning", "Net pay is not base plus bonus less deductions.",
          "select count(*), sum(abs(net_amount - expected)) from (select net_amount, base_amount "
          "+ coalesce(bonus_amount, 0) - coalesce(deduction_amount, 0) as expected from fact_payroll) "
          "where net_amount <> expected"),
    Check("rating_out_of_range", "warning", "Reviews rate with less than 1 or more than 5.",
          "select count(*), null from fact_review where rating not between 1 and 5"),
    Check("resolved_before_opened", "warning", "Service cases were resolved before they were opened.",
          "select count(*), sum(cost_amount) from fact_service_case where resolved_date < opened_date"),
    Check("unsure_order_links", "info", "Service or return deliveries might belong to another sale of the customer.",
          "select count(*), null from fact_order_link where confidence < 0.5"),
)  # fmt: skip


def run_checks(
    connection: duckdb.DuckDBPyConnection,
    products: pl.DataFrame,
    counts: Mapping[str, int],
    today: date,
    known: Found | None = None,
) -> pl.DataFrame:
    """data_check: one row per check, run on the finished tables.

    Args:
        connection: to the finished file.
        products: staging products, for what their files say.
        counts: table name to number of rows.
        today: the tenant's business date.
        known: what some checks find, where that is known already.
    """
    files = products.select("source", "product_id", "on_hand_quantity")
    connection.register("product_file", files.to_arrow())
    values = {"today": today, "earliest": EARLIEST}
    rows = []
    for check in (*CHECKS, *_repeated_keys(counts)):
        found = (known or {}).get(check.name) or find(connection, check, [values[name] for name in check.needs])
        rows.append((check.name, check.severity, check.sentence, *found))
    connection.unregister("product_file")
    return star_frame(data_check, pl.DataFrame(rows, schema=star_schema(data_check), orient="row"))


def find(
    connection: duckdb.DuckDBPyConnection, check: Check, values: Sequence[date] = ()
) -> tuple[int, Decimal | None]:
    """Number of wrong rows, and the money they touch."""
    if check.doubt and connection.execute(check.doubt).fetchone() is None:
        return 0, None
    count, amount = connection.execute(check.sql, list(values)).fetchone() or (0, None)
    return int(count), None if amount is None else Decimal(amount)


def _repeated_keys(counts: Mapping[str, int]) -> list[Check]:
    """A key that repeats would make joins count rows twice: one check per filled table with a key.

    Keys that rise from row to row, as a whole build writes them, need not be counted.
    """
    return [
        Check(f"repeated_{column.name}", "error", f"Two rows of {table.name} have the same key; sums count them twice.",
              f"select count({column.name}) - count(distinct {column.name}), null from {table.name}",  # noqa: S608
              doubt=f"select 1 from (select {column.name} as here, lag({column.name}) over () as before "  # noqa: S608
                    f"from {table.name}) where here <= before limit 1")
        for table in metadata.sorted_tables if counts.get(table.name)
        for column in table.primary_key.columns
    ]  # fmt: skip
