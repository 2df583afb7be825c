"""Which staging table a raw table is, and which header is which column: best score first, each of them once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from etl.dates import EXCEL
from etl.mapped.evidence import HALF, MOST, DateEvidence, dashes_in, date_evidence, is_number, sample
from etl.mapped.synonyms import fit, words_of
from etl.source import RawTable
from etl.staging import STAGING

_LEAST_FIT = 40
_MOST_WORDS = 30
_PLAIN_FIT = 95
_REQUIRED_BONUS = 10
_DATES = (pl.Date, pl.Datetime)

_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "order_line": (("quantity",), ("product_id", "product"), ("order_id", "ordered_at"),
                   ("unit_price", "line_amount", "order_id")),
    "shipment": (("shipment_id",),
                 ("delivered_date", "promised_date", "ship_date", "shipment_status", "shipment_mode")),
    "courier_payment": (("tracking_id",), ("paid_amount",), ("collected_amount", "fee_amount", "paid_date")),
    "stock_movement": (("product_id",), ("quantity",), ("movement_type",)),
    "order": (("order_id",), ("total_amount", "order_status", "ordered_at")),
    "lead": (("lead_source", "follow_up_date", "priority", "lead_date", "last_contact_date"),
             ("lead_status", "lead_source"), ("customer", "phone", "email")),
    "product": (("product_id",), ("product", "list_price", "unit_cost", "category", "on_hand_quantity")),
    "expense": (("expense_date",), ("expense_amount",), ("expense_category",)),
    "employee": (("employee_id", "employee"), ("role",)),
    "customer": (("customer_id", "phone", "email"), ("customer", "phone", "email", "city")),
}  # fmt: skip
"""Staging table to groups of columns; a table without one of each group is something else."""

_MAIN_DATE: dict[str, tuple[str, ...]] = {
    "order_line": ("ordered_at", "order_date"), "order": ("ordered_at", "order_date"),
    "stock_movement": ("moved_at", "movement_date"), "expense": ("expense_date",),
    "courier_payment": ("paid_date",),
}  # fmt: skip
"""The date a table lives by, first its own name and then what else would do."""

_HINTS: dict[str, frozenset[str]] = {
    "order_line": frozenset({"line", "lineitem", "invoice"}), "order": frozenset({"order", "orders"}),
    "shipment": frozenset({"shipment", "delivery", "delivered", "freight", "parcel", "shipments", "deliveries"}),
    "courier_payment": frozenset({"payout", "settlement", "remittance", "statement", "cashout", "collected", "net"}),
    "stock_movement": frozenset({"movement", "movements"}), "lead": frozenset({"lead", "leads", "enquiry"}),
    "product": frozenset({"product", "products", "stock"}), "expense": frozenset({"expense", "expenses"}),
    "employee": frozenset({"employee", "employees", "staff"}), "customer": frozenset({"customer", "customers"}),
}  # fmt: skip
"""Words in headers and file names that speak for a table."""


@dataclass(frozen=True)
class Guess:
    """What a raw table seems to be: staging table name ("" unknown), canonical column → header, dates, values.

    dashes are those that stand alone in cells of the mapped columns.
    """

    table: RawTable
    entity: str
    columns: dict[str, str]
    dates: dict[str, DateEvidence]
    values: dict[str, pl.Series]
    dashes: tuple[str, ...] = ()


def guess_table(table: RawTable) -> Guess:
    """The staging table whose columns the headers and values fit best."""
    values, dated = _looked_at(table)
    best, best_score = Guess(table, "", {}, {}, values), 0
    for entity, needs in _NEEDS.items():
        columns, score = _assigned(entity, values, dated)
        columns |= _only_date(entity, columns, values, dated)
        if all(any(name in columns for name in group) for group in needs):
            score += 40 * _hints(table, entity)
            if score > best_score:
                moments = [name for name in columns if isinstance(STAGING[entity].columns[name], _DATES)]
                kept = {columns[name]: dated(columns[name]) for name in moments if dated(columns[name]).formats}
                best, best_score = Guess(table, entity, columns, kept, values), score
    return replace(best, dashes=dashes_in([table.frame[header] for header in best.columns.values()]))


def guess_columns(table: RawTable) -> dict[str, dict[str, str]]:
    """Every staging table with the columns the raw table would give it, were it that: canonical column → header."""
    values, dated = _looked_at(table)
    assigned = {entity: _assigned(entity, values, dated)[0] for entity in STAGING}
    return {entity: found | _only_date(entity, found, values, dated) for entity, found in assigned.items()}


def _looked_at(table: RawTable) -> tuple[dict[str, pl.Series], Callable[[str], DateEvidence]]:
    """Sample of every column, and how its dates are written, worked out when it is asked for."""
    values = {name: sample(table.frame[name]) for name in table.columns}
    dates: dict[str, DateEvidence] = {}

    def dated(header: str) -> DateEvidence:
        if header not in dates:
            dates[header] = date_evidence(values[header])
        return dates[header]

    return values, dated


def _hints(table: RawTable, entity: str) -> int:
    said = [*table.columns, *(origin.sheet or origin.file_name for origin in table.origins[:1])]
    return sum(1 for one in said if _HINTS[entity] & set(words_of(one)))


def _assigned(
    entity: str, values: dict[str, pl.Series], dated: Callable[[str], DateEvidence]
) -> tuple[dict[str, str], int]:  # fmt: skip
    """Canonical column → header and the sum of the fits; the best fit is settled first, each name and header once."""
    staging = STAGING[entity]
    ranked = sorted(
        ((_fit(header, name, entity), name, header) for name in staging.columns for header in values),
        key=lambda one: (-one[0], list(staging.columns).index(one[1]), list(values).index(one[2])),
    )
    columns: dict[str, str] = {}
    total = 0
    for score, name, header in ranked:
        if score < _LEAST_FIT or name in columns or header in columns.values():
            continue
        if _suits(name, staging.columns[name], values[header], partial(dated, header), _least(score)):
            columns[name] = header
            total += score
    return columns, total


def _only_date(
    entity: str, columns: dict[str, str], values: dict[str, pl.Series], dated: Callable[[str], DateEvidence]
) -> dict[str, str]:  # fmt: skip
    """The date a table lives by, where no header says it but exactly one column left over holds dates."""
    wanted = _MAIN_DATE.get(entity, ())
    if not wanted or any(name in columns for name in wanted):
        return {}
    left = [header for header in values if header not in columns.values() and len(values[header])]
    found = [header for header in left if dated(header).is_date() and EXCEL not in dated(header).formats]
    return {wanted[0]: found[0]} if len(found) == 1 else {}


def _fit(header: str, name: str, entity: str) -> int:
    """The fit, with a little more for columns a row must have: "SKU" is the product_id where there is no other."""
    fits = fit(header, name)
    return fits + _REQUIRED_BONUS if fits and name in STAGING[entity].required else fits


def _least(fits: int) -> float:
    return HALF if fits >= _PLAIN_FIT else MOST


def _suits(name: str, dtype: pl.DataType, values: pl.Series, dated: Callable[[], DateEvidence], least: float) -> bool:
    """Whether enough values can be what the header says; a column without values suits anything."""
    if not len(values):
        return True
    if isinstance(dtype, pl.Date | pl.Datetime):
        return dated().is_date(least)
    if isinstance(dtype, pl.Decimal | pl.Int32 | pl.Int8):
        return is_number(values, least)
    if name == "order_id":
        return int(values.str.contains(r"\d").sum()) >= HALF * len(values)
    if name == "order_status" or dtype == pl.Boolean:
        return len(values) <= _MOST_WORDS and not is_number(values)
    return True
