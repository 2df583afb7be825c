"""Who comes back and what it costs to win them: cohorts, net revenue retention, acquisition cost and payback."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Numeric, and_, cast

from portal.metrics.arithmetic import divided
from portal.metrics.customers import NEW_CUSTOMERS
from portal.metrics.expressions import known_total, total
from portal.metrics.finance import MARKETING_COSTS
from portal.metrics.model import Better, Measure, Metric, Ratio, Transform, Unit
from portal.warehouse.schema import study_acquisition, study_cohort, study_retained_month

_CELL, _WON, _KEPT = study_cohort.c, study_acquisition.c, study_retained_month.c
_LATER = and_(_CELL.is_mature, _CELL.age_months > 0)


def _cells(name: str, label: str, meaning: str, column: ColumnElement[Any]) -> Metric:
    """Customers of complete cohort months after the first."""
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning, fact=study_cohort, value=total(column),
        where=_LATER, date_column=None, is_additive=False, formula="customers of each cohort and month, summed",
        strength="V",
    )  # fmt: skip


COHORT_CUSTOMERS = _cells(
    "cohort_customers", "Customers of the cohort", "Customers by the month of their first order, once for each "
    "complete month after it.", _CELL.customers,
)  # fmt: skip
COHORT_ACTIVE = _cells(
    "cohort_active", "Ordered in that month", "Of the customers of a cohort, those who ordered in a later month.",
    _CELL.active_customers,
)  # fmt: skip
COHORT_RETURNED = _cells(
    "cohort_returned", "Ordered again by that month", "Of the customers of a cohort, those who had ordered again by a "
    "later month.", _CELL.returned_customers,
)  # fmt: skip
COHORT_SALES = Metric(
    name="cohort_sales", label="Sales of the cohort", unit=Unit.MONEY, fact=study_cohort, date_column=None,
    value=total(_CELL.net_amount), strength="V", formula="net amounts, summed",
    meaning="Net sales by the month of the customers' first order and the months since. Returns count in the month of "
    "the sale.",
)  # fmt: skip
RETENTION = Ratio(
    name="retention", label="Retention", unit=Unit.RATE, top=COHORT_ACTIVE, bottom=COHORT_CUSTOMERS, strength="V",
    meaning="Of the customers who first bought in a month, the share that ordered in a later month: by cohort and "
    "cohort_age. Without a breakdown the mean over all complete months after the first.",
)  # fmt: skip
CUMULATIVE_RETENTION = Ratio(
    name="cumulative_retention", label="Came back by then", unit=Unit.RATE, top=COHORT_RETURNED,
    bottom=COHORT_CUSTOMERS, strength="V",
    meaning="Of the customers who first bought in a month, the share that had ordered again by a later month: by "
    "cohort and cohort_age.",
)  # fmt: skip


def _windows(name: str, label: str, meaning: str, column: ColumnElement[Any]) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.MONEY, meaning=meaning, fact=study_retained_month, date_column=None,
        value=known_total(column), where=_KEPT.is_latest, is_additive=False, formula="net amounts, summed",
        strength="V",
    )  # fmt: skip


BASE_SALES = _windows(
    "sales_a_year_ago", "Sales of a year ago", "Net sales to known customers in the same whole months (policy, the "
    "last three) a year ago.", _KEPT.base_amount,
)  # fmt: skip
KEPT_SALES = _windows(
    "sales_kept", "Sales kept", "Net sales in the last whole months (policy, three) from the very customers who had "
    "bought in the same months a year ago.", _KEPT.retained_amount,
)  # fmt: skip
NRR = Ratio(
    name="nrr", label="Net revenue retention", unit=Unit.RATE, top=KEPT_SALES, bottom=BASE_SALES, strength="V",
    meaning="What customers of a year ago bring now, as a share of what they brought then: the last whole months "
    "(policy, three) against the same months a year ago. Missing until the data reaches back so far.",
)  # fmt: skip


def _cac(frame: pl.DataFrame) -> pl.Series:
    spent = frame.select(pl.when(pl.col("marketing_costs") > 0).then(pl.col("marketing_costs"))).to_series()
    return divided(spent, frame["new_customers"])


CAC = Transform(
    name="cac", label="Cost to win a customer", unit=Unit.MONEY, better=Better.DOWN, strength="V",
    meaning="Marketing costs of the period per new customer. Missing where nothing was spent or nobody was new.",
    inputs=(MARKETING_COSTS, NEW_CUSTOMERS), compute=_cac, formula="marketing_costs ÷ new_customers",
)  # fmt: skip


def _won(name: str, label: str, meaning: str, value: ColumnElement[Any], where: ColumnElement[bool]) -> Metric:
    return Metric(
        name=name, label=label, unit=Unit.COUNT, meaning=meaning, fact=study_acquisition, date_column=None,
        value=total(value), where=where, formula="customers, summed", strength="V",
    )  # fmt: skip


PAID_BACK = _won(
    "paid_back_customers", "Customers who paid back", "Customers of first-order months whose contributions have "
    "covered the marketing spend of that month.", _WON.customers, _WON.is_paid_back,
)  # fmt: skip
WON = _won(
    "won_customers", "Customers won with spend", "Customers of first-order months with known marketing spend.",
    _WON.customers, _WON.spend_amount.is_not(None),
)  # fmt: skip
PAYBACK_TIME = _won(
    "payback_time", "Months to pay back, of all customers", "Months until a cohort's contributions covered the spend, "
    "times its customers.", cast(_WON.payback_months * _WON.customers, Numeric(38, 8)), _WON.is_paid_back,
)  # fmt: skip
PAYBACK = Ratio(
    name="payback", label="Months to pay back", unit=Unit.NUMBER, top=PAYBACK_TIME, bottom=PAID_BACK, strength="V",
    better=Better.DOWN,
    meaning="Whole months until the contributions of a cohort covered the marketing spend of its first month; the mean "
    "over cohorts that have, weighted by customers. Read it with the share that has paid back.",
)  # fmt: skip
PAID_BACK_SHARE = Ratio(
    name="paid_back_share", label="Paid back", unit=Unit.RATE, top=PAID_BACK, bottom=WON, strength="V",
    meaning="Customers of cohorts that have paid back, as a share of customers of all cohorts with marketing spend.",
)  # fmt: skip

RETENTIONS: tuple[Measure, ...] = (
    COHORT_CUSTOMERS, COHORT_ACTIVE, COHORT_RETURNED, COHORT_SALES, RETENTION, CUMULATIVE_RETENTION, BASE_SALES,
    KEPT_SALES, NRR, CAC, PAID_BACK, WON, PAYBACK_TIME, PAYBACK, PAID_BACK_SHARE,
)  # fmt: skip
