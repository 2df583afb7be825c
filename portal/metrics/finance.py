"""Finance: what is spent beside the goods themselves. Dated by the day of the expense."""

from __future__ import annotations

from sqlalchemy import ColumnElement, not_

from portal.metrics.expressions import total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import fact_expense

_ENTRY = fact_expense.c


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

FINANCE: tuple[Measure, ...] = (EXPENSES, OTHER_INCOME)
