"""Staff: leads handled, orders won, and the score that weighs them. By employee."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from portal.analysis.staff import Weights, grade, scores
from portal.metrics.expressions import known_total
from portal.metrics.model import Better, Measure, Metric, Ratio, Transform, Unit
from portal.metrics.orders import CANCELLATION_RATE, DELIVERY_RATE, RETURNED_ORDER_RATE
from portal.metrics.sales import AOV, NET_SALES, ORDERS
from portal.warehouse.schema import fact_staff_day

_DAY = fact_staff_day.c

STAFF_LEADS = Metric(
    name="staff_leads", label="Leads handled", unit=Unit.COUNT, better=Better.NEITHER, date_column="work_date",
    meaning="Leads as the performance sheet reports them, dated by the working day.",
    fact=fact_staff_day, value=known_total(_DAY.leads), formula="leads of the performance sheet, summed",
)  # fmt: skip
STAFF_REPORTED_ORDERS = Metric(
    name="staff_reported_orders", label="Orders reported", unit=Unit.COUNT, date_column="work_date", strength="D",
    meaning="Orders as the performance sheet reports them; the order sheet may say otherwise (see orders).",
    fact=fact_staff_day, value=known_total(_DAY.reported_orders), formula="orders of the performance sheet, summed",
)  # fmt: skip
STAFF_AD_SPEND = Metric(
    name="staff_ad_spend", label="Ad spend", unit=Unit.MONEY, better=Better.NEITHER, date_column="work_date",
    meaning="Advertising spend as the performance sheet reports it.",
    fact=fact_staff_day, value=known_total(_DAY.ad_spend_amount), formula="ad spend, summed",
)  # fmt: skip
STAFF_CONVERSION = Ratio(
    name="staff_conversion", label="Staff conversion", unit=Unit.RATE, top=ORDERS, bottom=STAFF_LEADS,
    meaning="Booked orders per lead handled. Missing without leads.",
)  # fmt: skip
STAFF_ROAS = Ratio(
    name="staff_roas", label="Return on ad spend", unit=Unit.NUMBER, top=NET_SALES, bottom=STAFF_AD_SPEND,
    strength="V", meaning="Net sales per unit of ad spend reported. Missing without spend.",
)  # fmt: skip
_INPUTS = (STAFF_CONVERSION, DELIVERY_RATE, ORDERS, AOV, CANCELLATION_RATE, RETURNED_ORDER_RATE)
_WEIGHTS = ("conversion", "delivery", "orders", "order_value", "lost")
_GRADES = ("a_plus", "a", "b", "c")
_POLICIES = (*(f"staff_weight_{name}" for name in _WEIGHTS), *(f"staff_grade_{name}" for name in _GRADES))
_FORMULA = (
    "0.35·min(100, staff_conversion·333) + 0.30·delivered_order_rate·100 + 0.15·orders ÷ top·100 + 0.10·aov ÷ top·100 "
    "− 0.10·min(30, (cancellation_rate + returned_order_rate)·100), top being the best of the people compared; the "
    "weights are the policies staff_weight_…"
)


def _score(frame: pl.DataFrame) -> pl.Series:
    if frame.is_empty():
        return scores(frame)
    return scores(frame, Weights(*(_policy(frame, f"staff_weight_{name}") for name in _WEIGHTS)))


def _grade(frame: pl.DataFrame) -> pl.Series:
    if frame.is_empty():
        return pl.Series([], dtype=pl.String)
    limits = [_policy(frame, f"staff_grade_{name}") for name in _GRADES]
    told = [grade(Decimal(score), limits) if score is not None else None for score in _score(frame)]
    return pl.Series(told, dtype=pl.String)


def _policy(frame: pl.DataFrame, name: str) -> Decimal:
    return Decimal(str(frame[f"policy.{name}"][0]))


STAFF_SCORE = Transform(
    name="staff_score", label="Staff score", unit=Unit.NUMBER, inputs=_INPUTS, compute=_score, needs="employee",
    policies=_POLICIES,
    meaning="0 to 100 from conversion, delivery, orders and order value against the best colleague of the period, less "
    "cancellations and returns. Missing without leads. Over several clients each person is held against the "
    "colleagues of their own client by its policies; a name that several clients have is missing.",
    formula=_FORMULA,
)  # fmt: skip
STAFF_GRADE = Transform(
    name="staff_grade", label="Staff grade", unit=Unit.GRADE, inputs=_INPUTS, compute=_grade, needs="employee",
    policies=_POLICIES,
    meaning="A+ from a staff score of 90, A from 75, B from 60, C from 40, else D; the limits are policies.",
    formula=_FORMULA, better=Better.NEITHER,
)  # fmt: skip

STAFF: tuple[Measure, ...] = (
    STAFF_LEADS, STAFF_REPORTED_ORDERS, STAFF_AD_SPEND, STAFF_CONVERSION, STAFF_ROAS, STAFF_SCORE, STAFF_GRADE,
)  # fmt: skip
