"""Study the programme calculator tries its rules on."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, key, primary_key
from portal.warehouse.schema.sales import fact_order
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
