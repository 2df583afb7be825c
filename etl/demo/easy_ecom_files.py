"""The files around the sales of the fictional country store."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

Row = list[Any]
CLIENT = "maple_pine"
_PEOPLE = (("june", "owner"), ("sam", "employee"), ("tove", "employee"))
_FEATURES = ("dashboard", "add_product", "assets", "sales", "finance", "client_admin")


def as_written(cents: int) -> str:
    """Cents as dollars: 1250 is 12.50."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """A CSV file: UTF-8, comma, header row, line feeds."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def write_side_files(
    folder: Path, days: Sequence[date], stock: Sequence[tuple[str, int, int]], rng: np.random.Generator
) -> dict[str, int]:
    """Write every file but sales.csv.

    Args:
        folder: where to.
        days: the days with data.
        stock: product name, pieces on hand, cost in cents.
        rng: source of randomness.

    Returns:
        file name to number of rows.
    """
    tables = {
        "clients.csv": _clients(),
        "products.csv": _products(stock),
        "users.csv": _users(),
        "user_feature_access.csv": _features(),
        "finance_transactions.csv": _transactions(days, rng),
        "finance_salaries.csv": _salaries(days[-1]),
    }
    for name, (columns, rows) in tables.items():
        write_table(folder / name, columns, rows)
    return {name: len(rows) for name, (_, rows) in tables.items()}


def _clients() -> tuple[tuple[str, ...], list[Row]]:
    columns = ("client_id", "client_name", "business_overview", "opening_hours", "closing_hours", "max_discount_pct",
               "return_refund_policy", "sales_commission_pct", "whatsapp_number", "messenger",
               "required_api_keys")  # fmt: skip
    row = [CLIENT, "Maple & Pine Supply", "Country store: tools, garden, kitchen, winter goods.", "08:00", "19:00",
           15, "Returns accepted within 14 days with the bill.", 3, "", "", ""]  # fmt: skip
    return columns, [row]


def _products(stock: Sequence[tuple[str, int, int]]) -> tuple[tuple[str, ...], list[Row]]:
    """Three products stand twice: an older row first, spelled in capitals."""
    rows: list[Row] = [[CLIENT, name.upper(), 1, as_written(cost), as_written(cost)] for name, _, cost in stock[4:7]]
    rows += [[CLIENT, name, pieces, as_written(cost), as_written(pieces * cost)] for name, pieces, cost in stock]
    return ("client_id", "product_name", "quantity", "unit_cost", "total_cost"), rows


def _users() -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [[CLIENT, name, "REDACTED", role] for name, role in _PEOPLE]
    rows.append(["__admin__", "superadmin", "REDACTED", "superadmin"])
    return ("client_id", "username", "password", "role"), rows


def _features() -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = [
        [CLIENT, name, feature, role == "owner" or feature in {"dashboard", "sales"}]
        for name, role in _PEOPLE
        for feature in _FEATURES
    ]
    return ("client_id", "username", "feature", "enabled"), rows


def _transactions(days: Sequence[date], rng: np.random.Generator) -> tuple[tuple[str, ...], list[Row]]:
    columns = ("client_id", "created_at", "transaction_date", "transaction_type", "category", "title", "notes",
               "amount", "created_by")  # fmt: skip
    rows: list[Row] = []
    for day in days:
        for kind, category, title, cents in _booked_on(day, rng):
            rows.append([CLIENT, f"{day.isoformat()} 22:00:00", day.isoformat(), kind, category, title, "",
                         as_written(cents), "june"])  # fmt: skip
    return columns, rows


def _booked_on(day: date, rng: np.random.Generator) -> list[tuple[str, str, str, int]]:
    """Type, category, title and cents of what is booked on a day."""
    booked = []
    if day.day == 1:
        booked.append(("expense", "rent", "Store rent", 420_000))
    if day.day == 12:
        winter = day.month in {11, 12, 1, 2, 3}
        booked.append(
            ("expense", "utility", "Power and heating", int(rng.integers(48_000, 70_000)) * (2 if winter else 1))
        )
    if day.weekday() == 0:
        booked.append(("expense", "marketing", "Local paper and social", int(rng.integers(18_000, 42_000))))
        booked.append(("expense", "logistics", "Freight in", int(rng.integers(22_000, 60_000))))
    if day.day == 28 and day.month % 3 == 0:
        booked.append(("income", "service", "Tool sharpening workshop", int(rng.integers(90_000, 160_000))))
    return booked


def _salaries(last_day: date) -> tuple[tuple[str, ...], list[Row]]:
    columns = ("client_id", "employee_name", "role_title", "monthly_salary", "payment_day", "status", "updated_at")
    at = f"{last_day.year - 1}-01-02 09:00:00"
    rows: list[Row] = [
        [CLIENT, "Sam", "Sales", "3150.00", 28, "active", at],
        [CLIENT, "Tove", "Sales", "2980.00", 28, "active", at],
    ]
    return columns, rows
