from __future__ import annotations

from datetime import date, datetime

import pytest

from portal.db import Sessions
from portal.errors import InputError, UnknownNameError
from portal.models import PolicyValue
from portal.policies import POLICIES, PolicyRow, check_policy, in_force, load_policies, policy

ROWS = (PolicyRow("low_stock_limit", 8, date(2026, 2, 1)), PolicyRow("low_stock_limit", 9, date(2026, 3, 1)))


@pytest.mark.parametrize(
    ("day", "limit"), [((2026, 1, 31), 5), ((2026, 2, 1), 8), ((2026, 2, 28), 8), ((2026, 3, 1), 9)]
)
def test_a_value_is_in_force_from_its_day_on(day: tuple[int, int, int], limit: int) -> None:
    assert policy(ROWS, "low_stock_limit", date(*day)) == limit
    assert policy(reversed(ROWS), "low_stock_limit", date(*day)) == limit


def test_an_unknown_policy_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean low_stock_limit"):
        policy((), "low_stock_limits", date(2026, 1, 1))


def test_in_force_names_every_policy() -> None:
    values = in_force(ROWS, date(2026, 2, 1))
    assert values.keys() == POLICIES.keys()
    assert (values["low_stock_limit"], values["week_start"]) == (8, 1)


@pytest.mark.parametrize("name", POLICIES)
def test_every_default_is_of_its_kind_and_explained(name: str) -> None:
    check_policy(name, POLICIES[name].default)
    assert POLICIES[name].meaning.endswith(".")


@pytest.mark.parametrize(
    ("name", "value"),
    [("week_start", 8), ("week_start", True), ("fiscal_year_start_month", 0), ("excluded_statuses", "cancelled"),
     ("assumed_cost_rate", {"imiq": 1.2}), ("low_stock_limit", -1), ("problematic_return_rate", "0.3"),
     ("lead_follow_up_days", {"Member": -1}), ("lead_score_points", 40),
     ("cod_gap_age_days", [7, 3, 14]), ("cod_gap_age_days", [3, 7]), ("cod_gap_age_days", []),
     ("cod_gap_age_days", [0, 3]), ("on_time_basis", "hour")],
)  # fmt: skip
def test_a_value_of_another_form_is_refused(name: str, value: object) -> None:
    with pytest.raises(InputError, match=f"Policy {name}: expected"):
        check_policy(name, value)


def test_policies_come_from_the_database_of_their_tenant_only(sessions: Sessions) -> None:
    def row(tenant: int, value: int) -> PolicyValue:
        return PolicyValue(tenant_id=tenant, name="low_stock_limit", value=value, valid_from=date(2026, 1, 1),
                           set_by="a@example.com", set_at=datetime(2026, 1, 1))  # fmt: skip

    with sessions.begin() as session:
        session.add_all([row(1, 11), row(2, 22)])
    with sessions() as session:
        assert load_policies(session, 1) == (PolicyRow("low_stock_limit", 11, date(2026, 1, 1)),)
