"""Cells: what they say is what is read; what cannot be read is null, and never a guess."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.clean import (
    DateRule,
    amount,
    flag,
    identifier,
    is_blank,
    marks_of,
    moments,
    number,
    text,
    unreadable,
    whole,
)
from etl.dates import AMBIGUOUS, UNREADABLE

CELL = pl.col("cell")


def ask(expression: pl.Expr, *cells: str | None) -> list[Any]:
    return pl.DataFrame({"cell": cells}, schema={"cell": pl.String}).select(expression.alias("x"))["x"].to_list()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  A\u00a0B \u200b", "A B"), ("\ufeffName", "Name"), ("NaN", None), ("n/a", None), ("None", None),
        ("Select", None), ("  ", None), (None, None), ("Nancy", "Nancy"), ("NA-7", "NA-7"),
    ],
)  # fmt: skip
def test_text_is_trimmed_and_null_words_are_null(cell: str | None, expected: str | None) -> None:
    assert ask(text(CELL), cell) == [expected]


WORDS = st.sampled_from(["na", "not known", "#n/a", "blank", "x", "-", "غير"])
EDGES = st.text(" \t\n\u00a0\u200f\ufeffx", max_size=2)


@settings(max_examples=200, deadline=None)
@given(st.sets(WORDS), WORDS, EDGES, EDGES, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_null_words_are_found_in_any_case_and_spacing(
    words: set[str], word: str, left: str, right: str, case: Any
) -> None:
    cell = left + case(word).replace(" ", "\u00a0").replace("K", "\u212a") + right
    trimmed = cell.replace("\u00a0", " ").strip(" \t\n\u200f\ufeff")
    expected = None if trimmed.lower() in {"", *words} else trimmed
    found = pl.DataFrame({"cell": [cell]}).select(text(CELL, words), is_blank(CELL, words).alias("blank")).row(0)
    assert found == (expected, expected is None)


def test_null_words_are_the_callers() -> None:
    assert ask(text(CELL, ("-",)), "-", "NA") == [None, "NA"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("17850.0", "17850"), ("007", "007"), ("007.0", "007"), ("'0123", "0123"), ("A1.0", "A1.0"),
        ("6.00E+09", None), ("1E5", "1E5"), ("nan", None), ("1.50", "1.50"),
    ],
)  # fmt: skip
def test_ids_lose_what_a_spreadsheet_added_and_nothing_else(cell: str, expected: str | None) -> None:
    assert ask(identifier(CELL), cell) == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1299", "1299"), ("1,299.50", "1299.5"), ("₹1,29,999", "129999"), ("12,34,56,789.10", "123456789.1"),
        ("$8.00", "8"), ("€ 5", "5"), ("USD 5", "5"), ("5 usd", "5"), ("Rs.500", "500"), ("1,299/-", "1299"),
        ("(5.00)", "-5"), ("(₹5)", "-5"), ("5.00-", "-5"), ("-₹5", "-5"), ("₹-5", "-5"), ("−7", "-7"), ("+5", "5"),
        ("1\u00a0299.50", "1299.5"), ("1'299", "1299"), (".5", "0.5"), ("5.", "5"), ("٣٤٫٥", "34.5"), ("१२", "12"),
        ("12.50000000", "12.5"), ("0.30000000000000004", "0.3"), ("3.2999999999999998", "3.3"),
        ("99999999999999.9999", "99999999999999.9999"),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly(cell: str, expected: str) -> None:
    assert ask(amount(CELL), cell) == [Decimal(expected)]


@pytest.mark.parametrize(
    "cell",
    [
        "1,29", "1,2345", "12,34", "1.299,50", "12.34567", "0.999999", "1e3", "--5", "(-5)", "(5", "5)", "5-5", "$",
        "abc", "1 2", "123456789012345", "5 apples", "₹$5", "12:30", "1_000", "0x10",
    ],
)  # fmt: skip
def test_amounts_that_are_not_understood_are_null_and_known_as_unreadable(cell: str) -> None:
    assert ask(amount(CELL), cell) == [None]
    assert ask(unreadable(CELL, amount(CELL)), cell) == [True]


def test_a_null_word_is_not_unreadable() -> None:
    assert ask(unreadable(CELL, amount(CELL)), "nan", "", None) == [False, False, False]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1.299,50", "1299.5"), ("1299,5", "1299.5"), ("1.299", "1299"), ("1 299,50 €", "1299.5"), ("12.5", None)],
)
def test_decimal_comma(cell: str, expected: str | None) -> None:
    assert ask(amount(CELL, decimal_comma=True), cell) == [Decimal(expected) if expected else None]


def test_an_amount_in_another_currency_is_not_read() -> None:
    assert ask(amount(CELL, marks_of("GBP")), "£5", "5 GBP", "$5", "5") == [Decimal(5), Decimal(5), None, Decimal(5)]


def test_a_sign_of_the_source_may_be_added() -> None:
    assert ask(amount(CELL, marks_of("GBP", ("qd",))), "5 QD") == [Decimal(5)]


def test_quantities_carry_no_currency() -> None:
    assert ask(number(CELL), "1,000", "2.5", "£2") == [Decimal(1000), Decimal("2.5"), None]


def test_whole_numbers() -> None:
    assert ask(whole(CELL), "5", "5.0", "1,000", "5.5", "99999999999", "-3") == [5, 5, 1000, None, None, -3]


def test_flags_know_yes_and_no_and_nothing_else() -> None:
    assert ask(flag(CELL), "TRUE", "y", "1.0", "No", "0", "maybe", "2") == [True, True, True, False, False, None, None]


@settings(deadline=None, derandomize=True)
@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_any_amount_comes_back_exactly(value: Decimal) -> None:
    assert ask(amount(CELL), f"{value:,.4f}") == [value]


def day(cell: str, rule: DateRule) -> Any:
    return ask(moments(CELL, rule, "UTC").struct.field("day"), cell)[0]


def problem(cell: str | None, rule: DateRule) -> Any:
    return ask(moments(CELL, rule, "UTC").struct.field("problem"), cell)[0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-02-03", date(2026, 2, 3)), ("25/02/2026", date(2026, 2, 25)), ("02/25/2026", date(2026, 2, 25)),
        ("03/03/2026", date(2026, 3, 3)), ("2-Jun-2006", date(2006, 6, 2)), ("Mar 5, 2026", date(2026, 3, 5)),
        ("5 March 2026", date(2026, 3, 5)), ("٢٥/٠٢/٢٠٢٦", date(2026, 2, 25)),
    ],
)  # fmt: skip
def test_dates_that_fit_one_reading_need_no_rule(cell: str, expected: date) -> None:
    assert day(cell, DateRule()) == expected


@pytest.mark.parametrize("cell", ["03/02/2026", "3.2.2026", "03/02/2026 10:11", "٠٣/٠٢/٢٠٢٦"])
def test_a_date_that_fits_two_readings_is_ambiguous(cell: str) -> None:
    assert problem(cell, DateRule()) == AMBIGUOUS
    assert day(cell, DateRule()) is None


def test_the_day_first_rule_decides() -> None:
    assert day("03/02/2026", DateRule(day_first=True)) == date(2026, 2, 3)
    assert day("03/02/2026", DateRule(day_first=False)) == date(2026, 3, 2)


def test_a_date_against_the_day_first_rule_is_not_turned_round() -> None:
    assert problem("02/25/2026", DateRule(day_first=True)) == UNREADABLE


def test_two_listed_formats_that_disagree_are_ambiguous() -> None:
    rule = DateRule(("%d/%m/%Y", "%m/%d/%Y"))
    assert problem("03/02/2026", rule) == AMBIGUOUS
    assert day("25/02/2026", rule) == date(2026, 2, 25)


@pytest.mark.parametrize(
    "cell", ["0022-01-01", "22-01-01", "03/02/26", "1/1/1850", "2026-02-30", "soon", "20262-01-01"]
)
def test_unusual_years_and_days_are_refused(cell: str) -> None:
    assert problem(cell, DateRule()) == UNREADABLE


def test_four_digit_years_are_not_read_from_two_digits() -> None:
    assert problem("03/02/22", DateRule(("%d/%m/%Y",))) == UNREADABLE


def test_two_digit_years_where_the_format_says_so() -> None:
    assert day("2-Jun-06", DateRule(("%d-%b-%y",))) == date(2006, 6, 2)
    assert day("2-Jun-99", DateRule(("%d-%b-%y",))) == date(1999, 6, 2)


def test_formats_are_all_that_is_read() -> None:
    assert problem("2026-02-03", DateRule(("%d/%m/%Y",))) == UNREADABLE


def test_null_words_are_no_problem() -> None:
    assert problem("NaN", DateRule()) is None
    assert problem(None, DateRule()) is None


def moment(cell: str, zone: str = "Europe/London", business: str = "", rule: DateRule | None = None) -> Any:
    found = ask(moments(CELL, rule or DateRule(), zone, business), cell)[0]
    return found["day"], found["at"], found["hour"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2011-07-21 08:44:00", (date(2011, 7, 21), datetime(2011, 7, 21, 7, 44), 8)),
        ("2011-07-21T08:44", (date(2011, 7, 21), datetime(2011, 7, 21, 7, 44), 8)),
        ("2011-07-21T23:30:00Z", (date(2011, 7, 22), datetime(2011, 7, 21, 23, 30), 0)),
        ("2011-07-22T04:30:00+05:30", (date(2011, 7, 22), datetime(2011, 7, 21, 23, 0), 0)),
        ("2011-07-22 01:30:00.5+02", (date(2011, 7, 22), datetime(2011, 7, 21, 23, 30, 0, 500_000), 0)),
        ("2025-10-02 17:09:34 -0300", (date(2025, 10, 2), datetime(2025, 10, 2, 20, 9, 34), 21)),
        ("2011-07-21", (date(2011, 7, 21), None, None)),
        ("21/07/2011 3:05 PM", (date(2011, 7, 21), datetime(2011, 7, 21, 14, 5), 15)),
    ],
)
def test_instant_day_and_hour_in_the_shops_zone(cell: str, expected: tuple[Any, ...]) -> None:
    assert moment(cell) == expected


def test_times_of_one_zone_give_days_of_another() -> None:
    found = moment("2018-01-01 02:30:00", "UTC", "America/New_York")
    assert found == (date(2017, 12, 31), datetime(2018, 1, 1, 2, 30), 21)


def test_an_hour_that_happens_twice_is_the_first_one() -> None:
    assert moment("2011-10-30 01:30:00")[1] == datetime(2011, 10, 30, 0, 30)


def test_a_time_that_never_was_is_read_with_the_offset_before() -> None:
    assert moment("2011-03-27 01:30:00") == (date(2011, 3, 27), datetime(2011, 3, 27, 1, 30), 2)
    assert moment("2024-04-26 00:30:00", "Africa/Cairo") == (date(2024, 4, 26), datetime(2024, 4, 25, 22, 30), 1)


def test_excel_serials_only_where_asked_for() -> None:
    rule = DateRule(("excel",))
    assert moment("40745", "UTC", rule=rule) == (date(2011, 7, 21), None, None)
    assert moment("40745.5", "UTC", rule=rule) == (date(2011, 7, 21), datetime(2011, 7, 21, 12), 12)
    assert problem("40745", DateRule()) == UNREADABLE
    assert problem("60", rule) == UNREADABLE


@settings(deadline=None, derandomize=True)
@given(st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)))
def test_any_utc_time_comes_back(value: datetime) -> None:
    assert moment(value.isoformat(), "UTC") == (value.date(), value, value.hour)
