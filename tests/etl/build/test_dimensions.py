"""Small dimensions and leads: what lists tell beside the name."""

from __future__ import annotations

from tests.etl.build.test_returned import line
from tests.etl.frames import star


def test_a_list_of_shops_tells_their_place_and_owner() -> None:
    listed = {"shop": "Airport", "shop_id": "7", "city": "Nairobi", "country": "KE", "owner": "Ann"}
    found = star(shop=[listed], order_line=[line(), line(shop="Harbour")]).tables["dim_shop"]
    columns = ("shop", "shop_id", "city", "owner", "source")
    assert found.select(columns).rows()[1:] == [
        ("Airport", "7", "Nairobi", "Ann", "table"), ("Harbour", "Harbour", None, None, ""),
    ]  # fmt: skip


def test_a_lead_keeps_the_age_of_the_child_and_its_note() -> None:
    lead = {"lead_id": "1", "child_age": "4-6", "note": "call after six"}
    found = star(lead=[lead]).tables["fact_lead"]
    assert found.select("child_age", "note").rows() == [("4-6", "call after six")]
