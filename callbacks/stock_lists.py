"""Lists of stock: what to reorder, what to sell off, more numbers, what moved; every cell opens its rows."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from callbacks.desk import Desk
from callbacks.figures import figures
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.stock_charts import NO_STOCK
from layouts.parts import empty_state
from layouts.product import product_address
from portal.charts.chart import number
from portal.metrics import CATALOGUE
from portal.metrics.format import MISSING, NOT_KNOWN, format_value

SHOWN = 12
REORDER = ("on_hand", "on_order", "days_of_cover", "reorder_point", "demand_seen", "suggested_units", "suggested_cost",
           "stock_sales_at_risk")  # fmt: skip
SELL = ("on_hand", "inventory_value", "aged_units", "aged_value", "stock_age", "days_of_cover", "dead_stock_value")
_COSTS = ("fifo_value", "cogs", "fifo_cogs", "dio", "gmroi", "sell_through", "sell_through_received")
_STATES = ("out_of_stock", "low_stock", "negative_stock", "stock_age", "derived_age_rate", "dead_stock_value",
           "shrinkage_rate")  # fmt: skip
_WHOLE = frozenset({"reorder_point", "demand_seen"})
_KINDS = {"return_in": "Returned by customers", "return_out": "Returned to suppliers", "adjustment": "Corrections",
          "transfer": "Transfers", "receipt": "Receipts", "sale": "Sales", "opening": "Opening stock"}  # fmt: skip


def reorder_frame(desk: Desk) -> pd.DataFrame:
    """product and `REORDER`, of products to order; most sales at risk first."""
    frame = _by_product(desk, REORDER)
    due = frame[frame["suggested_units"].fillna(0) > 0] if len(frame) else frame
    return due.sort_values(["stock_sales_at_risk", "suggested_units"], ascending=False, na_position="last")


def sell_frame(desk: Desk) -> pd.DataFrame:
    """product and `SELL`, of products with aged or dead stock; most money first, else most units."""
    frame = _by_product(desk, SELL)
    if frame.empty:
        return frame
    old = frame[(frame["aged_units"].fillna(0) > 0) | (frame["dead_stock_value"].fillna(0) > 0)]
    money = old[["aged_value", "dead_stock_value"]].max(axis=1)
    order = old.assign(money=money).sort_values(["money", "aged_units"], ascending=False, na_position="last")
    return order.drop(columns="money")


def reorder_body(desk: Desk) -> Any:
    """What to reorder, as a table."""
    nothing = ("Nothing to order", "Every product with sales is above its reorder point.")
    return _list_body(desk, reorder_frame(desk), REORDER, nothing)


def sell_body(desk: Desk) -> Any:
    """What to sell off, as a table."""
    return _list_body(desk, sell_frame(desk), SELL, ("Nothing to sell off", "No stock has lain too long."))


def _by_product(desk: Desk, names: tuple[str, ...]) -> pd.DataFrame:
    """product, shop and the metrics of every product whose stock is known, at each shop where stock is kept by shop."""
    by = ("product", "shop")
    # Both lists ask for all of it: the desk answers the second from what the first has asked.
    asked = [name for name in dict.fromkeys((*REORDER, *SELL)) if desk.tenants and desk.can_ask(name, *by)]
    if "on_hand" not in asked:
        return pd.DataFrame(columns=[*by, *names])
    frame = desk.ask(asked, by).dropna(subset=["on_hand"])
    return frame.reindex(columns=[*by, *names])


def _list_body(desk: Desk, frame: pd.DataFrame, names: tuple[str, ...], nothing: tuple[str, str]) -> Any:
    caption = "What to reorder" if names is REORDER else "What to sell off"
    if not desk.tenants or not _knows_stock(desk):
        return empty_state("No stock is known", NO_STOCK)
    if frame.empty:
        return empty_state(*nothing)
    known = [name for name in names if frame[name].notna().any()]
    by_shop = frame["shop"].nunique(dropna=False) > 1
    places = [("Shop", False)] if by_shop else []
    head = [("Product", False), *places, *((CATALOGUE[name].label, True) for name in known)]
    rows = [_row(desk, line, known, by_shop) for line in frame.head(SHOWN).to_dict("records")]
    more = len(frame) - len(rows)
    text = f"And {more:,} more: export the list for all of them." if more > 0 else ""
    if "on_order" in names and "on_order" not in known:
        text = f"The source does not tell what is already on order: take it off yourself. {text}".strip()
    return html.Div([linked_table(head, rows, caption), html.P(text, className="card-note")])


def _knows_stock(desk: Desk) -> bool:
    return desk.can_ask("stocked_products") and bool(desk.ask(["stocked_products"])["stocked_products"].iloc[0])


def _row(desk: Desk, line: dict[Any, Any], names: list[str], by_shop: bool) -> list[Cell]:
    label = str(line["product"]) if line["product"] is not None else NOT_KNOWN
    where = f"product={label if line['product'] is not None else MISSING}"
    link: Component | str = dcc.Link(label, href=product_address(label, desk.state.client), className="cell-link")
    place: list[Cell] = [str(line["shop"] or NOT_KNOWN)] if by_shop else []
    return [link, *place, *(cell_link(_text(desk, name, line[name]), name, where) for name in names)]


def _text(desk: Desk, name: str, value: Any) -> str:
    shown = number(value)
    whole = math.ceil(shown) if shown is not None and name in _WHOLE else shown
    return format_value(whole, CATALOGUE[name].unit, desk.currency)


def costs_body(desk: Desk) -> Any:
    """What stock costs both ways and how it turns."""
    return _figures(desk, _COSTS, "Cost and return of stock, in numbers")


def states_body(desk: Desk) -> Any:
    """What is out, low, old or gone."""
    return _figures(desk, _STATES, "States and losses of stock, in numbers")


def _figures(desk: Desk, names: tuple[str, ...], caption: str) -> Any:
    """Numbers, each with its change, its formula and its rows."""
    if not desk.tenants or not _knows_stock(desk):
        return empty_state("No stock is known", NO_STOCK)
    return figures(desk, names, caption, _text)


def movements_body(desk: Desk) -> Any:
    """Units in and out by kind of movement."""
    names = ["units_in", "units_out", "units_moved"]
    if not desk.tenants or not desk.can_ask("units_in", "movement_type"):
        return empty_state("No movements are known", "Load stock movements to see them by kind.")
    frame = desk.ask(names, ("movement_type",))
    frame = frame[(frame["units_in"] != 0) | (frame["units_out"] != 0)]
    if frame.empty:
        return empty_state("No movements in this period", "Its source counts stock but keeps no movements, or nothing "
                           "moved. Choose a longer period or load movements.")  # fmt: skip
    rows: list[list[Cell]] = []
    for line in frame.to_dict("records"):
        kind = str(line["movement_type"])
        cells = [cell_link(_text(desk, name, line[name]), name, f"movement_type={kind}") for name in names]
        rows.append([_KINDS.get(kind, kind.capitalize()), *cells])
    totals = [_text(desk, name, frame[name].sum()) for name in names]
    head = [("Kind", False), ("In", True), ("Out", True), ("Net", True)]
    return linked_table(head, [*rows, ["All", *totals]], "Movements by kind", marked=[False] * len(rows) + [True])
