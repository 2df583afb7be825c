"""The deliveries of the demo shop as the old program of hvar keeps them: one SQLite file instead of pages of JSON."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from etl.demo.hvar_pages import write_hvar
from etl.demo.manifest import Manifest

_COLUMNS = {
    "id": "_id", "tracking_number": "trackingNumber", "state_code": "state.code", "order_type_code": "type.code",
    "cod": "cod", "receiver_phone": "receiver.phone", "receiver_name": "receiver.fullName", "notes": "notes",
    "specs_items_count": "specs.packageDetails.itemsCount", "specs_description": "specs.packageDetails.description",
    "dropoff_city_name": "dropOffAddress.city.name", "dropoff_zone_name": "dropOffAddress.zone.name",
    "dropoff_first_line": "dropOffAddress.firstLine", "picked_up_at": "state.pickedUpTime",
    "delivered_at": "state.deliveryTime", "created_at": "creationTimestamp", "last_synced": "updatedAt",
}  # fmt: skip
"""Column of the old program to where the courier's JSON has it."""
_STEPS = ("tracking_number", "value", "code", "date", "done")


def write_old_program(folder: Path, last_day: date, scale: float) -> Manifest:
    """Write bosta-crm.db with the tables orders and timeline_events; rows by table."""
    counts = {"orders": 0, "timeline_events": 0}
    with tempfile.TemporaryDirectory() as pages, closing(sqlite3.connect(folder / "bosta-crm.db")) as database:
        made = write_hvar(Path(pages), last_day, scale)
        database.execute(f"CREATE TABLE orders ({', '.join(_COLUMNS)})")
        database.execute(f"CREATE TABLE timeline_events ({', '.join(_STEPS)})")
        for parcels in _pages(Path(pages)):
            steps = [step for parcel in parcels for step in _steps(parcel)]
            _insert(database, "orders", [[_cell(parcel, path) for path in _COLUMNS.values()] for parcel in parcels])
            _insert(database, "timeline_events", steps)
            counts["orders"] += len(parcels)
            counts["timeline_events"] += len(steps)
        database.commit()
    return Manifest(made.last_day, counts)


def _pages(folder: Path) -> Iterator[list[dict[str, Any]]]:
    for path in sorted(folder.glob("page_*.json")):
        yield json.loads(path.read_bytes())["data"]["deliveries"]


def _steps(parcel: dict[str, Any]) -> list[list[Any]]:
    return [[parcel["trackingNumber"], *(step.get(name) for name in _STEPS[1:])] for step in parcel["timeline"]]


def _cell(parcel: dict[str, Any], path: str) -> Any:
    value: Any = parcel
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _insert(database: sqlite3.Connection, table: str, rows: list[list[Any]]) -> None:
    marks = ", ".join("?" * len(rows[0])) if rows else ""
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
