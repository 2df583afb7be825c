"""Orders as documents: what was ordered, delivered, paid and is still open. Grain of all: order documents."""

from __future__ import annotations

from sqlalchemy import and_, func

from portal.metrics.expressions import BOOKED_ORDER, known_total, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_order

_ORDER = fact_order.c
_IS_ORDER = _ORDER.document_type == "order"

BOOKED_REVENUE = Metric(
    name="booked_revenue", label="Booked revenue", unit=Unit.MONEY, strength="D",
    meaning="Order totals of all booked documents, including tax and shipping; credit notes count negative. Cancelled, "
    "test and excluded orders are out. Dated by the order.",
    fact=fact_order, value=total(_ORDER.total_amount), where=BOOKED_ORDER, formula="order totals of booked orders",
)  # fmt: skip
REALISED_REVENUE = Metric(
    name="realised_revenue", label="Realised revenue", unit=Unit.MONEY, strength="D",
    meaning="Order totals of delivered (or counter) orders less the refunds recorded on them, including tax and "
    "shipping. Dated by the order.",
    fact=fact_order, value=total(_ORDER.total_amount) - total(_ORDER.refund_amount), where=_ORDER.is_realised,
    formula="realised_totals − realised_refunds", parts=("realised_totals", "realised_refunds"),
)  # fmt: skip
REALISED_TOTALS = Metric(
    name="realised_totals", label="Totals of delivered orders", unit=Unit.MONEY, strength="D",
    meaning="Order totals of delivered (or counter) orders before refunds, including tax and shipping.",
    fact=fact_order, value=total(_ORDER.total_amount), where=_ORDER.is_realised,
    formula="order totals of delivered orders",
)  # fmt: skip
REALISED_REFUNDS = Metric(
    name="realised_refunds", label="Refunds on delivered orders", unit=Unit.MONEY, strength="D", better=Better.DOWN,
    meaning="Refunds recorded on delivered (or counter) orders; an order without one counts 0.",
    fact=fact_order, value=total(_ORDER.refund_amount), where=_ORDER.is_realised,
    formula="refunds of delivered orders",
)  # fmt: skip
REFUNDS = Metric(
    name="refunds", label="Refunds", unit=Unit.MONEY, better=Better.DOWN, strength="D",
    meaning="Refunds recorded on orders in any state, else on their returns, else what their return lines take back. "
    "Dated by the order. Missing when the source records none.",
    fact=fact_order, value=known_total(_ORDER.refund_amount), formula="refunds recorded on orders, summed",
)  # fmt: skip
ORDER_TOTALS = Metric(
    name="order_totals", label="Order totals", unit=Unit.MONEY, strength="D", better=Better.NEITHER,
    meaning="Order totals of documents of any state, including tax and shipping.",
    fact=fact_order, value=total(_ORDER.total_amount), formula="order totals, summed",
)  # fmt: skip
CANCELLED_ORDERS = Metric(
    name="cancelled_orders", label="Cancelled orders", unit=Unit.COUNT, better=Better.DOWN, strength="D",
    meaning="Orders whose state is cancelled. They are outside every sales metric.",
    fact=fact_order, value=func.count(), where=and_(_IS_ORDER, _ORDER.order_status == "cancelled"), is_additive=True,
    formula="orders in state cancelled",
)  # fmt: skip
RETURNED_ORDERS = Metric(
    name="returned_orders", label="Returned orders", unit=Unit.COUNT, better=Better.DOWN, strength="D",
    meaning="Orders whose state is returned or refunded.",
    fact=fact_order, value=func.count(), where=and_(_IS_ORDER, _ORDER.order_status.in_(("returned", "refunded"))),
    formula="orders in state returned or refunded",
)  # fmt: skip
DELIVERED_ORDERS = Metric(
    name="delivered_orders", label="Delivered orders", unit=Unit.COUNT, strength="D",
    meaning="Orders whose state is delivered.",
    fact=fact_order, value=func.count(), where=and_(_IS_ORDER, _ORDER.order_status == "delivered"),
    formula="orders in state delivered",
)  # fmt: skip
ALL_ORDERS = Metric(
    name="all_orders", label="Orders taken", unit=Unit.COUNT, better=Better.NEITHER, strength="D",
    meaning="Orders in any state, cancelled ones included; credit notes are not counted.",
    fact=fact_order, value=func.count(), where=_IS_ORDER, formula="orders in any state",
)  # fmt: skip
_HAS_ADVANCE = and_(BOOKED_ORDER, _ORDER.advance_amount.is_not(None))
_HAS_BALANCE = and_(BOOKED_ORDER, _ORDER.balance_amount.is_not(None))
ADVANCES = Metric(
    name="advances", label="Advance payments", unit=Unit.MONEY,
    meaning="Amounts paid in advance on booked orders that record them.",
    fact=fact_order, value=known_total(_ORDER.advance_amount), where=_HAS_ADVANCE, formula="advances, summed",
)  # fmt: skip
OUTSTANDING = Metric(
    name="outstanding", label="Outstanding", unit=Unit.MONEY, better=Better.DOWN,
    meaning="Amounts still to be paid on booked orders that record a balance.",
    fact=fact_order, value=known_total(_ORDER.balance_amount), where=_HAS_BALANCE, formula="balances, summed",
)  # fmt: skip
_TOTAL_WITH_ADVANCE = Metric(
    name="totals_with_advance", label="Totals of orders with an advance record", unit=Unit.MONEY,
    meaning="Order totals of booked orders that record what was paid in advance (0 included).",
    fact=fact_order, value=known_total(_ORDER.total_amount), where=_HAS_ADVANCE, formula="order totals, summed",
)  # fmt: skip
_TOTAL_WITH_BALANCE = Metric(
    name="totals_with_balance", label="Totals of orders with a balance record", unit=Unit.MONEY,
    meaning="Order totals of booked orders that record what is still to be paid (0 included).",
    fact=fact_order, value=known_total(_ORDER.total_amount), where=_HAS_BALANCE, formula="order totals, summed",
)  # fmt: skip
REALISATION_RATE = Ratio(
    name="realisation_rate", label="Realised share", unit=Unit.RATE, top=REALISED_TOTALS, bottom=ORDER_TOTALS,
    strength="D", meaning="Totals of delivered (or counter) orders as a share of the totals of orders of any state, "
    "before refunds. Orders still under way lower it.",
)  # fmt: skip
COLLECTION_RATE = Ratio(
    name="collection_rate", label="Collection rate", unit=Unit.RATE, top=ADVANCES, bottom=_TOTAL_WITH_ADVANCE,
    meaning="Advance payments as a share of order totals, over booked orders that record an advance.",
)  # fmt: skip
OUTSTANDING_RATE = Ratio(
    name="outstanding_rate", label="Outstanding rate", unit=Unit.RATE, top=OUTSTANDING, bottom=_TOTAL_WITH_BALANCE,
    better=Better.DOWN, meaning="What is still to be paid as a share of order totals, over booked orders that record "
    "a balance.",
)  # fmt: skip
DELIVERY_RATE = Ratio(
    name="delivered_order_rate", label="Delivered share of orders", unit=Unit.RATE, top=DELIVERED_ORDERS,
    bottom=ALL_ORDERS, meaning="Orders in state delivered as a share of all orders taken.", strength="D",
)  # fmt: skip
CANCELLATION_RATE = Ratio(
    name="cancellation_rate", label="Cancelled share of orders", unit=Unit.RATE, top=CANCELLED_ORDERS,
    bottom=ALL_ORDERS, better=Better.DOWN, meaning="Cancelled orders as a share of all orders taken.", strength="D",
)  # fmt: skip
RETURNED_ORDER_RATE = Ratio(
    name="returned_order_rate", label="Returned share of orders", unit=Unit.RATE, top=RETURNED_ORDERS,
    bottom=ALL_ORDERS, better=Better.DOWN, strength="D",
    meaning="Orders in state returned or refunded as a share of all orders taken.",
)  # fmt: skip

ORDER: tuple[Measure, ...] = (
    BOOKED_REVENUE, REALISED_REVENUE, REALISED_TOTALS, REALISED_REFUNDS, REFUNDS, ORDER_TOTALS, ALL_ORDERS,
    DELIVERED_ORDERS, CANCELLED_ORDERS, RETURNED_ORDERS, ADVANCES, OUTSTANDING, _TOTAL_WITH_ADVANCE,
    _TOTAL_WITH_BALANCE, REALISATION_RATE, COLLECTION_RATE, OUTSTANDING_RATE, DELIVERY_RATE, CANCELLATION_RATE,
    RETURNED_ORDER_RATE,
)  # fmt: skip
