"""Are policies kept: what comes back and when, what is discounted and who should have approved it.

Return rates follow the sale: what was sold on a day, and how much of that came back within the window. Days too young
to have had the whole window are left out of both sides. Discounts are judged against the cap (worked out at the load)
and the ladder that were in force on the day of the order, returns against the return window of the day of their sale.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Numeric, String, and_, case, cast, func, literal, or_, select

from portal.metrics.dated_policies import policy_on
from portal.metrics.expressions import AS_OF, SALE_LINE, distinct, policy_value, total
from portal.metrics.model import Better, Dimension, Measure, Metric, Ratio, Unit
from portal.metrics.sales import DISCOUNTS
from portal.warehouse.schema import fact_order_line, fact_return

_LINE, _BACK = fact_order_line.c, fact_return.c
_AGE = func.date_diff(literal("day"), _BACK.order_date, _BACK.return_date)
_RATE_DAYS, _WINDOW = policy_value("return_rate_days"), policy_on("return_window_days", _BACK.order_date)


def _is_ripe(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Sold long enough ago to have had the whole window."""
    return day <= cast(AS_OF - cast(_RATE_DAYS, Integer), Date)


_TELLS_SALES = (
    select(or_(func.count() == 0, func.count(_BACK.order_date) > 0)).select_from(fact_return).scalar_subquery()
)
"""False where not one return names its sale: then a rate of 0 would be untrue, and none is told."""
_IN_TIME = and_(_is_ripe(_BACK.order_date), _AGE.between(0, _RATE_DAYS))
_RIPE_SALE = and_(SALE_LINE, _is_ripe(_LINE.order_date), _TELLS_SALES)
_COHORT = "By the day of the sale, sales too young to have had the whole window left out; the window is a policy."


def _came_back(name: str, label: str, unit: Unit, value: ColumnElement[Any], is_additive: bool = True) -> Metric:
    return Metric(
        name=name, label=label, unit=unit, fact=fact_return, value=value, where=_IN_TIME, date_column="order_date",
        better=Better.DOWN, strength="V", is_additive=is_additive, formula="returns within the window of the sale",
        meaning=f"{label}: what came back within the window. {_COHORT} Returns whose sale is not known are not in it.",
    )  # fmt: skip


def _sold(name: str, label: str, unit: Unit, value: ColumnElement[Any], is_additive: bool = True) -> Metric:
    return Metric(
        name=name, label=label, unit=unit, fact=fact_order_line, value=value, where=_RIPE_SALE, strength="V",
        is_additive=is_additive, formula="sales that have had the whole window",
        meaning=f"{label}: booked sales old enough to have had the whole window for returns. By the day of the sale.",
    )  # fmt: skip


COHORT_UNITS_BACK = _came_back("cohort_units_back", "Units back in the window", Unit.QUANTITY, total(_BACK.quantity))
COHORT_VALUE_BACK = _came_back("cohort_value_back", "Value back in the window", Unit.MONEY, total(_BACK.return_amount))
COHORT_ORDERS_BACK = _came_back(
    "cohort_orders_back", "Orders with something back", Unit.COUNT, distinct(_BACK.order_key), is_additive=False
)
COHORT_UNITS = _sold("cohort_units", "Units past the window", Unit.QUANTITY, total(_LINE.quantity))
COHORT_VALUE = _sold("cohort_value", "Sales past the window", Unit.MONEY, total(_LINE.net_amount))
COHORT_ORDERS = _sold("cohort_orders", "Orders past the window", Unit.COUNT, distinct(_LINE.order_key), False)


def _rate(name: str, label: str, top: Metric, bottom: Metric) -> Ratio:
    return Ratio(
        name=name, label=label, unit=Unit.RATE, top=top, bottom=bottom, better=Better.DOWN, strength="V",
        meaning=f"Of what was sold, the share that came back within the window. {_COHORT}",
    )  # fmt: skip


RETURN_RATE = _rate("return_rate", "Return rate by units", COHORT_UNITS_BACK, COHORT_UNITS)
RETURN_RATE_VALUE = _rate("return_rate_by_value", "Return rate by value", COHORT_VALUE_BACK, COHORT_VALUE)
RETURN_RATE_ORDERS = _rate("return_rate_by_orders", "Orders with a return", COHORT_ORDERS_BACK, COHORT_ORDERS)


def _returns(
    name: str, label: str, meaning: str, value: ColumnElement[Any], where: ColumnElement[bool] | None = None
) -> Metric:  # fmt: skip
    return Metric(
        name=name, label=label, unit=Unit.COUNT if value.compare(func.count()) else Unit.MONEY, meaning=meaning,
        fact=fact_return, value=value, where=where, date_column="return_date", better=Better.DOWN, strength="D",
        formula="returned lines" if value.compare(func.count()) else "value of returned lines, summed",
    )  # fmt: skip


RETURNED_LINES = _returns(
    "returned_lines", "Returns", "Returned lines of any reason, by the day they came back.", func.count()
)
RETURNED_VALUE = _returns(
    "returned_value", "Value of returns", "Price paid of what came back, by the day it came back.",
    total(_BACK.return_amount),
)  # fmt: skip
TIMED_RETURNS = _returns(
    "timed_returns", "Returns with a known sale", "Returned lines whose day of sale is known.", func.count(),
    _AGE.is_not(None),
)  # fmt: skip
LATE_RETURNS = _returns(
    "late_returns", "Returns after the window",
    "Returned lines that came back later than the return window (policy) of the day of their sale allows.",
    func.count(), _AGE > _WINDOW,
)  # fmt: skip
LATE_RETURN_VALUE = _returns(
    "late_return_value", "Value of late returns",
    "Price paid of what came back after the return window of the day of its sale.",
    total(_BACK.return_amount), _AGE > _WINDOW,
)  # fmt: skip
OUT_OF_WINDOW_RATE = Ratio(
    name="out_of_window_rate", label="Returns out of window", unit=Unit.RATE, top=LATE_RETURNS, bottom=TIMED_RETURNS,
    better=Better.DOWN, strength="D",
    meaning="Returns after the return window in force on the day of their sale, as a share of returns whose day of "
    "sale is known.",
)  # fmt: skip

_SHARE = cast(_LINE.discount_amount, Numeric(38, 8)) / func.nullif(_LINE.gross_amount, 0)
_MARGIN_LEFT = cast(_LINE.net_amount - _LINE.cost_amount, Numeric(38, 8)) / func.nullif(_LINE.gross_amount, 0)
_DISCOUNTED = and_(SALE_LINE, _LINE.discount_amount > 0)
_OVER_CAP = and_(_DISCOUNTED, _LINE.leakage_amount > 0)
_THIN = and_(_LINE.has_cost, policy_on("margin_floor", _LINE.order_date) > _MARGIN_LEFT)
_UNDER_FLOOR = and_(_DISCOUNTED, _LINE.leakage_amount == 0, _THIN)

_SUPERVISOR = policy_on("supervisor_discount", _LINE.order_date)
_EXECUTIVE = policy_on("executive_discount", _LINE.order_date)

VERDICT: ColumnElement[Any] = case(
    (_LINE.discount_amount <= 0, literal("No discount", String)),
    (_LINE.leakage_amount > 0, literal("1 Over the cap", String)),
    (_THIN, literal("2 Below the margin floor", String)),
    (_EXECUTIVE < _SHARE, literal("3 Needs an executive", String)),
    (_SUPERVISOR < _SHARE, literal("4 Needs a supervisor", String)),
    else_=literal("5 Within limits", String),
)
"""The rungs of the ladder, in the order in which they are tried. A line without a cost is not judged by its margin."""

DISCOUNT_VERDICT = Dimension("discount_verdict", "Verdict", {"fact_order_line": VERDICT})
RETURN_REASON = Dimension("return_reason", "Return reason", {"fact_return": _BACK.reason})
RETURN_STATUS = Dimension("return_status", "Return state", {"fact_return": _BACK.return_status})
RETURN_AGE = Dimension(
    "return_age", "Days after the sale",
    {"fact_return": case(
        (_AGE.is_(None), literal(None, String)), (_AGE <= 7, literal("0–7 days", String)),
        (_AGE <= 14, literal("8–14 days", String)), (_AGE <= 30, literal("15–30 days", String)),
        (_AGE <= 60, literal("31–60 days", String)), else_=literal("61 days and more", String),
    )},
)  # fmt: skip
GOVERNANCE_DIMENSIONS = (DISCOUNT_VERDICT, RETURN_REASON, RETURN_STATUS, RETURN_AGE)


def _discounted(name: str, label: str, meaning: str, value: ColumnElement[Any], where: ColumnElement[bool]) -> Metric:
    is_count = value.compare(func.count())
    return Metric(
        name=name, label=label, unit=Unit.COUNT if is_count else Unit.MONEY, meaning=f"{meaning} By the order's day.",
        fact=fact_order_line, value=value, where=where, better=Better.DOWN, strength="D",
        formula="number of lines" if is_count else "discounts of lines, summed",
    )  # fmt: skip


DISCOUNTED_LINES = _discounted(
    "discounted_lines", "Discounted lines", "Booked sale lines with a discount.", func.count(), _DISCOUNTED
)
DISCOUNTED_SALES = _discounted(
    "discounted_sales", "Sales at a discount", "List value of booked sale lines with a discount.",
    total(_LINE.gross_amount), _DISCOUNTED,
)  # fmt: skip
CAP_BREACHES = _discounted(
    "cap_breaches", "Lines over the cap", "Lines with more discount than the cap in force that day.", func.count(),
    _OVER_CAP,
)  # fmt: skip
FLOOR_BREACHES = _discounted(
    "floor_breaches", "Lines below the margin floor", "Lines within the cap that leave less margin than the floor "
    "of that day; lines without a cost are not judged.", func.count(), _UNDER_FLOOR,
)  # fmt: skip
DISCOUNT_BREACHES = _discounted(
    "discount_breaches", "Breaches", "Lines over the cap or below the margin floor.", func.count(),
    and_(_DISCOUNTED, (_LINE.leakage_amount > 0) | _THIN),
)  # fmt: skip
APPROVALS_NEEDED = _discounted(
    "approvals_needed", "Approvals needed", "Lines within cap and floor whose discount was one for a supervisor or "
    "an executive that day.", func.count(),
    and_(_DISCOUNTED, _LINE.leakage_amount == 0, func.coalesce(~_THIN, True),
         func.least(_SUPERVISOR, _EXECUTIVE) < _SHARE),
)  # fmt: skip
BREACH_RATE = Ratio(
    name="breach_rate", label="Breach share", unit=Unit.RATE, top=DISCOUNT_BREACHES, bottom=DISCOUNTED_LINES,
    better=Better.DOWN, strength="D", meaning="Breaches as a share of discounted lines.",
)  # fmt: skip
MEAN_DISCOUNT = Ratio(
    name="mean_discount", label="Mean discount", unit=Unit.RATE, top=DISCOUNTS, bottom=DISCOUNTED_SALES,
    better=Better.DOWN, strength="D", meaning="Discounts as a share of the list value of what was discounted.",
)  # fmt: skip

GOVERNANCE: tuple[Measure, ...] = (
    COHORT_UNITS_BACK, COHORT_VALUE_BACK, COHORT_ORDERS_BACK, COHORT_UNITS, COHORT_VALUE, COHORT_ORDERS, RETURN_RATE,
    RETURN_RATE_VALUE, RETURN_RATE_ORDERS, RETURNED_LINES, RETURNED_VALUE, TIMED_RETURNS, LATE_RETURNS,
    LATE_RETURN_VALUE, OUT_OF_WINDOW_RATE, DISCOUNTED_LINES, DISCOUNTED_SALES, CAP_BREACHES, FLOOR_BREACHES,
    DISCOUNT_BREACHES, APPROVALS_NEEDED, BREACH_RATE, MEAN_DISCOUNT,
)  # fmt: skip
