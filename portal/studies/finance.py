"""Studies of finance: every cost once, and whether the journal balances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from sqlalchemy import Select, Table, and_, literal, select

from portal.analysis.costs import FULFILMENT, GOODS, MARKETING, PAYROLL, UNPAID, counted_once, lines_of
from portal.metrics.delivery import FREIGHT_AMOUNT
from portal.metrics.scan import day_of
from portal.studies.model import Study, shaped
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import (
    dim_campaign,
    dim_employee,
    dim_origin,
    fact_campaign_day,
    fact_expense,
    fact_journal_line,
    fact_payroll,
    fact_shipment,
    fact_staff_day,
)
from portal.warehouse.schema.studies_finance import (
    study_cost,
    study_fulfilment_cost,
    study_journal_entry,
    study_marketing_cost,
    study_payroll_cost,
    study_running_cost,
)

POLICIES = ("books_first", "fulfilment_categories", "goods_categories", "marketing_categories", "payroll_categories")
_CATEGORIES = {
    FULFILMENT: "fulfilment_categories", MARKETING: "marketing_categories", PAYROLL: "payroll_categories",
    GOODS: "goods_categories",
}  # fmt: skip


def make_costs(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_cost`: expenses, fees of parcels, pay, campaigns and advertising of performance sheets."""
    rules = warehouse.policies
    booked = warehouse.frame(_booked()).with_columns(
        lines_of({line: rules[name] for line, name in _CATEGORIES.items()}).alias("cost_line"),
        pl.lit("expenses").alias("told_by"),
    )
    records = [warehouse.frame(make()) for make in (_fees, _pay, _campaigns, _performance)]
    told = pl.concat([shaped(study_cost, rows).drop("cost_key") for rows in (booked, *records)])
    once = counted_once(told.filter(pl.col("cost_amount").is_not_null()), bool(rules["books_first"]))
    ordered = once.sort("cost_date", "cost_line", "told_by", "origin_key", "source_row", nulls_last=True)
    return ordered.with_row_index("cost_key", offset=1)


def _line(*lines: str) -> Callable[[Warehouse], pl.DataFrame]:
    """Makes the rows of `study_cost` of some lines; agreed pay that nobody was paid tells of no cost."""

    def make(warehouse: Warehouse) -> pl.DataFrame:
        is_cost = and_(study_cost.c.cost_line.in_(lines), study_cost.c.cost_rule != UNPAID)
        rows = select(study_cost).where(is_cost).order_by(study_cost.c.cost_key)
        return warehouse.frame(rows)

    return make


def make_journal(warehouse: Warehouse) -> pl.DataFrame:
    """Rows of `study_journal_entry`, newest first."""
    line = fact_journal_line.c
    joined = fact_journal_line.join(dim_origin, line.origin_key == dim_origin.c.origin_key)
    lines = warehouse.frame(
        select(dim_origin.c.source, *(line[name] for name in (
            "entry_id", "entry_date", "description", "debit_amount", "credit_amount", "origin_key", "source_row",
        ))).select_from(joined).order_by(line.journal_line_key)
    )  # fmt: skip
    first = ("entry_date", "description", "origin_key", "source_row")
    entries = lines.group_by("source", "entry_id", maintain_order=True).agg(
        *(pl.col(name).first() for name in first), pl.len().alias("line_count"),
        pl.col("debit_amount", "credit_amount").sum(),
    )  # fmt: skip
    found = entries.with_columns((pl.col("debit_amount") - pl.col("credit_amount")).alias("difference_amount"))
    balanced = found.with_columns((pl.col("difference_amount") == 0).alias("is_balanced"))
    return balanced.sort("entry_date", "source", "entry_id", nulls_last=True).with_row_index("entry_key", offset=1)


def _told(fact: Table, line: str, told_by: str, columns: dict[str, Any]) -> Select[Any]:
    """Rows of a fact as costs: its keys, the columns given, and constants."""
    keys = [fact.c[name] for name in ("employee_key", "courier_key", "campaign_key", "shop_key") if name in fact.c]
    missing = [literal(0).label(name) for name in ("employee_key", "courier_key", "campaign_key", "shop_key")
               if name not in fact.c]  # fmt: skip
    said = [literal(line).label("cost_line"), literal(told_by).label("told_by")] if line else []
    named = [value.label(name) for name, value in columns.items()]
    return select(
        dim_origin.c.source, *named, *said, *keys, *missing, fact.c.origin_key, fact.c.source_row
    ).select_from(fact.join(dim_origin, fact.c.origin_key == dim_origin.c.origin_key))


def _booked() -> Select[Any]:
    entry = fact_expense.c
    return _told(fact_expense, "", "", {
        "cost_date": entry.expense_date, "expense_category": entry.expense_category, "title": entry.title,
        "cost_amount": entry.expense_amount, "is_income": entry.is_income,
    })  # fmt: skip


def _fees() -> Select[Any]:
    parcel = fact_shipment.c
    return _told(fact_shipment, FULFILMENT, "parcels", {
        "cost_date": day_of(FREIGHT_AMOUNT), "expense_category": literal("courier fees"),
        "title": literal("Parcel ") + parcel.shipment_id, "cost_amount": parcel.fee_amount,
    }).where(parcel.fee_amount != 0)  # fmt: skip


def _pay() -> Select[Any]:
    pay = fact_payroll.c
    title = literal("Pay of ") + dim_employee.c.employee
    return _told(fact_payroll, PAYROLL, "payroll", {
        "cost_date": pay.pay_date, "expense_category": literal("payroll"), "title": title,
        "cost_amount": pay.net_amount,
    }).join(dim_employee, dim_employee.c.employee_key == pay.employee_key)  # fmt: skip


def _campaigns() -> Select[Any]:
    day = fact_campaign_day.c
    return _told(fact_campaign_day, MARKETING, "campaigns", {
        "cost_date": day.spend_date, "expense_category": literal("campaigns"),
        "title": literal("Campaign ") + dim_campaign.c.campaign, "cost_amount": day.spend_amount,
    }).join(dim_campaign, dim_campaign.c.campaign_key == day.campaign_key)  # fmt: skip


def _performance() -> Select[Any]:
    day = fact_staff_day.c
    return _told(fact_staff_day, MARKETING, "performance", {
        "cost_date": day.work_date, "expense_category": literal("advertising"),
        "title": literal("Advertising of the performance sheet"), "cost_amount": day.ad_spend_amount,
    }).where(day.ad_spend_amount.is_not(None))  # fmt: skip


FINANCE_STUDIES: tuple[Study, ...] = (
    Study(study_cost, make_costs, POLICIES),
    Study(study_fulfilment_cost, _line(FULFILMENT), POLICIES),
    Study(study_marketing_cost, _line(MARKETING), POLICIES),
    Study(study_payroll_cost, _line(PAYROLL), POLICIES),
    Study(study_running_cost, _line("running", "income"), POLICIES),
    Study(study_journal_entry, make_journal),
)
