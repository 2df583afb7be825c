"""Schedules: slots, their keys, and what clock changes do to them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import InputError
from portal.schedule import parse_schedule

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("every 2 minutes", "every 2 minutes"),
        ("Every  15 MIN", "every 15 minutes"),
        ("every 1 minute", "every minute"),
        ("every minute", "every minute"),
        ("at 6:00", "at 06:00"),
        ("at 13:30, 06:00,06:00", "at 06:00, 13:30"),
    ],
)
def test_what_is_typed_and_how_it_is_kept(text: str, meant: str) -> None:
    assert str(parse_schedule(text)) == meant
    assert parse_schedule(meant) == parse_schedule(text)


@pytest.mark.parametrize("text", ["", "hourly", "every 0 minutes", "every 1441 minutes", "at 24:00", "at", "at 6:00,",
                                  "at 06:60", "* * * * *", "every -5 minutes"])  # fmt: skip
def test_anything_else_is_told_with_both_forms(text: str) -> None:
    with pytest.raises(InputError, match=r"not a schedule\. Write 'every 15 minutes'"):
        parse_schedule(text)


def test_every_worker_names_the_same_interval() -> None:
    every = parse_schedule("every 15 minutes")
    slots = [every.latest(datetime(2026, 3, 1, 9, minute, 7), LONDON) for minute in (30, 37, 44)]
    assert {(slot.key, slot.due_at) for slot in slots} == {("2026-03-01T09:30Z/15", datetime(2026, 3, 1, 9, 30))}
    assert every.following(datetime(2026, 3, 1, 9, 44), LONDON) == datetime(2026, 3, 1, 9, 45)


def test_after_a_day_down_only_the_newest_slot_is_due() -> None:
    twice = parse_schedule("at 06:00, 13:30")
    assert twice.latest(datetime(2026, 6, 3, 11, 0), LONDON).key == "2026-06-03 06:00"
    assert twice.latest(datetime(2026, 6, 3, 4, 59), LONDON).key == "2026-06-02 13:30"
    assert twice.following(datetime(2026, 6, 3, 5, 0), LONDON) == datetime(2026, 6, 3, 12, 30)


def test_a_time_the_clock_leaves_out_happens_at_the_next_minute_that_exists() -> None:
    slot = parse_schedule("at 01:30").latest(datetime(2026, 3, 29, 3), LONDON)
    assert (slot.key, slot.due_at) == ("2026-03-29 01:30", datetime(2026, 3, 29, 1, 0))


def test_a_time_that_comes_twice_happens_the_first_time() -> None:
    at = parse_schedule("at 01:30")
    assert at.latest(datetime(2026, 10, 25, 0, 30), LONDON).key == "2026-10-25 01:30"
    assert at.latest(datetime(2026, 10, 25, 1, 45), LONDON).key == "2026-10-25 01:30"
    assert at.following(datetime(2026, 10, 25, 0, 30), LONDON) == datetime(2026, 10, 26, 1, 30)


@given(
    st.integers(0, 366 * 24 * 60), st.sampled_from(["America/Santiago", "Europe/London", "Africa/Cairo", "Asia/Dhaka"])
)
def test_a_daily_slot_is_due_once_a_day(minute: int, zone: str) -> None:
    now = datetime(2026, 1, 1) + timedelta(minutes=minute)
    at = parse_schedule("at 00:30")
    following = at.following(now, zone)
    assert at.latest(now, zone).due_at <= now < following
    assert timedelta(hours=22) < following - at.latest(now, zone).due_at < timedelta(hours=26)
    assert at.latest(following, zone).due_at == following


def test_the_longest_gap_goes_over_midnight() -> None:
    assert parse_schedule("at 06:00, 13:30").longest_gap() == timedelta(hours=16, minutes=30)
    assert parse_schedule("every 5 minutes").longest_gap() == timedelta(minutes=5)
