"""Finance: what is spent beside the goods themselves. Dated by the day of the expense."""

from __future__ import annotations

import polars as pl
from sqlalchemy import ColumnElement, and_, not_

from portal.metrics.expressions import total
from portal.metrics.margin import CONTRIBUTION_1
from portal.metrics.model import Better, Measure, Metric, Transform, Unit
from portal.warehouse.schema import fact_expense

_ENTRY = fact_expense.c
_FULFILMENT = (
    "courier_expenses",
    "courier",
    "logistics",
    "shipping",
    "fulfilment",
    "packaging",
    "payment_fees",
    "returns",
)
_MARKETING = ("ad_spend", "marketing", "advertising")


def _amounts(name: str, label: str, meaning: str, where: ColumnElement[bool], better: Better) -> Metric:
    """A sum of expense entries."""
    return Metric(
        name=name, label=label, unit=Unit.MONEY, meaning=meaning, fact=fact_expense, value=total(_ENTRY.expense_amount),
        where=where, date_column="expense_date", better=better, formula="amounts, summed",
    )  # fmt: skip


EXPENSES = _amounts(
    "expenses", "Expenses", "Expenses as the source books them; cost of goods is not among them.",
    not_(_ENTRY.is_income), Better.DOWN,
)  # fmt: skip
OTHER_INCOME = _amounts(
    "other_income", "Other income", "Income booked beside sales.", _ENTRY.is_income, Better.UP,
)  # fmt: skip

FULFILMENT_COSTS = _amounts(
    "fulfilment_costs", "Fulfilment costs",
    "Expenses booked for couriers, logistics, packaging, payment fees and handling of returns.",
    and_(not_(_ENTRY.is_income), _ENTRY.expense_category.in_(_FULFILMENT)), Better.DOWN,
)  # fmt: skip
MARKETING_COSTS = _amounts(
    "marketing_costs", "Marketing costs", "Expenses booked for marketing and advertising.",
    and_(not_(_ENTRY.is_income), _ENTRY.expense_category.in_(_MARKETING)), Better.DOWN,
)  # fmt: skip


def _contribution_2(frame: pl.DataFrame) -> pl.Series:
    return frame["contribution_1"] - frame["fulfilment_costs"]


def _contribution_3(frame: pl.DataFrame) -> pl.Series:
    return _contribution_2(frame) - frame["marketing_costs"]


CONTRIBUTION_2 = Transform(
    name="contribution_2", label="Contribution 2", unit=Unit.MONEY, strength="V",
    meaning="Contribution 1 less fulfilment costs of the same days. By time only: expenses are not recorded by order. "
    "Missing without costs of goods or without any expenses in the data.",
    inputs=(CONTRIBUTION_1, FULFILMENT_COSTS), compute=_contribution_2, formula="contribution_1 − fulfilment_costs",
)  # fmt: skip
CONTRIBUTION_3 = Transform(
    name="contribution_3", label="Contribution 3", unit=Unit.MONEY, strength="V",
    meaning="Contribution 2 less marketing costs of the same days. By time only. Missing where contribution 2 is.",
    inputs=(CONTRIBUTION_1, FULFILMENT_COSTS, MARKETING_COSTS), compute=_contribution_3,
    formula="contribution_1 − fulfilment_costs − marketing_costs",
)  # fmt: skip

FINANCE: tuple[Measure, ...] = (
    EXPENSES, OTHER_INCOME, FULFILMENT_COSTS, MARKETING_COSTS, CONTRIBUTION_2, CONTRIBUTION_3,
)  # fmt: skip
