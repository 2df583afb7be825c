"""Rows of the NewOrders sheet as clerks leave them: mixed spellings, and dirt at a known rate.

Harmless mess (rupee signs, numbers as text, phones as decimals, blanks around words, four ways to write a time) goes
into many rows and changes nothing. Harmful dirt goes into distinct rows and is counted.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from etl.demo.imiq import Orders, last_update, places, state_after
from etl.demo.people import FIRST_NAMES, LAST_NAMES, PLACEHOLDER_PHONE, STAFF, STREETS

Row = list[Any]

COLUMNS = (
    "order_id", "phone", "customer_name", "product", "quantity", "balance_to_pay", "advance_paid", "total", "address",
    "city", "pincode", "payment_method", "status", "timestamp", "ai_order_id", "tracking_id", "courier_name",
    "created_by", "advance_screenshot", "PICKUP LOCATION", "Remarks", "Last Update Date",
)  # fmt: skip
_COURIERS = ("DTDC", "Delhivery", "Blue Dart", "Other")
_SPELLINGS = {
    "Delivered": ("Delivered", "Delivered", "Delivered", "delivered ", "Completed"),
    "Cancelled": ("Cancelled", "Canceled", "cancelled"),
    "RTO": ("RTO", "RTO", "rto "),
    "Returned": ("Returned", "returned", "Return"),
    "Refunded": ("Refunded", "refund"),
    "In Transit": ("In Transit", "in_transit", "In-Transit"),
    "Out for Delivery": ("Out for Delivery", "OUT-FOR-DELIVERY"),
}
RATES = {
    "unreadable_date": 0.0020, "missing_date": 0.0015, "missing_status": 0.0010, "unknown_status": 0.0005,
    "missing_quantity": 0.0010, "total_differs": 0.0030, "total_from_parts": 0.0100, "money_missing": 0.0010,
    "status_update": 0.0300, "exact_copy": 0.0030,
}  # fmt: skip
"""Share of the orders that get each kind of harmful dirt."""

_BAD_DATES = ("not a date", "31.13.2026", "40:34.9", "00/00/0000", "yesterday")


def phone_number(buyer: int) -> int:
    """The placeholder number of a buyer, ten digits."""
    return PLACEHOLDER_PHONE + buyer + 1


def buyer_name(buyer: int) -> str:
    """The invented name of a buyer."""
    return f"{FIRST_NAMES[buyer % len(FIRST_NAMES)]} {LAST_NAMES[buyer * 7 // len(FIRST_NAMES) % len(LAST_NAMES)]}"


def buyer_address(buyer: int) -> str:
    """The invented street address of a buyer."""
    return f"{buyer % 180 + 1} {STREETS[buyer % len(STREETS)]}"


def order_rows(orders: Orders, rng: np.random.Generator) -> tuple[list[Row], dict[str, int]]:
    """All rows of NewOrders below the header, dirt included, and the number of rows of each kind of dirt."""
    homes = places(int(orders.buyer.max()) + 1, rng)
    mess = rng.random((len(orders.day), 9))
    rows = [_row(orders, index, homes[orders.buyer[index]], mess[index]) for index in range(len(orders.day))]
    dirty = _choose(len(rows), rng)
    for kind, chosen in dirty.items():
        for index in chosen:
            _damage(rows[index], kind, index)
    counts = {kind: len(chosen) for kind, chosen in dirty.items()}
    return _with_copies(rows, orders, dirty), counts


def _row(orders: Orders, index: int, home: tuple[str, str], mess: np.ndarray) -> Row:
    buyer, total, advance = int(orders.buyer[index]), int(orders.total[index]), int(orders.advance[index])
    day = orders.days[int(orders.day[index])]
    at = datetime.combine(day, time()) + timedelta(seconds=int(orders.second[index]))
    age = (orders.days[-1] - day).days
    status = state_after(age, int(orders.settle_days[index]), str(orders.outcome[index]))
    is_sent = status not in {"Pending", "Processing", "Cancelled"}
    name = orders.goods[int(orders.product[index])].name
    return [
        _order_id(index, at), _phone(buyer, mess[0]), buyer_name(buyer), _product(name, mess[1]),
        int(orders.quantity[index]), _money(total - advance, mess[2]), _money(advance, mess[3]), _money(total, mess[4]),
        buyer_address(buyer), _city(home[0], mess[5]), home[1],
        _payment(bool(orders.is_prepaid[index]), mess[6]), _spelling(status, mess[7]), _stamp(at, mess[8]), "",
        f"TRK{10_000_000 + index}" if is_sent else ("", "nan", "None")[index % 3],
        _COURIERS[index % 4] if is_sent else "", _clerk(STAFF[int(orders.staff[index])], index), "No", "", "",
        f"{last_update(orders, index):%Y-%m-%d} 20:{index % 60:02d}:00",
    ]  # fmt: skip


def _order_id(index: int, at: datetime) -> str:
    forms = (f"ORD{at:%Y%m%d}{index:08X}", f"ORD{index:06x}", f"ORD-{at:%Y%m%d}-{index:05d}")
    return forms[index % 3]


def _phone(buyer: int, mess: float) -> int | str:
    number = phone_number(buyer)
    if mess < 0.10:
        return f"{number}.0"
    if mess < 0.35:
        return f"+91{number}"
    if mess < 0.45:
        return f"91 {number // 100_000} {number % 100_000:05d}"
    return number


def _product(name: str, mess: float) -> str:
    if mess < 0.04:
        return name.lower() + " "
    return name.upper() if mess < 0.06 else name


def _money(amount: int, mess: float) -> int | str:
    if mess < 0.05:
        return f"₹{amount:,}"
    if mess < 0.10:
        return f"{amount:,}.00"
    return str(amount) if mess < 0.25 else amount


def _city(city: str, mess: float) -> str:
    if mess < 0.06:
        return city.upper()
    return city.lower() + " " if mess < 0.12 else city


def _payment(is_prepaid: bool, mess: float) -> str:
    words = ("Prepaid", "Prepaid", "UPI", "online", "card") if is_prepaid else ("COD", "COD", "COD", "cod", "cash")
    return words[int(mess * 5)]


def _spelling(status: str, mess: float) -> str:
    words = _SPELLINGS.get(status, (status,))
    return words[int(mess * len(words))]


def _stamp(at: datetime, mess: float) -> str:
    if mess < 0.60:
        return f"{at:%Y-%m-%dT%H:%M:%S}+05:30"
    if mess < 0.90:
        return f"{at:%Y-%m-%dT%H:%M:%S}"
    return f"{at:%d/%m/%Y %H:%M}" if mess < 0.95 else f"{at:%d/%m/%Y}"


def _clerk(user: str, index: int) -> str:
    return (user, user, user, f"{user} ", user.upper())[index % 5]


def _choose(rows: int, rng: np.random.Generator) -> dict[str, list[int]]:
    """Distinct row numbers for each kind of harmful dirt; at least one each."""
    shuffled = rng.permutation(rows)
    chosen, start = {}, 0
    for kind, rate in RATES.items():
        count = max(1, round(rows * rate))
        chosen[kind] = sorted(int(index) for index in shuffled[start : start + count])
        start += count
    return chosen


def _damage(row: Row, kind: str, index: int) -> None:
    changes: dict[str, dict[str, Any]] = {
        "unreadable_date": {"timestamp": _BAD_DATES[index % len(_BAD_DATES)]},
        "missing_date": {"timestamp": ""},
        "missing_status": {"status": ""},
        "unknown_status": {"status": "awaiting call"},
        "missing_quantity": {"quantity": ""},
        "total_differs": {"balance_to_pay": 1},
        "total_from_parts": {"total": ""},
        "money_missing": {"balance_to_pay": "", "total": ""},
    }
    for column, value in changes.get(kind, {}).items():
        row[COLUMNS.index(column)] = value


def _with_copies(rows: list[Row], orders: Orders, dirty: dict[str, list[int]]) -> list[Row]:
    """Rows in the order they were appended: copies right below, the earlier state of updated orders above.

    An updated order stands first as it was when taken (Pending, touched that day) and again as it is now.
    """
    appended = []
    updated, copied = set(dirty["status_update"]), set(dirty["exact_copy"])
    for index, row in enumerate(rows):
        if index in updated:
            early = list(row)
            early[COLUMNS.index("status")] = "Pending"
            taken = orders.days[int(orders.day[index])]
            early[COLUMNS.index("Last Update Date")] = f"{taken:%Y-%m-%d} 00:00:01"
            appended.append(early)
        appended.append(row)
        if index in copied:
            appended.append(list(row))
    return appended
