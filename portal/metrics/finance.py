"""Finance: what is spent beside the goods themselves, each cost once, and what is left.

Expenses are what the books say. Costs are what was spent whoever tells of it (books, parcels, payroll, campaigns),
each counted once; see `portal.analysis.costs`. All dated by the day of the cost.
"""

from __future__ import annotations

import polars as pl
from sqlalchemy import ColumnElement, Table, and_, not_

from portal.metrics.cash import CASH
from portal.metrics.commission import COMMISSIONS
from portal.metrics.expressions import total
from portal.metrics.journal import JOURNAL
from portal.metrics.margin import CONTRIBUTION_1
from portal.metrics.model import Better, Measure, Metric, Ratio, Transform, Unit
from portal.metrics.sales import NET_SALES
from portal.warehouse.schema import (
    fact_expense,
    study_cost,
    study_fulfilment_cost,
    study_marketing_cost,
    study_payroll_cost,
    study_running_cost,
)

_ONCE = "A cost told twice in one month counts once. Dated by the cost."


def _costs(
    name: str, label: str, meaning: str, fact: Table, where: ColumnElement[bool] | None = None
) -> Metric:  # fmt: skip
    """A sum of costs that count."""
    counts = fact.c.is_counted if where is None else and_(fact.c.is_counted, where)
    return Metric(
        name=name, label=label, unit=Unit.MONEY, meaning=f"{meaning} {_ONCE}", fact=fact,
        value=total(fact.c.cost_amount), where=counts, date_column="cost_date", better=Better.DOWN, strength="D",
        formula="amounts of costs that count, summed",
    )  # fmt: skip


EXPENSES = Metric(
    name="expenses", label="Expenses", unit=Unit.MONEY, better=Better.DOWN, date_column="expense_date",
    meaning="Expenses as the source books them; cost of goods is not among them.", fact=fact_expense,
    value=total(fact_expense.c.expense_amount), where=not_(fact_expense.c.is_income), formula="amounts, summed",
)  # fmt: skip
FULFILMENT_COSTS = _costs(
    "fulfilment_costs", "Fulfilment costs",
    "Couriers, logistics, packaging, payment fees and handling of returns, as booked, or else the couriers' fees of "
    "the parcels.", study_fulfilment_cost,
)  # fmt: skip
MARKETING_COSTS = _costs(
    "marketing_costs", "Marketing costs",
    "Marketing and advertising as booked, or else the spend of campaigns, or else that of performance sheets.",
    study_marketing_cost,
)  # fmt: skip
PAYROLL_COSTS = _costs(
    "payroll_costs", "Pay of employees", "Pay as booked, or else the net pay of the payroll by its pay day.",
    study_payroll_cost,
)  # fmt: skip
RUNNING_COSTS = _costs(
    "running_costs", "Other running costs",
    "Expenses that are neither fulfilment, marketing, pay nor the purchase of goods: rent, power and the like.",
    study_running_cost, study_running_cost.c.cost_line == "running",
)  # fmt: skip
OTHER_INCOME = Metric(
    name="other_income", label="Other income", unit=Unit.MONEY, strength="D", date_column="cost_date",
    meaning="Income booked beside sales; income booked as sales is in net sales already. Dated by the entry.",
    fact=study_running_cost, value=total(study_running_cost.c.cost_amount),
    where=and_(study_running_cost.c.is_counted, study_running_cost.c.cost_line == "income"),
    formula="amounts of income, summed",
)  # fmt: skip
COSTS = _costs(
    "costs", "Costs", "Everything spent beside the goods: fulfilment, marketing, pay and running costs.",
    study_cost, study_cost.c.cost_line != "income",
)  # fmt: skip
COSTS_LEFT_OUT = Metric(
    name="costs_left_out", label="Not counted again", unit=Unit.MONEY, better=Better.NEITHER, strength="D",
    meaning="Amounts that are told but do not count: told twice in one month, goods bought (they cost when sold), "
    "income booked as sales, pay without a pay day. Break it down by cost_rule. Dated by the cost.",
    fact=study_cost, value=total(study_cost.c.cost_amount), where=not_(study_cost.c.is_counted),
    date_column="cost_date", formula="amounts of costs that do not count, summed",
)  # fmt: skip


def _contribution_2(frame: pl.DataFrame) -> pl.Series:
    return frame["contribution_1"] - frame["fulfilment_costs"]


def _contribution_3(frame: pl.DataFrame) -> pl.Series:
    return _contribution_2(frame) - frame["marketing_costs"]


def _net_profit(frame: pl.DataFrame) -> pl.Series:
    pay = frame["payroll_costs"].fill_null(0)
    return _contribution_3(frame) - pay - frame["running_costs"] + frame["other_income"]


CONTRIBUTION_2 = Transform(
    name="contribution_2", label="Contribution 2", unit=Unit.MONEY, strength="V",
    meaning="Contribution 1 less fulfilment costs of the same days. By time only: costs are not recorded by order. "
    "Missing without costs of goods, or where nothing tells of fulfilment.",
    inputs=(CONTRIBUTION_1, FULFILMENT_COSTS), compute=_contribution_2, formula="contribution_1 − fulfilment_costs",
)  # fmt: skip
CONTRIBUTION_3 = Transform(
    name="contribution_3", label="Contribution 3", unit=Unit.MONEY, strength="V",
    meaning="Contribution 2 less marketing costs of the same days. By time only. Missing where contribution 2 is, or "
    "where nothing tells of marketing.",
    inputs=(CONTRIBUTION_1, FULFILMENT_COSTS, MARKETING_COSTS), compute=_contribution_3,
    formula="contribution_1 − fulfilment_costs − marketing_costs",
)  # fmt: skip
NET_PROFIT = Transform(
    name="net_profit", label="Net profit", unit=Unit.MONEY, strength="D",
    meaning="Contribution 3 less pay and running costs, plus other income, of the same days; before tax. By time only. "
    "Pay that nothing tells of is not in it. Missing where contribution 3 is, or where no running costs are booked.",
    inputs=(CONTRIBUTION_1, FULFILMENT_COSTS, MARKETING_COSTS, PAYROLL_COSTS, RUNNING_COSTS, OTHER_INCOME),
    compute=_net_profit,
    formula="contribution_1 − fulfilment_costs − marketing_costs − payroll_costs − running_costs + other_income",
)  # fmt: skip
COST_RATIO = Ratio(
    name="cost_ratio", label="Costs per sales", unit=Unit.RATE, top=COSTS, bottom=NET_SALES, better=Better.DOWN,
    strength="D", meaning="Costs beside the goods as a share of net sales of the same days.",
)  # fmt: skip

FINANCE: tuple[Measure, ...] = (
    EXPENSES, COSTS, COSTS_LEFT_OUT, FULFILMENT_COSTS, MARKETING_COSTS, PAYROLL_COSTS, RUNNING_COSTS, OTHER_INCOME,
    CONTRIBUTION_2, CONTRIBUTION_3, NET_PROFIT, COST_RATIO, *JOURNAL, *COMMISSIONS, *CASH,
)  # fmt: skip
