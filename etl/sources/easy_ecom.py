"""Easy Ecom: a folder of CSV files of a shop counter, or the tables of its database.

One sales row is one line and, as there is no order number, one order of its own: identical lines are real, so a line
is known by client, time, product, quantity and price plus the number of its occurrence in the file. Sold over the
counter means delivered. Money is in the tenant's currency, times are local to the tenant.

Decisions:
    * An unreadable date ("40:34.9") is rejected, never moved to now.
    * A negative quantity is a correction and stays: it is a return line.
    * The amount of a line is quantity × unit price. total_sale, cost_of_goods_sold and profit are recomputed; where
      the file says otherwise a note gives the number of rows and the first one.
    * A product is its name, trimmed and in lower case, which is how its own program joins.
    * One tenant is one client. Rows of `__admin__` are the program's own and excluded. A folder with one client is
      taken as the tenant's. With several, the one is taken whose client_id or client_name is the tenant's name and
      the others' rows are excluded; when none fits the load is refused, since two merchants must never be mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from etl.clean import text
from etl.source import Conformed, Origin, RawTable, Source, TenantRules
from etl.sources.easy_ecom_books import conform_books, conform_client, conform_features, conform_salaries
from etl.sources.easy_ecom_database import conform_database
from etl.sources.easy_ecom_forms import (
    CLIENTS,
    FEATURES,
    PRODUCTS,
    SALARIES,
    SALES,
    TRANSACTIONS,
    USERS,
    form_by_header,
)
from etl.sources.easy_ecom_records import ADMIN, conform_employees, conform_expenses, conform_products, conform_sales
from etl.sources.easy_ecom_tables import UNUSED, form_by_name, table_name
from etl.sources.header_rows import repeated_header
from etl.sources.sheet import RAW, Form, Sheet, gather_sheets, raw
from etl.sources.sieve import merged, not_loaded, unused_columns
from portal.errors import SourceError


def form_of(origin: Origin, headers: Sequence[str]) -> Form | None:
    """The form of a file by its header; of a table of the database by its name."""
    return form_by_header(list(headers)) or form_by_name(origin, headers)


def conform(tables: Sequence[RawTable], rules: TenantRules, mapping: Any = None) -> Conformed:
    """The folder as staging tables; `mapping` is not used.

    Raises:
        SourceError: none of the files is known, one lacks a column it must have, or there are several clients and
            none of them is the tenant.
    """
    sheets, unknown = gather_sheets(tables, form_of)
    if not sheets:
        names = ", ".join(origin.sheet or origin.file_name for origin, _ in unknown) or "nothing"
        raise SourceError(f"This is no Easy Ecom folder: found {names}; expected sales.csv, products.csv or others.")
    client = tenant_client(sheets, rules.tenant)
    readers: tuple[tuple[Form, Callable[[Sheet, TenantRules, str], Conformed]], ...] = (
        (PRODUCTS, conform_products), (SALES, conform_sales), (USERS, conform_employees),
        (TRANSACTIONS, conform_expenses), (SALARIES, conform_salaries), (FEATURES, conform_features),
        (CLIENTS, conform_client),
    )  # fmt: skip
    parts = [read(sheets[form.kind], rules, client) for form, read in readers if form.kind in sheets]
    parts += [*conform_database(sheets, rules), *conform_books(sheets, rules), unused_columns(sheets)]
    parts += [not_loaded(table_name(origin), rows, _why(origin)) for origin, rows in unknown]
    return merged(parts)


def _why(origin: Origin) -> str:
    return UNUSED.get(table_name(origin).lower(), "not a known file")


def tenant_client(sheets: dict[str, Sheet], tenant: str) -> str:
    """The client_id whose rows are the tenant's; "" when the files name no client.

    Raises:
        SourceError: several clients, and neither an id nor a name of them is `tenant`.
    """
    names = {client: name for sheet in sheets.values() for client, name in _clients(sheet).items() if client != ADMIN}
    for sheet in (sheets[CLIENTS.kind],) if CLIENTS.kind in sheets else ():
        names |= {client: name for client, name in _clients(sheet).items() if client != ADMIN}
    fitting = [client for client, name in names.items() if tenant and tenant.lower() in {client.lower(), name.lower()}]
    if len(names) <= 1:
        return next(iter(names), "")
    if len(fitting) != 1:
        raise SourceError(
            f"This folder holds {len(names)} clients: {', '.join(sorted(names))}. One tenant is one client: load it "
            f"for a tenant that is named like one of them, or split the folder. The tenant here is '{tenant}'. "
            f"{_places(sheets)}"
        )
    return fitting[0]


def _places(sheets: dict[str, Sheet]) -> str:
    """Which table names which clients, in words; a client that stands in one table only is often a typing error."""
    found = {kind: sorted(set(_clients(sheet)) - {ADMIN}) for kind, sheet in sheets.items()}
    return " ".join(f"{kind} names {', '.join(clients)}." for kind, clients in found.items() if clients)


def _clients(sheet: Sheet) -> dict[str, str]:
    """client_id to client_name ("" where the file has no names)."""
    if "client_id" not in sheet.form.columns:
        return {}
    name = text(raw("client_name")) if "client_name" in sheet.form.columns else pl.lit("")
    written = (raw("client_id"), name.fill_null("").alias("name"))
    first = sheet.frame.lazy().with_row_index("_row").group_by(*written).agg(pl.col("_row").first()).collect()
    is_header = repeated_header(sheet.form).breaks
    doubtful = sheet.frame[first["_row"]].select(is_header).to_series()
    suspects = first.filter(doubtful)[RAW + "client_id"]  # such a cell may stand in other rows, too, that are none
    others = sheet.frame.filter(raw("client_id").is_in(suspects.implode())).filter(~is_header).select(written)
    told = pl.concat([first.filter(~doubtful).drop("_row"), others])
    pairs = told.select(text(raw("client_id")).alias("client"), "name").unique()
    return {client: name for client, name in pairs.sort("client", "name").iter_rows() if client is not None}


SOURCE = Source(
    "easy_ecom", "Easy Ecom folder or database",
    ("order", "order_line", "customer", "product", "stock_movement", "return_line", "employee", "expense", "payroll",
     "journal_line", "session", "setting"),
    (".csv", ".parquet", ".db", ".sqlite", ".sqlite3"), conform, is_whole=True,
)  # fmt: skip
