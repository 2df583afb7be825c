"""What a policy is, and which types of value there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Kind:
    """A type of policy value: its name for people and the test a JSON value must pass."""

    name: str
    accepts: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _is_rising(value: Any) -> bool:
    """Three whole numbers above 0, each greater than the one before."""
    if not isinstance(value, list) or len(value) != 3 or not all(_is_whole(one) for one in value):
        return False
    return value[0] > 0 and all(one < other for one, other in pairwise(value))


def _are_limits(value: Any) -> bool:
    """One or more numbers above 0, each greater than the one before."""
    if not isinstance(value, list) or not value or not all(map(_is_number, value)):
        return False
    return value[0] > 0 and all(one < other for one, other in pairwise(value))


def _is_pair(value: Any) -> bool:
    """Two different references "source:key"."""
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(one, str) for one in value):
        return False
    return value[0] != value[1] and all(all(map(str.strip, one.partition(":"))) for one in value)


WHOLE = Kind("a whole number, 0 or more", lambda value: _is_whole(value) and value >= 0)
NUMBER = Kind("a number, 0 or more", lambda value: _is_number(value) and value >= 0)
SHARE = Kind("a number from 0 to 1", _is_share)
MONTH = Kind("a month from 1 to 12", lambda value: _is_whole(value) and 1 <= value <= 12)
WEEKDAY = Kind("a weekday from 1 (Monday) to 7 (Sunday)", lambda value: _is_whole(value) and 1 <= value <= 7)
WORD = Kind("a word", lambda value: isinstance(value, str) and bool(value))
WORDS = Kind("a list of words", lambda value: isinstance(value, list) and all(isinstance(word, str) for word in value))
RISING = Kind("three rising whole numbers like [3, 7, 14]", _is_rising)
LIMITS = Kind("rising numbers above 0 like [30, 60, 90]", _are_limits)
BASIS = Kind('"date" or "timestamp"', lambda value: value in ("date", "timestamp"))
YES_NO = Kind("true or false", lambda value: isinstance(value, bool))
SHARES = Kind(
    "shares from 0 to 1 by source", lambda value: isinstance(value, dict) and all(map(_is_share, value.values()))
)
COUNTS = Kind(
    "whole numbers, 0 or more, by name",
    lambda value: isinstance(value, dict) and all(_is_whole(one) and one >= 0 for one in value.values()),
)
PAIRS = Kind(
    'a list of pairs like ["imiq:C-12", "onesoko:77"], each a source and its customer id, phone or e-mail',
    lambda value: isinstance(value, list) and all(map(_is_pair, value)),
)


@dataclass(frozen=True)
class Policy:
    """One policy: its default, the unit people read it in, what it changes and which values it takes."""

    name: str
    default: Any
    unit: str
    meaning: str
    kind: Kind
