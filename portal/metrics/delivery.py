"""Delivery: parcels and delivery lines, their value, punctuality and freight.

Dated by the day a shipment left; where the source does not say, by the day it arrived.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Date, and_, case, cast, func, or_

from portal.metrics.expressions import AS_OF, known_total, policy_days, policy_word, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_shipment

_PARCEL = fact_shipment.c


def count_of_shipments(
    name: str, label: str, meaning: str, where: ColumnElement[bool] | None, better: Better = Better.NEITHER
) -> Metric:  # fmt: skip
    """A count of shipments, dated by departure (else arrival)."""
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning, fact=fact_shipment, value=func.count(), where=where,
        date_column="ship_date", better=better, formula="number of shipments",
    )  # fmt: skip


def days_ago(days: ColumnElement[int]) -> ColumnElement[object]:
    """The business date so many days before the latest data."""
    return cast(AS_OF - days, Date)


IS_OPEN = _PARCEL.outcome == "open"
_PROMISED = and_(_PARCEL.is_delivered, _PARCEL.promised_date.is_not(None), _PARCEL.delivered_date.is_not(None))
_BY_THE_HOUR = and_(
    policy_word("on_time_basis") == "timestamp", _PARCEL.promised_at.is_not(None), _PARCEL.delivered_at.is_not(None)
)
_IN_TIME = case(
    (_BY_THE_HOUR, _PARCEL.delivered_at <= _PARCEL.promised_at),
    else_=_PARCEL.delivered_date <= _PARCEL.promised_date,
)
_PROMISE_PASSED = and_(IS_OPEN, _PARCEL.promised_date < AS_OF)
IS_OVERDUE = or_(
    _PROMISE_PASSED,
    and_(IS_OPEN, _PARCEL.promised_date.is_(None),
         func.coalesce(_PARCEL.ship_date, _PARCEL.created_date) < days_ago(policy_days("open_parcel_days"))),
)  # fmt: skip
"""Still under way though the promise has passed, or, without a promise, for longer than policy open_parcel_days."""

_BASIS = "By date or by the very moment: policy on_time_basis."

SHIPMENTS = count_of_shipments(
    "shipments", "Shipments", "Parcels or delivery lines of any state, dated by departure (else arrival).", None
)
DELIVERED_SHIPMENTS = count_of_shipments(
    "delivered_shipments", "Delivered shipments", "Shipments that arrived, dated by departure (else arrival).",
    _PARCEL.is_delivered, Better.UP,
)  # fmt: skip
LATE_SHIPMENTS = count_of_shipments(
    "late_shipments", "Late shipments", "Shipments delivered after what was promised. " + _BASIS,
    and_(_PROMISED, ~_IN_TIME), Better.DOWN,
)  # fmt: skip
PROMISED_SHIPMENTS = count_of_shipments(
    "promised_shipments", "Delivered shipments with a promise",
    "Delivered shipments whose promised date and day of arrival are known.", _PROMISED,
)  # fmt: skip
ON_TIME_SHIPMENTS = count_of_shipments(
    "on_time_shipments", "On-time shipments", "Shipments delivered no later than promised. " + _BASIS,
    and_(_PROMISED, _IN_TIME), Better.UP,
)  # fmt: skip
DUE_SHIPMENTS = count_of_shipments(
    "due_shipments", "Shipments that were due",
    "Delivered shipments with a promise, and those still under way whose promised date has passed.",
    or_(_PROMISED, _PROMISE_PASSED),
)  # fmt: skip
OVERDUE_SHIPMENTS = Metric(
    name="overdue_shipments", label="Overdue shipments", unit=Unit.COUNT, better=Better.DOWN, date_column=None,
    strength="D", fact=fact_shipment, value=func.count(), where=IS_OVERDUE, formula="number of shipments",
    meaning="Shipments still under way whose promised date has passed; without a promise those under way longer than "
    "policy open_parcel_days. As of the snapshot: periods do not apply.",
)  # fmt: skip
OVERDUE_VALUE = Metric(
    name="overdue_value", label="Value of overdue shipments", unit=Unit.MONEY, better=Better.DOWN, date_column=None,
    strength="D", fact=fact_shipment, where=IS_OVERDUE,
    value=total(func.greatest(func.coalesce(_PARCEL.cod_amount, _PARCEL.shipment_amount, 0), 0)),
    formula="cash on delivery (else value of goods) of overdue shipments, summed",
    meaning="What overdue shipments are to bring in: their cash on delivery, else the value of their goods; 0 where "
    "neither is known. As of the snapshot: periods do not apply.",
)  # fmt: skip
FREIGHT_SHIPMENTS = count_of_shipments(
    "freight_shipments", "Shipments with a freight amount",
    "Shipments whose own freight or courier charge is a number in the source.", _PARCEL.fee_amount.is_not(None),
)  # fmt: skip
SHIPMENT_VALUE = Metric(
    name="shipment_value", label="Shipment value", unit=Unit.MONEY, date_column="ship_date",
    meaning="Value of the goods shipped, without freight. Missing when the source gives none.",
    fact=fact_shipment, value=known_total(_PARCEL.shipment_amount), formula="value of goods, summed",
)  # fmt: skip
SHIPPED_UNITS = Metric(
    name="shipped_units", label="Units shipped", unit=Unit.QUANTITY, date_column="ship_date",
    meaning="Quantity shipped.", fact=fact_shipment, value=known_total(_PARCEL.quantity),
    formula="quantity shipped, summed",
)  # fmt: skip
FREIGHT_AMOUNT = Metric(
    name="freight_amount", label="Freight", unit=Unit.MONEY, date_column="ship_date", better=Better.DOWN,
    meaning="Freight or courier charges that are numbers in the source; shipments whose charge is in another row or "
    "in the price of the goods are not in it (see shipments with a freight amount).",
    fact=fact_shipment, value=total(_PARCEL.fee_amount), where=_PARCEL.fee_amount.is_not(None),
    formula="freight charges, summed",
)  # fmt: skip
COURIER_CHARGES = Metric(
    name="courier_charges", label="Courier charges", unit=Unit.MONEY, date_column="ship_date", better=Better.DOWN,
    strength="D", fact=fact_shipment, value=known_total(func.coalesce(_PARCEL.fee_amount, _PARCEL.withheld_amount)),
    formula="courier charges, summed",
    meaning="What couriers charge for parcels of every outcome, returns included: the charge in the source, else what "
    "the courier's statement kept back. Missing when it is known of no parcel.",
)  # fmt: skip
ON_TIME_RATE = Ratio(
    name="on_time_rate", label="On-time rate", unit=Unit.RATE, top=ON_TIME_SHIPMENTS, bottom=DUE_SHIPMENTS,
    strength="V", meaning="Shipments delivered no later than promised as a share of those delivered with a promise or "
    "overdue. " + _BASIS,
)  # fmt: skip
FREIGHT_PER_SHIPMENT = Ratio(
    name="freight_per_shipment", label="Freight per shipment", unit=Unit.MONEY, top=FREIGHT_AMOUNT,
    bottom=FREIGHT_SHIPMENTS, strength="D", better=Better.DOWN,
    meaning="Freight per shipment that has a freight amount.",
)  # fmt: skip
COST_PER_DELIVERED = Ratio(
    name="cost_per_delivered", label="Cost per delivered parcel", unit=Unit.MONEY, top=COURIER_CHARGES,
    bottom=DELIVERED_SHIPMENTS, strength="D", better=Better.DOWN,
    meaning="All courier charges, those of returned parcels included, for each parcel that was delivered.",
)  # fmt: skip

DELIVERY: tuple[Measure, ...] = (
    SHIPMENTS, DELIVERED_SHIPMENTS, LATE_SHIPMENTS, PROMISED_SHIPMENTS, ON_TIME_SHIPMENTS, DUE_SHIPMENTS,
    OVERDUE_SHIPMENTS, OVERDUE_VALUE, FREIGHT_SHIPMENTS, SHIPMENT_VALUE, SHIPPED_UNITS, FREIGHT_AMOUNT,
    COURIER_CHARGES, ON_TIME_RATE, FREIGHT_PER_SHIPMENT, COST_PER_DELIVERED,
)  # fmt: skip
