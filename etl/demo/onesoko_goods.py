"""The fictional Kenyan marketplace: its shops, what they sell, who buys. Any likeness is chance.

Phone numbers are placeholders: no number of Kenya begins with 3.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

FIRST_NAMES = (
    "Achieng", "Akinyi", "Amani", "Baraka", "Chebet", "Cherono", "Faraja", "Gathoni", "Imani", "Jabali", "Juma",
    "Kamau", "Kiprop", "Makena", "Mumbi", "Mwende", "Naliaka", "Neema", "Njeri", "Odhiambo", "Pendo", "Rehema",
    "Salim", "Tatu", "Wambui", "Wanza", "Zawadi", "Zuri",
)  # fmt: skip
LAST_NAMES = (
    "Barasa", "Chelimo", "Gitonga", "Hamisi", "Kariuki", "Kibet", "Kilonzo", "Langat", "Maina", "Makori", "Mbogo",
    "Mutiso", "Mwangi", "Njoroge", "Nyambura", "Ochieng", "Omondi", "Onyango", "Otieno", "Ruto", "Simiyu", "Wafula",
    "Wanyama", "Wekesa",
)  # fmt: skip
CITIES: tuple[tuple[str, str, float], ...] = (
    ("Nairobi", "Nairobi", 42), ("Mombasa", "Coast", 15), ("Kisumu", "Nyanza", 10), ("Nakuru", "Rift Valley", 9),
    ("Eldoret", "Rift Valley", 7), ("Thika", "Central", 6), ("Nyeri", "Central", 4), ("Machakos", "Eastern", 4),
    ("Malindi", "Coast", 3),
)  # fmt: skip
"""City, region, weight."""

CATEGORIES = ("Kitchen", "Fashion", "Crafts", "Electronics", "Beauty", "Groceries")
CARRIERS = ("Boda Express", "Savannah Couriers", "Coast Parcels")
_EVEN = (1.0,) * 12
_FESTIVE = (0.8, 0.8, 0.9, 1.0, 0.9, 0.9, 0.9, 1.0, 0.9, 1.0, 1.2, 1.9)
_SCHOOL = (1.7, 0.9, 0.8, 1.2, 1.3, 0.8, 0.8, 1.2, 1.1, 0.8, 0.8, 0.9)


@dataclass(frozen=True)
class Stall:
    """One shop: name, owner's user id, city, status, share of the orders, and what it sells.

    goods: name, category number from 1 (None: none), price in shillings at the end, yearly shape.
    """

    name: str
    owner: int
    city: str
    status: str
    share: float
    has_programme: bool
    goods: tuple[tuple[str, int | None, int, tuple[float, ...]], ...]

    @property
    def shop_id(self) -> str:
        """Id of the shop."""
        return made_id("shop", self.name)


def made_id(kind: str, name: object) -> str:
    """An id that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.com/{kind}/{name}"))


STALLS: tuple[Stall, ...] = (
    Stall("Jikoni Bora", 11, "Nairobi", "active", 0.30, True, (
        ("Sufuria Set 5 pc", 1, 2850, _EVEN), ("Jiko Koa Stove", 1, 4200, _EVEN), ("Chapati Pan", 1, 1250, _EVEN),
        ("Thermos 2 L", 1, 1890, _EVEN), ("Kitchen Knife Set", 1, 1450, _EVEN), ("Blender 1.5 L", 4, 4990, _FESTIVE),
        ("Rice Cooker", 4, 5490, _FESTIVE), ("Enamel Mug 6 pc", 1, 990, _EVEN), ("Storage Tins 3 pc", None, 850, _EVEN),
        ("Water Filter", 1, 3350, _EVEN))),
    Stall("Pwani Kikoi", 12, "Mombasa", "active", 0.20, True, (
        ("Kikoi Classic", 2, 1200, _FESTIVE), ("Kikoi Towel", 2, 1650, _EVEN), ("Leso Pair", 2, 700, _EVEN),
        ("Beach Bag Sisal", 3, 1450, _FESTIVE), ("Kanga Dress", 2, 2300, _FESTIVE), ("Sandals Beaded", 2, 1750, _EVEN),
        ("Throw Cushion", None, 950, _EVEN))),
    Stall("Kiondo Crafts", 13, "Nairobi", "active", 0.15, False, (
        ("Kiondo Basket Large", 3, 2600, _FESTIVE), ("Kiondo Basket Small", 3, 1400, _FESTIVE),
        ("Soapstone Bowl", 3, 1800, _FESTIVE), ("Beaded Necklace", 3, 900, _FESTIVE),
        ("Carved Giraffe", 3, 2200, _FESTIVE), ("Batik Wall Cloth", 3, 3100, _FESTIVE))),
    Stall("Ziwa Electronics", 14, "Kisumu", "active", 0.17, True, (
        ("Power Bank 20000", 4, 2490, _EVEN), ("Solar Lantern", 4, 1990, _EVEN), ("Earphones", 4, 650, _SCHOOL),
        ("Phone Case", 4, 450, _EVEN), ("Radio FM", 4, 1350, _EVEN), ("Extension Cable", 4, 790, _EVEN),
        ("Scientific Calculator", 4, 1150, _SCHOOL), ("LED Bulb 4 pc", 4, 720, _EVEN))),
    Stall("Shamba Fresh", 15, "Nakuru", "active", 0.13, False, (
        ("Honey 1 kg", 6, 950, _EVEN), ("Tea Leaves 500 g", 6, 380, _EVEN), ("Coffee Beans 500 g", 6, 890, _FESTIVE),
        ("Macadamia 250 g", 6, 560, _FESTIVE), ("Chia Seeds 500 g", 6, 640, _EVEN),
        ("Avocado Oil 250 ml", 5, 820, _EVEN), ("Shea Butter", 5, 690, _EVEN))),
    Stall("Duka la Urembo", 16, "Eldoret", "suspended", 0.05, False, (
        ("Hair Food", 5, 320, _EVEN), ("Body Lotion", 5, 540, _EVEN), ("Braids Pack", 5, 780, _SCHOOL),
        ("Nail Kit", None, 1250, _EVEN))),
)  # fmt: skip
PROMOTED = ("Chapati Pan", "Kikoi Towel", "Solar Lantern", "Honey 1 kg", "Blender 1.5 L")
"""Products with a promotional price at the end of the two years, a tenth off."""

DELETED = ("Radio FM", "Batik Wall Cloth", "Enamel Mug 6 pc")
"""Products that were deleted in the last month; orders still refer to them."""
