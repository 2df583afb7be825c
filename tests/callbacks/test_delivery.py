"""Delivery of the golden shop: tasks by money, scorecard, ledger, statements, the page of one parcel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from plotly.io.json import to_json_plotly  # type: ignore[attr-defined]

from callbacks.cash_ledger import cod_table, ledger_body, ledger_lines
from callbacks.delivery import tasks_body
from callbacks.delivery_charts import ageing_chart, map_chart, outcomes_chart, reasons_chart, stages_chart, stages_table
from callbacks.delivery_tasks import delivery_tasks
from callbacks.desk import Desk
from callbacks.parcel import facts_of_parcel, find_parcel, money_of, way_of
from callbacks.parcel_list import found_parcels, is_named, parcels_body, waiting_parcels
from callbacks.rows import question_of, rows_panel
from callbacks.scorecards import ranked_scores, scores_body, scores_table
from callbacks.statements import statements_body, statements_table
from callbacks.tasks import parcel_tasks
from portal.errors import AccessError
from portal.metrics.drill import Page
from tests.callbacks.conftest import MARCH, QUARTER
from tests.installation import Installation

Make = Callable[..., Desk]


def text_of(component: Any) -> str:
    """Everything written in a component."""
    return " | ".join(texts(orjson.loads(to_json_plotly(component))))  # type: ignore[no-untyped-call]


def texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return texts(node["props"].get("children"))
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    return [] if node is None else [str(node)]


def test_tasks_are_ranked_by_money(desk: Make) -> None:
    found = delivery_tasks(desk(**QUARTER))
    assert [(task.drill, task.money) for task in found] == [
        ("cod_owed", 51), ("cod_skipped", 50), ("overdue_shipments", 50), ("statement_unknown", 7), ("cod_short", 1),
    ]  # fmt: skip
    assert found[0].where == "cod_age=15+ days"


@pytest.mark.parametrize("task", ["cod_owed", "cod_skipped", "cod_short", "statement_unknown", "overdue_shipments"])
def test_each_task_opens_the_rows_of_its_money(desk: Make, task: str) -> None:
    opened = desk(**QUARTER)
    found = next(each for each in delivery_tasks(opened) if each.drill == task)
    _, title, _ = rows_panel(opened, question_of(opened, found.drill, found.where), Page(), found.where)
    assert not title.endswith(": 0 rows")


def test_the_overview_names_what_couriers_owe_and_what_is_late(desk: Make) -> None:
    found = {task.title: task.money for task in parcel_tasks(desk(**QUARTER))}
    assert found == {"Couriers still owe cash": 51, "1 overdue parcel": 50}


def test_payouts_of_other_days_are_no_task_of_this_period(desk: Make) -> None:
    drills = {task.drill for task in delivery_tasks(desk(period="custom", start="2026-01-01", end="2026-01-31"))}
    assert drills == {"cod_owed", "cod_skipped", "cod_short", "overdue_shipments"}


def test_the_ledger_adds_up_to_the_last_line(desk: Make) -> None:
    lines = ledger_lines(desk(**QUARTER))
    assert lines.iloc[-1]["courier"] is ...
    assert [lines.iloc[-1][name] for name in ("cod_expected", "cod_remitted", "cod_withheld", "cod_gap")] == [
        68,
        15,
        2,
        51,
    ]
    assert lines["cod_gap"].iloc[:-1].sum() == lines["cod_gap"].iloc[-1]
    assert "All couriers" in text_of(ledger_body(desk(**QUARTER)))


def test_few_parcels_are_not_ranked(desk: Make) -> None:
    scores = ranked_scores(desk(**QUARTER), "country")
    assert scores["judged_shipments"].sum() == 3
    assert not scores["is_ranked"].any()
    assert "fewer than 10 judged parcels" in text_of(scores_body(desk(**QUARTER)))


def test_statements_say_what_does_not_add_up_and_what_is_left_out(desk: Make) -> None:
    text = text_of(statements_body(desk(**QUARTER)))
    assert "Paid too little" in text
    assert "No such parcel" in text
    assert "Collected less fees less paid leaves £1.00" in text
    assert "1 delivered parcel worth £50.00" in text


def test_without_statements_the_card_says_what_to_add(desk: Make) -> None:
    text = text_of(statements_body(desk(period="custom", start="2026-01-01", end="2026-01-31")))
    assert "No statement was paid out in this period" in text
    assert "tracking number, collected, fee, net, paid on" in text


def test_the_charts_of_the_golden_shop(desk: Make) -> None:
    opened = desk(**QUARTER)
    assert [row[-1] for row in outcomes_chart(opened).table.rows].count("not yet") == 3
    assert stages_chart(opened).table.rows[-1][:3] == ["Order to delivered", "10.0 hours", "10.0 hours"]
    assert [row[1] for row in ageing_chart(opened).table.rows] == ["£0.00", "£0.00", "£0.00", "£51.00"]
    assert [row[0] for row in reasons_chart(opened).table.rows] == ["No answer"]
    assert map_chart(opened).empty.startswith("No parcel of this period has coordinates")


def test_nothing_loaded_is_said_on_every_card(desk: Make) -> None:
    empty = desk(tenants=())
    assert all(chart(empty).empty for chart in (outcomes_chart, stages_chart, ageing_chart, reasons_chart, map_chart))
    assert "Load deliveries" in text_of(tasks_body(empty))
    assert all("No deliveries yet" in text_of(body(empty)) for body in (ledger_body, scores_body, statements_body))


def test_exports_hold_exact_numbers(desk: Make) -> None:
    opened = desk(**QUARTER)
    tables = [cod_table(opened), scores_table(opened), statements_table(opened), stages_table(opened)]
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
    assert sum(row[5] for row in statements_table(opened).rows) == 22


def test_a_parcel_is_found_by_either_number(desk: Make) -> None:
    assert [find_parcel(desk(focus=number))[2]["shipment_id"] for number in ("S1", "T1")] == ["S1", "S1"]  # type: ignore[index]
    assert find_parcel(desk(focus="nobody")) is None
    assert find_parcel(desk()) is None


def test_a_parcel_shows_its_way_and_its_money(desk: Make) -> None:
    tenant, warehouse, parcel = find_parcel(desk(focus="S1"))  # type: ignore[misc]
    way, money = text_of(way_of(warehouse, parcel, tenant)), text_of(money_of(warehouse, parcel, tenant))
    assert way.index("10 Jan 2026 08:00") < way.index("Delivered") < way.index("Cash paid out by the courier")
    assert "Paid too little" in money
    assert "£15.00" in money


@pytest.mark.parametrize(("role", "seen"), [("manager", True), ("viewer", False)])
def test_personal_data_of_a_parcel_is_masked(desk: Make, role: str, seen: bool) -> None:
    opened = desk(focus="S1", role=role)
    tenant, _, parcel = find_parcel(opened)  # type: ignore[misc]
    told = text_of(facts_of_parcel(opened, {**parcel, "customer": "Ann Example"}, tenant))
    assert ("Ann Example" in told) is seen


def test_another_tenants_parcel_is_not_found(desk: Make) -> None:
    assert find_parcel(desk(focus="S1", tenants=())) is None


def test_nobody_sees_a_parcel_without_signing_in(installation: Installation) -> None:
    from callbacks.parcel import show_parcel

    with installation.server.test_request_context("/"), pytest.raises(AccessError):
        show_parcel({"focus": "S1"})


def test_the_period_narrows_what_was_sent_but_not_what_is_owed(desk: Make) -> None:
    opened = desk(**MARCH)
    row = opened.ask(["sent_shipments", "cod_owed"]).iloc[0]
    assert (row["sent_shipments"], row["cod_owed"]) == (1, 51)


@pytest.mark.parametrize(("text", "found"), [("S1", ["S1"]), (" t1 ", ["S1"]), ("nobody of this name", [])])
def test_a_parcel_is_found_from_delivery_in_one_line(desk: Make, text: str, found: list[str]) -> None:
    opened = desk(focus=text, **MARCH)
    assert found_parcels(opened).rows["shipment_id"].tolist() == found
    assert ("No parcel found" in text_of(parcels_body(opened))) is (not found)


def test_names_and_phones_find_parcels_only_for_who_may_see_them(desk: Make) -> None:
    seen, masked = (str(is_named(desk(role=role), "Ann")) for role in ("manager", "viewer"))
    assert "dim_customer.customer" in seen
    assert "dim_customer" not in masked
    assert "dim_customer.phone" in str(is_named(desk(), "+20 100 123 4567"))


def test_without_a_search_late_parcels_come_first(desk: Make) -> None:
    late = waiting_parcels(desk(**QUARTER))
    assert late.title.startswith("Overdue")
    assert len(late.rows) == desk(**QUARTER).ask(["overdue_shipments"]).iloc[0].item()
    assert "No deliveries yet" in text_of(parcels_body(desk(tenants=())))
