"""The paper of one order: who sold what to whom, what it comes to, what is paid. Every number is the warehouse's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import (
    dim_customer,
    dim_origin,
    dim_payment_method,
    dim_place,
    dim_product,
    dim_shop,
    fact_order,
    fact_order_line,
    fact_shipment,
)

Record = dict[str, Any]
_ORDER, _LINE, _PARCEL = fact_order.c, fact_order_line.c, fact_shipment.c
_LINES = ("line_type", "quantity", "unit_price", "gross_amount", "discount_amount", "net_amount", "tax_amount",
          "is_price_estimated")  # fmt: skip


@dataclass(frozen=True)
class Invoice:
    """One order as a paper. Amounts are in the reporting currency; None where the source does not tell.

    Attributes:
        order: columns of fact_order with customer, phone, email, city, country, shop, payment_method, file and row.
        lines: quantity, amounts and product of each line, as sold; what came back has a minus.
        parcels: shipment_id, shipment_status and delivered_date of its parcels.
        due: last day to pay, by policy invoice_due_days; None without a date.
        as_of: latest business date of the data.
    """

    order: Record
    lines: list[Record]
    parcels: list[Record]
    due: date | None
    as_of: date | None

    @property
    def goods(self) -> Decimal:
        """List value of all lines."""
        return self._sum("gross_amount")

    @property
    def discounts(self) -> Decimal:
        """Discounts of all lines, those of the order among them."""
        return self._sum("discount_amount")

    @property
    def unexplained(self) -> Decimal | None:
        """What the total has beside lines, shipping and tax: rounding, or what the lines do not tell."""
        total = self.order["total_amount"]
        if total is None:
            return None
        known = (self.order[name] or Decimal(0) for name in ("shipping_amount", "tax_amount"))
        return Decimal(total) - self._sum("net_amount") - sum(known, Decimal(0))

    @property
    def state(self) -> str:
        """cancelled, returned, paid, open, overdue, or not recorded where no source tells of payment."""
        balance = self.order["balance_amount"]
        if not self.order["is_booked"]:
            return "cancelled"
        if self.order["order_status"] in {"returned", "refunded"}:
            return "returned"
        if balance is None:
            return "not recorded"
        if balance <= 0:
            return "paid"
        return "overdue" if self.due and self.as_of and self.due < self.as_of else "open"

    def _sum(self, name: str) -> Decimal:
        return sum((line[name] or Decimal(0) for line in self.lines), Decimal(0))


def read_invoice(warehouse: Warehouse, number: str) -> Invoice | None:
    """The paper of the order with a number; of several sources' orders a booked one first. None where there is none."""
    joined: Any = fact_order
    for dimension in (dim_customer, dim_place, dim_shop, dim_payment_method, dim_origin):
        key = next(iter(dimension.primary_key.columns)).name
        joined = joined.join(dimension, fact_order.c[key] == dimension.c[key])
    told: tuple[ColumnElement[Any], ...] = (
        dim_customer.c.customer, dim_customer.c.customer_id, dim_customer.c.phone, dim_customer.c.email,
        dim_place.c.city, dim_place.c.country, dim_shop.c.shop, dim_payment_method.c.payment_method,
        dim_origin.c.file_name, dim_origin.c.sheet,
    )  # fmt: skip
    rows = select(*fact_order.c, *told).select_from(joined).where(_ORDER.order_id == number)
    found = warehouse.frame(rows.order_by(_ORDER.is_booked.desc(), _ORDER.order_key).limit(1))
    if not found.height:
        return None
    order = found.row(0, named=True)
    days = timedelta(days=int(warehouse.policies["invoice_due_days"]))
    due = order["order_date"] + days if order["order_date"] else None
    return Invoice(order, _lines(warehouse, order), _parcels(warehouse, order), due, warehouse.snapshot.as_of)


def _lines(warehouse: Warehouse, order: Record) -> list[Record]:
    columns = [dim_product.c.product, dim_product.c.sku, *(_LINE[name] for name in _LINES)]
    joined = fact_order_line.join(dim_product, _LINE.product_key == dim_product.c.product_key)
    rows = select(*columns).select_from(joined).where(_LINE.order_key == order["order_key"])
    return warehouse.frame(rows.order_by(_LINE.quantity < 0, _LINE.line_key)).to_dicts()


def _parcels(warehouse: Warehouse, order: Record) -> list[Record]:
    rows = select(_PARCEL.shipment_id, _PARCEL.shipment_status, _PARCEL.delivered_date)
    return warehouse.frame(
        rows.where(_PARCEL.order_key == order["order_key"]).order_by(_PARCEL.shipment_key)
    ).to_dicts()
