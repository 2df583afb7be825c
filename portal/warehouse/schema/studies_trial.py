"""Studies that say what a programme would cost and what one brings."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, key, primary_key, whole
from portal.warehouse.schema.sales import fact_order, fact_order_line
from portal.warehouse.schema.studies import share, studies

study_rolling_order = Table(
    "study_rolling_order", studies,
    primary_key("order_key"), key("customer_key"), code("source"), day("order_date"), share("order_amount"),
    share("year_spend"),
    comment="Grain: one delivered order of a known customer in the last 365 days of the data. order_amount is its "
    "total (0 where not known), year_spend what the same customer's delivered orders came to in the 365 days before "
    "its day.",
    info={"from": fact_order},
)  # fmt: skip

study_buyer = Table(
    "study_buyer", studies,
    primary_key("customer_key"), day("first_quarter"), whole("orders_before"), share("margin"),
    comment="Grain: one known customer with a booked line. first_quarter: of the first order ever; orders_before: "
    "orders that had come 365 days before the last day of the data; margin: gross margin of those 365 days, what is "
    "without a cost taken as costing nothing, 0 where nothing was bought.",
    info={"from": fact_order_line},
)  # fmt: skip
