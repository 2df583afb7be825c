"""Canonical tables, columns and formats in words, for people who choose among them."""

from __future__ import annotations

import re

from etl.mapped.constants import VOCABULARIES
from etl.staging import FLAG, STAGING
from portal.table_names import table_name
from portal.uploads.model import Option

LEFT_OUT = "Left out"
NOT_USED = "Not used"
DATE_ORDERS = (
    Option("", "As the file shows"), Option("day", "Day first (31/12/2026)"),
    Option("month", "Month first (12/31/2026)"), Option("year", "Year first (2026-12-31)"),
)  # fmt: skip
MODES = (
    Option("replace", "Replace", "A newer file of the same name takes the place of the older one."),
    Option("append", "Add", "A newer file of the same name adds its rows to those of the older one."),
)

_FIELDS: dict[str, str] = {
    "order_id": "Order number", "ordered_at": "Order date and time", "order_date": "Order date", "order_hour": "Hour",
    "sku": "SKU", "cod_amount": "Cash on delivery", "fx_rate": "Exchange rate", "phone": "Phone", "email": "E-mail",
    "product": "Product name", "product_id": "Product number or SKU", "customer": "Customer name",
    "customer_id": "Customer number", "zone": "Area or region", "employee": "Employee name", "employee_id": "Employee",
    "line_amount": "Amount of the line", "total_amount": "Total of the order", "on_hand_quantity": "Stock on hand",
    "list_price": "List price", "unit_price": "Price of one", "unit_cost": "Cost of one", "is_merchandise": "Is goods",
    "is_cancellation": "Is a cancellation", "is_return": "Is a return", "is_test": "Is a test",
    "updated_at": "Last change",
}  # fmt: skip
_ENDINGS = re.compile(r"_(?:id|at|date|amount|quantity|rate)$")


def entity_label(name: str) -> str:
    """A staging table in words."""
    return table_name(name).capitalize() if name else LEFT_OUT


def field_label(name: str) -> str:
    """A canonical column in words."""
    if not name:
        return NOT_USED
    if name in _FIELDS:
        return _FIELDS[name]
    if name.startswith(("is_", "has_")):
        return name.replace("_", " ").capitalize()
    number = " number" if name.endswith("_id") else ""
    day = " date" if name.endswith("_date") else " time" if name.endswith("_at") else ""
    return f"{_ENDINGS.sub('', name).replace('_', ' ').capitalize()}{number}{day}"


def entity_options() -> tuple[Option, ...]:
    """Every staging table, leaving out first."""
    return (Option("", LEFT_OUT), *(Option(name, entity_label(name), table.grain) for name, table in STAGING.items()))


def field_options(entity: str) -> tuple[Option, ...]:
    """Every column of a staging table, not used first."""
    if entity not in STAGING:
        return (Option("", NOT_USED),)
    table = STAGING[entity]
    return (
        Option("", NOT_USED),
        *(Option(name, field_label(name), "required" if name in table.required else "") for name in table.columns),
    )


def word_options(entity: str, field: str) -> tuple[Option, ...] | None:
    """What the words of a column may become; None where any text will do."""
    if entity not in STAGING or field not in STAGING[entity].columns:
        return None
    if STAGING[entity].columns[field] == FLAG:
        return (Option("", "Not decided"), Option("true", "Yes"), Option("false", "No"))
    if field not in VOCABULARIES:
        return None
    words = (Option(word, word.replace("_", " ").capitalize()) for word in VOCABULARIES[field])
    return (Option("", "Not decided"), *words)
