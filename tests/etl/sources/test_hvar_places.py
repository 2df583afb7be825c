"""Coordinates of the courier in either order, and second phones."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from tests.etl.frames import star
from tests.etl.sources.hvar_frames import conform_json, conform_path, parcel, write_file

ASWAN, CAIRO = (D("24.088900"), D("32.899800")), (D("30.044400"), D("31.235700"))
DROP, HANDED, PICKUP = "dropOffAddress__geoLocation", "state__delivering", "pickupAddress__geoLocation"


def places(folder: Path, *parcels: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = conform_json(folder, list(parcels)).tables["shipment"]
    return found.select("latitude", "longitude", "is_place_unclear").rows()


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({DROP: [32.8998, 24.0889]}, (*ASWAN, False)),
        ({DROP: [24.0889, 32.8998]}, (*ASWAN, False)),
        ({HANDED: {"actualAddress": [24.0889, 32.8998]}}, (*ASWAN, False)),
        ({HANDED: {"actualAddress": [32.8998, 24.0889]}}, (*ASWAN, False)),
        ({DROP: [31.2357, 30.0444]}, (*CAIRO, False)),
        ({HANDED: {"actualAddress": [30.0444, 31.2357]}}, (*CAIRO, False)),
        ({DROP: [2.35, 48.85]}, (None, None, True)),
        ({DROP: [0, 0]}, (None, None, False)),
        ({DROP: [2.35, 48.85], HANDED: {"actualAddress": [24.0889, 32.8998]}}, (*ASWAN, False)),
        ({DROP: [32.8998, 24.0889], PICKUP: [31.2357, 30.0444]}, (*ASWAN, False)),
        ({"type": {"code": 25}, DROP: [32.8998, 24.0889], PICKUP: [31.2357, 30.0444]}, (*CAIRO, False)),
        ({}, (None, None, False)),
    ],
)
def test_coordinates_in_either_order(tmp_path: Path, told: dict[str, Any], place: tuple[Any, ...]) -> None:
    assert places(tmp_path, parcel(**told)) == [place]


@pytest.mark.parametrize(("latitude", "longitude"), [(24.0889, 32.8998), (32.8998, 24.0889)])
def test_coordinates_of_the_old_program(tmp_path: Path, latitude: float, longitude: float) -> None:
    row = {"tracking_number": "801", "state_code": 45, "order_type_code": 10, "cod": 900, "bosta_fees": 50,
           "receiver_phone": "201000000001", "created_at": "2025-04-05T10:00:00", "delivery_lat": latitude,
           "delivery_lng": longitude}  # fmt: skip
    found = conform_path(write_file(tmp_path / "crm.db", orders=[row]), tmp_path / "landing").tables["shipment"]
    assert found.select("latitude", "longitude").rows() == [ASWAN]


def test_places_reach_the_warehouse_and_unclear_ones_a_check() -> None:
    rows = [
        {"shipment_id": "1", "latitude": "24.0889", "longitude": "32.8998"},
        {"shipment_id": "2", "is_place_unclear": True},
    ]
    parcels = star(shipment=[{**row, **{k: D(v) for k, v in row.items() if k in ("latitude", "longitude")}}
                             for row in rows]).tables["fact_shipment"]  # fmt: skip
    assert parcels.select("latitude", "longitude", "is_place_unclear").rows() == [(*ASWAN, False), (None, None, True)]


def test_the_second_phone_is_kept_beside_the_first(tmp_path: Path) -> None:
    told = parcel(receiver__secondPhone="0020 100 000 0002")
    lone = parcel(2, receiver__phone=None, receiver__secondPhone="01000000003")
    same = parcel(3, receiver__secondPhone="01000000001")
    found = conform_json(tmp_path, [told, lone, same]).tables["customer"]
    assert found.select("phone", "second_phone").rows() == [
        ("+201000000001", "+201000000002"), ("+201000000003", None), ("+201000000001", None)
    ]  # fmt: skip
