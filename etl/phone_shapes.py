"""Phones in plain spellings, read without parsing them one by one: by what the phone library knows of a country.

Only what cannot be read otherwise is read here: digits with blanks, hyphens and brackets, behind + and a calling code
or as dialled within one country. Everything else is null and left to `etl.phones.e164`: other signs, prefixes for
calls abroad, national prefixes after a calling code, numbers of a length the country does not have.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
import polars as pl
from phonenumbers import PhoneMetadata

SHORTEST_PHONE = 7
_SHAPE = r"^\+?[0-9 ()-]+$"
_LONGEST = 40


def shaped_numbers(phones: pl.DataFrame, country: str) -> pl.Series:
    """What `etl.phones.e164` makes of the texts of column `phone`, null where this module does not read them."""
    written = pl.col("phone").str.strip_chars().str.strip_suffix(".0")
    is_plain = written.str.contains(_SHAPE) & (written.str.len_bytes() <= _LONGEST)
    plain = phones.select(pl.when(is_plain).then(written).str.replace_all("[ ()-]", "").alias("phone"))
    digits = pl.col("phone").str.strip_prefix("+")
    is_number = (digits.str.len_bytes() >= SHORTEST_PHONE) & (
        digits.str.strip_chars_end(digits.str.slice(0, 1)).str.len_bytes() > 0
    )
    usable = plain.select(pl.when(is_number).then("phone").alias("phone"))
    return usable.with_columns(pl.coalesce(_abroad(usable), _at_home(country)).alias("phone_e164"))["phone_e164"]


def _abroad(plain: pl.DataFrame) -> pl.Expr:
    """Numbers behind + and a calling code, which no other number begins with."""
    parts = pl.col("phone").str.extract_groups(rf"^\+({_codes()})([1-9][0-9]*)$")
    code, national = parts.struct.field("1"), parts.struct.field("2")
    found = plain.select(code.alias("code")).to_series().drop_nulls().unique().sort()
    read = [pl.when((code == one) & _is_complete(national, one)).then(pl.col("phone")) for one in found]
    return pl.coalesce(*read, pl.lit(None, pl.String))


def _at_home(country: str) -> pl.Expr:
    """Numbers as dialled within the country; bare digits where it is not known."""
    dialled = pl.when(~pl.col("phone").str.starts_with("+")).then("phone")
    if not country:
        return dialled
    code = str(phonenumbers.country_code_for_region(country))
    if phonenumbers.region_code_for_country_code(int(code)) != country:
        return pl.lit(None, pl.String)
    is_abroad = dialled.str.contains(f"^(?:{_known(code).international_prefix or code})")
    is_complete = dialled.str.contains("^[1-9]") & _is_complete(dialled, code)
    national = (
        pl.when(dialled.str.starts_with(code)).then(_behind_code(dialled, code))
        .when(is_complete).then(dialled).otherwise(_behind_prefix(dialled, code))
    )  # fmt: skip
    return pl.when(~is_abroad).then(pl.lit(f"+{code}") + national)


def _behind_code(dialled: pl.Expr, code: str) -> pl.Expr:
    """What follows the own calling code, where the digits are a number only without it."""
    behind = dialled.str.strip_prefix(code)
    is_too_long = dialled.str.len_bytes() > max(_lengths(code), default=0)
    stands_alone = is_too_long | (~_is_national(dialled, code) & _is_national(behind, code))
    return pl.when(stands_alone & behind.str.contains("^[1-9]") & _is_complete(behind, code)).then(behind)


def _behind_prefix(dialled: pl.Expr, code: str) -> pl.Expr:
    """What follows the national prefix, where that is nothing but digits."""
    prefix = _known(code).national_prefix_for_parsing or ""
    if not prefix.replace("|", "").isdecimal():
        return pl.lit(None, pl.String)
    behind = dialled.str.replace(f"^(?:{prefix})", "")
    is_prefixed = (behind != dialled) & ~_is_national(dialled, code)
    return pl.when(is_prefixed & behind.str.contains("^[1-9]") & _has_length(behind, code)).then(behind)


def _is_complete(national: pl.Expr, code: str) -> pl.Expr:
    """Whether a number is one of the calling code as it stands: nothing in front of it would be taken away."""
    prefix = _known(code).national_prefix_for_parsing
    complete = _has_length(national, code)
    return complete & ~national.str.contains(f"^(?:{prefix})") if prefix else complete


def _is_national(digits: pl.Expr, code: str) -> pl.Expr:
    numbers = _known(code).general_desc
    return digits.str.contains(f"^(?:{numbers.national_number_pattern if numbers else ''})$")


def _has_length(national: pl.Expr, code: str) -> pl.Expr:
    return national.str.len_bytes().is_in(_lengths(code))


@lru_cache
def _codes() -> str:
    return "|".join(str(code) for code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


@lru_cache
def _lengths(code: str) -> list[int]:
    """Numbers of digits of a complete number."""
    numbers = _known(code).general_desc
    return list(numbers.possible_length) if numbers else []


@lru_cache
def _known(code: str) -> PhoneMetadata:
    """What is known of the country that a calling code means where several share it."""
    region = phonenumbers.region_code_for_country_code(int(code))
    known = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    assert known is not None, code
    return known
