"""Facts of stock."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import (
    code,
    day,
    flag,
    instant,
    key,
    lineage,
    metadata,
    money,
    primary_key,
    quantity,
    text,
)

fact_stock_movement = Table(
    "fact_stock_movement", metadata,
    primary_key("movement_key"), key("product_key"), key("shop_key"), key("hub_key"), day("movement_date"),
    instant("moved_at"), code("movement_type"), quantity(), money("unit_cost"), money("cost_amount"),
    text("reason"), text("reference_id"), flag("is_estimated"), code("source"),
    *lineage(),
    comment="Grain: one movement of one product. quantity is signed (in positive, out negative). movement_type: "
    "opening, receipt, sale, return_in, return_out, adjustment, transfer; on_order is ordered from a supplier, "
    "expected on movement_date, and no stock yet. is_estimated marks opening layers derived "
    "from a stock count because the source keeps no movements.",
)  # fmt: skip

fact_stock_level = Table(
    "fact_stock_level", metadata,
    primary_key("stock_level_key"), key("product_key"), key("shop_key"), key("hub_key"), day("stock_date"),
    quantity("on_hand_quantity"), money("unit_cost"), money("stock_amount"), flag("is_cost_estimated"), code("source"),
    *lineage(),
    comment="Grain: one product at one place as of the snapshot: the latest count or the sum of movements. "
    "stock_amount = on hand × weighted average cost, null when no cost is known.",
)  # fmt: skip
