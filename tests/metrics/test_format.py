"""Numbers and labels as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.metrics.format import (
    format_change,
    format_delta,
    format_label,
    format_part,
    format_points,
    format_value,
    inside,
    plain,
)
from portal.metrics.model import Unit

M, C, Q, R, N, D = Unit.MONEY, Unit.COUNT, Unit.QUANTITY, Unit.RATE, Unit.NUMBER, Unit.DAYS

EXACT = [
    (Decimal("9747747.934"), M, "GBP", "£9,747,747.93"),
    (Decimal("-1234.5"), M, "EUR", "−€1,234.50"),
    (Decimal("0"), M, "USD", "$0.00"),
    (Decimal("-0.004"), M, "USD", "$0.00"),
    (Decimal("0.005"), M, "USD", "$0.01"),
    (Decimal("1234.5"), M, "JPY", "¥1,235"),
    (Decimal("1.2345"), M, "KWD", "KWD 1.235"),
    (Decimal("5"), M, "XYZ", "XYZ 5.00"),
    (1234567, C, "", "1,234,567"),
    (Decimal("3.0000"), Q, "", "3"),
    (Decimal("2.5000"), Q, "", "2.5"),
    (Decimal("0.3812"), R, "", "38.12%"),
    (Decimal("-0.05"), R, "", "−5.00%"),
    (Decimal("1.8"), N, "", "1.80"),
    (Decimal("345"), D, "", "345.0 days"),
    (Decimal("1"), D, "", "1.0 day"),
    (0.1, M, "GBP", "£0.10"),
    (None, M, "GBP", "–"),
    (float("nan"), C, "", "–"),
    (float("inf"), R, "", "–"),
    ("A+", Unit.GRADE, "", "A+"),
    (None, Unit.GRADE, "", "–"),
]
SHORT = [
    (Decimal("1318204.5"), M, "GBP", "£1.32M"),
    (Decimal("502800"), M, "EUR", "€502.8k"),
    (Decimal("2000"), M, "EUR", "€2k"),
    (Decimal("999.5"), M, "EUR", "€999.50"),
    (Decimal("999949.99"), M, "EUR", "€999.9k"),
    (Decimal("999950"), M, "EUR", "€1M"),
    (Decimal("1500000000"), M, "EUR", "€1.5B"),
    (Decimal("-1318204.5"), M, "GBP", "−£1.32M"),
    (12345, C, "", "12.3k"),
    (999, C, "", "999"),
    (Decimal("0.8851"), R, "", "88.5%"),
    (Decimal("23.57"), D, "", "24 days"),
]


@pytest.mark.parametrize(("value", "unit", "currency", "text"), EXACT)
def test_exact(value: object, unit: Unit, currency: str, text: str) -> None:
    assert format_value(value, unit, currency) == text


@pytest.mark.parametrize(("value", "unit", "currency", "text"), SHORT)
def test_short(value: object, unit: Unit, currency: str, text: str) -> None:
    assert format_value(value, unit, currency, short=True) == text


@pytest.mark.parametrize(
    ("growth", "text"),
    [("0.1234", "+12.3%"), ("-0.05", "−5.0%"), ("0", "0.0%"), ("0.0001", "0.0%"), (None, "–"), ("10", "+1,000.0%")],
)
def test_a_change_carries_its_sign(growth: str | None, text: str) -> None:
    assert format_change(Decimal(growth) if growth else None) == text


def test_a_difference_of_rates_is_in_points() -> None:
    assert format_points(Decimal("0.0123")) == "+1.2 pp"
    assert format_delta(Decimal("-0.02"), Unit.RATE, "") == "−2.0 pp"
    assert format_delta(Decimal("-1500"), Unit.MONEY, "GBP") == "−£1.5k"


@pytest.mark.parametrize(
    ("dimension", "value", "text"),
    [
        ("day", date(2026, 11, 15), "15 Nov 2026"),
        ("week", date(2026, 11, 9), "9 Nov 2026"),
        ("month", date(2026, 11, 1), "Nov 2026"),
        ("quarter", date(2026, 10, 1), "Q4 2026"),
        ("year", date(2026, 1, 1), "2026"),
        ("weekday", 1, "Mon"),
        ("hour", 9, "09:00"),
        ("channel", None, "Not known"),
        ("channel", "web", "web"),
        ("cohort_age", 3, "3"),
    ],
)
def test_labels(dimension: str, value: object, text: str) -> None:
    assert format_label(dimension, value) == text


@pytest.mark.parametrize(
    ("dimension", "value", "text"),
    [
        ("channel", "in_store", "In store"), ("campaign_type", "sms", "SMS"), ("rfm", "at risk", "At risk"),
        ("payment_method", "COD", "COD"), ("segment", "VIP", "VIP"), ("tier", None, "Not known"),
        ("product", "usb_cable", "usb_cable"), ("city", "kisumu", "kisumu"),
    ],
)  # fmt: skip
def test_words_of_lists_begin_with_a_capital_and_names_stay_as_written(dimension: str, value: str, text: str) -> None:
    assert format_part(dimension, value) == text


@pytest.mark.parametrize(
    ("label", "text"), [("RFM segment", "RFM segment"), ("GMROI", "GMROI"), ("Lead status", "lead status"), ("", "")]
)
def test_short_forms_keep_their_capitals_within_a_sentence(label: str, text: str) -> None:
    assert inside(label) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("9747747.9340", "9747747.934"), ("0E-10", "0"), ("-0.0", "0"), ("1E+3", "1000"), ("-896812.4900", "-896812.49")],
)
def test_plain_shows_every_digit_and_no_more(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text
