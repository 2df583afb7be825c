"""How far leads came, how long they stayed, how likely they are won; all by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from portal.analysis.pipeline import furthest_stages, visits, win_probabilities

DAY = date(2026, 3, 31)
LEADS = pl.DataFrame(
    [
        (1, "Member", date(2026, 3, 1), date(2026, 3, 11), True, False),
        (2, "Lost - Price", date(2026, 3, 2), date(2026, 3, 9), False, True),
        (3, "Interested", date(2026, 3, 5), date(2026, 3, 20), False, False),
        (4, "New Lead", date(2026, 3, 25), None, False, False),
    ],
    schema=["lead_key", "lead_status", "lead_date", "status_date", "is_won", "is_lost"], orient="row",
)  # fmt: skip
EVENTS = pl.DataFrame(
    [
        (1, date(2026, 3, 4), "New Lead", "Follow Up 1"), (1, date(2026, 3, 6), "Follow Up 1", "Follow Up 2"),
        (1, date(2026, 3, 11), "Follow Up 2", "Member"), (2, date(2026, 3, 9), "Negotiation", "Lost - Price"),
    ],
    schema=["lead_key", "event_date", "from_status", "to_status"], orient="row",
)  # fmt: skip


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return frame.select(columns).rows()


def test_a_lost_lead_came_as_far_as_its_history_says() -> None:
    assert rows(furthest_stages(LEADS, EVENTS), "lead_key", "stage") == [(1, 6), (2, 5), (3, 4), (4, 1)]


def test_without_a_history_the_status_says_how_far() -> None:
    assert furthest_stages(LEADS, EVENTS.clear())["stage"].to_list() == [6, 1, 4, 1]


def test_stays_follow_each_other_and_the_last_one_of_an_open_lead_lasts() -> None:
    assert rows(visits(LEADS, EVENTS, DAY), "lead_key", "stage", "days", "is_over") == [
        (1, 1, 3, True), (1, 3, 7, True), (2, 5, 7, True), (3, 4, 11, False), (4, 1, 6, False),
    ]  # fmt: skip


def test_a_day_after_the_last_of_the_data_is_no_negative_stay() -> None:
    assert visits(LEADS, EVENTS.clear(), date(2026, 3, 10))["days"].to_list() == [0, 0]


def test_the_chance_of_a_stage_is_that_of_closed_leads_that_came_so_far() -> None:
    leads = LEADS.join(furthest_stages(LEADS, EVENTS), on="lead_key")
    found = win_probabilities(leads)
    assert found["closed"].to_list() == [2, 2, 2, 2, 2]
    assert found["probability"].to_list() == [0.5] * 5
    assert win_probabilities(leads.filter(pl.col("lead_key") == 4))["probability"].to_list() == [None] * 5


def test_a_lost_lead_without_a_history_counts_in_every_stage() -> None:
    leads = LEADS.join(furthest_stages(LEADS, EVENTS.clear()), on="lead_key")
    assert win_probabilities(leads)["probability"].to_list() == [0.5] * 5
