"""HVAR: the SQLite file of the old program and the hub's tables."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.source import Conformed
from tests.etl.sources.conformed import fixture_folder, rejected, unaccounted
from tests.etl.sources.hvar_frames import conform_path, write_file


def delivery(number: str, **more: Any) -> dict[str, Any]:
    """A row of `orders`, settled unless told otherwise."""
    return {
        "id": f"B{number}", "tracking_number": number, "state_code": 45, "order_type_code": 10, "cod": 1250.5,
        "bosta_fees": 87.78, "deposited_amount": 1162.72, "receiver_phone": "201000000001", "receiver_name": "Mona -",
        "notes": "", "specs_items_count": 1, "specs_description": "1 * خلاط", "created_at": "2025-03-01T00:30:00",
        "delivered_at": "2025-03-03T12:00:00+02:00", "last_synced": "2025-03-05 10:00:00", **more,
    }  # fmt: skip


SERVICE: dict[str, list[dict[str, Any]]] = {
    "service_tickets": [
        {"ticket_id": 1, "customer_phone": "01000000001", "order_id": "B801", "tracking_number": None,
         "ticket_type": "Maintenance", "priority": "high", "status": "open", "subject": "does not turn",
         "product_name": "خلاط", "assigned_agent": "Sara", "customer_satisfaction": 4,
         "created_at": "2025-04-01 22:30:00", "updated_at": "2025-04-02 08:00:00", "resolved_at": None},
        {"ticket_id": 2, "customer_phone": "01000000001", "order_id": None, "tracking_number": "801",
         "ticket_type": "complaint", "priority": "low", "status": "closed", "subject": "late", "product_name": None,
         "assigned_agent": "Sara", "customer_satisfaction": 9, "created_at": "2025-04-01 10:00:00",
         "updated_at": None, "resolved_at": None},
    ],
    "team_calls": [
        {"call_id": 5, "ticket_id": 1, "agent_name": "Omar", "call_type": "follow_up", "call_status": "completed",
         "call_date": "2025-04-03", "call_notes": "works", "customer_response": "satisfied",
         "created_at": "2025-04-02 09:00:00", "completed_at": "2025-04-03 09:15:00"},
        {"call_id": 6, "ticket_id": None, "agent_name": "Omar", "call_type": "x", "call_status": "failed",
         "call_date": None, "call_notes": None, "customer_response": None, "created_at": None, "completed_at": None},
    ],
    "maintenance_cycles": [
        {"cycle_id": 1, "ticket_id": 1, "customer_phone": "01000000001", "order_id": "B801", "cycle_type": "warranty",
         "cycle_status": "completed", "scheduled_date": "2025-04-05", "completion_date": "2025-04-07",
         "technician_name": "Ali", "service_location": "Nasr Hub", "total_cost": 150, "created_at":
         "2025-04-02 09:00:00", "updated_at": None},
    ],
    "team_leader_actions": [
        {"action_id": 1, "ticket_id": 1, "hub_confirmation_id": 7, "team_leader_name": "Hala",
         "action_type": "quality_approval", "action_status": "approved", "action_date": "2025-04-08",
         "final_resolution": "repaired", "created_at": "2025-04-08 07:00:00", "completed_at": None},
    ],
    "pending_orders": [
        {"tracking_number": "802", "order_type": "CUSTOMER_RETURN_PICKUP", "status": "received", "is_received": 1,
         "received_at": "2025-04-06 12:00:00", "received_by": "Nour", "received_notes": "box torn",
         "original_order_id": "B801", "receiver_phone": "201000000001", "created_at": "2025-04-04T10:00:00"},
        {"tracking_number": "803", "order_type": "EXCHANGE", "status": "pending", "is_received": 0,
         "received_at": None, "received_by": None, "received_notes": None, "original_order_id": None,
         "receiver_phone": "201000000001", "created_at": "2025-04-04T10:00:00"},
    ],
}  # fmt: skip
GOODS: dict[str, list[dict[str, Any]]] = {
    "products": [
        {"product_id": 1, "sku": "hvar001", "name_ar": "خلاط", "name_en": "Blender", "brand": "هفار",
         "category": "kitchen",
         "selling_price": "1250.00", "purchase_price": None, "is_active": 1, "updated_at": "2025-01-01 00:00:00"},
    ],
    "inventory": [{"product_id": 1, "quantity_available": 4}, {"product_id": 1, "quantity_available": 3}],
    "warehouse_locations": [{"location_id": 9, "location_name": "Main"}],
    "inventory_transactions": [
        {"transaction_id": 1, "product_id": 1, "location_id": 9, "transaction_type": "IN", "quantity": 10,
         "created_at": "2025-01-02 08:00:00"},
        {"transaction_id": 2, "product_id": 1, "location_id": 9, "transaction_type": "OUT", "quantity": 3,
         "created_at": "2025-01-03 08:00:00"},
        {"transaction_id": 3, "product_id": 77, "location_id": 9, "transaction_type": "OUT", "quantity": 3,
         "created_at": "2025-01-03 08:00:00"},
    ],
    "customer_segments": [{"segment_id": 1, "segment_name": "vip"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Conformed:
    folder = tmp_path_factory.mktemp("crm")
    orders = [delivery("801"), delivery("804", cod=0, bosta_fees=0, deposited_amount=0),
              delivery("805", cod=0, deposited_amount=-87.78)]  # fmt: skip
    steps = [{"tracking_number": "801", "event_code": "45", "event_value": "delivered", "event_date":
              "2025-03-03T12:00:00+02:00", "is_done": 1, "description": None}]  # fmt: skip
    path = write_file(folder / "crm.sqlite3", orders=orders, timeline_events=steps, **SERVICE, **GOODS)
    return conform_path(path, folder / "landing")


def test_every_row_is_accounted_for(crm: Conformed) -> None:
    assert unaccounted(crm) == {}
    assert sum(crm.read.values()) == 4 * 3 + 1 + 2 + 2 + 1 + 1 + 2 + 1 + 2 + 1 + 3 + 1


def test_a_settled_delivery_is_told_as_by_the_courier(crm: Conformed) -> None:
    sale = crm.tables["order"].select("order_id", "order_date", "order_hour", "order_status", "total_amount", "phone")
    assert sale.rows() == [("801", date(2025, 3, 1), 0, "delivered", Decimal("1250.50"), "+201000000001")]
    [parcel] = crm.tables["shipment"].filter(pl.col("row_key") == "801").to_dicts()
    told = (parcel["collected_amount"], parcel["remitted_amount"], parcel["fee_amount"], parcel["updated_at"])
    assert told == (Decimal("1250.50"), Decimal("1162.72"), Decimal("87.78"), datetime(2025, 3, 5, 10))


def test_no_cash_before_the_settlement_is_an_amount_not_known(crm: Conformed) -> None:
    found = [rule for row, rule, *_ in rejected(crm, "order") if row in (2, 3)]
    assert found == ["the amount is not known before the courier settles",
                     "a service parcel without cash on delivery is a shipment, not a sale"]  # fmt: skip
    assert crm.tables["shipment"].sort("row_key")["cod_amount"].to_list() == [Decimal("1250.50"), None, Decimal(0)]


def test_a_ticket_is_a_case_of_its_type_and_finds_its_delivery(crm: Conformed) -> None:
    tickets = crm.tables["service_case"].filter(pl.col("case_type") == "maintenance")
    told = ("case_id", "order_id", "phone", "product_id", "employee_id", "opened_at", "opened_date", "satisfaction")
    assert tickets.select(told).rows() == [
        ("1", "801", "+201000000001", "خلاط", "Sara", datetime(2025, 4, 1, 22, 30), date(2025, 4, 2), 4)
    ]


def test_a_score_out_of_range_is_rejected(crm: Conformed) -> None:
    assert (2, "not a number from 1 to 5", "customer_satisfaction", "9") in rejected(crm, "service_case")


def test_a_call_and_a_decision_belong_to_their_case(crm: Conformed) -> None:
    told = ("event_id", "case_type", "case_id", "event_status", "event_date", "note")
    assert crm.tables["service_event"].select(told).rows() == [
        ("call 5", "maintenance", "1", "completed", date(2025, 4, 3), "satisfied: works"),
        ("decision 1", "hub_confirmation", "7", "approved", date(2025, 4, 8), "repaired"),
    ]
    assert rejected(crm, "service_event") == [(2, "missing case_id", "ticket_id", None)]


def test_a_repair_has_its_cost_and_place(crm: Conformed) -> None:
    cycle = crm.tables["service_case"].filter(pl.col("case_type") == "maintenance_cycle")
    assert cycle.select("cost_amount", "hub", "employee_id", "resolved_date").rows() == [
        (Decimal(150), "Nasr Hub", "Ali", date(2025, 4, 7))
    ]


def test_only_what_was_received_is_a_receipt(crm: Conformed) -> None:
    receipt = crm.tables["service_case"].filter(pl.col("case_type") == "hub_receipt")
    told = ("case_id", "case_status", "order_id", "resolved_at", "employee_id")
    assert receipt.select(told).rows() == [("802", "received", "801", datetime(2025, 4, 6, 12), "Nour")]
    assert (2, "not received at the hub yet", "is_received", "0") in rejected(crm, "service_case")


def test_stock_of_all_places_is_that_of_the_product(crm: Conformed) -> None:
    told = ("product_id", "sku", "product", "list_price", "unit_cost", "on_hand_quantity", "is_active")
    assert crm.tables["product"].select(told).rows() == [
        ("خلاط", "hvar001", "خلاط", Decimal(1250), None, Decimal(7), True)
    ]
    assert crm.tables["order_line"]["product_id"].to_list() == ["خلاط"]


def test_outgoing_movements_are_negative_and_name_product_and_place(crm: Conformed) -> None:
    told = ("movement_id", "product_id", "movement_type", "quantity", "hub", "movement_date")
    assert crm.tables["stock_movement"].select(told).rows() == [
        ("1", "خلاط", "receipt", Decimal(10), "Main", date(2025, 1, 2)),
        ("2", "خلاط", "sale", Decimal(-3), "Main", date(2025, 1, 3)),
    ]
    assert rejected(crm, "stock_movement") == [(3, "no such product", "product_id", "77")]


def test_tables_not_taken_over_say_why(crm: Conformed) -> None:
    why = {rule for _, rule, *_ in rejected(crm, "unused")}
    assert why == {"segments are policies of the portal", "added up into the stock of its product",
                   "names the places of stock movements"}  # fmt: skip


def test_the_hub_has_its_own_orders_parts_and_actions(tmp_path: Path) -> None:
    orders = [{"id": 3, "tracking_number": "802", "status": "sending", "bosta_id": "B802",
               "customer_phone": "01000000001",
               "received_at": "2025-04-06 12:00:00", "sent_at": "2025-04-09 12:00:00", "created_at":
               "2025-04-06 12:00:00", "updated_at": "2025-04-09 12:00:00"}]  # fmt: skip
    history = [{"id": 1, "order_id": 3, "action": "send_order", "user_name": "Nour", "notes": None, "timestamp":
                "2025-04-09 12:00:00"}]  # fmt: skip
    actions = [{"id": 4, "action_type": "full_replace", "status": "completed", "customer_phone": "01000000001",
                "original_tracking_number": "801", "refund_amount": "100.00", "created_at": "2025-04-05 10:00:00",
                "updated_at": "2025-04-10 10:00:00"}]  # fmt: skip
    path = write_file(tmp_path / "hub.db", orders=orders, maintenance_history=history, service_actions=actions)
    found = conform_path(path, tmp_path / "landing")
    told = ("case_type", "case_id", "case_status", "order_id", "resolved_date", "refund_amount")
    assert sorted(found.tables["service_case"].select(told).rows()) == [
        ("hub_order", "3", "sending", "802", date(2025, 4, 9), None),
        ("service_action", "4", "completed", "801", date(2025, 4, 10), Decimal(100)),
    ]
    assert found.tables["service_event"].select("event_type", "event_status").rows() == [("send_order", "sending")]


def empty_looking(name: str, left_out: tuple[str, ...] = ()) -> dict[str, list[dict[str, Any]]]:
    """The documented tables of a file, one row of ones each."""
    told = json.loads((fixture_folder("hvar") / name).read_text(encoding="utf-8"))
    lists = {table: about["columns"] if isinstance(about, dict) else about for table, about in told.items()}
    return {table: [dict.fromkeys((column["column"] for column in columns), "1")] for table, columns in lists.items()
            if table not in left_out}  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", ["bosta_crm_tables.json", "hvar_hub_tables.json"])
def test_every_documented_table_is_known(name: str, tmp_path: Path) -> None:
    path = write_file(tmp_path / "all.db", **empty_looking(name, ("orders@config.py",)))
    found = conform_path(path, tmp_path / "landing")
    assert unaccounted(found) == {}
    assert "not a known table" not in found.rejects["rule"].to_list()


@pytest.mark.data
def test_the_stale_copy_of_orders_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    columns = dict(empty_looking("bosta_crm_tables.json")["orders@config.py"][0])
    row = {name: value for name, value in delivery("801").items() if name in columns}
    stale = {**dict.fromkeys(columns), **row, "product_name": "خلاط", "product_count": 2, "bosta_fees": 87.78}
    found = conform_path(write_file(tmp_path / "old.db", orders=[stale]), tmp_path / "landing")
    assert found.tables["order_line"].select("product", "quantity").rows() == [("خلاط", Decimal(2))]
