"""One product: its stock layer by layer, its movements, what it needs, and its cost both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from dash import Input, Output, html
from sqlalchemy import or_, select

from callbacks.desk import Desk, State, open_desk
from layouts import filters
from layouts.parts import empty_state, table
from layouts.product import Ids
from portal.analysis.ageing import aged, mean_age
from portal.analysis.costing import costing
from portal.analysis.layers import Fifo, fifo
from portal.metrics.format import MISSING, format_day, format_value
from portal.metrics.model import Unit
from portal.studies.stock_rows import StockRows, read_stock
from portal.viewer import Permission, TenantRef
from portal.warehouse.duckdb import Warehouse
from portal.warehouse.schema import dim_hub, dim_product, dim_shop, study_stock_item
from portal.wiring import Wiring

_SHOWN = 40
_ITEM = study_stock_item.c
_NEEDS = (
    ("Class", "abc_class", None), ("Steadiness", "xyz_class", None), ("Demand", "demand_pattern", None),
    ("On hand", "on_hand_quantity", Unit.QUANTITY), ("Units sold a day", "daily_units", Unit.NUMBER),
    ("Days of cover", "days_of_cover", Unit.DAYS), ("Reorder point", "reorder_point", Unit.QUANTITY),
    ("Demand of a lead time, as seen", "demand_seen", Unit.QUANTITY),
    ("Order now", "suggested_quantity", Unit.QUANTITY), ("Days out of stock", "out_days", Unit.COUNT),
    ("Lost sales, estimate", "lost_amount", Unit.MONEY), ("Last sale", "last_sale_date", None),
    ("Net sales of a year", "revenue_amount", Unit.MONEY),
)  # fmt: skip


@dataclass(frozen=True)
class _Product:
    """A product with its stock: whose it is, its rows of dim_product and of the study, movements and layers."""

    tenant: TenantRef
    warehouse: Warehouse
    record: dict[str, Any]
    rows: StockRows
    found: Fifo
    spots: dict[int, str]

    def spot(self, place: int) -> str:
        return self.spots.get(place, MISSING)

    def money(self, amount: Any) -> str:
        return format_value(amount, Unit.MONEY, self.tenant.currency)


def show_product(state: State) -> dict[str, Any]:
    """Paint the product the address names."""
    return paint(open_desk(state))


def paint(desk: Desk) -> dict[str, Any]:
    """The parts of the screen: period (what is shown), layers, facts, costs, moves."""
    record = _find(desk)
    if record is None:
        said = f"No product of yours is called {desk.state.focus}." if desk.state.focus else "No product is named."
        nothing = empty_state("Not found", "Open a product from the lists of Inventory.")
        return {"period": said, "layers": nothing, "facts": "", "costs": "", "moves": ""}
    tenant, warehouse, product = record
    name = f"{product['product'] or product['product_id']} · {product['source']}"
    rows = read_stock(warehouse, int(product["product_key"]))
    if rows is None:
        nothing = empty_state("No stock is known", "Load a count or stock movements of this product.")
        return {"period": name, "layers": nothing, "facts": "", "costs": "", "moves": ""}
    shown = _Product(tenant, warehouse, product, rows, fifo(rows.movements), _spots(warehouse, rows))
    return {"period": name, "layers": _layers(shown), "facts": _facts(shown), "costs": _costs(shown),
            "moves": _moves(shown)}  # fmt: skip


def _find(desk: Desk) -> tuple[TenantRef, Warehouse, dict[str, Any]] | None:
    """The product whose name, id or SKU is the state's focus."""
    named, own = desk.state.focus, dim_product.c
    if not named:
        return None
    match = or_(own.product == named, own.product_id == named, own.sku == named)
    query = select(dim_product).where(match, own.product_key != 0).order_by(own.product_key).limit(1)
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        frame = warehouse.frame(query)
        if frame.height:
            return tenant, warehouse, frame.row(0, named=True)
    return None


def _spots(warehouse: Warehouse, rows: StockRows) -> dict[int, str]:
    """Names of the places; those without a name are left out."""
    names = select(dim_shop.c.shop_key, dim_shop.c.shop), select(dim_hub.c.hub_key, dim_hub.c.hub)
    shops, hubs = (dict(warehouse.frame(each).iter_rows()) for each in names)
    told = {place: " · ".join(filter(None, (shops.get(shop), hubs.get(hub)))) for place, shop, hub in
            rows.places.select("place", "shop_key", "hub_key").iter_rows()}  # fmt: skip
    return {place: name for place, name in told.items() if name}


def _layers(shown: _Product) -> Any:
    """What is left of each layer, and how old it is on average."""
    limits = shown.warehouse.policies["stock_age_limits"]
    left = aged(shown.found.layers.filter(pl.col("remaining") > 0), shown.rows.last_day, limits)
    if not left.height:
        return empty_state("Nothing is left", "All that came has gone; its movements are below.")
    lines = left.sort("received", "place").head(_SHOWN).iter_rows(named=True)
    rows = [[_day(line["received"]), shown.spot(line["place"]), f"{line['age_days']:,}", _units(line["remaining"]),
             shown.money(line["unit_cost"]), shown.money(line["remaining_amount"]),
             "derived" if line["is_estimated"] else "recorded"] for line in lines]  # fmt: skip
    head = [("Received", False), ("Where", False), ("Days", True), ("Left", True), ("Unit cost", True),
            ("Value", True), ("Age", False)]  # fmt: skip
    mean = f"{_units(left['remaining'].sum())} units, {mean_age(left):,.1f} days old on average."
    if left["is_estimated"].any():
        mean += " Derived ages take what was sold to have been replaced the same day, or follow the latest receipt."
    return html.Div([table(head, rows, "Layers of stock"), html.P(mean, className="card-note")])


def _facts(shown: _Product) -> Any:
    """What the study says of it, a column per place."""
    query = (
        select(study_stock_item, dim_shop.c.shop)
        .select_from(study_stock_item.join(dim_shop, _ITEM.shop_key == dim_shop.c.shop_key))
        .where(_ITEM.product_key == shown.record["product_key"]).order_by(_ITEM.item_key).limit(6)
    )  # fmt: skip
    items = shown.warehouse.frame(query).to_dicts()
    head = [("Number", False), *((str(item["shop"] or "All stock"), True) for item in items)]
    rows = [[label, *(_value(shown, item[name], unit) for item in items)] for label, name, unit in _NEEDS]
    return table(head, rows, "What the product needs")


def _costs(shown: _Product) -> Any:
    told = costing(shown.rows.movements, shown.found)
    sums = {name: _known_sum(told[name]) for name in told.columns[2:]}
    rows = [
        ["Cost of sales, all time", shown.money(sums["average_cogs"]), shown.money(sums["fifo_cogs"])],
        ["Value of stock", shown.money(sums["average_value"]), shown.money(sums["fifo_value"])],
    ]
    head = [("Amount", False), ("Weighted average", True), ("First in, first out", True)]
    return table(head, rows, "Costs both ways")


def _known_sum(column: pl.Series) -> Any:
    return column.sum() if column.is_not_null().any() else None


def _moves(shown: _Product) -> Any:
    """The latest movements; an issue with the days its units were received."""
    issues = shown.found.issues.group_by("movement").agg(
        pl.col("received").drop_nulls().unique().sort(), pl.col("is_short").any()
    )
    moved = shown.rows.movements.with_row_index("movement").with_columns(pl.col("movement").cast(pl.Int64))
    told = moved.join(issues, on="movement", how="left").sort("day", "movement", descending=True).head(_SHOWN)
    rows = [[_day(line["day"]), shown.spot(line["place"]), str(line["kind"]).replace("_", " "),
             _units(line["quantity"]), shown.money(line["unit_cost"]), _took(line)]
            for line in told.iter_rows(named=True)]  # fmt: skip
    head = [("Day", False), ("Where", False), ("Kind", False), ("Units", True), ("Unit cost", True),
            ("Received", False)]  # fmt: skip
    return table(head, rows, "Movements of the product")


def _took(line: dict[str, Any]) -> str:
    """Which layers an issue took, or how sure the day of what came in is."""
    if line["quantity"] > 0:
        return "derived from sales" if line["is_estimated"] else ""
    days = ", ".join(_day(day) for day in (line["received"] or [])[:4])
    if line["is_short"]:
        return f"{days}; before it was there" if days else "nothing was there"
    return days


def _value(shown: _Product, value: Any, unit: Unit | None) -> str:
    if unit is None:
        return _day(value) if hasattr(value, "year") else str(value or MISSING)
    return format_value(value, unit, shown.tenant.currency)


def _units(value: Any) -> str:
    return format_value(value, Unit.QUANTITY, "")


def _day(day: Any) -> str:
    return format_day(day) if day else MISSING


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={"period": Output(Ids.PERIOD, "children"), **{
            part: Output(f"{element}-body", "children") for part, element in
            (("layers", Ids.LAYERS), ("facts", Ids.FACTS), ("costs", Ids.COSTS), ("moves", Ids.MOVES))
        }},
        inputs=[Input(filters.Ids.STATE, "data")], permission=Permission.VIEW, with_page=True,
    )(show_product)  # fmt: skip
