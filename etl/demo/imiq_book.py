"""The master workbook of the fictional order desk: all its sheets, written as one XLSX file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import xlsxwriter

from etl.demo.imiq import Orders, draw_orders, places
from etl.demo.imiq_rows import COLUMNS, Row, buyer_address, buyer_name, order_rows, phone_number
from etl.demo.manifest import Manifest
from etl.demo.people import STAFF

SEED = 20_240_601
FILE_NAME = "Kaveri_MasterSheet.xlsx"
_REPEATED_HEADERS, _EMPTY_ROWS = 6, 4


@dataclass(frozen=True)
class Sheet:
    """One worksheet: header and rows; None is an empty cell, a row of Nones an empty row."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]


def write_imiq(folder: Path, last_day: date, scale: float = 1.0) -> Manifest:
    """Write the workbook into `folder`.

    Args:
        folder: an existing folder.
        last_day: last business date with data.
        scale: 1 is two years with some twenty thousand orders.
    """
    rng = np.random.default_rng(SEED)
    orders = draw_orders(last_day, scale, rng)
    rows, dirt = order_rows(orders, rng)
    dirt |= {"repeated_header": _REPEATED_HEADERS, "empty_row": _EMPTY_ROWS, "product_case_variant": 2}
    sheets = [
        _users(last_day), _performance(orders, rng), _customers(orders, rng), _chats(orders), _products(orders, rng),
        _settings(last_day), _revenue(orders, rng), Sheet("NewOrders", COLUMNS, _with_interruptions(rows)),
    ]  # fmt: skip
    _write(folder / FILE_NAME, sheets, last_day)
    return Manifest(last_day, {sheet.name: len(sheet.rows) for sheet in sheets}, dirt)


def _with_interruptions(rows: list[Row]) -> list[Row]:
    """The header pasted again and empty rows, evenly spread."""
    header = {len(rows) * place // (_REPEATED_HEADERS + 1) for place in range(1, _REPEATED_HEADERS + 1)}
    empty = {len(rows) * place // (_EMPTY_ROWS + 1) + 3 for place in range(1, _EMPTY_ROWS + 1)}
    result: list[Row] = []
    for index, row in enumerate(rows):
        if index in header:
            result.append(list(COLUMNS))
        if index in empty:
            result.append([None] * len(COLUMNS))
        result.append(row)
    return result


def _users(last_day: date) -> Sheet:
    columns = ("user_id", "email", "password_hash", "plain_password", "role", "name", "created_at", "is_active")
    since = f"{last_day.year - 3}-01-05T10:00:00+05:30"
    rows: list[Row] = [["owner", "owner@example.com", "x", "blanked-on-arrival", "Admin", "Kaveri", since, "True"]]
    for place, user in enumerate(STAFF):
        role = ("user", "USER", "user ")[place % 3]
        active = "FALSE" if user == "gita" else "TRUE"
        rows.append([user, f"{user}@example.com", "x", "blanked-on-arrival", role, user.title(), since, active])
    return Sheet("Users", columns, rows)


def _performance(orders: Orders, rng: np.random.Generator) -> Sheet:
    taken = np.zeros((len(orders.days), len(STAFF)), dtype=np.int64)
    np.add.at(taken, (orders.day, orders.staff), 1)
    conversion = np.linspace(0.34, 0.14, len(STAFF))
    missed = rng.poisson(np.maximum(taken, 0.4) * (1 / conversion - 1))
    rows: list[Row] = []
    for day, person in zip(*np.nonzero(taken), strict=True):
        when = orders.days[day]
        written = f"{when:%d/%m/%Y}" if (day + person) % 9 == 0 else when.isoformat()
        leads = int(taken[day, person] + missed[day, person])
        rows.append([written, STAFF[person], str(leads) if person % 2 else leads, int(taken[day, person])])
    return Sheet("Performance", ("date", "name", "no_of_leads", "no_of_orders"), rows)


def _customers(orders: Orders, rng: np.random.Generator) -> Sheet:
    columns = ("customer_id", "phone", "name", "email", "address", "city", "pincode", "created_at")
    bought = np.unique(orders.buyer, return_index=True)
    homes = places(int(orders.buyer.max()) + 1, rng)
    rows: list[Row] = []
    for buyer, first in zip(*bought, strict=True):
        city, pincode = homes[buyer]
        email = f"buyer{buyer + 1}@example.com" if buyer % 5 < 3 else ""
        since = f"{orders.days[int(orders.day[first])].isoformat()}T09:00:00"
        rows.append([f"CUST{buyer + 1:05d}", phone_number(int(buyer)), buyer_name(int(buyer)), email,
                     buyer_address(int(buyer)), city, pincode, since])  # fmt: skip
    return Sheet("Customers", columns, rows)


def _chats(orders: Orders) -> Sheet:
    columns = ("message_id", "phone", "message", "direction", "timestamp", "assigned_user", "source")
    rows: list[Row] = [
        [f"m{number}", phone_number(int(orders.buyer[-number])), "Is it in stock?", "inbound",
         f"{orders.days[int(orders.day[-number])].isoformat()}T10:00:00", STAFF[number % len(STAFF)], "whatsapp"]
        for number in range(1, min(200, len(orders.day)))
    ]  # fmt: skip
    return Sheet("ChatLogs", columns, rows)


def _products(orders: Orders, rng: np.random.Generator) -> Sheet:
    columns = ("product_name", "price", "description", "stock", "category", "sku", "status", "image_url")
    sold = np.bincount(orders.product[orders.day >= len(orders.days) - 30], minlength=len(orders.goods))
    stock = rng.poisson(sold * rng.choice([0.0, 0.1, 0.6, 1.2, 2.5], size=len(orders.goods)) + 3)
    rows: list[Row] = []
    for place, good in enumerate(orders.goods):
        price = f"₹{good.price:,}" if place % 6 == 0 else good.price
        on_hand = 0 if place % 13 == 7 else int(stock[place])
        status = "inactive" if place % 17 == 16 else ("active", "Active", "active ")[place % 3]
        rows.append([good.name, price, "", on_hand, good.category, good.sku, status, ""])
    for row in (rows[3], rows[11]):
        rows.insert(0, [str(row[0]).lower(), row[1], "typed twice", row[3], row[4], row[5], row[6], ""])
    return Sheet("ProductList", columns, rows)


def _settings(last_day: date) -> Sheet:
    columns = ("setting_key", "setting_value", "description", "category", "updated_at", "updated_by")
    at = f"{last_day.year - 3}-01-05 10:00:00"
    rows: list[Row] = [["currency", "INR (₹)", "", "general", at, "owner"]]
    rows.append(["timezone", "Asia/Kolkata", "", "general", at, "owner"])
    return Sheet("Settings", columns, rows)


def _revenue(orders: Orders, rng: np.random.Generator) -> Sheet:
    columns = ("date", "ad_spend", "courier_expenses", "other_expenses", "notes", "created_by", "timestamp")
    paid = np.bincount(orders.day, weights=orders.total, minlength=len(orders.days))
    parcels = np.bincount(orders.day, minlength=len(orders.days))
    spend = np.rint(paid * rng.uniform(0.07, 0.12, len(paid))).astype(int)
    rows: list[Row] = []
    for index, day in enumerate(orders.days):
        advert = f"₹{spend[index]:,}" if index % 7 == 0 else int(spend[index])
        other = "" if index % 3 else int(rng.integers(300, 2_500))
        rows.append([day.isoformat(), advert, int(parcels[index] * 68), other, "", "owner",
                     f"{day.isoformat()}T20:00:00"])  # fmt: skip
    return Sheet("Revenue", columns, rows)


def _write(path: Path, sheets: list[Sheet], last_day: date) -> None:
    """Write the sheets; the document date is fixed, so that equal content gives equal bytes."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"created": datetime(last_day.year, last_day.month, last_day.day)})
        for sheet in sheets:
            page = workbook.add_worksheet(sheet.name)
            for number, row in enumerate([sheet.columns, *sheet.rows]):
                for place, value in enumerate(row):
                    if value is None or value == "":
                        continue
                    if isinstance(value, str):
                        page.write_string(number, place, value)
                    else:
                        page.write_number(number, place, value)
