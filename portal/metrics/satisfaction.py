"""How satisfied customers are likely to be, by what they returned, ordered and spent. Nobody was asked."""

from __future__ import annotations

from sqlalchemy import Numeric, and_, cast, func

from portal.metrics.customer_value import CUSTOMERS_TO_DATE
from portal.metrics.expressions import known_total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import study_customer

_OWN = study_customer.c
_LEAST = 3
_RULE = (
    "From 3 points: more for returning little, for orders that repeat and for money spent, less for returning most; "
)
_LIMITS = "the limits are policies. Worked out, nobody was asked. As of the latest data; periods do not apply."

SATISFACTION_POINTS = Metric(
    name="satisfaction_points", label="Points of satisfaction", unit=Unit.NUMBER, fact=study_customer,
    value=known_total(cast(_OWN.satisfaction_points, Numeric(38, 8))), where=_OWN.has_bought, date_column=None,
    formula="points of each customer, summed", strength="D",
    meaning="Satisfaction of all customers added up; only of use to divide by their number.",
)  # fmt: skip
SATISFACTION = Ratio(
    name="satisfaction", label="Satisfaction, 1 to 5", unit=Unit.NUMBER, top=SATISFACTION_POINTS,
    bottom=CUSTOMERS_TO_DATE, strength="D", meaning=f"Mean satisfaction of customers who bought. {_RULE}{_LIMITS}",
)  # fmt: skip
DISSATISFIED = Metric(
    name="dissatisfied_customers", label="Dissatisfied customers", unit=Unit.COUNT, better=Better.DOWN,
    fact=study_customer, value=func.count(), where=and_(_OWN.has_bought, _OWN.satisfaction_points < _LEAST),
    date_column=None, formula="customers below 3 points", strength="D",
    meaning=f"Customers below 3 of 1 to 5 points of satisfaction. {_RULE}{_LIMITS}",
)  # fmt: skip

SATISFACTIONS: tuple[Measure, ...] = (SATISFACTION_POINTS, SATISFACTION, DISSATISFIED)
