"""Studies of finance: what was spent, each cost once; and the entries of the journal as wholes."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import code, day, flag, key, lineage, money, primary_key, text, whole
from portal.warehouse.schema.studies import studies


def _costs(name: str, grain: str) -> Table:
    """A table of costs: one shape, so that each line of the profit and loss can be asked for alone."""
    return Table(
        name, studies,
        primary_key("cost_key"), code("source"), day("cost_date"), code("cost_line"), code("expense_category"),
        code("told_by"), code("cost_rule"), flag("is_counted"), text("title"), money("cost_amount"),
        key("employee_key"), key("courier_key"), key("campaign_key"), key("shop_key"), *lineage(),
        comment=f"Grain: {grain} told_by: expenses, parcels, payroll, campaigns or performance. A cost that two of "
        "them tell in one calendar month counts once: cost_rule says why a row counts or not. Amounts are positive; "
        "cost_line income is income beside sales.",
    )  # fmt: skip


study_cost = _costs("study_cost", "one cost or other income as one place tells it.")
study_fulfilment_cost = _costs("study_fulfilment_cost", "one cost of fulfilment of study_cost.")
study_marketing_cost = _costs("study_marketing_cost", "one cost of marketing of study_cost.")
study_payroll_cost = _costs("study_payroll_cost", "one payment to an employee of study_cost.")
study_running_cost = _costs("study_running_cost", "one other cost or income of study_cost.")

study_journal_entry = Table(
    "study_journal_entry", studies,
    primary_key("entry_key"), code("source"), code("entry_id"), day("entry_date"), text("description"),
    whole("line_count"), money("debit_amount"), money("credit_amount"), money("difference_amount"),
    flag("is_balanced"), *lineage(),
    comment="Grain: one journal entry of one source. debit_amount and credit_amount are the sums of its lines, "
    "difference_amount = debit − credit; is_balanced when that is 0. Origin and row are those of its first line.",
)  # fmt: skip
