"""The fictional kitchen shop: deliveries as the courier's JSON (detail pages, one search page that is newer), stock.

Known dirt: phones in five spellings, counts in Arabic digits, goods in the notes, last names "-", creation times as
JavaScript prints them, and a few records nobody can use.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from etl.demo.hvar import CITIES, Delivery, draw_deliveries
from etl.demo.hvar_stock import write_stock
from etl.demo.manifest import Manifest

SEED = 20_250_806
PAGE = 5_000
_TYPES = {10: "Send", 25: "Customer Return Pickup", 30: "Exchange"}
_STATES = {10: "Pickup requested", 30: "In transit between Hubs", 41: "Picked up", 45: "Delivered", 48: "Terminated",
           46: "Returned to business", 47: "Exception", 49: "Canceled", 100: "Lost"}  # fmt: skip
_STEPS = (("new", 10), ("picked_up", 21), ("in_transit", 30), ("out_for_delivery", 41))
_DEGREES = {
    "Cairo": (30.05, 31.34), "Giza": (30.01, 31.18), "Alexandria": (31.2, 29.92), "Dakahlia": (31.04, 31.38),
    "Sharqia": (30.59, 31.5), "Gharbia": (30.79, 31.0), "Assiut": (27.18, 31.18), "Suez": (29.97, 32.55),
}  # fmt: skip
"""City to latitude and longitude of its middle."""
_ENDS = {45: ("delivered", 45), 46: ("returned", 46)}
_FIRST = ("أحمد", "منى", "كريم", "سارة", "يوسف", "هدى", "عمر", "ليلى", "Mona", "Karim")
_LAST = ("-", "حسن", "علي", "-", "سامي", "فؤاد", "نبيل")
_REASONS = {1: "Customer not at the address", 3: "Postponed", 7: "No answer", 8: "Customer refused"}
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_SPELLINGS = ("+20{}", "0{}", "20{}", "0020{}", "+20{}")
_BROKEN = ("unknown_state", "missing_tracking", "unreadable_cod")
RATE = 0.0008
"""Share of the deliveries that get each kind of dirt that leads to a rejection."""


def write_hvar(folder: Path, last_day: date, scale: float = 1.0) -> Manifest:
    """Write the pages.

    Args:
        folder: an existing folder.
        last_day: last business date with data.
        scale: 1 is two years with some five thousand deliveries.
    """
    rng = np.random.default_rng(SEED)
    deliveries = draw_deliveries(last_day, scale, rng)
    shuffled = rng.permutation(len(deliveries))
    count = max(1, round(len(deliveries) * RATE))
    broken = {int(place): kind for n, kind in enumerate(_BROKEN) for place in shuffled[n * count : (n + 1) * count]}
    written = {}
    for page, first in enumerate(range(0, len(deliveries), PAGE), start=1):
        told = [_damaged(_told(one, last_day), broken.get(one.number, "")) for one in deliveries[first : first + PAGE]]
        written[f"page_{page:04}.json"] = _write(folder / f"page_{page:04}.json", told, page)
    open_ones = [one for one in deliveries if one.ended is None and one.number not in broken][-50:]
    poor = [_poorer(_told(one, last_day), last_day) for one in open_ones]
    written["search.json"] = _write(folder / "search.json", poor, 1)
    written |= write_stock(folder, deliveries, last_day)
    return Manifest(last_day, written, {**dict.fromkeys(_BROKEN, count), "poorer_row": len(poor)})


def _write(path: Path, deliveries: list[dict[str, Any]], page: int) -> int:
    answer = {"success": True, "message": "OK", "data": {"deliveries": deliveries, "count": len(deliveries),
                                                         "page": page, "limit": PAGE}}  # fmt: skip
    path.write_text(json.dumps(answer, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return len(deliveries)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _js(moment: datetime) -> str:
    return f"{moment:%a %b %d %Y %H:%M:%S} GMT+0000 (Coordinated Universal Time)"


def _told(one: Delivery, last_day: date) -> dict[str, Any]:
    """One delivery in detail."""
    city, zone, _ = CITIES[one.city]
    changed = one.ended or one.made
    place = {"city": {"name": city}, "zone": {"name": zone}, "firstLine": f"{one.buyer % 97 + 1} Example Street",
             "geoLocation": _place(one)}  # fmt: skip
    shop = {"city": {"name": "Cairo"}, "zone": {"name": "Zone A"}, "firstLine": "1 Example Street"}
    is_pickup = one.kind == 25
    in_notes = one.number % 11 == 3
    goods = one.goods.translate(_ARABIC) if one.number % 17 == 5 else one.goods
    details = {"itemsCount": 1} if in_notes else {"itemsCount": 1, "description": goods}
    return {
        "_id": f"D{one.number:07}", "trackingNumber": str(60_000_000 + one.number),
        "type": {"code": one.kind, "value": _TYPES[one.kind]}, "state": _state(one), "cod": one.cod, "shipmentFees": 70,
        "notes": goods if in_notes else "", "creationTimestamp": int(one.made.timestamp() * 1000),
        "createdAt": _js(one.made), "updatedAt": _js(changed), "receiver": _receiver(one), "paymentMethod": "COD",
        "specs": {"packageType": "Parcel", "packageDetails": details}, "assignedHub": {"name": f"{city} Hub"},
        "dropOffAddress": shop if is_pickup else place, "pickupAddress": place if is_pickup else shop,
        "attemptsCount": _attempts(one), "sla": _sla(one), "wallet": _wallet(one, last_day), "timeline": _timeline(one),
        "attempts": [],
    }  # fmt: skip


def _place(one: Delivery) -> list[float]:
    """Longitude and latitude within some six kilometres of the middle of the city, in the order the courier uses."""
    north, east = _DEGREES[CITIES[one.city][0]]
    return [round(east + (one.buyer * 7 % 11 - 5) / 100, 4), round(north + (one.buyer * 3 % 11 - 5) / 100, 4)]


def _hours(one: Delivery) -> tuple[int, int, int, int]:
    """Hours after the order at which each step came; an attempt on the day before it arrived, at the latest."""
    return (0, 3 + one.number % 7, 10 + one.number % 5 + one.city, 18 + one.number % 3 + one.city)


def _receiver(one: Delivery) -> dict[str, Any]:
    phone = _SPELLINGS[one.number % len(_SPELLINGS)].format(1_000_000_000 + one.buyer)
    first, last = _FIRST[one.buyer % len(_FIRST)], _LAST[one.buyer % len(_LAST)]
    return {"_id": f"R{one.number}", "phone": phone, "firstName": first, "lastName": last, "secondPhone": None,
            "fullName": f"{first} {last}"}  # fmt: skip


def _attempts(one: Delivery) -> int:
    return 0 if one.ended is None else 1 + (one.number % 7 == 0) + (one.state == 46) * 2


def _state(one: Delivery) -> dict[str, Any]:
    told: dict[str, Any] = {"code": one.state, "value": _STATES[one.state], "childState": None}
    if one.state not in (10, 49):
        told["pickedUpTime"] = _iso(one.made + timedelta(hours=_hours(one)[1]))
    if one.ended is not None and one.state in (45, 46):
        told["deliveryTime" if one.state == 45 else "returnedToBusiness"] = _iso(one.ended)
    if one.state == 47 or (one.state == 46 and one.kind == 10):
        code = (1, 3, 7, 8)[one.number % 4]
        told["exception"] = [{"code": code, "reason": _REASONS[code], "attemptType": "DELIVERY",
                              "time": _iso(one.made + timedelta(hours=26))}]  # fmt: skip
        told["lastExceptionCode"] = code
    return told


def _sla(one: Delivery) -> dict[str, Any]:
    return {"orderSla": {"orderSlaTimestamp": _iso(one.made + timedelta(days=3)), "isExceededOrderSla": False},
            "e2eSla": {"e2eSlaTimestamp": _iso(one.made + timedelta(days=5)), "isExceededE2ESla": False}}  # fmt: skip


def _wallet(one: Delivery, last_day: date) -> dict[str, Any]:
    """What was settled two days after the end; fees are 14 % tax on top of 70 for shipping and 7 for opening."""
    is_paid = one.ended is not None and (one.ended + timedelta(days=2)).date() <= last_day and one.number % 90
    if one.ended is None or one.state not in (45, 46) or not is_paid:
        return {"cashCycle": None, "cashout": {}}
    cod = one.cod if one.state == 45 or one.kind == 25 else 0
    return {"cashCycle": {"cod": f"{cod}.00", "bosta_fees": "87.78", "shipping_fees": "70.00",
                          "opening_package_fees": "7.00", "deposited_amt": round(cod - 87.78, 2),
                          "deposited_at": _iso(one.ended + timedelta(days=2))}, "cashout": {}}  # fmt: skip


def _timeline(one: Delivery) -> list[dict[str, Any]]:
    reached = {10: 1, 30: 3}.get(one.state, 4)
    steps = [{"value": value, "code": code, "done": place < reached,
              "date": _iso(one.made + timedelta(hours=_hours(one)[place]))}
             for place, (value, code) in enumerate(_STEPS)]  # fmt: skip
    if one.ended is not None and one.state in _ENDS:
        value, code = _ENDS[one.state]
        steps.append({"value": value, "code": code, "done": True, "date": _iso(one.ended)})
    return steps


def _damaged(told: dict[str, Any], kind: str) -> dict[str, Any]:
    changes: dict[str, dict[str, Any]] = {
        "unknown_state": {"state": {"code": 77, "value": "?"}}, "missing_tracking": {"trackingNumber": ""},
        "unreadable_cod": {"cod": "on request"},
    }  # fmt: skip
    return {**told, **changes.get(kind, {})}


def _poorer(told: dict[str, Any], last_day: date) -> dict[str, Any]:
    """The same delivery on a search page an hour before the end of `last_day`: out for delivery, and less is told."""
    kept = {name: told[name] for name in ("_id", "trackingNumber", "type", "cod", "receiver", "createdAt")}
    seen = datetime(last_day.year, last_day.month, last_day.day, 21)
    return {**kept, "state": {"code": 41, "value": "Picked up"}, "updatedAt": _js(seen)}
