"""Orders of the fictional marketplace with their items, payments, tracking and analytics; and the dirt among them.

Status words change over the years, columns change their names, some records are broken: each kind of dirt is put into a
fixed number of records, by their number, so that what a load rejects can be checked against what was put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from etl.demo.onesoko import Sale, campaign_of, written
from etl.demo.onesoko_goods import CARRIERS, made_id

Record = dict[str, Any]
Lists = dict[str, list[Record]]

_STEPS = ("pending", "paid", "processing", "shipped", "out_for_delivery")
_TRACKED = ("order_placed", "payment_confirmed", "packed", "shipped", "out_for_delivery")
_BROKEN = 400
"""Of every so many orders one is broken in each way."""


def order_lists(sales: Sequence[Sale], last_day: date, rng: np.random.Generator) -> tuple[Lists, dict[str, int]]:
    """orders, order_items, payments, order_tracking and order_analytics, and the dirt in them by kind."""
    orders = [_order(sale, last_day) for sale in sales]
    items = [item for sale in sales for item in _items(sale)]
    tracking = [event for sale in sales for event in _events(sale, last_day)]
    analytics = [_analytics(sale, last_day, rng) for sale in sales]
    payments = [payment for sale in sales for payment in _payments(sale, last_day)]
    lists = {"orders": orders, "order_items": items, "payments": payments, "order_tracking": tracking,
             "order_analytics": analytics}  # fmt: skip
    return lists, _spoil(lists)


def state_of(sale: Sale, last_day: date) -> str:
    """Where an order stands at the end of `last_day`: the final state once it has settled, else a step on the way."""
    age = (last_day - (sale.at + timedelta(hours=3)).date()).days
    if age >= sale.settle_days:
        return sale.outcome
    return "processing" if sale.settle_days >= 10_000 else _STEPS[min(len(_STEPS) - 1, age * 5 // sale.settle_days)]


def _word(sale: Sale, last_day: date) -> str:
    """The status as the version of its time wrote it."""
    state = state_of(sale, last_day)
    if state == "paid" and sale.number % 3 == 0:
        return "confirmed"
    if state in {"returned", "out_for_delivery"}:
        return state.replace("_", " ").title()
    return state


def _order(sale: Sale, last_day: date) -> Record:
    older = sale.number % 20 == 0
    return {
        "id": sale.number, ("customer" if older else "user"): sale.buyer, "shop": sale.stall.shop_id,
        "status": _word(sale, last_day), ("total_amount" if older else "total"): f"{sale.total}.00",
        "payment_method": ("mpesa", "mpesa", "card", "cod")[sale.number % 4], "created_at": written(sale.at),
    }  # fmt: skip


def _items(sale: Sale) -> list[Record]:
    return [
        {"id": sale.number * 10 + place, "order": sale.number, "quantity": quantity,
         "product": made_id("product", sale.stall.goods[good][0])}
        for place, (good, quantity, _) in enumerate(sale.lines)
    ]  # fmt: skip


def _payments(sale: Sale, last_day: date) -> list[Record]:
    """Cash on delivery is paid when delivered; anything else at once, one in twelve after a failed attempt."""
    state = state_of(sale, last_day)
    is_cash = sale.number % 4 == 3
    if state == "pending" or (is_cash and state != "delivered"):
        return []
    done = {"id": sale.number * 10, "order": sale.number, "amount": f"{sale.total}.00", "status": "completed",
            "created_at": written(sale.at)}  # fmt: skip
    if state == "cancelled":
        return [done | {"status": "failed"}]
    return [done | {"id": sale.number * 10 + 1, "status": "failed"}, done] if sale.number % 12 == 0 else [done]


def _events(sale: Sale, last_day: date) -> list[Record]:
    state = state_of(sale, last_day)
    if state in {"pending", "cancelled"}:
        return []
    reached = len(_TRACKED) if state in {"delivered", "returned"} else _STEPS.index(state) + 1
    words = [*_TRACKED[:reached], *([state] if state in {"delivered", "returned"} else [])]
    step = timedelta(days=min(sale.settle_days, 30)) / len(_TRACKED)
    sent = {"tracking_number": f"SK{sale.number:07d}", "carrier": CARRIERS[sale.number % len(CARRIERS)]}
    return [
        {"id": sale.number * 10 + place, "order": sale.number, "status": word, "description": "", "location": "",
         **(sent if place >= _TRACKED.index("shipped") else {"tracking_number": "", "carrier": ""}),
         "timestamp": written(sale.at + place * step), "metadata": {}}
        for place, word in enumerate(words)
    ]  # fmt: skip


def _analytics(sale: Sale, last_day: date, rng: np.random.Generator) -> Record:
    """A returned order is refunded, and one delivered order in forty in part."""
    state = state_of(sale, last_day)
    is_partly = state == "delivered" and sale.number % 40 == 0
    refund = sale.total if state == "returned" else sale.total // 4 if is_partly else 0
    reason = ("Damaged", "Wrong size", "Changed mind", "Arrived late")[sale.number % 4] if refund else ""
    return {
        "order": sale.number, "customer_type": "new",
        "order_source": str(rng.choice(["web", "mobile", "phone", "in_store"], p=[0.34, 0.5, 0.1, 0.06])),
        "utm_campaign": campaign_of(sale).lower().replace(" ", "-"), "discount_amount": "0.00", "tax_amount": "0.00",
        "shipping_cost": f"{(150, 250, 350)[sale.number % 3]}.00", "refund_amount": f"{refund}.00",
        "return_reason": reason,
        "updated_at": written(sale.at + timedelta(days=min(sale.settle_days, 30) if refund else 0)),
    }  # fmt: skip


def _spoil(lists: Lists) -> dict[str, int]:
    """Break records in place; returns the number by kind. A record is broken in one way at most."""
    orders, items, tracking = lists["orders"], lists["order_items"], lists["order_tracking"]
    broken = [orders[place] for place in range(0, len(orders), _BROKEN)]
    ways: dict[str, Record] = {"unknown_status": {"status": "on_hold"}, "missing_date": {"created_at": None},
                               "unreadable_date": {"created_at": "yesterday"}}  # fmt: skip
    for place, change in enumerate(ways.values()):
        for order in broken[place :: len(ways)]:
            order.update(change)
    dirt = {name: len(broken[place :: len(ways)]) for place, name in enumerate(ways)}
    gone = {order["id"] for order in broken}
    kept = [item for item in items if item["order"] not in gone]
    zero = kept[7::_BROKEN]
    for item in zero:
        item["quantity"] = 0
    orphans = [{**item, "id": 10**9 + place, "order": 10**6 + place} for place, item in enumerate(kept[3::_BROKEN])]
    lists["order_items"] = [*items, *orphans]
    doubled = [dict(order) for order in orders[11::_BROKEN]]
    lists["orders"] = [*orders, *doubled]
    lost = [event for event in tracking if event["order"] not in gone][5 :: _BROKEN * 3]
    for event in lost:
        event["status"] = "teleported"
    return dirt | {
        "items_of_rejected_orders": sum(item["order"] in gone for item in items), "zero_quantity": len(zero),
        "orphan_items": len(orphans), "doubled_orders": len(doubled), "unknown_tracking": len(lost),
    }  # fmt: skip
