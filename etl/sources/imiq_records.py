"""ProductList, Customers, Users, Performance and Revenue → product, customer, employee, staff_day, expense."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, flag, identifier, marks_of, number, text, unreadable, whole
from etl.source import Conformed, TenantRules
from etl.sources.header_rows import repeated_header
from etl.sources.imiq_orders import city_name, name_key
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import (
    Rule,
    counted,
    date_rules,
    sieve,
    sieve_slices,
    staged,
    unreadable_date_rules,
    with_moments,
)
from etl.staging import STAGING

_SPENDING = ("ad_spend", "courier_expenses", "other_expenses")


def conform_products(sheet: Sheet, rules: TenantRules) -> Conformed:
    """Products: the sku is the key, else the name; spellings of one name are one product.

    A product without sku takes the sku another spelling of its name has. The newest row wins; the first spelling
    names the product. stock is what is on hand as of the load; there is no cost in this source.
    """
    key = name_key(raw("product_name"))
    sku = identifier(raw("sku"))
    products = sheet.frame.with_columns(
        text(raw("product_name")).alias("product"), key.alias("product_key"), sku.alias("sku"),
        amount(raw("price"), marks_of(rules.currency)).alias("list_price"),
        number(raw("stock")).alias("on_hand_quantity"), text(raw("category")).alias("category"),
        _is_active(raw("status")).alias("is_active"),
    ).with_columns(pl.coalesce("sku", pl.col("sku").drop_nulls().last().over("product_key"), "product_key")
                   .alias("product_id"))  # fmt: skip
    kept, rejects = sieve(products, _product_rules(sheet), ["product"])
    named = kept.with_columns(pl.col("product").first().over("product_id"))
    notes = _spelling_notes(kept)
    return Conformed({"product": staged(named, "product")}, rejects, counted(sheet.frame, "product"), notes)


def _is_active(cell: pl.Expr) -> pl.Expr:
    word = text(cell).str.to_lowercase()
    return pl.when(word.is_not_null()).then(word == "active")


def _product_rules(sheet: Sheet) -> list[Rule]:
    return [
        repeated_header(sheet.form),
        Rule("rejected", "missing product_id", "product_name", pl.col("product_id").is_null()),
        Rule("rejected", "amount not readable", "price", unreadable(raw("price"), pl.col("list_price"))),
        Rule("rejected", "number not readable", "stock", unreadable(raw("stock"), pl.col("on_hand_quantity"))),
    ]


def _spelling_notes(products: pl.DataFrame) -> tuple[str, ...]:
    spelled = products.group_by("product_id", maintain_order=True).agg(pl.col("product").unique(maintain_order=True))
    several = [names for names in spelled["product"].to_list() if len(names) > 1]
    if not several:
        return ()
    shown = "; ".join(" = ".join(names) for names in several[:5])
    return (f"ProductList: {len(several)} products stand under more than one spelling and are one product: {shown}.",)


def product_ids(sheet: Sheet, products: pl.DataFrame) -> dict[str, str]:
    """Product name (lower case, single blanks) to product_id; of a name with several the newest row's."""
    rows = sheet.frame.with_columns(name_key(raw("product_name")).alias("product_key"))
    known = products.select("product_id", "origin_key", "source_row").join(
        rows.select("product_key", "origin_key", "source_row"), on=["origin_key", "source_row"], maintain_order="left"
    )
    return {name: product for name, product in known.select("product_key", "product_id").iter_rows() if name}


def conform_customers(sheet: Sheet, rules: TenantRules) -> Conformed:
    """Customer records; a blank customer_id collapses nobody (the row is keyed by its content)."""
    is_nobody = pl.all_horizontal(pl.col("customer_id", "phone", "customer", "email").is_null())
    checks = [
        repeated_header(sheet.form),
        Rule("rejected", "no id, phone, name or email", "customer_id", is_nobody),
        *unreadable_date_rules("created_at", "created"),
    ]
    wanted = STAGING["customer"].schema()
    kept, rejects = sieve_slices(sheet.frame, lambda rows: _customers(rows, rules), checks, ["customer"], wanted)
    return Conformed({"customer": staged(kept, "customer")}, rejects, counted(sheet.frame, "customer"))


def _customers(rows: pl.DataFrame, rules: TenantRules) -> pl.DataFrame:
    address = pl.concat_str(text(raw("address")), identifier(raw("pincode")), separator=", ", ignore_nulls=True)
    dated = with_moments(rows, {"created": "created_at"}, True, rules.timezone)
    customers = dated.lazy().with_columns(
        identifier(raw("customer_id")).alias("customer_id"), identifier(raw("phone")).alias("phone"),
        text(raw("name")).alias("customer"), text(raw("email")).str.to_lowercase().alias("email"),
        city_name(raw("city")).alias("city"), pl.when(address != "").then(address).alias("address"),
    )  # fmt: skip
    return customers.with_columns(pl.col("created").struct.field("day").alias("created_date")).collect()


def conform_users(sheet: Sheet) -> Conformed:
    """People of the order desk. Passwords never get here: they are blanked on arrival and no column is read."""
    users = sheet.frame.with_columns(
        name_key(raw("user_id")).alias("employee_id"), text(raw("name")).alias("employee"),
        text(raw("role")).str.to_lowercase().alias("role"), text(raw("email")).str.to_lowercase().alias("email"),
        flag(raw("is_active")).alias("is_active"),
    )  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        Rule("rejected", "missing employee_id", "user_id", pl.col("employee_id").is_null()),
        Rule("rejected", "true or false not readable", "is_active", unreadable(raw("is_active"), pl.col("is_active"))),
    ]
    kept, rejects = sieve(users, checks, ["employee"])
    return Conformed({"employee": staged(kept, "employee")}, rejects, counted(sheet.frame, "employee"))


def user_ids(employees: pl.DataFrame) -> dict[str, str]:
    """Names and ids of employees (lower case) to employee_id; an id wins over somebody else's name."""
    names = employees.select(name_key(pl.col("employee")), "employee_id").drop_nulls().iter_rows()
    return {**dict(names), **{user: user for user in employees["employee_id"]}}


def conform_staff_days(sheet: Sheet, rules: TenantRules, users: dict[str, str]) -> Conformed:
    """Leads and orders each employee reported for a day; blank stays missing."""
    dated = with_moments(sheet.frame, {"worked": "date"}, True, rules.timezone)
    days = dated.with_columns(
        name_key(raw("name")).replace(users).alias("employee_id"), whole(raw("no_of_leads")).alias("leads"),
        whole(raw("no_of_orders")).alias("reported_orders"),
        amount(raw("ad_spend"), marks_of(rules.currency)).alias("ad_spend_amount"),
    ).with_columns(pl.col("worked").struct.field("day").alias("work_date"))  # fmt: skip
    numbers = (("no_of_leads", "leads"), ("no_of_orders", "reported_orders"), ("ad_spend", "ad_spend_amount"))
    checks = [
        repeated_header(sheet.form),
        Rule("rejected", "missing employee_id", "name", pl.col("employee_id").is_null()),
        *date_rules("date", "worked", "work_date"),
        *(Rule("rejected", "number not readable", cell, unreadable(raw(cell), pl.col(name))) for cell, name in numbers),
    ]
    kept, rejects = sieve(days, checks, ["staff_day"])
    return Conformed({"staff_day": staged(kept, "staff_day")}, rejects, counted(sheet.frame, "staff_day"))


def conform_expenses(sheet: Sheet, rules: TenantRules) -> Conformed:
    """Advertising, courier and other expenses of a day.

    One row of the sheet holds three amounts and counts as three source rows; a blank amount is excluded, not 0.
    """
    sieved = [_expenses_of(sheet, column, rules) for column in _SPENDING]
    kept = pl.concat([rows for rows, _ in sieved]).sort("origin_key", "source_row", maintain_order=True)
    read = {key: rows * len(_SPENDING) for key, rows in counted(sheet.frame, "expense").items()}
    note = "Revenue: each row holds three amounts and counts as three source rows."
    rejects = pl.concat([rejects for _, rejects in sieved])
    return Conformed({"expense": staged(kept, "expense")}, rejects, read, (note,))


def _expenses_of(sheet: Sheet, column: str, rules: TenantRules) -> tuple[pl.DataFrame, pl.DataFrame]:
    dated = with_moments(sheet.frame, {"spent": "date"}, True, rules.timezone)
    expenses = dated.with_columns(
        amount(raw(column), marks_of(rules.currency)).alias("expense_amount"), pl.lit(column).alias("expense_category"),
        text(raw("notes")).alias("title"), name_key(raw("created_by")).alias("employee_id"),
        pl.lit(False).alias("is_income"),
    ).with_columns(pl.col("spent").struct.field("day").alias("expense_date"))  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        Rule("excluded", "no amount", column, text(raw(column)).is_null()),
        Rule("rejected", "amount not readable", column, pl.col("expense_amount").is_null()),
        *date_rules("date", "spent", "expense_date"),
    ]
    return sieve(expenses, checks, ["expense"])
