"""Whose numbers, which period, which comparison."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from callbacks.desk import chosen_tenants, client_choices, client_value, earlier_period, last_day, today_in
from layouts.state import ScreenState
from portal.metrics.model import Period
from portal.viewer import ROLES, TenantRef, Viewer
from tests.callbacks.conftest import AMBER, BIRCH
from tests.installation import Installation

EURO = TenantRef(3, "Cedar Shop", "EUR", "Europe/Paris")
OPERATOR = Viewer(9, "op@souk.example", "superadmin", ROLES["superadmin"], (AMBER, BIRCH, EURO))


def chosen(installation: Installation, client: str) -> list[str]:
    parts = installation.server.extensions["portal"]
    return [tenant.name for tenant in chosen_tenants(OPERATOR, client, parts)]


@pytest.mark.parametrize(
    ("client", "expected"),
    [("", ["Amber Shop", "Birch Shop"]), ("all GBP", ["Amber Shop", "Birch Shop"]), ("Birch Shop", ["Birch Shop"]),
     ("Cedar Shop", []), ("nobody", ["Amber Shop", "Birch Shop"]), ("all EUR", ["Amber Shop", "Birch Shop"])],
)  # fmt: skip
def test_an_operator_chooses_a_client_or_all_of_one_currency(
    installation: Installation, client: str, expected: list[str]
) -> None:
    assert chosen(installation, client) == expected


def test_the_choice_offers_all_clients_only_where_currencies_agree() -> None:
    values = [each["value"] for each in client_choices(OPERATOR)]
    assert values == ["all GBP", "Amber Shop", "Birch Shop", "Cedar Shop"]


def test_what_is_shown_is_named(desk: Any) -> None:
    assert client_value(desk()) == "Amber Shop"
    assert client_value(desk(tenants=(AMBER, BIRCH))) == "all GBP"


def test_periods_end_where_the_data_ends(installation: Installation) -> None:
    parts = installation.server.extensions["portal"]
    assert last_day((AMBER,), parts, date(2026, 6, 1)) == date(2026, 3, 31)
    assert last_day((AMBER,), parts, date(2026, 3, 15)) == date(2026, 3, 15)
    assert last_day((), parts, date(2026, 6, 1)) == date(2026, 6, 1)


def test_today_is_the_tenants_day() -> None:
    late = datetime(2026, 3, 31, 20, 0)
    assert today_in("Asia/Kolkata", late) == date(2026, 4, 1)
    assert today_in("UTC", late) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ScreenState(), Period(date(2026, 1, 31), date(2026, 3, 2))),
        (ScreenState(period="mtd"), Period(date(2026, 2, 1), date(2026, 3, 1))),
        (ScreenState(compare="year"), Period(date(2025, 3, 2), date(2025, 4, 1))),
        (ScreenState(compare="none"), None),
    ],
)
def test_the_comparison_is_like_for_like(state: ScreenState, expected: Period | None) -> None:
    last = date(2026, 3, 31)
    assert earlier_period(state.period_of(last), state, last) == expected


def test_a_running_month_meets_as_many_days_of_the_month_before() -> None:
    state = ScreenState(period="mtd")
    found = earlier_period(state.period_of(date(2026, 3, 10)), state, date(2026, 3, 10))
    assert found == Period(date(2026, 2, 1), date(2026, 2, 11))
