"""The export of the fictional marketplace: every list, with the dirt of real exports, as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from etl.demo.manifest import Manifest
from etl.demo.onesoko import FIRST_BUYER, Sale, campaign_name, campaign_of, draw_sales, written
from etl.demo.onesoko_goods import CATEGORIES, CITIES, DELETED, FIRST_NAMES, LAST_NAMES, PROMOTED, STALLS, made_id
from etl.demo.onesoko_orders import order_lists
from etl.demo.onesoko_programme import programme_lists, reviews_and_referrals

_SEED = 254
Record = dict[str, Any]


def write_onesoko(folder: Path, last_day: date, scale: float) -> Manifest:
    """Write onesoko_export.json with two years of orders up to `last_day` into `folder`."""
    rng = np.random.default_rng(_SEED)
    sales = draw_sales(last_day, scale, rng)
    lists, dirt = order_lists(sales, last_day, rng)
    document: dict[str, list[Record]] = {
        "categories": [{"id": number, "name": name} for number, name in enumerate(CATEGORIES, 1)],
        "shops": _shops(sales[0].at), "products": _products(last_day, rng),
        "users": _users(sales), "shipping_addresses": _addresses(sales, rng), **lists,
        "campaigns": _campaigns(sales, last_day), **programme_lists(sales, last_day),
        **reviews_and_referrals(sales, last_day, rng),
    }  # fmt: skip
    parts = [f'"{name}": [\n' + ",\n".join(map(json.dumps, records)) + "\n]" for name, records in document.items()]
    (folder / "onesoko_export.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    return Manifest(last_day, {name: len(records) for name, records in document.items()}, dirt)


def _shops(since: datetime) -> list[Record]:
    return [
        {"shopId": stall.shop_id, "name": stall.name, ("owner" if stall.owner == 14 else "shopowner"): stall.owner,
         "city": stall.city, "country": "Kenya", "status": stall.status, "is_active": stall.status == "active",
         "deleted_at": None, "email": f"shop{stall.owner}@example.com", "created_at": written(since),
         "products": [made_id("product", good[0]) for good in stall.goods]}
        for stall in STALLS
    ]  # fmt: skip


def _products(last_day: date, rng: np.random.Generator) -> list[Record]:
    records = []
    for stall in STALLS:
        for name, category, price, _ in stall.goods:
            pieces = int(rng.choice([0, 2, 4, 9, 18, 35, 60]))
            deleted = datetime.combine(last_day - timedelta(days=12), datetime.min.time())
            promotion = f"{price * 0.9:.2f}" if name in PROMOTED else None
            records.append(
                {"productId": made_id("product", name), "name": name, "description": "", "price": f"{price}.00",
                 ("stock_quantity" if stall.owner == 14 else "quantity"): pieces, "category": category,
                 "discount": "10.00" if promotion else "0.00", "promotional_price": promotion, "is_active": True,
                 "deleted_at": written(deleted) if name in DELETED else None}
            )  # fmt: skip
    return records


def _users(sales: Sequence[Sale]) -> list[Record]:
    """The owners, and the buyers with an account that has a name; every seventh has none."""
    first = {sale.buyer: sale.at for sale in reversed(sales)}
    owners = [{"id": stall.owner, "username": f"owner{stall.owner}", "first_name": FIRST_NAMES[stall.owner],
               "last_name": LAST_NAMES[stall.owner], "email": f"shop{stall.owner}@example.com",
               "date_joined": written(sales[0].at)} for stall in STALLS]  # fmt: skip
    buyers = [{"id": buyer, "username": f"user{buyer}", "first_name": name_of(buyer)[0], "last_name": name_of(buyer)[1],
               "email": f"buyer{buyer}@example.com", "date_joined": written(first[buyer])}
              for buyer in sorted(first) if buyer % 7]  # fmt: skip
    return [*owners, *buyers]


def name_of(buyer: int) -> tuple[str, str]:
    """First and last name of a buyer."""
    return FIRST_NAMES[buyer * 7 % len(FIRST_NAMES)], LAST_NAMES[buyer * 11 // 3 % len(LAST_NAMES)]


def _addresses(sales: Sequence[Sale], rng: np.random.Generator) -> list[Record]:
    """One per order; a buyer stays in a city and writes the phone in one of three ways."""
    share = np.array([weight for _, _, weight in CITIES])
    home = rng.choice(len(CITIES), size=max(sale.buyer for sale in sales) + 1, p=share / share.sum())
    return [_address(sale, CITIES[int(home[sale.buyer])]) for sale in sales]


def _address(sale: Sale, place: tuple[str, str, float]) -> Record:
    digits = f"3{sale.buyer - FIRST_BUYER:08d}"
    phone = (f"+254{digits}", f"0{digits[:3]} {digits[3:6]} {digits[6:]}", f"254{digits}")[sale.number % 3]
    return {
        "id": sale.number, "order": sale.number, "recipient_name": " ".join(name_of(sale.buyer)),
        "recipient_phone": phone, "recipient_email": f"buyer{sale.buyer}@example.com",
        "address_line_1": f"Plot {sale.buyer % 480 + 1}", "address_line_2": "", "city": place[0],
        "state_province": place[1], "postal_code": "", "country": "Kenya", "created_at": written(sale.at),
        "updated_at": written(sale.at),
    }  # fmt: skip


def _campaigns(sales: Sequence[Sale], last_day: date) -> list[Record]:
    """One a month, numbered; kinds in turn; the newest is a draft. Every fifth brings nothing."""
    months = sorted({(sale.at.year, sale.at.month) for sale in sales})
    records = []
    for number, (year, month) in enumerate(months, 1):
        start = datetime(year, month, 5)
        credited = [sale.total for sale in sales if campaign_of(sale) == campaign_name(year, month)]
        is_empty, is_draft = number % 5 == 0, start.date() > last_day - timedelta(days=20)
        records.append(
            {"id": number, "shop": STALLS[number % 5].shop_id, "name": campaign_name(year, month),
             "campaign_type": ("email", "social", "sms", "discount", "seasonal")[number % 5],
             "status": "draft" if is_draft else "completed", "start_date": written(start),
             "end_date": written(start + timedelta(days=14)), "budget": f"{6000 + number % 4 * 2500}.00",
             "impressions": 0 if is_draft else 9000 + 700 * number, "clicks": 0 if is_draft else 300 + 25 * number,
             "conversions": 0 if is_draft or is_empty else len(credited),
             "revenue_generated": "0.00" if is_draft or is_empty else f"{sum(credited)}.00",
             "cost_per_acquisition": "0.00", "return_on_investment": "0.00"}
        )  # fmt: skip
    return records
