"""Numbers as people read them. Exact in tables, short on charts and tiles, "–" for what is not known."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from portal.metrics.model import Unit

MISSING = "–"
MINUS = "−"
NOT_KNOWN = "Not known"

SYMBOLS = {
    "GBP": "£", "EUR": "€", "USD": "$", "INR": "₹", "JPY": "¥", "CNY": "CN¥", "EGP": "E£", "AED": "AED ", "SAR": "SAR ",
    "KWD": "KWD ", "BHD": "BHD ", "OMR": "OMR ", "JOD": "JOD ", "TRY": "₺", "UAH": "₴", "PLN": "zł ", "CHF": "CHF ",
    "SEK": "SEK ", "NOK": "NOK ", "DKK": "DKK ", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "BRL": "R$", "MXN": "MX$",
    "ZAR": "R ", "NGN": "₦", "KES": "KSh ", "PKR": "Rs ", "BDT": "৳", "KRW": "₩", "ILS": "₪", "VND": "₫", "PHP": "₱",
    "HKD": "HK$", "SGD": "S$",
}  # fmt: skip
"""Signs before the amount; a currency not listed shows its code."""

_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
                     "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
"""Minor-unit digits (ISO 4217) of currencies that have not two."""

_CODED = frozenset({
    "order_status", "document_type", "line_type", "shipment_mode", "shipment_type", "shipment_status", "courier_class",
    "shipment_outcome", "case_type", "case_status", "case_priority",
    "service_event", "service_event_status", "points_type", "points_move", "tier", "tier_now", "tier_after",
    "tier_before", "payroll_status", "exception_reason", "movement_type", "lead_status", "lead_type", "lead_stage",
    "lead_priority", "expense_category", "cost_line", "told_by", "cost_rule", "account_type", "campaign_type",
    "channel", "return_status", "return_reason", "payment_method", "cod_state", "payment_state", "segment", "rfm",
    "chance", "demand_pattern",
})  # fmt: skip
"""Dimensions whose values are words of a list; names of people, places and goods stay as they were written."""
_SHORT_FORMS = {"sms": "SMS", "cod": "COD", "rto": "RTO", "vip": "VIP", "pos": "POS", "api": "API"}

_STEPS = ((Decimal(10) ** 9, "B", 2), (Decimal(10) ** 6, "M", 2), (Decimal(10) ** 3, "k", 1))
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def minor_digits(currency: str) -> int:
    """Digits after the point in amounts of a currency."""
    return _DIGITS.get(currency, 2)


def format_value(value: Any, unit: Unit, currency: str, short: bool = False) -> str:
    """A number with its unit.

    Args:
        value: Decimal, int or float; None and NaN are missing. Rates are 0–1.
        unit: decides digits and sign.
        currency: ISO 4217 code of money.
        short: "£1.32M" instead of "£1,318,204.50".

    Returns:
        "–" for a missing value; a true minus sign before negative ones.
    """
    if unit is Unit.GRADE:
        return MISSING if value is None else str(value)
    number = as_decimal(value)
    if number is None:
        return MISSING
    if unit is Unit.MONEY:
        symbol = SYMBOLS.get(currency, f"{currency} " if currency else "")
        return _signed(number, f"{symbol}{_size(abs(number), minor_digits(currency), short)}")
    if unit is Unit.RATE:
        return _signed(number, f"{_fixed(abs(number) * 100, 1 if short else 2)}%")
    if unit in {Unit.DAYS, Unit.HOURS}:
        size = _fixed(abs(number), 0 if short and unit is Unit.DAYS else 1)
        word = unit.value.removesuffix("s")
        return _signed(number, f"{size} {word}" if size in {"1", "1.0"} else f"{size} {word}s")
    digits = 2 if unit is Unit.NUMBER else _digits_of(number)
    return _signed(number, _size(abs(number), digits, short))


def format_change(growth: Any, short: bool = True) -> str:
    """A relative change with its sign: 0.123 → "+12.3%"; "–" when it is not known."""
    return _with_plus(growth, lambda size: f"{_fixed(size * 100, 1 if short else 2)}%")


def format_points(difference: Any) -> str:
    """A difference of two rates in percentage points: 0.0123 → "+1.2 pp"."""
    return _with_plus(difference, lambda size: f"{_fixed(size * 100, 1)} pp")


def format_delta(difference: Any, unit: Unit, currency: str, short: bool = True) -> str:
    """An absolute difference with its sign, in the unit of the number."""
    if unit is Unit.RATE:
        return format_points(difference)
    return _with_plus(difference, lambda size: format_value(size, unit, currency, short))


def format_day(day: date) -> str:
    """A date as "15 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def format_label(dimension: str, value: Any) -> str:
    """A dimension's value as people read it; "Not known" where there is none."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return NOT_KNOWN
    if isinstance(value, date):
        return _format_stretch(dimension, value)
    if dimension == "weekday":
        return _WEEKDAYS[int(value) - 1]
    if dimension == "hour":
        return f"{int(value):02d}:00"
    return str(value)


def format_part(dimension: str, value: Any) -> str:
    """`format_label` as a line of a list begins: "in_store" is "In store" there. Not the value to filter by."""
    label = format_label(dimension, value)
    return format_word(label) if dimension in _CODED else label


def format_word(code: str) -> str:
    """A word of a list as a line begins: "out_for_delivery" is "Out for delivery"; names keep their own capitals."""
    if code != code.lower():
        return code
    words = code.replace("_", " ")
    return _SHORT_FORMS.get(words, words[:1].upper() + words[1:])


def inside(label: str) -> str:
    """A label as it stands within a sentence: "Lead status" is "lead status" there, "RFM segment" stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _format_stretch(dimension: str, day: date) -> str:
    if dimension in {"month", "cohort"}:
        return f"{day:%b %Y}"
    if dimension == "quarter":
        return f"Q{(day.month - 1) // 3 + 1} {day.year}"
    return str(day.year) if dimension == "year" else format_day(day)


def as_decimal(value: Any) -> Decimal | None:
    """The number as decimal (a float by its shortest text); None when missing, NaN or infinite."""
    if value is None:
        return None
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number if number.is_finite() else None


def plain(number: Decimal) -> str:
    """All digits of a decimal and no more: 9747747.9340 → "9747747.934"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _with_plus(value: Any, write: Any) -> str:
    number = as_decimal(value)
    if number is None:
        return MISSING
    text: str = write(abs(number))
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{'+' if number > 0 else MINUS}{text}"


def _signed(number: Decimal, text: str) -> str:
    """A minus sign, unless rounding left nothing but zeros."""
    return f"{MINUS}{text}" if number < 0 and any(digit in text for digit in "123456789") else text


def _size(number: Decimal, digits: int, short: bool) -> str:
    if not short:
        return _fixed(number, digits)
    for step, letter, places in _STEPS:
        shown = (number / step).quantize(Decimal(1).scaleb(-places), context=_WIDE)
        if shown >= 1 and number >= step * Decimal("0.99995"):
            return f"{plain(shown)}{letter}"
    return _fixed(number, digits)


def _digits_of(number: Decimal) -> int:
    """Digits a quantity needs, at most three."""
    exponent = Decimal(plain(number)).as_tuple().exponent
    return min(3, -exponent) if isinstance(exponent, int) and exponent < 0 else 0


def _fixed(number: Decimal, digits: int) -> str:
    return f"{number.quantize(Decimal(1).scaleb(-digits), context=_WIDE):,}"
