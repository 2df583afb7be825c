"""Service cases by hand, as of 31 March: which are open, how long they took, what customers and the hub said."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.metrics.model import Query
from portal.metrics.query import run
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, Shelf, make_snapshot
from tests.metrics.golden import SHOP
from tests.metrics.test_governance import VIEWER


def ticket(key: int, status: str, day: int, **more: Any) -> dict[str, Any]:
    return {
        "case_key": key, "case_id": str(key), "source": "hvar", "case_type": "complaint", "priority": "low",
        "case_status": status, "opened_date": date(2026, 3, day), "opened_at": datetime(2026, 3, day), **more,
    }  # fmt: skip


CASES = [
    ticket(1, "open", 30, priority="urgent"), ticket(2, "in_progress", 25, satisfaction=4),
    ticket(3, "resolved", 1, resolved_date=date(2026, 3, 3), resolved_at=datetime(2026, 3, 3), satisfaction=5),
    ticket(4, "closed", 1, resolved_date=date(2026, 3, 5), resolved_at=datetime(2026, 3, 5), refund_amount=20),
    ticket(5, "confirmed", 1, case_type="hub_confirmation", quality_score=7),
    ticket(6, "confirmed", 1, case_type="service_action"),
]  # fmt: skip
STEPS = [{"event_key": key, "case_key": 1, "event_date": date(2026, 3, 30), "event_type": kind, "event_status": "done"}
         for key, kind in enumerate(("call", "call", "final_verification"), start=1)]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouses:
    folder: Path = tmp_path_factory.mktemp("service")
    tables = {**SHOP, "fact_service_case": CASES, "fact_service_event": STEPS}
    return Warehouses(Shelf({1: make_snapshot(folder, GOLDEN, tables)}), None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("service_cases", 6), ("open_cases", 3), ("urgent_cases", 1), ("resolved_cases", 2), ("resolution_days", 3),
     ("case_satisfaction", Decimal("4.5")), ("case_quality", 7), ("case_refunds", 20), ("service_events", 3)],
)  # fmt: skip
def test_cases_are_counted(shop: Warehouses, name: str, expected: object) -> None:
    assert run(Query((name,)), VIEWER, (GOLDEN,), shop).value(name) == expected


def test_open_cases_are_told_by_their_age(shop: Warehouses) -> None:
    frame = run(Query(("open_cases",), ("case_age",)), VIEWER, (GOLDEN,), shop).frame
    assert dict(zip(frame["case_age"], frame["open_cases"], strict=True)) == {
        "0–2 days": 1, "3–7 days": 1, "15–30 days": 1,
    }  # fmt: skip


def test_steps_are_told_by_kind(shop: Warehouses) -> None:
    frame = run(Query(("service_events",), ("service_event",)), VIEWER, (GOLDEN,), shop).frame
    assert dict(zip(frame["service_event"], frame["service_events"], strict=True)) == {
        "call": 2, "final_verification": 1,
    }  # fmt: skip
