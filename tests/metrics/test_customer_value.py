"""Numbers of customers on the golden shop, added up by hand."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from tests.metrics.conftest import Ask


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("customers_to_date", "2"), ("sales_to_date", "104"), ("contribution_to_date", "54"), ("clv_historic", "27"),
        ("repeat_rate_to_date", "1"), ("retention", "0.6667"), ("cumulative_retention", "1"), ("cac", "15.5"),
        ("payback", "0"), ("paid_back_share", "1"), ("churn", "0"), ("sales_at_risk", "0"),
    ],
)  # fmt: skip
def test_metrics_added_up_by_hand(ask: Ask, name: str, expected: str) -> None:
    assert round(D(ask(name).value(name)), 4) == D(expected)  # type: ignore[arg-type]


def test_sales_have_the_segment_of_their_customer(ask: Ask) -> None:
    found = ask("net_sales", by="segment").frame
    assert dict(zip(found["segment"], found["net_sales"], strict=True)) == {"new": 60, "problematic": 44, None: 50}
