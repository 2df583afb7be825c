"""What cards say; expected numbers are added up by hand in `tests/metrics/golden.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callbacks.desk import Desk
from callbacks.kpis import kpi_leaves
from callbacks.overview_parts import compact_leaves
from callbacks.words import change_of, notice_line, period_line
from layouts.overview import KPIS as OVERVIEW
from layouts.sales import BOARD
from portal.metrics import CATALOGUE
from portal.metrics.format import format_value
from portal.metrics.model import Better, Query, Unit
from portal.metrics.query import run
from tests.callbacks.conftest import MARCH, QUARTER

Make = Callable[..., Desk]


@pytest.mark.parametrize("name", sorted({*OVERVIEW, *BOARD.kpis}))
def test_a_card_says_what_run_says(desk: Make, name: str) -> None:
    here = desk(**QUARTER)
    answer = run(Query((name,), (), here.period), here.viewer, here.tenants, here.parts.warehouses)
    unit = CATALOGUE[name].unit
    expected = format_value(answer.value(name), unit, "GBP", short=unit is not Unit.QUANTITY)
    assert kpi_leaves(here, [name])[name]["value"] == expected


def test_cards_of_the_quarter(desk: Make) -> None:
    cards = kpi_leaves(desk(**QUARTER), ["net_sales", "orders", "gross_profit", "units"])
    assert {name: card["value"] for name, card in cards.items()} == {
        "net_sales": "£154.00", "orders": "5", "gross_profit": "£74.00", "units": "9",
    }  # fmt: skip


def test_march_is_compared_with_february(desk: Make) -> None:
    card = kpi_leaves(desk(**MARCH), ["net_sales"])["net_sales"]
    assert (card["value"], card["chip"], card["look"]) == ("£60.00", "▼ −15.5%", "chip chip-bad")
    assert card["against"] == "vs previous"


def test_a_period_before_the_data_begins_is_no_comparison(desk: Make) -> None:
    here = desk(**QUARTER)
    card = kpi_leaves(here, ["net_sales"])["net_sales"]
    assert (here.earlier, card["chip"], card["against"]) == (None, "", "Nothing earlier")
    assert period_line(here) == (
        "1 Jan – 31 Mar 2026. The data begins on 10 Jan 2026: nothing like for like to compare with."
    )


def test_a_few_quiet_days_at_the_start_do_not_matter(desk: Make) -> None:
    days = {"period": "custom", "start": "2026-01-27", "end": "2026-02-15"}
    assert desk(**days).earlier is not None


def test_without_a_comparison_there_is_no_chip(desk: Make) -> None:
    card = kpi_leaves(desk(**MARCH, compare="none"), ["net_sales"])["net_sales"]
    assert (card["chip"], card["against"]) == ("", "")


def test_profit_is_badged_when_costs_are_missing(desk: Make) -> None:
    january = {"period": "custom", "start": "2026-01-01", "end": "2026-01-31"}
    card = kpi_leaves(desk(**january), ["gross_profit"])["gross_profit"]
    assert (card["extra"], card["extra_look"]) == ("65.2% margin · 78% costed", "kpi-extra is-warn")


def test_a_metric_the_filter_does_not_reach_says_so(desk: Make) -> None:
    card = kpi_leaves(desk(**QUARTER, channel="web"), ["sell_through", "net_sales"])
    assert (card["sell_through"]["value"], card["sell_through"]["against"]) == ("–", "Not by this filter")
    assert card["net_sales"]["value"] == "£104.00"


def test_a_time_without_data_is_not_zero(desk: Make) -> None:
    later = {"period": "custom", "start": "2030-01-01", "end": "2030-01-31"}
    card = kpi_leaves(desk(**later), ["net_sales", "gross_profit"])
    assert [(each["value"], each["against"]) for each in card.values()] == [("–", "No data then")] * 2


def test_before_the_first_load_cards_say_so(desk: Make) -> None:
    card = kpi_leaves(desk(tenants=()), ["net_sales"])["net_sales"]
    assert (card["value"], card["against"]) == ("–", "No data yet")


def test_all_clients_of_a_currency_add_up(desk: Make) -> None:
    from tests.callbacks.conftest import AMBER, BIRCH

    card = kpi_leaves(desk(tenants=(AMBER, BIRCH), role="superadmin", **QUARTER), ["net_sales"])["net_sales"]
    assert card["value"] == "£308.00"


def test_revenue_to_date_names_booked_and_realised(desk: Make) -> None:
    month = compact_leaves(desk())["to-date-month"]
    assert month["label"] == "Revenue, March 2026"
    assert month["value"] == "£62.00"
    assert month["second"] == "£0 realised · vs last month"


def test_stock_says_what_is_low(desk: Make) -> None:
    stock = compact_leaves(desk())["inventory_value"]
    assert (stock["value"], stock["second"]) == ("£12.00", "1 low · 1 out of stock")


@pytest.mark.parametrize(
    ("pair", "unit", "better", "expected"),
    [
        ((110.0, 100.0), Unit.MONEY, Better.UP, ("▲ +10.0%", "chip chip-good")),
        ((90.0, 100.0), Unit.MONEY, Better.UP, ("▼ −10.0%", "chip chip-bad")),
        ((90.0, 100.0), Unit.MONEY, Better.DOWN, ("▼ −10.0%", "chip chip-good")),
        ((90.0, 100.0), Unit.MONEY, Better.NEITHER, ("▼ −10.0%", "chip")),
        ((0.31, 0.30), Unit.RATE, Better.UP, ("▲ +1.0 pp", "chip chip-good")),
        ((100.0, 100.0), Unit.COUNT, Better.UP, ("0.0%", "chip")),
        ((5.0, 0.0), Unit.MONEY, Better.UP, ("▲ new", "chip chip-good")),
        ((0.0, 0.0), Unit.MONEY, Better.UP, ("", "chip")),
        ((5.0, -5.0), Unit.MONEY, Better.UP, ("▲ new", "chip chip-good")),
        ((None, 5.0), Unit.MONEY, Better.UP, ("", "chip")),
        ((5.0, float("nan")), Unit.MONEY, Better.UP, ("", "chip")),
    ],
)
def test_a_change_has_arrow_sign_and_colour(pair: Any, unit: Unit, better: Better, expected: Any) -> None:
    change = change_of(*pair, unit, better)
    assert (change.text, change.look) == expected


def test_the_period_is_said_in_words(desk: Make) -> None:
    assert period_line(desk(**MARCH)) == "1 Mar – 31 Mar 2026, compared with 1 Feb – 28 Feb 2026"
    assert period_line(desk(**MARCH, compare="none")) == "1 Mar – 31 Mar 2026"


def test_old_data_is_said_in_words(desk: Make) -> None:
    from dataclasses import replace
    from datetime import date

    old = replace(desk(), today=date(2026, 5, 1))
    assert notice_line(old) == "The data ends 31 days ago, so periods count back from 31 Mar 2026, not from today."
    assert notice_line(desk()) == ""
