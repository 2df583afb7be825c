"""How fresh a source is: state and sentence at given times."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from portal.freshness import State, ago, freshness_of, not_before
from portal.models import DataSource
from tests.etl.shop import NOW


def source(**values: object) -> DataSource:
    known = {"name": "Hub", "kind": "hvar", "schedule": "every 2 minutes", "is_active": True, "created_at": NOW,
             "failures": 0, "last_run_at": None, "last_success_at": None, "last_error": "",
             "data_until": None}  # fmt: skip
    return DataSource(**{**known, **values})


def synced(minutes: float, **values: object) -> DataSource:
    at = NOW - timedelta(minutes=minutes)
    return source(**{"last_run_at": at, "last_success_at": at, "data_until": date(2026, 3, 30), **values})


@pytest.mark.parametrize(
    ("row", "state", "sentence"),
    [
        (source(), State.WAITING, "Waiting for its first sync. Next sync: as soon as a worker is free."),
        (synced(1), State.FRESH, "Last synced 1 minute ago. Data until 30 Mar 2026. Next sync 13:02."),
        (synced(10), State.FRESH, "Last synced 10 minutes ago. Data until 30 Mar 2026. Next sync 13:02."),
        (synced(11), State.STALE, "Overdue. Last synced 11 minutes ago. Data until 30 Mar 2026. Next sync 13:02."),
        (synced(90, is_active=False), State.PAUSED, "Paused. Last synced 1 hour ago. Data until 30 Mar 2026."),
        (synced(60 * 24, schedule="at 13:30"), State.FRESH,
         "Last synced 1 day ago. Data until 30 Mar 2026. Next sync 13:30."),
        (synced(60 * 26, schedule="at 13:00"), State.STALE,
         "Overdue. Last synced 1 day ago. Data until 30 Mar 2026. Next sync 1 Apr 2026 13:00."),
        (synced(1, failures=1, last_error="orders.xlsx is empty."), State.FAILING,
         "The last sync failed: orders.xlsx is empty. Last synced 1 minute ago. Data until 30 Mar 2026. "
         "Next sync 13:04."),
        (source(failures=2, last_error="Nobody answers", last_run_at=NOW), State.FAILING,
         "The last 2 syncs failed: Nobody answers. Never synced. Next sync 13:08."),
    ],
)  # fmt: skip
def test_state_and_sentence(row: DataSource, state: State, sentence: str) -> None:
    found = freshness_of(row, "Europe/London", NOW)
    assert (found.state, found.sentence) == (state, sentence)


def test_lag_and_next_run_are_numbers_too() -> None:
    found = freshness_of(synced(3), "Europe/London", NOW)
    assert (found.lag, found.next_run_at, found.last_sync_at) == (
        timedelta(minutes=3), NOW + timedelta(minutes=2), NOW - timedelta(minutes=3),
    )  # fmt: skip


@pytest.mark.parametrize(("failures", "minutes"), [(0, 0), (1, 4), (2, 8), (3, 16), (5, 60), (500, 60)])
def test_a_failing_source_is_asked_less_and_less_often(failures: int, minutes: int) -> None:
    assert not_before(source(last_run_at=NOW, failures=failures)) == NOW + timedelta(minutes=minutes)


def test_an_interval_longer_than_an_hour_is_not_shortened_by_failures() -> None:
    row = source(schedule="every 240 minutes", last_run_at=NOW, failures=3)
    assert not_before(row) == NOW + timedelta(minutes=240)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.5, "just now"), (1, "1 minute ago"), (59, "59 minutes ago"), (60, "1 hour ago"), (1439, "23 hours ago"),
     (1440, "1 day ago"), (4320, "3 days ago"), (-5, "just now")],
)  # fmt: skip
def test_spans_in_words(minutes: float, words: str) -> None:
    assert ago(timedelta(minutes=minutes)) == words


def test_times_are_the_tenants_own() -> None:
    assert freshness_of(synced(1), "Asia/Dhaka", datetime(2026, 3, 31, 12)).sentence.endswith("Next sync 18:02.")
