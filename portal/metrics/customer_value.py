"""Standing and value of customers, as of the snapshot: from the study that says of each what they were, are, will be.

All of it needs the whole history: periods do not apply.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, cast, func

from portal.metrics.expressions import known_total, total
from portal.metrics.model import Better, Measure, Metric, Ratio, Unit
from portal.warehouse.schema import study_customer, study_lifetime

_OWN, _FIT = study_customer.c, study_lifetime.c
_AS_OF = "As of the latest data; periods do not apply."
_EXACT = Numeric(38, 8)


def _people(name: str, label: str, meaning: str, where: ColumnElement[bool], better: Better = Better.UP) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=f"{meaning} {_AS_OF}", fact=study_customer,
        value=func.count(), where=and_(_OWN.has_bought, where), date_column=None, better=better,
        formula="number of customers",
    )  # fmt: skip


def _sum(
    name: str, label: str, meaning: str, column: ColumnElement[Any], where: ColumnElement[bool] | None = None
) -> Metric:
    """Money or expected numbers of customers who bought, added up; missing where it is known of nobody."""
    unit = Unit.MONEY if column.name.endswith("_amount") else Unit.NUMBER
    is_known = column.name in ("net_amount", "yearly_amount")
    exact = column if unit is Unit.MONEY else cast(column, _EXACT)
    return Metric(
        name=name, label=label, unit=unit, meaning=f"{meaning} {_AS_OF}", fact=study_customer,
        value=total(exact) if is_known else known_total(exact), is_additive=is_known,
        where=_OWN.has_bought if where is None else and_(_OWN.has_bought, where), date_column=None,
        better=Better.UP if where is None else Better.DOWN, formula="of each customer, summed", strength="V",
    )  # fmt: skip


CUSTOMERS_TO_DATE = _people(
    "customers_to_date", "Customers to date", "Known customers who ever bought: booked orders with a positive amount.",
    _OWN.orders > 0,
)  # fmt: skip
REPEAT_TO_DATE = _people(
    "repeat_to_date", "Repeat customers to date", "Known customers with two or more booked orders ever.",
    _OWN.orders >= 2,
)  # fmt: skip
OVERDUE_CUSTOMERS = _people(
    "overdue_customers", "Overdue customers",
    "Customers silent for longer than the policy's share (90 %) of their own gaps between orders; with few orders, of "
    "all customers' gaps.", _OWN.is_overdue, Better.DOWN,
)  # fmt: skip
LEAVING_CUSTOMERS = _people(
    "leaving_customers", "Customers about to leave", "Overdue customers silent for no longer than a year (policy): "
    "those who can still be won back.", _OWN.is_leaving, Better.DOWN,
)  # fmt: skip
CONTACTABLE = _people(
    "contactable_customers", "Customers who may be contacted", "Customers with a recorded consent.", _OWN.has_consent,
)  # fmt: skip
RATED_CUSTOMERS = _people(
    "rated_customers", "Customers with a forecast", "Customers the lifetime models say something about.",
    _OWN.expected_orders.is_not(None),
)  # fmt: skip
CONTRIBUTION_TO_DATE = _sum(
    "contribution_to_date", "Contribution to date", "Net sales less cost of goods of known customers, since the first "
    "order. Missing where no cost is known.", _OWN.contribution_amount,
)  # fmt: skip
SALES_TO_DATE = _sum(
    "sales_to_date", "Net sales to date", "Net sales to known customers since the first order, returns taken off.",
    _OWN.net_amount,
)  # fmt: skip
YEARLY_SALES = _sum(
    "yearly_sales", "Sales in a usual year", "Net sales to date of each customer per year since the first order (at "
    "least one year), summed.", _OWN.yearly_amount,
)  # fmt: skip
SALES_AT_RISK = _sum(
    "sales_at_risk", "Sales at risk", "What customers about to leave bring in a usual year: net sales per year since "
    "the first order (at least one year) of overdue customers silent for no longer than a year (policy).",
    _OWN.yearly_amount, _OWN.is_leaving,
)  # fmt: skip
EXPECTED_ORDERS = _sum(
    "expected_orders", "Expected orders", "Orders expected within the horizon (policy, one year) by BG/NBD.",
    _OWN.expected_orders,
)  # fmt: skip
ACTIVE_EXPECTED = _sum(
    "active_expected", "Customers still active, expected", "Sum of the chances to be still active by BG/NBD. It is 1 "
    "for everybody who ordered once: they have had no chance to leave.", _OWN.active_probability,
)  # fmt: skip
BUYERS_EXPECTED = _sum(
    "buyers_expected", "Customers who will buy soon, expected", "Sum of the chances to order within the time the "
    "policy says (90 days) by BG/NBD.", _OWN.buys_probability,
)  # fmt: skip
PREDICTED_SALES = _sum(
    "predicted_sales", "Predicted sales", "Net sales expected within the horizon (policy, one year): orders by BG/NBD "
    "times value by Gamma-Gamma, less the share that comes back.", _OWN.predicted_amount,
)  # fmt: skip
PREDICTED_VALUE = _sum(
    "predicted_value", "Predicted contribution", "Contribution expected within the horizon (policy, one year): orders "
    "by BG/NBD times value by Gamma-Gamma times margin, discounted to today. Missing where no cost is known.",
    _OWN.clv_amount,
)  # fmt: skip


_FORECAST = ("active_expected", "buyers_expected", "predicted_sales", "predicted_value")


def _each(name: str, label: str, top: Metric, meaning: str, unit: Unit = Unit.MONEY) -> Ratio:
    """Per customer: of all who bought, or of those with a forecast."""
    better = Better.DOWN if top.better is Better.DOWN else Better.UP
    bottom = RATED_CUSTOMERS if top.name in _FORECAST else CUSTOMERS_TO_DATE
    return Ratio(name=name, label=label, unit=unit, top=top, bottom=bottom, meaning=meaning, better=better)


VALUES: tuple[Ratio, ...] = (
    _each("clv_historic", "Value so far per customer", CONTRIBUTION_TO_DATE,
          "Contribution to date (net sales less cost of goods) per known customer."),
    _each("clv_predicted", "Predicted value per customer", PREDICTED_VALUE,
          "Contribution expected of a customer within the horizon (policy, one year), in today's money: BG/NBD orders "
          "times Gamma-Gamma value times margin. See the error on months the model had not seen."),
    _each("predicted_sales_per_customer", "Predicted sales per customer", PREDICTED_SALES,
          "Net sales expected of a customer within the horizon (policy, one year)."),
    _each("p_alive", "Still active", ACTIVE_EXPECTED,
          "Mean chance that a customer is still active by BG/NBD. 1 for everybody who ordered once; to rank customers "
          "use the chance to buy again.", Unit.RATE),
    _each("p_buys", "Will buy soon", BUYERS_EXPECTED,
          "Mean chance of an order within the time the policy says (90 days) by BG/NBD.", Unit.RATE),
    _each("churn", "Overdue share", OVERDUE_CUSTOMERS,
          "Customers silent for longer than 90 % (policy) of their own gaps between orders, as a share of all who ever "
          "bought.", Unit.RATE),
    _each("repeat_rate_to_date", "Bought again, to date", REPEAT_TO_DATE,
          "Share of all who ever bought with two or more orders. The window is the whole history.", Unit.RATE),
    _each("sales_to_date_per_customer", "Net sales to date per customer", SALES_TO_DATE,
          "Net sales per known customer since the first order."),
)  # fmt: skip


def _test(name: str, label: str, meaning: str, value: ColumnElement[Any]) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.NUMBER, meaning=meaning, fact=study_lifetime,
        value=known_total(cast(value, _EXACT)), where=_FIT.fitted_on == "older part", date_column=None,
        is_additive=False, better=Better.NEITHER, formula="worked out by the study of lifetimes", strength="S",
    )  # fmt: skip


HOLDOUT_ACTUAL = _test("holdout_orders", "Orders in the months held back",
                       "Orders of known customers in the last days (policy, 90), which the tested model had not seen.",
                       _FIT.actual_orders)  # fmt: skip
HOLDOUT_EXCESS = _test("holdout_excess", "Predicted less actual orders",
                       "By how many orders the forecast for the days held back was too high.",
                       _FIT.predicted_orders - _FIT.actual_orders)  # fmt: skip
HOLDOUT_CUSTOMERS = _test("holdout_customers", "Customers known before the months held back",
                          "Customers whose first order was before the days held back.", _FIT.customers)  # fmt: skip
HOLDOUT_MISS = _test("holdout_miss", "Sum of errors over customers",
                     "|predicted − actual| orders of each customer in the days held back, summed.",
                     _FIT.mean_error * _FIT.customers)  # fmt: skip
HOLDOUT_PLAIN = _test("holdout_plain_miss", "Sum of errors of going on as before",
                      "The same when everybody is expected to go on at their own rate.",
                      _FIT.plain_error * _FIT.customers)  # fmt: skip
TESTS: tuple[Ratio, ...] = (
    Ratio(name="holdout_error", label="Forecast error, all orders", unit=Unit.RATE, top=HOLDOUT_EXCESS,
          bottom=HOLDOUT_ACTUAL, better=Better.NEITHER,
          meaning="(predicted − actual) ÷ actual orders in the days held back (policy, 90 days) of a model that had "
          "not seen them."),
    Ratio(name="holdout_mean_error", label="Forecast error per customer", unit=Unit.NUMBER, top=HOLDOUT_MISS,
          bottom=HOLDOUT_CUSTOMERS, better=Better.DOWN,
          meaning="Orders by which the forecast of one customer was off, on the mean, in the days held back."),
    Ratio(name="holdout_plain_error", label="Error of going on as before", unit=Unit.NUMBER, top=HOLDOUT_PLAIN,
          bottom=HOLDOUT_CUSTOMERS, better=Better.DOWN,
          meaning="The same error when everybody is expected to go on at the rate they had."),
)  # fmt: skip


def _parameter(name: str, column: str, meaning: str) -> Metric:
    return Metric(
        name=f"lifetime_{name}", label=f"Lifetime model {column}", unit=Unit.NUMBER, better=Better.NEITHER,
        meaning=f"{meaning} Fitted on all data.",
        fact=study_lifetime, value=known_total(cast(_FIT[column], _EXACT)), where=_FIT.fitted_on == "all data",
        date_column=None, is_additive=False, adds_clients=False, formula="maximum likelihood",
    )  # fmt: skip


_BG = "of BG/NBD (Fader, Hardie and Lee 2005), weeks."
_GG = "of Gamma-Gamma (Fader and Hardie 2013)."
PARAMETERS: tuple[Metric, ...] = (
    _parameter("r", "r", f"Shape of the order rates {_BG}"), _parameter("alpha", "alpha", f"Rate parameter {_BG}"),
    _parameter("a", "a", f"First parameter of the chance to leave {_BG}"),
    _parameter("b", "b", f"Second parameter of the chance to leave {_BG}"),
    _parameter("log_likelihood", "log_likelihood", f"Log-likelihood {_BG}"),
    _parameter("p", "p", f"Shape of one order's value {_GG}"), _parameter("q", "q", f"Shape of mean values {_GG}"),
    _parameter("gamma", "gamma", f"Scale of mean values {_GG}"),
)  # fmt: skip

CUSTOMER_VALUE: tuple[Measure, ...] = (
    CUSTOMERS_TO_DATE, REPEAT_TO_DATE, OVERDUE_CUSTOMERS, LEAVING_CUSTOMERS, CONTACTABLE, RATED_CUSTOMERS,
    CONTRIBUTION_TO_DATE, SALES_TO_DATE, YEARLY_SALES, SALES_AT_RISK, EXPECTED_ORDERS, ACTIVE_EXPECTED,
    BUYERS_EXPECTED, PREDICTED_SALES, PREDICTED_VALUE, *VALUES, HOLDOUT_ACTUAL, HOLDOUT_EXCESS, HOLDOUT_CUSTOMERS,
    HOLDOUT_MISS, HOLDOUT_PLAIN, *TESTS, *PARAMETERS,
)  # fmt: skip
