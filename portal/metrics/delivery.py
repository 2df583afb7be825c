"""Delivery: parcels and delivery lines, their value, punctuality and freight.

Dated by the day a shipment left; where the source does not say, by the day it arrived.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func

from portal.metrics.expressions import known_total, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import fact_shipment

_PARCEL = fact_shipment.c


def _shipments(name: str, label: str, meaning: str, where: ColumnElement[bool] | None, better: Better) -> Metric:
    """A count of shipments."""
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning, fact=fact_shipment, value=func.count(), where=where,
        date_column="ship_date", better=better, formula="number of shipments",
    )  # fmt: skip


SHIPMENTS = _shipments(
    "shipments", "Shipments", "Parcels or delivery lines of any state, dated by departure (else arrival).", None,
    Better.NEITHER,
)  # fmt: skip
DELIVERED_SHIPMENTS = _shipments(
    "delivered_shipments", "Delivered shipments", "Shipments that arrived, dated by departure (else arrival).",
    _PARCEL.is_delivered, Better.UP,
)  # fmt: skip
LATE_SHIPMENTS = _shipments(
    "late_shipments", "Late shipments",
    "Shipments delivered after the promised date (by date, not by hour), dated by departure (else arrival).",
    _PARCEL.is_late, Better.DOWN,
)  # fmt: skip
_PROMISED = and_(_PARCEL.is_delivered, _PARCEL.promised_date.is_not(None))
PROMISED_SHIPMENTS = _shipments(
    "promised_shipments", "Delivered shipments with a promise", "Delivered shipments whose promised date is known.",
    _PROMISED, Better.NEITHER,
)  # fmt: skip
ON_TIME_SHIPMENTS = _shipments(
    "on_time_shipments", "On-time shipments", "Shipments delivered on or before the promised date.",
    and_(_PROMISED, ~_PARCEL.is_late), Better.UP,
)  # fmt: skip
FREIGHT_SHIPMENTS = _shipments(
    "freight_shipments", "Shipments with a freight amount",
    "Shipments whose own freight or courier charge is a number in the source.", _PARCEL.fee_amount.is_not(None),
    Better.NEITHER,
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
ON_TIME_RATE = Ratio(
    name="on_time_rate", label="On-time rate", unit=Unit.RATE, top=ON_TIME_SHIPMENTS, bottom=PROMISED_SHIPMENTS,
    strength="V", meaning="Shipments delivered by the promised date as a share of delivered shipments with a promise. "
    "By date, not by hour.",
)  # fmt: skip
FREIGHT_PER_SHIPMENT = Ratio(
    name="freight_per_shipment", label="Freight per shipment", unit=Unit.MONEY, top=FREIGHT_AMOUNT,
    bottom=FREIGHT_SHIPMENTS, strength="D", better=Better.DOWN,
    meaning="Freight per shipment that has a freight amount.",
)  # fmt: skip

DELIVERY: tuple[Measure, ...] = (
    SHIPMENTS, DELIVERED_SHIPMENTS, LATE_SHIPMENTS, PROMISED_SHIPMENTS, ON_TIME_SHIPMENTS, FREIGHT_SHIPMENTS,
    SHIPMENT_VALUE, SHIPPED_UNITS, FREIGHT_AMOUNT, ON_TIME_RATE, FREIGHT_PER_SHIPMENT,
)  # fmt: skip
