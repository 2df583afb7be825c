"""Recorded returns and refunds give the same warehouse as a patch of the last snapshot as when built anew."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

from tests.etl.shop import TENANT, Shop

MAPPING = """
[format]
dates = ["%Y-%m-%d"]
[[entity]]
name = "order"
files = ["orders*.csv"]
[entity.columns]
order_id = "order"
order_date = "day"
total_amount = "total"
refund_amount = "refund"
phone = "phone"
[entity.constants]
order_status = "delivered"
[[entity]]
name = "order_line"
files = ["lines*.csv"]
[entity.columns]
order_id = "order"
product_id = "product"
quantity = "qty"
unit_price = "price"
[[entity]]
name = "return_line"
files = ["returns*.csv"]
[entity.columns]
return_id = "id"
order_id = "order"
product_id = "product"
quantity = "qty"
return_date = "day"
"""
ASKED = (
    "select order_id, line_type, l.order_date, quantity, net_amount, p.product_id from fact_order_line l "
    "join fact_order o using (order_key) join dim_product p using (product_key) order by all",
    "select return_id, return_date, r.quantity, return_amount, l.net_amount from fact_return r "
    "left join fact_order_line l using (line_key) order by all",
    "select order_id, refund_amount from fact_order order by all",
    "select staging_table, measure, source_value, warehouse_value, is_tied from tie_out order by all",
)


def filled(folder: Path, patch_from: int, *days: str) -> list[list[tuple[object, ...]]]:
    """What the warehouse says after one load a day."""
    shop = Shop(folder, patch_from=patch_from)
    shop.map(MAPPING)
    for day in days:
        refund = "" if day == "1" else "15"
        shop.write("orders.csv", f"A,2026-03-01,50,{refund},07700900001", "B,2026-03-01,20,,07700900002",
                   header="order,day,total,refund,phone")  # fmt: skip
        shop.write("lines.csv", "A,P,3,10", "A,Q,1,20", "B,P,2,10", header="order,product,qty,price")
        back = ["1,B,P,1,2026-03-09"] if day == "1" else ["1,B,P,1,2026-03-09", "2,A,P,1,2026-03-10"]
        shop.write("returns.csv", *back, header="id,order,product,qty,day")
        shop.load()
    snapshot = shop.store.current(TENANT.id)
    assert snapshot is not None
    assert snapshot.patches == (len(days) - 1 if patch_from == 0 else 0)
    return [shop.ask(sql) for sql in ASKED]


def test_a_patch_tells_what_a_new_build_tells(tmp_path: Path) -> None:
    patched = filled(tmp_path / "patched", 0, "1", "2")
    built = filled(tmp_path / "built", 10_000_000, "2")
    assert patched == built
    back = sorted(row[3:5] for row in built[0] if row[1] == "return")
    assert back == [(-1, -10), (-1, -10), (0, D("-2.5")), (0, D("-2.5"))]
