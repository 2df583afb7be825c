"""Phones in plain spellings are read without the phone library exactly as the library reads them."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.phone_shapes import shaped_numbers
from etl.phones import e164

COUNTRIES = ("", *sorted(phonenumbers.SUPPORTED_REGIONS))
PREFIXES = ("", "0", "00", "011", "1", "8", "+", "+ ", "+0", "(", "(+")
CODES = ("", *(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE))
SIGNS = ("", "", " ", "-", ")", " (0) ", ".", "x", "/", ",", "\u0663", "\x1c", ".0")


def shaped(phones: list[str], country: str) -> list[str | None]:
    return shaped_numbers(pl.DataFrame({"phone": phones}, schema={"phone": pl.String}), country).to_list()


@st.composite
def phones(draw: st.DrawFn, country: str) -> str:
    own = str(phonenumbers.country_code_for_region(country)) if country else ""
    front = draw(st.sampled_from(PREFIXES)) + draw(st.sampled_from(["", own, own, *CODES]))
    number = draw(st.text("0123456789", min_size=3, max_size=14))
    return front + number[:4] + draw(st.sampled_from(SIGNS)) + number[4:] + draw(st.sampled_from(["", " ", ".0"]))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_is_read_here_is_read_as_the_library_reads_it(data: st.DataObject) -> None:
    country = data.draw(st.sampled_from(COUNTRIES))
    written = data.draw(st.lists(phones(country), min_size=1, max_size=10))
    found = {phone: read for phone, read in zip(written, shaped(written, country), strict=True) if read is not None}
    assert found == {phone: e164(phone, country) for phone in found}


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("+965 5000-0001", "", "+96550000001"), ("020 7946 0018", "GB", "+442079460018"),
        ("442079460018", "GB", "+442079460018"), ("(650) 253-0000", "US", "+16502530000"),
        ("1 650 253 0000", "US", "+16502530000"), ("6000000001.0", "", "6000000001"),
        ("+96550000001", "KW", "+96550000001"), ("50000001", "KW", "+96550000001"),
    ],
)  # fmt: skip
def test_plain_spellings_of_numbers(phone: str, country: str, expected: str) -> None:
    assert shaped([phone], country) == [expected] == [e164(phone, country)]


@pytest.mark.parametrize(
    ("phone", "country"),
    [("0044 20 7946 0018", "GB"), ("+44 020 7946 0018", ""), ("1111111", ""), ("12345", ""), ("+1 650 253", ""),
     ("650 253 0000 x12", "US"), ("2042345678", "CA"), ("555", "XX")],
)  # fmt: skip
def test_what_may_be_read_otherwise_is_left_to_the_library(phone: str, country: str) -> None:
    assert shaped([phone], country) == [None]
