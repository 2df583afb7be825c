"""What the fictional shops sell."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_FESTIVE = (0.8, 0.8, 0.9, 0.8, 0.8, 0.8, 0.9, 1.1, 1.2, 1.9, 1.5, 1.0)
_SUMMER = (0.6, 0.8, 1.3, 1.7, 1.6, 1.1, 0.8, 0.7, 0.7, 0.8, 0.7, 0.6)
_RAIN = (0.7, 0.7, 0.8, 0.9, 1.1, 1.6, 1.7, 1.5, 1.1, 0.8, 0.7, 0.7)
_EVEN = (1.0,) * 12
_GARDEN = (0.4, 0.6, 1.2, 1.8, 2.0, 1.6, 1.1, 0.9, 0.9, 0.7, 0.4, 0.3)
_WINTER = (1.7, 1.5, 0.9, 0.5, 0.4, 0.3, 0.3, 0.4, 0.7, 1.2, 1.8, 2.1)


@dataclass(frozen=True)
class Good:
    """One product: name, category, code, list price in whole currency at the end of the two years, yearly shape."""

    name: str
    category: str
    sku: str
    price: int
    months: tuple[float, ...]


_INDIA: tuple[tuple[str, tuple[float, ...], tuple[tuple[str, int], ...]], ...] = (
    ("Kitchen", _EVEN, (
        ("Steel Tiffin 3 Tier", 699), ("Pressure Cooker 5 L", 1899), ("Mixer Grinder 750 W", 3499), ("Idli Maker", 849),
        ("Masala Box 7 Cup", 599), ("Chapati Press", 749), ("Kadai 26 cm", 1099), ("Tawa 28 cm", 899),
        ("Knife Set 5 pc", 649), ("Water Bottle Copper 1 L", 799), ("Lunch Bag Insulated", 449),
        ("Filter Coffee Set", 549), ("Glass Jar Set 6 pc", 699), ("Electric Kettle 1.5 L", 1199),
        ("Vegetable Chopper", 399))),
    ("Lighting", _FESTIVE, (
        ("Diya Set Brass 8 pc", 499), ("LED String Light 10 m", 349), ("Paper Lantern 3 pc", 399),
        ("Table Lamp Teak", 1499), ("Night Light Sensor", 299), ("Floor Lamp Rattan", 2899),
        ("Solar Path Light 4 pc", 1199))),
    ("Decor", _FESTIVE, (
        ("Wall Clock Walnut", 1299), ("Photo Frame Set 5 pc", 799), ("Cushion Cover 5 pc", 649), ("Jute Rug 3x5", 1599),
        ("Planter Ceramic 2 pc", 899), ("Wall Hanging Macrame", 749), ("Toran Marigold", 249),
        ("Incense Holder Brass", 329), ("Flower Vase Blue Pottery", 999))),
    ("Cooling", _SUMMER, (
        ("Tower Fan", 2999), ("Desk Cooler USB", 1399), ("Matka Clay 8 L", 649), ("Bamboo Blind 4x6", 1099),
        ("Cotton Curtain Sheer", 899))),
    ("Monsoon", _RAIN, (
        ("Umbrella Windproof", 499), ("Door Mat Coir", 349), ("Shoe Rack 4 Tier", 1299), ("Cloth Drying Stand", 1799),
        ("Mosquito Net Double", 899), ("Dehumidifier Pouch 6 pc", 399))),
    ("Bedding", _EVEN, (
        ("Bedsheet King Cotton", 1299), ("Pillow Memory Foam 2 pc", 1499), ("Dohar Block Print", 1199),
        ("Mattress Protector Queen", 999), ("Towel Set 4 pc", 849), ("Quilt Jaipuri Single", 1999))),
    ("Storage", _EVEN, (
        ("Storage Box Foldable 3 pc", 699), ("Laundry Basket", 799), ("Hanger Velvet 20 pc", 599),
        ("Spice Rack Rotating", 949), ("Wardrobe Organiser 6 pc", 499), ("Under Bed Box", 899))),
)  # fmt: skip

_KINDS: tuple[tuple[str, str, tuple[float, ...], tuple[tuple[str, int], ...]], ...] = (
    ("Garden", "GA", _GARDEN, (("Hand Trowel", 14), ("Pruning Shears", 29), ("Potting Mix", 12),
                               ("Seed Starter Kit", 19), ("Watering Can", 24),
                               ("Raised Bed Kit", 129), ("Tomato Cage", 9), ("Garden Hose", 45))),
    ("Tools", "TO", _EVEN, (("Claw Hammer", 22), ("Socket Set", 69), ("Cordless Drill", 149), ("Tape Measure", 12),
                            ("Utility Knife", 9), ("Work Gloves", 15), ("Step Ladder", 89), ("Toolbox", 39))),
    ("Winter", "WI", _WINTER, (("Snow Shovel", 34), ("Ice Melt", 18), ("Firewood Rack", 79), ("Fire Starter", 11),
                               ("Wool Blanket", 64), ("Boot Tray", 21))),
    ("Kitchen", "KI", _EVEN, (("Maple Cutting Board", 48), ("Cast Iron Skillet", 42), ("Mason Jars", 16),
                              ("Maple Syrup", 24), ("Enamel Mug", 13), ("Dish Towel", 10))),
    ("Home", "HO", _EVEN, (("Beeswax Candle", 14), ("Door Mat", 27), ("Linen Throw", 58), ("Storage Basket", 33),
                           ("Wall Hook Rail", 26), ("Soap Bar", 7), ("Bird Feeder", 31))),
)  # fmt: skip
_SIZES = (("Small", 0.75), ("Standard", 1.0), ("Large", 1.5), ("Pro", 2.1))


def india_goods() -> list[Good]:
    """The range of the order desk, the best seller first."""
    goods = [
        Good(name, category, f"KH-{category[:2].upper()}{number:02d}", price, months)
        for category, months, items in _INDIA
        for number, (name, price) in enumerate(items, 1)
    ]
    return sorted(goods, key=lambda good: _scatter(good.sku))


def country_goods() -> list[Good]:
    """The range of the country store, the best seller first; each item in four sizes."""
    goods = [
        Good(f"{item} {size}", category, f"{code}-{number:02d}{size[:2].upper()}", round(price * factor), months)
        for category, code, months, items in _KINDS
        for number, (item, price) in enumerate(items, 1)
        for size, factor in _SIZES
    ]
    return sorted(goods, key=lambda good: _scatter(good.sku))


def _scatter(sku: str) -> int:
    """A fixed shuffle, so that popularity has nothing to do with category or price."""
    return zlib.crc32(sku.encode())
