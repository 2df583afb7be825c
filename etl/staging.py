"""Canonical staging schemas: what every source is conformed to before the star is built.

A staging frame is a Polars DataFrame with exactly the columns of its `StagingTable`, in that order, plus the
lineage columns of `LINEAGE`. Text is trimmed, null means the source does not say. Money is fixed decimal in the
row's own `currency` (null: the tenant's). `<x>_at` is an instant in UTC without zone, null when the source gives a
date only; `<x>_date` is the business date in the tenant's zone; `<x>_hour` the local hour, null for dates only.

`row_key` identifies a row: the natural key where the table has one, else a hash of the row's content plus the number
of its occurrence within its file, because identical lines can be real. The same row_key in a later file is the same
row: the newest wins (`updated_at` where mapped, else later load, later file, later row) and the others are counted
as duplicates.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

TEXT = pl.String()
MONEY = pl.Decimal(18, 4)
QUANTITY = pl.Decimal(18, 4)
DAY = pl.Date()
INSTANT = pl.Datetime("us")
FLAG = pl.Boolean()
WHOLE = pl.Int32()
HOUR = pl.Int8()

LINEAGE: dict[str, pl.DataType] = {"row_key": TEXT, "origin_key": pl.Int64(), "source_row": WHOLE}
"""Added to every staging frame. origin_key numbers the file or sheet within one load; source_row is 1-based in the
file as a person sees it (the header of a plain CSV is row 1, its first record row 2)."""


@dataclass(frozen=True)
class StagingTable:
    """One canonical staging table.

    Attributes:
        name: name used in mappings, rejects, tie-out and on disk.
        grain: one sentence.
        columns: column name to Polars type, without `LINEAGE`.
        required: columns that may not be null; a row without one is rejected with rule "missing <column>".
        natural_key: columns that identify a row when the mapping says nothing else; empty means hash + occurrence.
        totals: numeric columns whose sums are tied out from source to warehouse.
    """

    name: str
    grain: str
    columns: dict[str, pl.DataType]
    required: tuple[str, ...] = ()
    natural_key: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()

    def schema(self) -> pl.Schema:
        """Full Polars schema of a staging frame: columns then lineage."""
        return pl.Schema({**self.columns, **LINEAGE})

    def empty(self) -> pl.DataFrame:
        """A staging frame of shape (0, k)."""
        return pl.DataFrame(schema=self.schema())


_CUSTOMER = {
    "customer_id": TEXT, "customer": TEXT, "phone": TEXT, "email": TEXT, "city": TEXT, "zone": TEXT, "country": TEXT,
}  # fmt: skip
_SALE = {"channel": TEXT, "shop": TEXT, "employee_id": TEXT, "payment_method": TEXT, "campaign_id": TEXT}
_ORDERED = {"ordered_at": INSTANT, "order_date": DAY, "order_hour": HOUR}

ORDER = StagingTable(
    "order", "One order document as the source gives it.",
    {"order_id": TEXT, **_ORDERED, "status_date": DAY, "order_status": TEXT, **_CUSTOMER, **_SALE,
     "total_amount": MONEY, "tax_amount": MONEY, "shipping_amount": MONEY, "discount_amount": MONEY,
     "advance_amount": MONEY, "balance_amount": MONEY, "refund_amount": MONEY, "tracking_id": TEXT, "courier": TEXT,
     "note": TEXT, "is_test": FLAG, "is_total_estimated": FLAG, "currency": TEXT, "updated_at": INSTANT},
    required=("order_id",), natural_key=("order_id",), totals=("total_amount",),
)  # fmt: skip

ORDER_LINE = StagingTable(
    "order_line", "One line of one order document; repeats order columns where the source does.",
    {"order_id": TEXT, **_ORDERED, "order_status": TEXT, **_CUSTOMER, **_SALE,
     "product_id": TEXT, "product": TEXT, "category": TEXT, "quantity": QUANTITY, "unit_price": MONEY,
     "list_price": MONEY, "discount_amount": MONEY, "tax_amount": MONEY, "line_amount": MONEY, "unit_cost": MONEY,
     "is_cancellation": FLAG, "is_return": FLAG, "is_merchandise": FLAG, "is_price_estimated": FLAG,
     "is_cost_estimated": FLAG, "is_test": FLAG, "currency": TEXT, "updated_at": INSTANT},
    required=("quantity",), totals=("quantity", "line_amount"),
)  # fmt: skip
"""line_amount is quantity × unit_price unless the source states it; sign as in the source. A line with neither price
nor amount takes the price of its product. `order_id` null: each line becomes its own order (order_id = row_key)."""

CUSTOMER = StagingTable(
    "customer", "One customer record of the source.",
    {**_CUSTOMER, "address": TEXT, "has_consent": FLAG, "created_date": DAY, "updated_at": INSTANT},
    natural_key=("customer_id",),
)  # fmt: skip

PRODUCT = StagingTable(
    "product", "One product record of the source.",
    {"product_id": TEXT, "sku": TEXT, "product": TEXT, "category": TEXT, "brand": TEXT, "supplier": TEXT,
     "list_price": MONEY, "unit_cost": MONEY, "on_hand_quantity": QUANTITY, "is_active": FLAG, "is_merchandise": FLAG,
     "shop": TEXT, "currency": TEXT, "updated_at": INSTANT},
    required=("product_id",), natural_key=("product_id",), totals=("on_hand_quantity",),
)  # fmt: skip
"""on_hand_quantity is a count as of the load; null where the source keeps no stock on the product."""

STOCK_MOVEMENT = StagingTable(
    "stock_movement", "One movement of one product.",
    {"movement_id": TEXT, "product_id": TEXT, "moved_at": INSTANT, "movement_date": DAY, "movement_type": TEXT,
     "quantity": QUANTITY, "unit_cost": MONEY, "reason": TEXT, "reference_id": TEXT, "shop": TEXT, "hub": TEXT,
     "currency": TEXT},
    required=("product_id", "quantity"), totals=("quantity",),
)  # fmt: skip

SHIPMENT = StagingTable(
    "shipment", "One parcel or delivery line.",
    {"shipment_id": TEXT, "order_id": TEXT, "tracking_id": TEXT, "shipment_type": TEXT, "shipment_status": TEXT,
     "shipment_mode": TEXT, "ship_date": DAY, "promised_date": DAY, "delivered_date": DAY, "returned_date": DAY,
     "created_at": INSTANT, "delivered_at": INSTANT, "attempts": WHOLE, "exception_reason": TEXT, **_CUSTOMER,
     "product_id": TEXT, "product": TEXT, "category": TEXT, "courier": TEXT, "hub": TEXT, "shop": TEXT,
     "quantity": QUANTITY, "shipment_amount": MONEY, "cod_amount": MONEY, "collected_amount": MONEY,
     "remitted_amount": MONEY, "fee_amount": MONEY, "remitted_date": DAY, "currency": TEXT, "updated_at": INSTANT},
    required=("shipment_id",), natural_key=("shipment_id",),
    totals=("quantity", "shipment_amount", "cod_amount", "fee_amount"),
)  # fmt: skip

LEAD = StagingTable(
    "lead", "One lead.",
    {"lead_id": TEXT, "lead_status": TEXT, "priority": TEXT, "lead_source": TEXT, "lead_type": TEXT, **_CUSTOMER,
     "employee_id": TEXT, "lead_date": DAY, "last_contact_date": DAY, "status_date": DAY, "follow_up_date": DAY,
     "score": WHOLE, "follow_up_count": WHOLE, "value_amount": MONEY, "note": TEXT, "currency": TEXT,
     "updated_at": INSTANT},
)  # fmt: skip

EMPLOYEE = StagingTable(
    "employee", "One person who works for the tenant.",
    {"employee_id": TEXT, "employee": TEXT, "role": TEXT, "email": TEXT, "is_active": FLAG},
    required=("employee_id",), natural_key=("employee_id",),
)  # fmt: skip

STAFF_DAY = StagingTable(
    "staff_day", "One employee and day of a performance sheet.",
    {"employee_id": TEXT, "work_date": DAY, "leads": WHOLE, "reported_orders": WHOLE, "ad_spend_amount": MONEY,
     "currency": TEXT},
    required=("employee_id", "work_date"), totals=("leads", "reported_orders"),
)  # fmt: skip

EXPENSE = StagingTable(
    "expense", "One expense or other income; amounts positive.",
    {"expense_id": TEXT, "expense_date": DAY, "expense_category": TEXT, "expense_amount": MONEY, "title": TEXT,
     "is_income": FLAG, "employee_id": TEXT, "courier": TEXT, "currency": TEXT},
    required=("expense_date", "expense_amount"), totals=("expense_amount",),
)  # fmt: skip

FX_RATE = StagingTable(
    "fx_rate", "One day and currency pair: 1 from_currency = rate to_currency.",
    {"rate_date": DAY, "from_currency": TEXT, "to_currency": TEXT, "rate": pl.Decimal(18, 8)},
    required=("rate_date", "from_currency", "to_currency", "rate"),
    natural_key=("rate_date", "from_currency", "to_currency"),
)  # fmt: skip

CAMPAIGN = StagingTable(
    "campaign", "One campaign or coupon series, with totals where the source has no daily figures.",
    {"campaign_id": TEXT, "campaign": TEXT, "campaign_type": TEXT, "status": TEXT, "start_date": DAY, "end_date": DAY,
     "budget_amount": MONEY, "channel": TEXT, "spend_amount": MONEY, "impressions": WHOLE, "clicks": WHOLE,
     "conversions": WHOLE, "revenue_amount": MONEY, "currency": TEXT},
    required=("campaign_id",), natural_key=("campaign_id",), totals=("spend_amount", "revenue_amount"),
)  # fmt: skip

STAGING: dict[str, StagingTable] = {
    table.name: table
    for table in (ORDER, ORDER_LINE, CUSTOMER, PRODUCT, STOCK_MOVEMENT, SHIPMENT, LEAD, EMPLOYEE, STAFF_DAY, EXPENSE,
                  FX_RATE, CAMPAIGN)
}  # fmt: skip

ORDER_STATUSES = (
    "new", "confirmed", "processing", "shipped", "in_transit", "out_for_delivery", "delivered", "exception",
    "cancelled", "returned", "refunded", "lost",
)  # fmt: skip
"""The canonical order states; every source's words are mapped onto them."""

OUTCOMES = ("loaded", "unchanged", "duplicate", "excluded", "rejected")
"""What can become of a source row. Conservation holds exactly: rows read = the sum over these."""

REJECTS = pl.Schema(
    {"origin_key": pl.Int64(), "source_row": WHOLE, "staging_table": TEXT, "outcome": TEXT, "rule": TEXT,
     "column": TEXT, "value": TEXT}
)  # fmt: skip
"""One row kept out of the warehouse. outcome is rejected or excluded; rule is a short sentence a person understands
("missing quantity", "date fits two readings"), column and value name the first cell that broke it."""
