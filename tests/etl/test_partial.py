"""A small load patched into the last snapshot gives what building from all rows gives, or is refused."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from etl.partial.closure import NotLocalError
from portal.warehouse.snapshot import Snapshot
from tests.etl.frames import Rows, load_rows
from tests.etl.patched import Published, contents, differences
from tests.etl.test_incremental import RULES, Named, case, day, payment, points, step, with_row_keys

PEOPLE = 12


def order(dice: random.Random, number: int) -> dict[str, Any]:
    status = dice.choice(["delivered", "delivered", "returned", "cancelled", "new"])
    return {
        "row_key": f"O{number}", "order_id": f"O{number}", "order_date": day(dice.randint(1, 28)),
        "customer_id": f"C{number % PEOPLE + 1}", "phone": f"010000000{number % PEOPLE + 1:02d}", "customer": "A",
        "city": dice.choice(["Cairo", "Giza"]), "channel": dice.choice(["web", "phone"]), "order_status": status,
        "total_amount": dice.randint(1, 90), "tracking_id": f"T{number}", "discount_amount": dice.choice([None, 1]),
    }  # fmt: skip


def rows_of(dice: random.Random, number: int) -> Named:
    """An order with all that follows it."""
    lines = [
        {"row_key": f"O{number}-{at}", "order_id": f"O{number}", "quantity": dice.randint(1, 3), "unit_price": 7,
         "product_id": dice.choice("PQR"), "product": "Thing", "category": "Things"}
        for at in range(dice.randint(1, 2))
    ]  # fmt: skip
    sent = dice.randint(1, 24)
    parcel = {
        "shipment_id": f"S{number}", "order_id": f"O{number}", "cod_amount": dice.choice([0, 50, 900]),
        "ship_date": day(sent), "shipment_status": "delivered", "delivered_date": day(sent + 2),
        "phone": f"+2010000000{number % PEOPLE + 1:02d}", "courier": "Bosta",
    }  # fmt: skip
    found: Named = [("order", order(dice, number)), *(("order_line", line) for line in lines), ("shipment", parcel)]
    if dice.random() < 0.5:
        found += [("service_case", case(number)), ("service_event", {"case_id": f"{number}", "event_type": "call"})]
    if dice.random() < 0.5:
        found += [("loyalty_entry", points(number % PEOPLE + 1, 3)), ("shipment_event", {
            "shipment_id": f"S{number}", "event_status": "new"})]  # fmt: skip
    if dice.random() < 0.5:
        found += [("courier_payment", payment(number, dice.choice([0, 49, 50, 899]), dice.randint(1, 28))),
                  ("shipment_event", step(number, dice.choice(["picked_up", "failed_attempt"]), sent))]  # fmt: skip
    if dice.random() < 0.3:
        found.append(("return_line", {"return_id": f"R{number}", "order_id": f"O{number}", "product_id": "P"}))
    return found


def load_of(number: int, rows: Named) -> Any:
    tables: dict[str, Rows] = {}
    for table, row in with_row_keys(rows):
        key = row["row_key"] if not row["row_key"].startswith(table) else f"{number}-{row['row_key']}"
        tables.setdefault(table, []).append({**row, "row_key": key})
    return load_rows(number, "table", **tables)


def first(shop: Published, dice: random.Random, count: int = 40) -> Snapshot:
    catalogue = [("product", {"row_key": one, "product_id": one, "product": "Thing", "category": "Things",
                              "list_price": 8, "unit_cost": 3, "is_merchandise": True, "on_hand_quantity": 5})
                 for one in "PQR"]  # fmt: skip
    rows = [row for number in range(count) for row in rows_of(dice, number)]
    rows.append(("expense", {"expense_date": day(31), "expense_amount": 5}))
    catalogue_only = shop.built("catalogue", shop.after(None, load_of(1, catalogue)))
    return shop.built("base", shop.after(catalogue_only, load_of(2, rows)))


@pytest.mark.parametrize("seed", range(12))
def test_changed_and_new_orders_are_patched_in(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    shop = Published(tmp_path, RULES)
    base = first(shop, dice)
    changed = [row for number in dice.sample(range(45), 3) for row in rows_of(dice, number)]
    after = shop.after(base, load_of(4, changed))
    patched, built = shop.patched("patched", base, after), shop.built("built", after)
    assert differences(patched.path, built.path) == []
    assert contents(patched.path)["tie_out"]["is_tied"].all()


def test_the_shop_compared_is_not_empty(tmp_path: Path) -> None:
    base = first(Published(tmp_path, RULES), random.Random(1))
    filled = {name for name, rows in contents(base.path).items() if rows.height}
    assert {"fact_order", "fact_order_line", "fact_shipment", "fact_return", "fact_order_link", "fact_loyalty",
            "fact_courier_payment", "fact_service_case", "fact_service_event", "customer_identity",
            "fact_stock_level"} <= filled  # fmt: skip


def test_a_second_patch_on_the_first(tmp_path: Path) -> None:
    dice = random.Random(5)
    shop = Published(tmp_path, RULES)
    snapshot = first(shop, dice)
    for number in range(4, 8):
        changed = [row for at in dice.sample(range(50), 2) for row in rows_of(dice, at)]
        snapshot = shop.patched(f"patch-{number}", snapshot, shop.after(snapshot, load_of(number, changed)))
    built = shop.built("built", snapshot.partitions)
    assert differences(snapshot.path, built.path) == []


def test_a_changed_catalogue_is_not_local(tmp_path: Path) -> None:
    shop = Published(tmp_path, RULES)
    base = first(shop, random.Random(1))
    after = shop.after(base, load_of(4, [("product", {"row_key": "P", "product_id": "P", "unit_cost": 4})]))
    with pytest.raises(NotLocalError, match="changes product"):
        shop.patched("patched", base, after)
