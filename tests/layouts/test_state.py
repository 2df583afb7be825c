"""The state of a screen: what an address says, checked, and the periods it means."""

from __future__ import annotations

from datetime import date

import pytest

from layouts.sales import BOARD
from layouts.state import ScreenState, address_of, read_state, year_before
from portal.metrics.model import Filter, Period

LAST = date(2026, 11, 15)


@pytest.mark.parametrize(
    ("period", "start"),
    [("7d", date(2026, 11, 9)), ("30d", date(2026, 10, 17)), ("90d", date(2026, 8, 18)), ("mtd", date(2026, 11, 1)),
     ("12m", date(2025, 11, 16))],
)  # fmt: skip
def test_periods_end_with_the_last_day(period: str, start: date) -> None:
    assert ScreenState(period=period).period_of(LAST) == Period(start, date(2026, 11, 16))


def test_chosen_dates_include_both_days_in_any_order() -> None:
    state = ScreenState(period="custom", start="2026-03-31", end="2026-03-01")
    assert state.period_of(LAST) == Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [("period", "forever"), ("compare", "<b>"), ("metric", "drop table"), ("grain", ["day"]), ("by", "weather"),
     ("view", "a b"), ("start", "31.03.2026"), ("client", 7)],
)  # fmt: skip
def test_a_wrong_value_falls_back_to_its_default(name: str, value: object) -> None:
    assert read_state({name: value}) == ScreenState()


def test_what_a_screen_does_not_have_falls_back_on_that_screen() -> None:
    state = read_state({"metric": "on_hand", "by": "tenant", "view": "nothing"})
    assert (BOARD.metric(state), BOARD.view(state)) == ("net_sales", "")


def test_dates_without_both_ends_are_not_dates() -> None:
    assert read_state({"period": "custom", "start": "2026-03-01"}).period == "30d"


def test_one_value_and_several_are_the_same_kind() -> None:
    assert read_state({"channel": "Web"}) == read_state({"channel": ["Web"]})
    assert read_state({"channel": ["Web", "", 3, "Phone"]}).channel == ("Web", "Phone")


def test_values_are_bounded() -> None:
    state = read_state({"category": ["x" * 500] * 60})
    assert len(state.category) == 50
    assert len(state.category[0]) == 200


def test_places_become_filters_of_their_own_dimension() -> None:
    state = ScreenState(place=("country=France", "city=Dhaka"), channel=("Web",))
    assert state.filters() == (Filter("channel", ("Web",)), Filter("city", ("Dhaka",)), Filter("country", ("France",)))


def test_a_state_survives_store_and_address() -> None:
    state = ScreenState(period="90d", compare="year", channel=("Web", "A & B"), metric="aov", by="city")
    assert read_state(state.plain()) == state
    assert address_of("/sales", state) == (
        "/sales?period=90d&compare=year&channel=Web&channel=A+%26+B&metric=aov&by=city"
    )


def test_defaults_leave_the_address_plain() -> None:
    assert address_of("/", ScreenState()) == "/"


@pytest.mark.parametrize(("days", "grain"), [(30, "day"), (92, "day"), (93, "week"), (400, "week"), (401, "month")])
def test_the_grain_follows_the_length(days: int, grain: str) -> None:
    period = Period(date(2025, 1, 1), date.fromordinal(date(2025, 1, 1).toordinal() + days))
    assert ScreenState().grain_of(period) == grain
    assert ScreenState(grain="month").grain_of(period) == "month"


def test_a_year_before_a_leap_day() -> None:
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)
