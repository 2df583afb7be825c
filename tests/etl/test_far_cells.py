"""Places far from the first cell are found where the patterns that say what they are find them."""

from __future__ import annotations

import random
import re

import pytest

from etl.far_cells import far_cells

FAR = r"(?:[A-Za-z]{3}[0-9]|[A-Za-z]{0,2}[1-9][0-9]{5})"
VERY_FAR = r"[A-Za-z](?:[A-Za-z]{1,2}[0-9]|[A-Za-z]{0,2}[1-9][0-9]{6})"


@pytest.mark.parametrize("quotes", ['"', "\"'"])
def test_as_the_patterns_say(quotes: str) -> None:
    chance = random.Random(quotes)
    found = []
    for _ in range(4000):
        text = "".join(chance.choices(['"', "'", "=", "A", "zb", "Q", "9", "12", "00", "12345", " ", "<"], k=9))
        text = text.replace("='", "= ") if quotes == '"' else "='" + text
        expected = [re.search(f"[{quotes}]{pattern}", text) is not None for pattern in (FAR, VERY_FAR)]
        found.append(expected)
        assert list(far_cells(text.encode())) == expected, text
    assert found.count([True, False]) > 20 < found.count([True, True])


@pytest.mark.parametrize(
    ("place", "expected"),
    [("A99999", (False, False)), ("ZZ99999", (False, True)), ("A100000", (True, False)), ("AAA1", (True, True)),
     ("Z1000000", (True, True)), ("Z999999", (True, False)), ("123456", (True, False)), ("012345", (False, False))],
)  # fmt: skip
def test_one_place(place: str, expected: tuple[bool, bool]) -> None:
    assert far_cells(f'<c r="{place}">'.encode()) == expected
    assert far_cells(f"<c r='{place}'>".encode()) == expected
    assert far_cells(f"<c>{place}".encode()) == (False, False)
