"""Phones read by pattern are read as the phone library reads them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.phones import e164, e164_of

PREFIXES = {"EG": ("", "0", "20", "+20", "0020", "+20 ", "0 "), "IN": ("", "0", "91", "+91", "0091", "+91-"),
            "KE": ("", "0", "254", "+254", "+254 ")}  # fmt: skip
DIGITS = {"EG": 10, "IN": 10, "KE": 9}


def read(phones: list[str], country: str) -> dict[str, str | None]:
    return dict(e164_of(pl.Series(phones, dtype=pl.String), country).iter_rows())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PREFIXES)), st.data())
def test_any_spelling_is_read_as_the_library_reads_it(country: str, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from(PREFIXES[country]))
    size = DIGITS[country] + data.draw(st.sampled_from([0, 0, 0, -1, 1]))
    number = data.draw(st.text("0123456789", min_size=size, max_size=size))
    phone = prefix + number[:4] + data.draw(st.sampled_from(["", " ", "-"])) + number[4:]
    assert read([phone], country) == {phone: e164(phone, country)}


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("01000000001.0", "EG", "+201000000001"), (" (0100) 000-0001 ", "EG", "+201000000001"),
        ("00254712345678", "KE", "+254712345678"), ("9999999999", "IN", None), ("1111111111", "EG", None),
        ("020 7946 0018", "GB", "+442079460018"), ("9000000001", "", "9000000001"), ("no phone", "IN", None),
    ],
)  # fmt: skip
def test_phones_read_one_by_one_or_together(phone: str, country: str, expected: str | None) -> None:
    assert read([phone, phone], country) == {phone: expected}
