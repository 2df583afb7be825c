"""What is read the short way is what the rules for any cell make of it."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.clean import ascii_digits, identifier, unreadable
from etl.sources.hvar_people import phone, phones
from etl.sources.hvar_times import instant, with_instants
from etl.sources.sheet import RAW, raw
from etl.sources.sieve import NOT_READ
from etl.sources.usual_cells import numbers

PHONES = ["+201000000001", "0020 100 000 0001", "1000000001", "٠١٠٠٠٠٠٠٠٠١", "+966 500", "n/a", "01000000001\n", None]
NUMBERS = ["60000000", "007", "7.0", "'12", "6.00E+09", "٤٢", " 5", "null", "", None]
TIMES = [
    "2025-08-06T14:49:04.123Z", "2025-08-06T14:49:04Z", "2025-08-06T14:49:04.5Z", "2025-08-06T14:49:04+02:00",
    "2025-02-30T14:49:04.123Z", "1900-08-06T14:49:04.123Z", "1740821400000", "9999999999999", "2025-08-06", "soon", "",
    "Wed Aug 06 2025 14:49:04 GMT+0000 (Coordinated Universal Time)", "Wed Aug 06 2025 14:49:04 GMT+0300", None,
]  # fmt: skip


def of(texts: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({RAW + "cell": pl.Series(texts, dtype=pl.String)})


@st.composite
def damaged(draw: st.DrawFn, texts: list[str | None]) -> list[str | None]:
    """The texts, and some of them with one character written over."""
    told = draw(st.lists(st.sampled_from([text for text in texts if text]), max_size=5))
    letters = [draw(st.sampled_from("0129Z:.-+T aé٣")) for _ in told]
    places = [draw(st.integers(0, len(text) - 1)) for text in told]
    return [*texts, *(text[:at] + new + text[at + 1 :] for text, new, at in zip(told, letters, places, strict=True))]


@settings(max_examples=40)
@given(damaged(PHONES))
def test_phones(texts: list[str | None]) -> None:
    assert phones(of(texts), "cell").to_list() == of(texts).select(phone(raw("cell"))).to_series().to_list()


@settings(max_examples=40)
@given(damaged(NUMBERS))
def test_numbers(texts: list[str | None]) -> None:
    any_form = identifier(ascii_digits(raw("cell")))
    assert numbers(of(texts), "cell").to_list() == of(texts).select(any_form).to_series().to_list()


@settings(max_examples=80)
@given(damaged(TIMES))
def test_instants(texts: list[str | None]) -> None:
    found = with_instants(of(texts), {"at": ("cell", "Africa/Cairo")})
    any_form = of(texts).with_columns(instant(raw("cell"), "Africa/Cairo").alias("at"))
    told = any_form.with_columns(unreadable(raw("cell"), pl.col("at")).alias(NOT_READ + "at"))
    assert found.rows() == told.rows()
