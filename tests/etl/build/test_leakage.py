"""Leakage follows the cap in force on the day of the order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import polars as pl

from etl.build.leakage import MONEY, with_leakage
from etl.request import Moment
from etl.source import TenantRules
from portal.clock import utc_now
from portal.policies import PolicyRow
from portal.viewer import TenantRef

JUNE = date(2026, 6, 1)


def leaked(rules: TenantRules, *lines: tuple[date | None, str, int, int]) -> list[D]:
    frame = pl.DataFrame(
        lines, orient="row",
        schema={"order_date": pl.Date, "line_type": pl.String, "gross_amount": MONEY, "line_discount": MONEY},
    )  # fmt: skip
    return with_leakage(frame, rules)["leakage_amount"].to_list()


def rules(*caps: tuple[date, float]) -> TenantRules:
    return TenantRules("GBP", "Europe/London", "GB", discount_caps=caps)


def test_only_what_is_above_the_cap_leaks() -> None:
    capped = rules((date.min, 0.15))
    assert leaked(capped, (JUNE, "sale", 100, 20), (JUNE, "sale", 100, 15), (JUNE, "sale", 100, 0)) == [5, 0, 0]


def test_a_new_cap_does_not_rewrite_what_was_sold_before_it() -> None:
    lowered = rules((date.min, 1.0), (JUNE, 0.1))
    assert leaked(lowered, (date(2026, 5, 31), "sale", 100, 30), (JUNE, "sale", 100, 30)) == [0, 20]


def test_returns_leak_nothing_and_without_a_cap_nothing_leaks() -> None:
    assert leaked(rules((date.min, 0.1)), (JUNE, "return", -100, -30)) == [0]
    assert leaked(rules(), (JUNE, "sale", 100, 90)) == [0]


def test_the_caps_of_a_load_are_those_the_tenant_set() -> None:
    moment = Moment(utc_now(), (PolicyRow("discount_cap", 0.2, JUNE),))
    found = moment.rules(TenantRef(1, "Shop", "GBP", "Europe/London"))
    assert found.discount_caps == ((date.min, 1.0), (JUNE, 0.2))
