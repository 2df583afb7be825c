"""Rules are checked against the catalogue, kept with versions, and told in a sentence."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from portal.alert_tables import AlertRule
from portal.alerts.days import companions_of, complete_until
from portal.alerts.findings import widened
from portal.alerts.kept_rules import add_rule, as_typed, change_rule, list_rules
from portal.alerts.rule_words import rule_sentence
from portal.alerts.rules import DEFAULTS, NewRule, checked
from portal.db import Sessions, writing
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.models import DataSource
from portal.tenants import list_tenants
from portal.warehouse.snapshot import Snapshot

NOW = datetime(2026, 4, 17, 9)
BY = ("ann", NOW)
RULE = NewRule("Sales", "net_sales", dimension="channel", least_money=100, weekdays="77651", quiet_from=22,
               quiet_until=7)  # fmt: skip


def test_what_is_not_said_is_filled_in() -> None:
    rule = checked(RULE)
    assert (rule.direction, rule.weekdays, rule.level) == ("fall", "1567", None)
    assert checked(NewRule("Back", "return_value_rate")).direction == "rise"
    assert checked(NewRule("Thin", "gross_margin", comparison="below", level=0.2, least_share=0)).direction == "fall"


@pytest.mark.parametrize("rule", DEFAULTS, ids=lambda rule: rule.metric)
def test_every_default_rule_is_a_good_rule(rule: NewRule) -> None:
    assert checked(rule).metric == rule.metric


@pytest.mark.parametrize(("change", "words"), [
    ({"metric": "net_sale"}, "Did you mean net_sales"), ({"dimension": "chanel"}, "Did you mean channel"),
    ({"comparison": "basline"}, "Did you mean baseline"), ({"direction": "fal"}, "Did you mean fall"),
    ({"dimension": "customer"}, "makes no sense"), ({"dimension": "week"}, "makes no sense"),
    ({"dimension": "courier"}, "cannot be broken down"), ({"metric": "inventory_value"}, "state of today"),
    ({"comparison": "below"}, "Give the value"), ({"least_share": 0.0}, "least change"),
    ({"least_money": float("nan")}, "numbers from 0"), ({"least_volume": -1.0}, "numbers from 0"),
    ({"weekdays": "8"}, "weekday"), ({"weekdays": ""}, "weekday"), ({"quiet_until": None}, "Quiet hours"),
    ({"quiet_from": 24}, "Quiet hours"), ({"name": " "}, "name"), ({"name": "x" * 81}, "name"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_the_reason(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        checked(replace(RULE, **change))  # type: ignore[arg-type]


def test_a_state_of_today_may_be_held_against_a_value() -> None:
    assert checked(NewRule("Stock", "inventory_value", comparison="above", level=9.0)).direction == "rise"


def test_a_rule_is_kept_changed_and_its_name_is_its_own(sessions: Sessions) -> None:
    with writing(sessions) as session:
        tenant = list_tenants(session)[0]
        row = add_rule(session, tenant, RULE, BY)
        with pytest.raises(InputError, match="already"):
            add_rule(session, tenant, replace(RULE, name="sales"), BY)
        change_rule(session, tenant, (row.id, 1), replace(RULE, least_money=7), BY)
    with sessions() as session:
        (kept,) = list_rules(session, list_tenants(session)[0])
    assert (as_typed(kept), kept.version) == (replace(checked(RULE), least_money=7), 2)


def test_a_rule_somebody_else_changed_or_owns_is_not_changed(sessions: Sessions) -> None:
    with writing(sessions) as session:
        tenant, other = list_tenants(session)[:2]
        row = add_rule(session, tenant, RULE, BY)
        with pytest.raises(ConflictError):
            change_rule(session, tenant, (row.id, 7), RULE, BY)
        with pytest.raises(UnknownNameError):
            change_rule(session, other, (row.id, 1), RULE, BY)
    with sessions() as session:
        assert [rule.version for rule in list_rules(session, list_tenants(session)[0])] == [1]


def test_a_rule_in_a_sentence() -> None:
    row = AlertRule(**vars(checked(RULE)))
    assert rule_sentence(row, "GBP") == (
        "Net sales of each channel: at least 20% below what is usual, costing at least £100.00. "
        "Only Mon, Fri, Sat, Sun. Quiet from 22:00 to 07:00."
    )


def test_volume_and_money_of_a_metric() -> None:
    told = {name: (one.volume, one.base) for name in ("net_sales", "orders", "aov", "return_value_rate", "leads")
            if (one := companions_of(name, ("day",)))}  # fmt: skip
    assert told == {"net_sales": ("orders", "net_sales"), "orders": ("orders", "net_sales"),
                    "aov": ("orders", "orders"), "return_value_rate": ("orders", "sales_before_returns"),
                    "leads": ("leads", "")}  # fmt: skip


def test_many_values_are_not_as_many_times_as_loud() -> None:
    assert widened(1) == 1.0
    tails = [math.erfc(2.7 * widened(count) / math.sqrt(2)) * count for count in (1, 10, 50)]
    assert tails == sorted(tails, reverse=True)
    assert tails[-1] > tails[0] / 2


def source(location: str, last_success: datetime | None, failures: int = 0) -> DataSource:
    return DataSource(location=location, is_active=True, last_success_at=last_success, failures=failures)


@pytest.mark.parametrize(("zone", "sources", "last"), [
    ("Europe/London", [], date(2026, 4, 15)),
    ("America/New_York", [], date(2026, 4, 14)),  # built at 22:30 of the 15th there
    ("Europe/London", [source("https://x", datetime(2026, 4, 18, 5))], date(2026, 4, 17)),
    ("Europe/London", [source("https://x", datetime(2026, 4, 18, 5), failures=1)], date(2026, 4, 15)),
    ("Europe/London", [source("/files", datetime(2026, 4, 18, 5))], date(2026, 4, 15)),
    ("America/New_York", [source("/files", datetime(2026, 4, 18, 5))], date(2026, 4, 15)),
    ("Europe/London", [source("hook://bosta", datetime(2026, 4, 18, 5))], date(2026, 4, 15)),
])  # fmt: skip
def test_only_days_that_are_over_and_in_are_complete(zone: str, sources: list[DataSource], last: date) -> None:
    snapshot = Snapshot(1, 1, Path(), datetime(2026, 4, 16, 2, 30), 1, date(2026, 4, 15), "x", "GBP")
    assert complete_until(snapshot, sources, zone) == last
