"""Shops in states that break screens: one order, one product, one day, goods that cost nothing, everything returned."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.metrics.golden import MAR31, ORDERS, SHOP

Tables = dict[str, Any]
_GOODS = ("dim_product", "dim_customer", "dim_channel", "dim_place", "dim_employee", "dim_origin")


def _shop(**facts: Any) -> Tables:
    return {**{name: SHOP[name] for name in _GOODS}, **facts}


def _lines(*orders: int) -> list[dict[str, Any]]:
    return [dict(line) for line in SHOP["fact_order_line"] if line["order_key"] in orders]


def _back(line: dict[str, Any], day: date = MAR31) -> dict[str, Any]:
    """A line as it comes back, whole."""
    turned = {name: -line[name] for name in ("quantity", "gross_amount", "discount_amount", "net_amount")}
    return {**line, **turned, "line_key": line["line_key"] + 100, "line_type": "return", "order_date": day}


def _return(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "return_key": line["line_key"], "source": "table", "order_key": line["order_key"], "line_key": line["line_key"],
        "return_date": MAR31, "order_date": line["order_date"], "product_key": line["product_key"],
        "return_status": "returned", "quantity": line["quantity"], "return_amount": line["net_amount"], "origin_key": 1,
        "source_row": line["line_key"],
    }  # fmt: skip


def _everything_returned() -> Tables:
    sold = _lines(1, 2, 3)
    parcels = [{**SHOP["fact_shipment"][0], "is_delivered": False, "outcome": "failed", "delivered_date": None,
                "shipment_status": "returned", "returned_date": MAR31}]  # fmt: skip
    orders = [{**order, "order_status": "returned", "is_realised": False} for order in ORDERS[:3]]
    return _shop(fact_order=orders, fact_order_line=[*sold, *map(_back, sold)], fact_return=[*map(_return, sold)],
                 fact_shipment=parcels)  # fmt: skip


def _one_day() -> Tables:
    day = {"order_date": MAR31}
    parcels = [{**parcel, "ship_date": MAR31, "created_date": MAR31, "promised_date": MAR31, "delivered_date": MAR31}
               for parcel in SHOP["fact_shipment"]]  # fmt: skip
    return _shop(fact_order=[{**one, **day} for one in ORDERS],
                 fact_order_line=[{**one, **day} for one in SHOP["fact_order_line"]], fact_shipment=parcels,
                 fact_staff_day=[{**one, "work_date": MAR31} for one in SHOP["fact_staff_day"]])  # fmt: skip


STATES: dict[str, Tables] = {
    "one order": _shop(fact_order=ORDERS[6:7], fact_order_line=_lines(7)),
    "one product": {**SHOP, "fact_order_line": [one for one in SHOP["fact_order_line"] if one["product_key"] == 1]},
    "one day": _one_day(),
    "zero cost": {
        **SHOP, "dim_product": [{**one, "unit_cost": 0} for one in SHOP["dim_product"]],
        "fact_order_line": [{**one, "cost_amount": 0, "has_cost": True} for one in SHOP["fact_order_line"]],
    },
    "free goods": {
        **SHOP,
        "fact_order_line": [{**one, "unit_price": 0, "gross_amount": 0, "discount_amount": 0, "net_amount": 0}
                            for one in SHOP["fact_order_line"]],
        "fact_order": [{**one, "total_amount": 0, "advance_amount": 0, "balance_amount": 0} for one in ORDERS],
    },
    "all returned": _everything_returned(),
    "parcels only": _shop(fact_shipment=SHOP["fact_shipment"]),
    "nothing but a file": _shop(),
}  # fmt: skip
"""State to the tables of a shop in it."""
