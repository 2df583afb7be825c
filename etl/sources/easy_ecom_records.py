"""sales, products, users and finance_transactions → order line, product, employee, expense."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from etl.clean import amount, is_blank, marks_of, number, text, unreadable
from etl.source import Conformed, TenantRules
from etl.sources.header_rows import repeated_header, with_names_said
from etl.sources.sheet import Sheet, raw
from etl.sources.sieve import (
    Rule,
    counted,
    date_rules,
    not_read,
    read_distinct,
    sieve,
    sieve_slices,
    staged,
    with_moments,
    with_read,
)
from etl.staging import STAGING

ADMIN = "__admin__"
"""client_id of the program's own operator."""

_LINE_CONTENT = ("ordered_at", "order_date", "product_id", "quantity", "unit_price", "line_amount")
_MONEY = ("unit_price", "unit_cost", "total_sale", "cost_of_goods_sold", "profit")


def product_key(cell: pl.Expr) -> pl.Expr:
    """A product as Easy Ecom joins it: trimmed, lower case, single blanks."""
    return text(cell).str.to_lowercase().str.replace_all(r"\s+", " ")


def client_rules(client: str, written: pl.Expr | None = None) -> list[Rule]:
    """Rows of the program itself and of other clients; a row without client_id (older files) is the tenant's.

    written: the client_id as text, where it is cleaned already.
    """
    written = text(raw("client_id")) if written is None else written
    return [
        Rule("excluded", "row of the program's own operator", "client_id", (written == ADMIN).fill_null(False)),
        Rule("excluded", "row of another client", "client_id", (written != client).fill_null(False)),
    ]


def conform_sales(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """Sales lines; each is an order of its own, delivered. unit_cost is the cost recorded at the sale."""
    wanted = {*STAGING["order_line"].schema(), *_MONEY}
    dated = with_moments(sheet.frame, {"sold": "date"}, None, rules.timezone)
    read, judged = with_names_said(sheet.form, _read_cells(sheet.frame, rules))
    kept, rejects = sieve_slices(
        dated, lambda rows: _cleaned_sales(rows, read), _sales_rules(sheet, client, judged), ["order_line"], wanted
    )
    lines = staged(kept, "order_line", content=_LINE_CONTENT)
    return Conformed({"order_line": lines}, rejects, counted(sheet.frame, "order_line"), _sales_notes(kept))


def _read_cells(sales: pl.DataFrame, rules: TenantRules) -> list[pl.DataFrame]:
    """Every different text of the sales once; the same few thousand stand in all slices of a file."""
    marks = marks_of(rules.currency)
    return read_distinct(sales, {
        **{name: (name, amount(raw(name), marks)) for name in _MONEY},
        "quantity": ("quantity_sold", number(raw("quantity_sold"))),
        "product_id": ("product_name", product_key(raw("product_name"))),
        "product": ("product_name", text(raw("product_name"))),
        "client": ("client_id", text(raw("client_id"))),
    })  # fmt: skip


def _cleaned_sales(dated: pl.DataFrame, read: Sequence[pl.DataFrame]) -> pl.DataFrame:
    known = with_read(dated, read)
    return known.lazy().with_columns(
        pl.lit("delivered").alias("order_status"),
        pl.col("sold").struct.field("at").alias("ordered_at"), pl.col("sold").struct.field("day").alias("order_date"),
        pl.col("sold").struct.field("hour").alias("order_hour"), (pl.col("quantity") < 0).alias("is_return"),
        pl.coalesce(_times("unit_price"), "total_sale").alias("line_amount"),
        pl.lit(False).alias("is_cost_estimated"),
    ).collect()  # fmt: skip


def _times(column: str) -> pl.Expr:
    """quantity × `column`, to four decimals."""
    product = pl.col("quantity").cast(pl.Decimal(38, 4)) * pl.col(column).cast(pl.Decimal(38, 4))
    return product.cast(pl.Decimal(18, 4))


def _sales_rules(sheet: Sheet, client: str, judged: Collection[str]) -> list[Rule]:
    return [
        repeated_header(sheet.form, judged),
        *client_rules(client, pl.col("client")),
        *date_rules("date", "sold", "order_date"),
        Rule("rejected", "missing product_id", "product_name", pl.col("product_id").is_null()),
        Rule("rejected", "missing quantity", "quantity_sold", is_blank(raw("quantity_sold"))),
        Rule("rejected", "number not readable", "quantity_sold", pl.col("quantity").is_null()),
        *(Rule("rejected", "amount not readable", name, not_read(name)) for name in _MONEY),
        Rule("rejected", "missing line_amount", "unit_price", pl.col("line_amount").is_null()),
    ]


def _sales_notes(sales: pl.DataFrame) -> tuple[str, ...]:
    """Where the file's own sums are not what its quantities, prices and costs give; to the cent."""
    cost = _times("unit_cost")
    recomputed = {
        "total_sale": pl.col("line_amount"), "cost_of_goods_sold": cost, "profit": pl.col("line_amount") - cost,
    }  # fmt: skip
    cent = pl.lit("0.005").cast(pl.Decimal(18, 4))
    notes = []
    for column, value in recomputed.items():
        rows = sales.select(pl.col("source_row").filter((pl.col(column) - value).abs() > cent))["source_row"]
        if len(rows):
            notes.append(f"sales: {len(rows)} rows, first row {rows[0]}: {column} differs; the recomputed one counts.")
    return tuple(notes)


def conform_products(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """Products with stock and recorded cost as of the load; of one name the newest row wins. No selling price here."""
    products = sheet.frame.with_columns(
        product_key(raw("product_name")).alias("product_id"), text(raw("product_name")).alias("product"),
        number(raw("quantity")).alias("on_hand_quantity"),
        amount(raw("unit_cost"), marks_of(rules.currency)).alias("unit_cost"),
    )  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        *client_rules(client),
        Rule("rejected", "missing product_id", "product_name", pl.col("product_id").is_null()),
        Rule("rejected", "number not readable", "quantity", unreadable(raw("quantity"), pl.col("on_hand_quantity"))),
        Rule("rejected", "amount not readable", "unit_cost", unreadable(raw("unit_cost"), pl.col("unit_cost"))),
    ]
    kept, rejects = sieve(products, checks, ["product"])
    named = kept.with_columns(pl.col("product").first().over("product_id"))
    return Conformed({"product": staged(named, "product")}, rejects, counted(sheet.frame, "product"))


def conform_employees(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """People with a login in the old program. Passwords never get here: blanked on arrival, and no column is read."""
    users = sheet.frame.with_columns(
        product_key(raw("username")).alias("employee_id"), text(raw("username")).alias("employee"),
        text(raw("role")).str.to_lowercase().alias("role"),
    )  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        *client_rules(client),
        Rule("rejected", "missing employee_id", "username", pl.col("employee_id").is_null()),
    ]
    kept, rejects = sieve(users, checks, ["employee"])
    return Conformed({"employee": staged(kept, "employee")}, rejects, counted(sheet.frame, "employee"))


def conform_expenses(sheet: Sheet, rules: TenantRules, client: str) -> Conformed:
    """Expenses and other income. A negative amount is rejected: which way it goes is what transaction_type says."""
    kind = text(raw("transaction_type")).str.to_lowercase()
    dated = with_moments(sheet.frame, {"booked": "transaction_date"}, None, rules.timezone)
    expenses = dated.with_columns(
        amount(raw("amount"), marks_of(rules.currency)).alias("expense_amount"),
        text(raw("category")).str.to_lowercase().alias("expense_category"), text(raw("title")).alias("title"),
        pl.when(kind.is_in(["income", "expense"])).then(kind == "income").alias("is_income"),
        product_key(raw("created_by")).alias("employee_id"),
    ).with_columns(pl.col("booked").struct.field("day").alias("expense_date"))  # fmt: skip
    checks = [
        repeated_header(sheet.form),
        *client_rules(client),
        *date_rules("transaction_date", "booked", "expense_date"),
        Rule("rejected", "amount missing, not readable or negative", "amount", ~(pl.col("expense_amount") >= 0)
             .fill_null(False)),
        Rule("rejected", "neither expense nor income", "transaction_type", pl.col("is_income").is_null()),
    ]  # fmt: skip
    kept, rejects = sieve(expenses, checks, ["expense"])
    return Conformed({"expense": staged(kept, "expense")}, rejects, counted(sheet.frame, "expense"))
