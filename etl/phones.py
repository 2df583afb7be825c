"""Phone numbers in one spelling."""

from __future__ import annotations

import phonenumbers
import polars as pl

from etl.phone_shapes import SHORTEST_PHONE, shaped_numbers

_MOBILES = {"EG": ("20", "1[0-9]{9}"), "IN": ("91", "[6-9][0-9]{9}"), "KE": ("254", "[1-9][0-9]{8}")}
"""Country to its calling code and its mobile numbers (in Kenya others have the same length): nearly all that shops
there write, and read without parsing."""


def e164_of(phones: pl.Series, country: str) -> pl.DataFrame:
    """Columns phone and phone_e164: every distinct phone once, as `e164` reads it.

    Mobile numbers of Egypt, India and Kenya are read by pattern, and so are plain spellings of all countries, hundreds
    of times faster. There 00 before the calling code is read as +, which `e164` knows of some countries only.
    """
    different = phones.drop_nulls().unique().alias("phone").to_frame()
    shaped = shaped_numbers(different, country)
    distinct = different.with_columns(pl.coalesce(_mobile(country), shaped).alias("phone_e164"))
    quick = distinct.filter(pl.col("phone_e164").is_not_null())
    others = distinct.filter(pl.col("phone_e164").is_null())["phone"].to_list()
    schema = {"phone": pl.String, "phone_e164": pl.String}
    read = pl.DataFrame({"phone": others, "phone_e164": [e164(phone, country) for phone in others]}, schema=schema)
    return pl.concat([quick, read])


def _mobile(country: str) -> pl.Expr:
    """The phone as +<code><number> where it is a mobile number of the country in any usual spelling, else null."""
    if country not in _MOBILES:
        return pl.lit(None, pl.String)
    code, pattern = _MOBILES[country]
    digits = pl.col("phone").str.strip_chars().str.strip_suffix(".0").str.replace_all("[ ()-]", "")
    number = digits.str.extract(rf"^(?:\+{code}|00{code}|{code}|0)?({pattern})$", 1)
    is_one_digit = pl.any_horizontal(digits.str.strip_chars(str(digit)) == "" for digit in range(10))
    return pl.when(~is_one_digit).then(pl.lit(f"+{code}") + number)


def e164(phone: str, country: str) -> str | None:
    """`phone` as +<country code><number>, None when it is not a possible number.

    Args:
        phone: as the source wrote it; "6000000001.0" is read as a number that lost its type.
        country: ISO 3166 alpha-2 of numbers without +; without it such numbers stay bare digits.
    """
    text = phone.strip().removesuffix(".0")
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) < SHORTEST_PHONE or len(set(digits)) == 1:
        return None
    if not country and not text.startswith("+"):
        return digits
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
