"""The golden files from the command line to the numbers: totals worked out by hand from the rows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from portal.cli import portal
from tests.etl.sources.conformed import GOLDEN

Numbers = Callable[..., dict[str, float]]


def say(*words: str) -> str:
    result = CliRunner().invoke(portal, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Numbers:
    """Load both golden sources into a portal and ask it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_HOME", str(tmp_path_factory.mktemp("home")))
        say("init")
        for tenant, source, currency, zone in (
            ("Desk", "imiq", "INR", "Asia/Kolkata"), ("Counter", "easy_ecom", "USD", "America/New_York"),
        ):  # fmt: skip
            country = "IN" if source == "imiq" else "US"
            say("tenant", "add", tenant, "--currency", currency, "--timezone", zone, "--country", country)
            say("load", "--tenant", tenant, "--source", source, str(GOLDEN / source))

        def ask(tenant: str, metrics: str, *words: str) -> dict[str, float]:
            answer = json.loads(say("query", metrics, "--tenant", tenant, "--json", *words))
            return dict(answer["rows"][0])

        yield ask


def test_desk_revenue_leaves_out_the_cancelled_order(numbers: Numbers) -> None:
    asked = numbers("Desk", "booked_revenue,orders,units,customers")
    booked = 1000 + 2000 + 500 + 300 + 800 + 999 + 600
    assert asked == {"booked_revenue": booked, "orders": 7, "units": 8, "customers": 5}


def test_desk_realised_revenue_is_what_was_delivered(numbers: Numbers) -> None:
    assert numbers("Desk", "realised_revenue") == {"realised_revenue": 1000 + 2000 + 800}


def test_desk_net_sales_are_less_by_what_came_back(numbers: Numbers) -> None:
    assert numbers("Desk", "gross_sales,returns_value,net_sales") == {
        "gross_sales": 6199, "returns_value": 500, "net_sales": 5699,
    }  # fmt: skip


def test_desk_stock_is_that_of_the_newest_rows(numbers: Numbers) -> None:
    assert numbers("Desk", "on_hand") == {"on_hand": 10}


def test_counter_sales_and_cost_by_hand(numbers: Numbers) -> None:
    asked = numbers("Counter", "gross_sales,returns_value,net_sales,cogs,gross_profit,orders,invoices")
    assert asked == {"gross_sales": 31, "returns_value": 8, "net_sales": 23, "cogs": 26, "gross_profit": -3,
                     "orders": 4, "invoices": 5}  # fmt: skip


def test_counter_stock_and_its_value(numbers: Numbers) -> None:
    assert numbers("Counter", "on_hand,inventory_value") == {"on_hand": 32, "inventory_value": 30 * 2.1 + 2 * 3}
