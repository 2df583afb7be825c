"""What charts over time mark, and the event calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from callbacks.desk import Desk
from callbacks.marks import Mark, bucket_marks, marks_of
from callbacks.series import trend_points
from layouts import events
from portal.charts.chart import Axis
from portal.charts.trend import TrendWords, trend
from portal.events import KINDS
from portal.metrics.model import Period, Unit
from tests.callbacks.conftest import QUARTER

MONDAY = date(2026, 3, 2)
SALE = Mark(date(2026, 3, 3), date(2026, 3, 4), "promotion", "Spring sale")
REMARK = Mark(MONDAY, MONDAY, "remark", "New shelves", client="Acme")


def test_words_say_what_and_whose() -> None:
    assert SALE.words == "Promotion: Spring sale"
    assert REMARK.words == "Remark: New shelves (Acme)"


def test_a_day_is_marked_as_long_as_an_event_goes_on() -> None:
    days = [date(2026, 3, day) for day in range(2, 6)]
    told = bucket_marks([SALE, REMARK], days, "day")
    assert told == {days[0]: REMARK.words, days[1]: SALE.words, days[2]: SALE.words}


def test_a_week_is_marked_where_an_event_begins() -> None:
    told = bucket_marks([SALE, REMARK], [MONDAY, date(2026, 3, 9)], "week")
    assert told == {MONDAY: f"{SALE.words}; {REMARK.words}"}


def test_many_marks_of_a_day_are_counted() -> None:
    crowd = [Mark(MONDAY, MONDAY, "remark", str(place)) for place in range(6)]
    assert bucket_marks(crowd, [MONDAY], "day")[MONDAY].endswith("Remark: 3; and 2 more")


def test_marks_stand_in_the_chart_and_in_its_table() -> None:
    points = pd.DataFrame({"label": ["2 Mar", "3 Mar"], "title": ["Mon", "Tue"], "value": [1.0, 2.0],
                           "previous": float("nan"), "is_whole": True})  # fmt: skip
    chart = trend(points, Axis("Orders", Unit.COUNT, ""), TrendWords("Orders", "", {"Tue": SALE.words}))
    drawn = next(one for one in chart.figure["data"] if one["name"] == "Marked")
    assert (drawn["x"], drawn["text"]) == (["Tue"], [SALE.words])
    assert [row[-1] for row in chart.table.rows] == ["", SALE.words]


def test_a_shop_without_events_has_no_marks(desk: Callable[..., Desk]) -> None:
    here = desk(**QUARTER)
    assert marks_of(here, Period(date(2026, 1, 1), date(2026, 4, 1))) == []
    assert not trend_points(here, "net_sales").empty


def test_the_form_offers_what_can_be_kept() -> None:
    assert events.KINDS == KINDS
