"""Easy Ecom's books and people → journal line, expense, payroll, employee, session, setting.

Decisions:
    * net = base + bonus − deductions; where the table says otherwise a note gives the number of rows.
    * A monthly salary of finance_salaries is no payment: it is payroll without a pay day.
    * Of clients only what a merchant decided is a setting. Tokens, keys, secrets and ids of other programs never are.
    * What was written in a conversation, and details of a session log, are never loaded.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from etl.clean import flag, identifier, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources import easy_ecom_tables as forms
from etl.sources.easy_ecom_forms import CLIENT_SETTINGS
from etl.sources.easy_ecom_records import client_rules, product_key
from etl.sources.easy_ecom_results import money, money_rules, result
from etl.sources.header_rows import repeated_header
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import (
    Rule,
    counted,
    date_rules,
    merged,
    not_loaded,
    sieve,
    staged,
    unreadable_date_rules,
    with_moments,
)

_ACTIVE = ("active", "on leave", "probation")


def conform_books(sheets: Mapping[str, Sheet], rules: TenantRules) -> list[Conformed]:
    """What the tables of the database say of money spent, people and sessions."""
    readers = (
        (forms.EXPENSES, _expenses), (forms.INCOME, _income), (forms.EMPLOYEES, _employees),
        (forms.ACCOUNTS_OF_PEOPLE, _users), (forms.PAYROLL, _payroll), (forms.SESSION_LOGS, _session_logs),
        (forms.CONVERSATIONS, _conversations),
    )  # fmt: skip
    parts = [read(sheets[form.kind], rules) for form, read in readers if form.kind in sheets]
    if forms.JOURNAL_LINES.kind in sheets:
        parts.append(_journal(sheets, rules))
    told = ((forms.ACCOUNTS, "told by the journal lines"), (forms.JOURNAL_ENTRIES, "told by the journal lines"),
            (forms.INVOICES, "told by the orders: the issue date is their date"))  # fmt: skip
    parts += [not_loaded(form.kind, sheets[form.kind].frame, why) for form, why in told if form.kind in sheets]
    return parts


def _journal(sheets: Mapping[str, Sheet], rules: TenantRules) -> Conformed:
    sheet = sheets[forms.JOURNAL_LINES.kind]
    columns = {"debit_amount": "debit", "credit_amount": "credit"}
    lines = sheet.frame.with_columns(
        identifier(raw("journal_entry_id")).alias("entry_id"), identifier(raw("account_id")).alias("account_key"),
        *(money(column, rules).alias(name) for name, column in columns.items()),
    )  # fmt: skip
    whole = lines.join(_entries(sheets, rules), on="entry_id", how="left", maintain_order="left").join(
        _accounts(sheets), on="account_key", how="left", maintain_order="left")  # fmt: skip
    coded = whole.with_columns(pl.coalesce("account_code", "account_key").alias("account_code"))
    return result(sheet, coded, [
        Rule("rejected", "missing entry_id", "journal_entry_id", pl.col("entry_id").is_null()),
        Rule("rejected", "missing account_code", "account_id", pl.col("account_code").is_null()), *money_rules(columns),
    ])  # fmt: skip


def _entries(sheets: Mapping[str, Sheet], rules: TenantRules) -> pl.DataFrame:
    if forms.JOURNAL_ENTRIES.kind not in sheets:
        return pl.DataFrame(schema={"entry_id": pl.String, "entry_date": pl.Date, "description": pl.String})
    dated = with_moments(sheets[forms.JOURNAL_ENTRIES.kind].frame, {"made": "entry_date"}, None, rules.timezone)
    entries = dated.select(
        identifier(raw("id")).alias("entry_id"), pl.col("made").struct.field("day").alias("entry_date"),
        text(raw("description")).alias("description"),
    )  # fmt: skip
    return entries.unique("entry_id", keep="last", maintain_order=True)


def _accounts(sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    names = ("account_key", "account_code", "account", "account_type")
    if forms.ACCOUNTS.kind not in sheets:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    accounts = sheets[forms.ACCOUNTS.kind].frame.select(
        identifier(raw("id")).alias("account_key"), identifier(raw("code")).alias("account_code"),
        text(raw("name")).alias("account"), text(raw("account_type")).str.to_lowercase().alias("account_type"),
    )  # fmt: skip
    return accounts.unique("account_key", keep="last", maintain_order=True)


def _expenses(sheet: Sheet, rules: TenantRules) -> Conformed:
    return _spent(sheet, rules, ("expense_date", "category"), is_income=False)


def _income(sheet: Sheet, rules: TenantRules) -> Conformed:
    return _spent(sheet, rules, ("income_date", "source"), is_income=True)


def _spent(sheet: Sheet, rules: TenantRules, columns: tuple[str, str], is_income: bool) -> Conformed:
    day, category = columns
    dated = with_moments(sheet.frame, {"spent": day}, None, rules.timezone)
    prefix = "income " if is_income else ""
    rows = dated.with_columns(
        (prefix + identifier(raw("id"))).alias("expense_id"), pl.col("spent").struct.field("day").alias("expense_date"),
        text(raw(category)).str.to_lowercase().alias("expense_category"), text(raw("description")).alias("title"),
        money("amount", rules).alias("expense_amount"), pl.lit(is_income).alias("is_income"),
    )  # fmt: skip
    is_bad = ~(pl.col("expense_amount") >= 0).fill_null(value=False)
    return result(sheet, rows, [
        *date_rules(day, "spent", "expense_date"),
        Rule("rejected", "amount missing, not readable or negative", "amount", is_bad),
    ])  # fmt: skip


def _employees(sheet: Sheet, rules: TenantRules) -> Conformed:
    state = text(raw("employment_status")).str.to_lowercase()
    people = sheet.frame.with_columns(
        identifier(raw("id")).alias("employee_id"), text(raw("full_name")).alias("employee"),
        text(raw("role_title")).str.to_lowercase().alias("role"), state.is_in(_ACTIVE).alias("is_active"),
    )  # fmt: skip
    return result(sheet, people, [Rule("rejected", "missing employee_id", "id", pl.col("employee_id").is_null())])


def _users(sheet: Sheet, rules: TenantRules) -> Conformed:
    people = sheet.frame.with_columns(
        product_key(raw("username")).alias("employee_id"), text(raw("username")).alias("employee"),
        text(raw("email")).str.to_lowercase().alias("email"), flag(raw("is_active")).alias("is_active"),
    )  # fmt: skip
    return result(sheet, people, [Rule("rejected", "missing employee_id", "username", pl.col("employee_id").is_null())])


def _payroll(sheet: Sheet, rules: TenantRules) -> Conformed:
    columns = {"base_amount": "base_salary", "bonus_amount": "bonus", "deduction_amount": "deductions"}
    dated = with_moments(sheet.frame, {"paid": "period_end"}, None, rules.timezone)
    zero = pl.lit(0).cast(pl.Decimal(18, 4))
    paid = dated.with_columns(
        identifier(raw("employee_id")).alias("employee_id"), pl.col("paid").struct.field("day").alias("pay_date"),
        text(raw("payment_status")).str.to_lowercase().alias("payroll_status"),
        money("net_salary", rules).alias("stated"),
        *(money(column, rules).alias(name) for name, column in columns.items()),
    ).with_columns(
        (pl.col("base_amount") + pl.col("bonus_amount").fill_null(zero) - pl.col("deduction_amount").fill_null(zero))
        .cast(pl.Decimal(18, 4)).alias("net_amount")
    )  # fmt: skip
    found = result(sheet, paid, [
        Rule("rejected", "missing employee_id", "employee_id", pl.col("employee_id").is_null()),
        *money_rules(columns), Rule("rejected", "missing net_amount", "base_salary", pl.col("net_amount").is_null()),
        *unreadable_date_rules("period_end", "paid"),
    ])  # fmt: skip
    differs = paid.filter(pl.col("stated") != pl.col("net_amount")).height
    note = f"payroll: {differs} rows where net_salary is not base + bonus - deductions; the sum counts."
    return Conformed(found.tables, found.rejects, found.read, (note,) if differs else ())


def _session_logs(sheet: Sheet, rules: TenantRules) -> Conformed:
    dated = with_moments(sheet.frame, {"made": "created_at"}, None, rules.timezone)
    sessions = dated.with_columns(
        identifier(raw("id")).alias("session_id"), product_key(raw("actor")).alias("employee_id"),
        text(raw("action")).str.to_lowercase().alias("session_type"), *_started(),
    )  # fmt: skip
    missing = Rule("rejected", "missing action", "action", pl.col("session_type").is_null())
    return result(sheet, sessions, [missing, *unreadable_date_rules("created_at", "made")])


def _conversations(sheet: Sheet, rules: TenantRules) -> Conformed:
    dated = with_moments(sheet.frame, {"made": "created_at"}, None, rules.timezone)
    sessions = dated.with_columns(
        ("message " + identifier(raw("id"))).alias("session_id"), identifier(raw("customer_phone")).alias("phone"),
        (text(raw("direction")).str.to_lowercase() + " message").alias("session_type"),
        text(raw("channel")).str.to_lowercase().alias("channel"), *_started(),
    )  # fmt: skip
    missing = Rule("rejected", "missing direction", "direction", pl.col("session_type").is_null())
    return result(sheet, sessions, [missing, *unreadable_date_rules("created_at", "made")])


def _started() -> list[pl.Expr]:
    made = pl.col("made").struct
    return [made.field("at").alias("started_at"), made.field("day").alias("session_date")]


def conform_salaries(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """Monthly salaries; of one employee the newest row wins. They have no pay day: payment_day is one of any month."""
    salaries = sheet.frame.with_columns(
        product_key(raw("employee_name")).alias("employee_id"), money("monthly_salary", rules).alias("base_amount"),
        text(raw("status")).str.to_lowercase().alias("payroll_status"),
    ).with_columns(pl.col("base_amount").alias("net_amount"))  # fmt: skip
    checks = [
        repeated_header(sheet.form), *client_rules(client),
        Rule("rejected", "missing employee_id", "employee_name", pl.col("employee_id").is_null()),
        Rule("rejected", "amount missing, not readable or negative", "monthly_salary",
             ~(pl.col("net_amount") >= 0).fill_null(value=False)),
    ]  # fmt: skip
    kept, rejects = sieve(salaries, checks, ["payroll"])
    rows = staged(kept, "payroll", ("employee_id",))
    return Conformed({"payroll": rows}, rejects, counted(sheet.frame, "payroll"))


def conform_features(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """Who may see which screen of the old program: settings called access/<user>/<screen>."""
    is_enabled = flag(raw("enabled"))
    features = sheet.frame.with_columns(
        pl.concat_str(pl.lit("access"), product_key(raw("username")), product_key(raw("feature")), separator="/")
        .alias("setting"), is_enabled.cast(pl.String).alias("value"), pl.lit("access").alias("category"),
    )  # fmt: skip
    checks = [
        repeated_header(sheet.form), *client_rules(client),
        Rule("rejected", "missing setting", "feature", pl.col("setting").is_null()),
        Rule("rejected", "true or false not readable", "enabled", unreadable(raw("enabled"), pl.col("value"))),
    ]  # fmt: skip
    kept, rejects = sieve(features, checks, ["setting"])
    return Conformed({"setting": staged(kept, "setting")}, rejects, counted(sheet.frame, "setting"))


def conform_client(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """What the client decided; each row holds several settings and counts once for each."""
    parts = [_client_setting(sheet, column, client) for column in CLIENT_SETTINGS]
    note = f"clients: each row holds {len(CLIENT_SETTINGS)} settings and counts as so many source rows."
    return merged([*parts, Conformed({}, notes=(note,))])


def _client_setting(sheet: Sheet, column: str, client: str) -> Conformed:
    settings = sheet.frame.with_columns(
        pl.lit(column).alias("setting"), text(raw(column)).alias("value"), pl.lit("client").alias("category")
    )
    checks = [repeated_header(sheet.form), *client_rules(client),
              Rule("excluded", "not set", column, pl.col("value").is_null())]  # fmt: skip
    kept, rejects = sieve(settings, checks, ["setting"])
    return Conformed({"setting": staged(kept, "setting")}, rejects, counted(sheet.frame, "setting"))
