"""Studies of stock: layers with their age, what each product needs, and the level of every day."""

from __future__ import annotations

from sqlalchemy import Table

from portal.warehouse.schema.columns import (
    code,
    day,
    flag,
    key,
    money,
    primary_key,
    quantity,
    small,
    whole,
)
from portal.warehouse.schema.stock import fact_stock_movement
from portal.warehouse.schema.studies import share, studies

_FROM = {"from": fact_stock_movement}

study_stock_layer = Table(
    "study_stock_layer", studies,
    primary_key("layer_key"), key("product_key"), key("shop_key"), key("hub_key"), code("source"),
    day("received_date"), day("arrived_date"), whole("age_days"), small("age_rank"), code("age_bucket"),
    quantity("remaining_quantity"), money("unit_cost"), money("remaining_amount"), flag("is_aged"),
    flag("is_estimated"),
    comment="Grain: one FIFO layer of one product at one place with something left as of the snapshot. received_date "
    "is the day its age counts from, arrived_date the day it came to the place. remaining_amount is at the layer's own "
    "cost, null where not known. is_estimated: the day is derived (a count without movements, goods returned or found "
    "whose origin is not recorded).",
    info=_FROM,
)  # fmt: skip

study_stock_item = Table(
    "study_stock_item", studies,
    primary_key("item_key"), key("product_key"), key("shop_key"), key("hub_key"), code("source"),
    quantity("on_hand_quantity"), money("unit_cost"), money("stock_amount"), money("fifo_amount"),
    share("mean_age_days"), day("last_sale_date"), day("last_receipt_date"), money("unit_price"),
    money("revenue_amount"), code("abc_class"), code("xyz_class"), code("demand_pattern"), share("demand_variation"),
    whole("listed_days"), whole("in_stock_days"), whole("out_days"), share("daily_units"), share("typical_units"),
    share("typical_deviation"), share("days_of_cover"), share("reorder_point"), share("demand_seen"),
    quantity("on_order_quantity"),
    quantity("suggested_quantity"), money("suggested_amount"), money("risk_amount"), quantity("lost_quantity"),
    money("lost_amount"), money("dead_amount"), flag("is_out"), flag("is_low"), flag("is_due"), flag("is_dead"),
    flag("is_estimated"),
    comment="Grain: one product at one place whose stock is known, as of the snapshot. stock_amount at weighted "
    "average cost, fifo_amount at the layers' own. daily_units: mean units a day over days in stock within "
    "days_of_cover_window; typical_units and typical_deviation the same over demand_weeks. listed, in-stock and out "
    "days within lost_sales_window. unit_price: mean net price of the last year, else the list price; revenue_amount: "
    "net sales of the product in the last year, over all places. on_order_quantity: ordered from suppliers and not "
    "here yet, null where the source does not tell of orders. is_due: on hand and on order are at or below the reorder "
    "point. risk_amount: sales missed before an order placed now arrives. is_estimated: only counted, no movements.",
    info=_FROM,
)  # fmt: skip

study_stock_day = Table(
    "study_stock_day", studies,
    primary_key("stock_day_key"), key("product_key"), key("shop_key"), key("hub_key"), code("source"),
    day("stock_date"), quantity("on_hand_quantity"), money("stock_amount"), money("fifo_cost_amount"),
    flag("is_out"), flag("is_estimated"),
    comment="Grain: one product at one place on one day since it is known there, the last two years. on_hand_quantity "
    "and stock_amount (weighted average cost) at the end of the day; fifo_cost_amount: cost of the day's sales first "
    "in, first out, null where not known. is_estimated: the product is only counted, and has its count on all days.",
    info=_FROM,
)  # fmt: skip
