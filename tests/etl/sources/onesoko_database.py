"""The records of an export as the SQLite file its Django program would keep them in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from etl.sources.onesoko_forms import KINDS

_REFERENCES = {"user", "shop", "order", "product", "category", "shopowner", "customer", "customer_loyalty", "reward",
               "referrer", "referee", "first_purchase_order"}  # fmt: skip
_ONE_NAME = {"total_amount": "total", "stock_quantity": "quantity", "owner": "shopowner"}
_MODELS = {kind.form.kind: kind.model for kind in KINDS}


def write_database(document: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    """Tables app_<model> (users in auth_user), references with _id, UUIDs without hyphens, times without Z."""
    with closing(sqlite3.connect(path)) as database, database:
        for name, records in document.items():
            table = "auth_user" if name == "users" else f"app_{_MODELS[name]}"
            _write(database, table, [_as_kept(name, record) for record in records])
        listed = [(shop["shopId"], product) for shop in document["shops"] for product in shop["products"]]
        pairs = [{"id": n, "shop_id": _cell(shop), "product_id": _cell(product)}
                 for n, (shop, product) in enumerate(listed, 1)]  # fmt: skip
        _write(database, "app_shop_products", pairs)


def _as_kept(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for field, value in record.items():
        column = "user" if (name, field) == ("orders", "customer") else _ONE_NAME.get(field, field)
        kept[f"{column}_id" if column in _REFERENCES else column] = _cell(value)
    return {column: value for column, value in kept.items() if column != "products"}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.endswith("Z") and "T" in value:
        return value.replace("T", " ").removesuffix("Z")
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return value.replace("-", "")
    return None if isinstance(value, list) else value


def _write(database: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    names = ", ".join(f'"{column}"' for column in columns)
    database.execute(f'CREATE TABLE "{table}" ({names})')
    marks = ", ".join("?" for _ in columns)
    database.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})',
                         [[row.get(column) for column in columns] for row in rows])  # fmt: skip
