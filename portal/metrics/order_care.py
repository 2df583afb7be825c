"""Orders somebody should look at: those that are not finished for too long, and those whose cash is at risk."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Numeric, and_, cast, func, literal_column, select

from portal.metrics.delivery import days_ago
from portal.metrics.expressions import policy_days, total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import dim_payment_method, fact_order

_ORDER = fact_order.c
_FINISHED = ("delivered", "cancelled", "returned", "refunded", "lost")
_UNFINISHED = and_(_ORDER.is_booked, _ORDER.document_type == "order", _ORDER.order_status.not_in(_FINISHED))
_AGED = and_(_UNFINISHED, _ORDER.order_date < days_ago(policy_days("aged_order_days")))
_CASH = select(dim_payment_method.c.payment_method_key).where(dim_payment_method.c.payment_kind == "cod")
_MIDDLE = (
    select(cast(func.quantile_cont(_ORDER.balance_amount, literal_column("0.5")), Numeric(18, 4)))
    .where(_ORDER.is_booked, _ORDER.balance_amount > 0).scalar_subquery()
)  # fmt: skip
_RISKY = and_(_UNFINISHED, _ORDER.payment_method_key.in_(_CASH), _ORDER.balance_amount > _MIDDLE)


def _orders(name: str, label: str, meaning: str, where: ColumnElement[bool]) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.COUNT, fact=fact_order, value=func.count(), where=where, date_column=None,
        better=Better.DOWN, strength="D", formula="number of orders",
        meaning=f"{meaning} As of the snapshot: periods do not apply.",
    )  # fmt: skip


def _money(name: str, label: str, meaning: str, where: ColumnElement[bool]) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.MONEY, fact=fact_order, value=total(_ORDER.total_amount), where=where,
        date_column=None, better=Better.DOWN, strength="D", formula="order totals, summed",
        meaning=f"{meaning} As of the snapshot: periods do not apply.",
    )  # fmt: skip


AGED_ORDERS = _orders(
    "aged_orders", "Orders not finished in time",
    "Booked orders that are neither delivered nor given up after the days of policy aged_order_days.", _AGED,
)  # fmt: skip
AGED_ORDER_VALUE = _money(
    "aged_order_value", "Value of orders not finished in time", "Totals of orders not finished in time.", _AGED
)
RISKY_ORDERS = _orders(
    "risky_orders", "Orders with much cash at risk",
    "Unfinished orders paid in cash on delivery whose balance is above the middle of all balances.", _RISKY,
)  # fmt: skip
RISKY_ORDER_VALUE = _money(
    "risky_order_value", "Value of orders with much cash at risk", "Totals of orders with much cash at risk.", _RISKY
)

ORDER_CARE: tuple[Measure, ...] = (AGED_ORDERS, AGED_ORDER_VALUE, RISKY_ORDERS, RISKY_ORDER_VALUE)
