"""Cash that is under way, and wages that wait."""

from __future__ import annotations

from sqlalchemy import and_

from portal.metrics.expressions import total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import fact_payroll, fact_shipment

_PARCEL, _PAY = fact_shipment.c, fact_payroll.c

COD_IN_TRANSIT = Metric(
    name="cod_in_transit", label="Cash on delivery under way", unit=Unit.MONEY, fact=fact_shipment,
    value=total(_PARCEL.cod_amount), where=and_(_PARCEL.outcome == "open", _PARCEL.cod_amount > 0), date_column=None,
    better=Better.NEITHER, strength="D", formula="cash on delivery of parcels under way, summed",
    meaning="What customers are to pay for parcels that are neither delivered nor given up. As of the snapshot: "
    "periods do not apply.",
)  # fmt: skip
PAYROLL_WAITING = Metric(
    name="payroll_waiting", label="Pay not yet paid", unit=Unit.MONEY, fact=fact_payroll, value=total(_PAY.net_amount),
    where=_PAY.payroll_status.in_(("pending", "approved")), date_column=None, better=Better.DOWN, strength="D",
    formula="net pay that is pending or approved, summed",
    meaning="Net pay that the payroll has as pending or approved, not paid. As of the snapshot.",
)  # fmt: skip

CASH: tuple[Measure, ...] = (COD_IN_TRANSIT, PAYROLL_WAITING)
