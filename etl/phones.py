"""Phone numbers in one spelling."""

from __future__ import annotations

import phonenumbers

_SHORTEST_PHONE = 7


def e164(phone: str, country: str) -> str | None:
    """`phone` as +<country code><number>, None when it is not a possible number.

    Args:
        phone: as the source wrote it; "6000000001.0" is read as a number that lost its type.
        country: ISO 3166 alpha-2 of numbers without +; without it such numbers stay bare digits.
    """
    text = phone.strip().removesuffix(".0")
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) < _SHORTEST_PHONE or len(set(digits)) == 1:
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
