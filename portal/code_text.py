"""How a code is written: drawn by the system's random source, without look-alikes, with a check character.

29 characters is a prime number, so that the check character finds every single wrong character and every two that were
swapped. 15 random ones carry 72 bits.
"""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
"""Without 0 and O, 1, I and L, U and V beside each other, Z and 2."""
RANDOM = 15
_GROUP = 4
MOST_TYPED = 100


def new_code() -> str:
    """A code nobody can guess, in groups of four: XXXX-XXXX-XXXX-XXXX."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return grouped(drawn + check_character(drawn))


def grouped(code: str) -> str:
    """In groups of four."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def tidy(typed: str) -> str:
    """What somebody typed, as codes are written: capitals, nothing but letters and digits."""
    return "".join(letter for letter in typed[:MOST_TYPED].upper() if letter.isascii() and letter.isalnum())


def is_written_well(code: str) -> bool:
    """Whether a tidy code has the right length, letters and check character."""
    if len(code) != RANDOM + 1 or not set(code) <= set(ALPHABET):
        return False
    return code[-1] == check_character(code[:-1])


def check_character(drawn: str) -> str:
    """The character at the end: the places times their weight, modulo the size of the alphabet."""
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(drawn, 2))
    return ALPHABET[-total % len(ALPHABET)]
