"""Facts of finance, and the tables that make numbers traceable."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import (
    code,
    day,
    flag,
    instant,
    key,
    lineage,
    metadata,
    money,
    primary_key,
    quantity,
    rate,
    text,
    whole,
)

fact_expense = Table(
    "fact_expense", metadata,
    primary_key("expense_key"), day("expense_date"), code("expense_category"), key("employee_key"), key("courier_key"),
    money("expense_amount"), text("title"), flag("is_income"),
    *lineage(),
    comment="Grain: one expense (or other income, is_income) as booked by the source; amounts positive.",
)  # fmt: skip

fact_payroll = Table(
    "fact_payroll", metadata,
    primary_key("payroll_key"), key("employee_key"), day("pay_date"), money("base_amount"), money("bonus_amount"),
    money("deduction_amount"), money("net_amount"), code("payroll_status"),
    *lineage(),
    comment="Grain: one employee and pay day; net = base + bonus − deductions.",
)  # fmt: skip

fact_journal_line = Table(
    "fact_journal_line", metadata,
    primary_key("journal_line_key"), code("entry_id"), day("entry_date"), code("account_code"), text("account"),
    text("account_type"), money("debit_amount"), money("credit_amount"), text("description"),
    *lineage(),
    comment="Grain: one line of one journal entry; debits equal credits within an entry.",
)  # fmt: skip

source_setting = Table(
    "source_setting", metadata,
    primary_key("setting_key"), code("source"), code("setting"), text("value"), text("category"),
    instant("updated_at"),
    *lineage(),
    comment="Grain: one setting that a source keeps about itself; never a secret.",
)  # fmt: skip

fx_rate = Table(
    "fx_rate", metadata,
    day("rate_date"), code("from_currency"), code("to_currency"), rate("rate"), code("source"),
    comment="Grain: one day and currency pair: 1 from_currency = rate to_currency.",
)  # fmt: skip

tie_out = Table(
    "tie_out", metadata,
    code("source"), code("staging_table"), code("measure"), quantity("source_value"), quantity("warehouse_value"),
    quantity("explained_value"), text("explanation"), flag("is_tied"),
    comment="Grain: one control total of one source table: what the source rows add up to, what the warehouse holds, "
    "and the named rules that explain the difference. is_tied is exact equality, no tolerance.",
)  # fmt: skip

tie_effect = Table(
    "tie_effect", metadata,
    code("source"), code("staging_table"), code("measure"), code("rule"), quantity("amount"),
    comment="Grain: one named rule that makes a control total of the warehouse differ from its source's, and by how "
    "much; the amounts of one total add up to its explained_value.",
)  # fmt: skip

row_account = Table(
    "row_account", metadata,
    key("origin_key"), code("staging_table"), code("outcome"), text("rule"), whole("row_count"),
    comment="Grain: one origin, staging table, outcome (loaded, duplicate, excluded, rejected) and rule. "
    "The counts of one origin sum to the rows read from it.",
)  # fmt: skip

data_check = Table(
    "data_check", metadata,
    code("check_name"), code("severity"), text("sentence"), whole("wrong_rows"), money("affected_amount"),
    comment="Grain: one quality check run on this snapshot; wrong_rows 0 is a pass.",
)  # fmt: skip
