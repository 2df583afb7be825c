"""What employees earn on what they sell: their commission, at the tenant's rate."""

from __future__ import annotations

from sqlalchemy import Numeric, and_, cast

from portal.metrics.dated_policies import policy_on
from portal.metrics.expressions import BOOKED_LINE, total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import fact_order_line

_LINE = fact_order_line.c
_RATE = cast(policy_on("commission_rate", _LINE.order_date), Numeric(6, 4))
_EARNING = and_(BOOKED_LINE, _LINE.is_realised)

COMMISSION_SALES = Metric(
    name="commission_sales", label="Sales that earn commission", unit=Unit.MONEY, fact=fact_order_line,
    value=total(_LINE.net_amount), where=_EARNING, strength="D", formula="net amount of delivered orders, summed",
    meaning="Net sales of delivered (or counter) orders; what came back is taken off. Without tax and shipping. Dated "
    "by the order.",
)  # fmt: skip
COMMISSION = Metric(
    name="commission", label="Commission", unit=Unit.MONEY, fact=fact_order_line, better=Better.NEITHER,
    value=total(_LINE.net_amount * _RATE), where=_EARNING, strength="D",
    formula="commission_sales × the policy commission_rate", parts=("commission_sales",),
    meaning="Sales that earn commission times the rate of the policy commission_rate in force on the day of the "
    "order. What employees have earned, not what was paid to them.",
)  # fmt: skip

COMMISSIONS: tuple[Measure, ...] = (COMMISSION_SALES, COMMISSION)
