"""Deliveries: cohorts that are too young, promises by date and by the hour, percentiles, the age of cash."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.metrics.drill import Page, drill
from portal.metrics.model import Filter, Period, Query
from portal.metrics.query import run
from portal.policies import POLICIES
from portal.viewer import operator_viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, OTHER, Shelf, make_snapshot
from tests.metrics.golden import MAR31, Rows

Ask = Callable[..., dict[str, Any]]
START = datetime(2026, 3, 1)


def parcel(key: int, **more: Any) -> dict[str, Any]:
    return {"shipment_key": key, "shipment_id": f"S{key}", "outcome": "open", "cod_state": "none", **more}


def sent(key: int, day: int, outcome: str = "succeeded", **more: Any) -> dict[str, Any]:
    status = {"succeeded": "delivered", "failed": "returned", "open": "in_transit"}[outcome]
    is_delivered = outcome == "succeeded"
    return parcel(key, ship_date=date(2026, 3, day), outcome=outcome, shipment_status=status,
                  is_delivered=is_delivered, **more)  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Ask]:
    """Makes a shop of parcels that answers, on 31 March 2026, under the policies given."""

    def make(rows: Rows, payments: Rows = (), **policies: Any) -> Ask:
        tables = {"fact_shipment": rows, "fact_courier_payment": payments,
                  "dim_courier": [{"courier_key": 1, "courier": "Swift"}]}  # fmt: skip
        folder = Path(mkdtemp(dir=tmp_path))
        shelf = Shelf({tenant.id: make_snapshot(folder, tenant, tables) for tenant in (GOLDEN, OTHER)})
        values = {name: policy.default for name, policy in POLICIES.items()} | policies
        warehouses = Warehouses(shelf, None, lambda _tenant: values)

        def ask(metrics: str, by: str = "", tenants: Any = (GOLDEN,), **where: str) -> Any:
            filters = tuple(Filter(name, (value,)) for name, value in where.items())
            question = Query(tuple(metrics.split(",")), (by,) if by else (), None, filters)
            frame = run(question, operator_viewer([GOLDEN, OTHER]), tenants, warehouses).frame
            return dict(zip(*(frame[name] for name in frame.columns[:2]), strict=True)) if by else dict(frame.iloc[0])

        ask.warehouses = warehouses  # type: ignore[attr-defined]
        return ask

    return make


OLD = [sent(1, 1), sent(2, 5), sent(3, 17, "failed"), sent(4, 10, "open")]
YOUNG = [sent(5, 18), sent(6, 30, "open"), sent(7, 20, "failed")]


def test_parcels_sent_in_the_last_fortnight_are_in_no_rate(shop: Callable[..., Ask]) -> None:
    found = shop([*OLD, *YOUNG])("judged_shipments,judged_succeeded,delivery_success,rto_rate,immature_shipments")
    assert found == {"judged_shipments": 4, "judged_succeeded": 2, "delivery_success": D("0.5"),
                     "rto_rate": D("0.25"), "immature_shipments": 3}  # fmt: skip


def test_the_rate_so_far_has_them(shop: Callable[..., Ask]) -> None:
    found = shop([*OLD, *YOUNG])("sent_shipments,delivery_success_so_far")
    assert (found["sent_shipments"], round(found["delivery_success_so_far"] * 7)) == (7, 3)


def test_when_parcels_are_old_enough_is_a_policy(shop: Callable[..., Ask]) -> None:
    assert shop([*OLD, *YOUNG], delivery_maturity_days=1)("judged_shipments") == {"judged_shipments": 7}
    assert shop([*OLD, *YOUNG], delivery_maturity_days=26)("delivery_success,immature_shipments") == {
        "delivery_success": 1, "immature_shipments": 5,
    }  # fmt: skip


def test_what_was_brought_back_as_asked_is_a_success(shop: Callable[..., Ask]) -> None:
    pickup = sent(1, 1) | {"shipment_status": "returned", "is_delivered": False}
    assert shop([pickup])("delivery_success,rto_rate") == {"delivery_success": 1, "rto_rate": 0}


PROMISED = {"promised_date": date(2026, 3, 10), "promised_at": datetime(2026, 3, 10, 12)}


def promised(key: int, day: int, hour: int, **more: Any) -> dict[str, Any]:
    arrived = {"delivered_date": date(2026, 3, day), "delivered_at": datetime(2026, 3, day, hour)}
    return sent(key, 1, **PROMISED, **arrived, **more)


def test_on_time_by_date_and_by_the_hour_differ(shop: Callable[..., Ask]) -> None:
    rows = [promised(1, 10, 11), promised(2, 10, 13), promised(3, 11, 1), sent(4, 1, "open", **PROMISED)]
    asked = "on_time_shipments,late_shipments,due_shipments,on_time_rate"
    assert tuple(shop(rows)(asked).values()) == (2, 1, 4, D("0.5"))
    assert tuple(shop(rows, on_time_basis="timestamp")(asked).values()) == (1, 2, 4, D("0.25"))


def test_without_an_hour_the_date_decides_whatever_the_policy(shop: Callable[..., Ask]) -> None:
    rows = [promised(1, 10, 13) | {"promised_at": None}]
    assert shop(rows, on_time_basis="timestamp")("on_time_rate") == {"on_time_rate": 1}


def test_overdue_by_promise_and_by_age(shop: Callable[..., Ask]) -> None:
    rows = [sent(1, 1, "open", promised_date=date(2026, 3, 30), cod_amount=7),
            sent(2, 1, "open", promised_date=date(2026, 3, 31), cod_amount=100), sent(3, 23, "open", shipment_amount=5),
            sent(4, 24, "open", shipment_amount=50)]  # fmt: skip
    assert shop(rows)("overdue_shipments,overdue_value") == {"overdue_shipments": 2, "overdue_value": 12}


def percentile(values: list[float], share: float) -> float:
    """The naive way: between the two neighbours in the sorted list."""
    ranked, place = sorted(values), (len(values) - 1) * share
    low, high = math.floor(place), math.ceil(place)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=9))
def test_percentiles_are_those_of_the_sorted_list(shop: Callable[..., Ask], seconds: list[int]) -> None:
    rows = [sent(key, 1, created_at=START, delivered_at=START + timedelta(seconds=taken))
            for key, taken in enumerate(seconds, start=1)]  # fmt: skip
    found = shop(rows)("stage_hours_total_p50,stage_hours_total_p90,stage_parcels_total")
    hours = [taken / 3600 for taken in seconds]
    assert float(found["stage_hours_total_p50"]) == pytest.approx(percentile(hours, 0.5), abs=1e-3)
    assert float(found["stage_hours_total_p90"]) == pytest.approx(percentile(hours, 0.9), abs=1e-3)
    assert found["stage_parcels_total"] == len(seconds)


def test_a_percentile_over_several_clients_is_not_made_up(shop: Callable[..., Ask]) -> None:
    rows = [sent(1, 1, created_at=START, delivered_at=START + timedelta(hours=3))]
    found = shop(rows)("stage_hours_total_p50,sent_shipments", tenants=(GOLDEN, OTHER))
    assert found == {"stage_hours_total_p50": None, "sent_shipments": 2}


def test_where_open_parcels_wait(shop: Callable[..., Ask]) -> None:
    moments = [{}, {"picked_up_at": START}, {"picked_up_at": START, "hub_at": START},
               {"picked_up_at": START, "out_at": START}]  # fmt: skip
    rows = [sent(key, 1, "open", created_at=START, **told) for key, told in enumerate(moments, start=1)]
    names = [f"stage_waiting_{name}" for name in ("pickup", "hub", "out", "delivered", "total")]
    assert list(shop(rows)(",".join(names)).values()) == [1, 1, 1, 1, 4]


def owed(key: int, days: int, money: int, state: str = "unpaid", **more: Any) -> dict[str, Any]:
    return sent(key, 1, delivered_date=MAR31 - timedelta(days=days), cod_amount=money, cod_gap_amount=money,
                cod_state=state, **{"courier_key": 1, **more})  # fmt: skip


def test_owed_cash_by_age(shop: Callable[..., Ask]) -> None:
    rows = [owed(day + 1, day, 10 + day) for day in (0, 3, 4, 7, 8, 14, 15, 90)]
    assert shop(rows)("cod_owed", by="cod_age") == {
        "0–3 days": 10 + 13, "4–7 days": 14 + 17, "8–14 days": 18 + 24, "15+ days": 25 + 100,
    }  # fmt: skip
    assert shop(rows, cod_gap_age_days=[1, 2, 90])("cod_owed", by="cod_age")["3–90 days"] == 211


def test_parcels_a_courier_left_out_of_its_statements(shop: Callable[..., Ask]) -> None:
    rows = [owed(1, 20, 100), owed(2, 13, 30), owed(3, 12, 5), owed(4, 20, 60, courier_key=0)]
    paid = [{"payment_key": 1, "courier_key": 1, "paid_date": MAR31 - timedelta(days=6)}]
    assert shop(rows, paid)("cod_skipped,cod_skipped_parcels") == {"cod_skipped": 130, "cod_skipped_parcels": 2}
    assert shop(rows, paid, cod_remit_days=6)("cod_skipped") == {"cod_skipped": 135}


def test_where_no_source_tells_of_cash_nothing_is_known_to_be_owed(shop: Callable[..., Ask]) -> None:
    assert shop([sent(1, 1)])("cod_owed") == {"cod_owed": None}
    assert shop([owed(1, 1, 0, "paid")])("cod_owed") == {"cod_owed": 0}


def test_a_place_on_the_map_is_nobodys_address(shop: Callable[..., Ask]) -> None:
    rows = [sent(1, 1, latitude=D("30.0512"), longitude=D("31.3449")), sent(2, 1, latitude=D("30.0488")), sent(3, 1)]
    assert shop(rows)("sent_shipments", by="map_cell") == {"30.1, 31.3": 1, None: 2}


def test_the_parcels_behind_what_is_owed(shop: Callable[..., Ask]) -> None:
    ask = shop([owed(1, 2, 40), owed(2, 30, 60), owed(3, 30, 0, "paid")])
    question = Query(("cod_owed",), (), Period(MAR31, MAR31 + timedelta(days=1)), (Filter("cod_age", ("15+ days",)),))
    found = drill(question, operator_viewer([GOLDEN]), GOLDEN, ask.warehouses, Page())  # type: ignore[attr-defined]
    assert (found.rows, found.total, found.frame["Shipment"].tolist()) == (1, 60, ["S2"])


def test_lines_without_a_parcel_are_not_lost_in_their_rows(shop: Callable[..., Ask]) -> None:
    lines = [{"payment_key": 1, "tracking_id": "T9", "paid_amount": 5, "payment_state": "unknown_parcel"}]
    ask = shop([sent(1, 1)], lines)
    found = drill(Query(("statement_lines",)), operator_viewer([GOLDEN]), GOLDEN, ask.warehouses, Page())  # type: ignore[attr-defined]
    assert (found.rows, found.frame["Tracking number"].tolist()) == (1, ["T9"])
