"""When a parcel reached each stage, and how many of its attempts came to nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.etl.frames import Rows, rules, star


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour)


def step(status: str, moment: datetime | None, **more: Any) -> dict[str, Any]:
    return {"shipment_id": "S", "event_status": status, "event_at": moment, **more}


def parcel(steps: Rows, zone: str = "GB", **columns: Any) -> dict[str, Any]:
    rows = [{"shipment_id": "S", **columns}]
    found = star("table", rules(country=zone), shipment=rows, shipment_event=steps).tables["fact_shipment"]
    return found.to_dicts()[0]


def test_the_first_step_of_each_stage_counts() -> None:
    found = parcel([step("out_for_delivery", at(4)), step("Picked up", at(1, 9)), step("in_transit", at(2)),
                    step("out_for_delivery", at(3)), step("in-transit", at(1, 20))])  # fmt: skip
    assert (found["picked_up_at"], found["hub_at"], found["out_at"]) == (at(1, 9), at(1, 20), at(3))


def test_what_the_parcels_own_row_says_counts_first() -> None:
    found = parcel([step("picked_up", at(1))], picked_up_at=at(2))
    assert found["picked_up_at"] == at(2)


def test_steps_without_a_moment_or_of_other_words_tell_no_stage() -> None:
    found = parcel([step("picked_up", None), step("new", at(1)), step("label printed", at(1))])
    assert (found["picked_up_at"], found["hub_at"], found["out_at"]) == (None, None, None)


def test_the_day_it_was_ordered_is_that_of_the_tenant() -> None:
    late = datetime(2026, 7, 1, 23, 30)  # half past midnight in London, where the clocks are an hour ahead
    assert parcel([], created_at=late)["created_date"] == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("columns", "failures", "expected"),
    [
        ({"attempts": 1, "shipment_status": "delivered"}, 0, 0),
        ({"attempts": 3, "shipment_status": "delivered"}, 0, 2),
        ({"attempts": 2, "shipment_status": "returned"}, 0, 2), ({"attempts": 2, "shipment_status": "new"}, 0, None),
        ({"shipment_status": "new", "exception_reason": "no answer"}, 0, 1), ({"shipment_status": "new"}, 2, 2),
        ({"attempts": 1, "shipment_status": "delivered"}, 1, 1), ({"shipment_status": "delivered"}, 0, None),
        ({"attempts": 2, "shipment_status": "returned", "shipment_type": "return_pickup"}, 0, 1),
    ],
)  # fmt: skip
def test_attempts_that_came_to_nothing(columns: dict[str, Any], failures: int, expected: int | None) -> None:
    steps = [step("failed_attempt", at(number + 1), is_failed_attempt=True) for number in range(failures)]
    assert parcel(steps, **columns)["failed_attempts"] == expected
