"""The break-even calculator: filled with the period's own numbers, worked out again at each change."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, html
from dash import State as Given
from sqlalchemy import func, select

from callbacks.desk import Desk, State, open_desk
from layouts import filters
from layouts.attributes import aria
from layouts.parts import empty_state, table
from portal.analysis.break_even import Goods, Outcome, Plan, outcome
from portal.charts.chart import number
from portal.metrics.format import MISSING, format_value
from portal.metrics.model import Unit
from portal.viewer import Permission
from portal.warehouse.schema import dim_employee
from portal.wiring import Wiring

FIELDS = {
    "days": "Days", "ad_spend_per_day": "Advertising a day", "courier_per_day": "Courier a day",
    "sourcing_payment": "Paid for goods", "salary_per_person_per_week": "Pay per person and week",
    "num_employees": "People", "orders": "Orders", "total_order_value": "Value of the orders",
    "cod_return_rate": "Come back, %",
}  # fmt: skip
_GOODS = ("units", "product_cost", "selling_price")
_GOODS_LABELS = {"units": "Pieces", "product_cost": "Cost of one", "selling_price": "Price of one"}
_LINES = (1, 2)
GOODS_FIELDS = {f"{name}_{line}": f"{_GOODS_LABELS[name]}, goods {line}" for line in _LINES for name in _GOODS}
RESULT = "finance-be-result"
_ASKED = ("orders", "net_sales", "units", "asp", "cogs", "marketing_costs", "fulfilment_costs", "payroll_costs",
          "returned_order_rate")  # fmt: skip


def field_id(name: str) -> str:
    """Id of an input."""
    return f"finance-be-{name}"


def calculator_body(desk: Desk) -> Any:
    """The inputs with the period's own numbers, and where the results go."""
    if not desk.tenants:
        return empty_state("Nothing to start from", "Load orders; the calculator begins with your own numbers.")
    values = own_numbers(desk)
    fields = [_field(name, label, values.get(name)) for name, label in {**FIELDS, **GOODS_FIELDS}.items()]
    note = html.P("An empty field counts as 0; without a value of the orders it is what the goods are sold for.",
                  className="caption")  # fmt: skip
    result = html.Div(results(desk.currency, values), id=RESULT, role="status", **aria(live="polite"))
    inputs = html.Div([html.Div(fields, className="form-fields calculator"), note], className="statement")
    return html.Div([inputs, result], className="side-by-side")


def own_numbers(desk: Desk) -> dict[str, float | None]:
    """The inputs as the tenant's data has them: of the period chosen; what is not known stays empty."""
    asked = [name for name in _ASKED if desk.can_ask(name)]
    row = desk.ask(asked).iloc[0]
    found = {name: number(row[name]) if name in asked else None for name in _ASKED}
    days, people = desk.period.days, _people(desk)
    pay, back = found["payroll_costs"], found["returned_order_rate"]
    units, cost = found["units"], found["cogs"]
    return {
        "days": float(days), "ad_spend_per_day": _shared(found["marketing_costs"], days),
        "courier_per_day": _shared(found["fulfilment_costs"], days), "sourcing_payment": _goods_bought(desk),
        "num_employees": people, "orders": found["orders"], "total_order_value": found["net_sales"],
        "salary_per_person_per_week": _shared(pay, days / 7 * people) if pay and people else None,
        "cod_return_rate": None if back is None else round(back * 100, 2), "units_1": units,
        "product_cost_1": _shared(cost, units) if units else None,
        "selling_price_1": None if found["asp"] is None else round(found["asp"], 2),
    }  # fmt: skip


def plan_of(values: dict[str, Any]) -> Plan:
    """The inputs as exact numbers; an empty or unreadable one counts as 0."""
    known = {name: _decimal(values.get(name)) for name in (*FIELDS, *GOODS_FIELDS)}
    goods = [Goods(*(known[f"{name}_{line}"] or Decimal(0) for name in _GOODS)) for line in _LINES]
    filled = {name: known[name] or Decimal(0) for name in FIELDS}
    return Plan(
        **{name: filled[name] for name in FIELDS if name not in {"total_order_value", "cod_return_rate"}},
        total_order_value=known["total_order_value"], cod_return_rate=filled["cod_return_rate"] / 100, sku_mix=goods,
    )  # fmt: skip


def results(currency: str, values: dict[str, Any]) -> Any:
    """What comes out, as a table; what is wrong with the inputs otherwise."""
    plan = plan_of(values)
    if plan.days <= 0:
        return html.P("Give at least one day.", className="page-notice")
    if not 0 <= plan.cod_return_rate <= 1 or min(plan.orders, plan.num_employees) < 0:
        return html.P("What comes back is between 0 and 100 %, orders and people 0 or more.", className="page-notice")
    found = outcome(plan)
    rows = [[label, text] for label, text in _lines(found, currency)]
    is_free = not any(one.product_cost for one in plan.sku_mix)
    warned = [html.P("No cost of goods is given, so this looks better than it is.", className="page-notice")]
    said = [html.P(_verdict(found), className="verdict"), *(warned if is_free else [])]
    return html.Div([*said, table([("", False), ("Result", True)], rows,
                                                                         "Break-even")])  # fmt: skip


def _verdict(found: Outcome) -> str:
    if found.needed_orders is None or found.spare_orders is None:
        return "No number of orders pays for it: nothing is earned on an order."
    where = "above" if found.spare_orders >= 0 else "below"
    return f"Breaks even at {found.needed_orders:,} orders; this is {abs(found.spare_orders):,} {where}."


def _lines(found: Outcome, currency: str) -> list[tuple[str, str]]:
    def money(value: Decimal | None) -> str:
        return format_value(value, Unit.MONEY, currency)

    def share(value: Decimal | None) -> str:
        return format_value(value, Unit.RATE, currency)

    return [
        ("Revenue", money(found.revenue)), ("Gross profit", money(found.gross_profit)),
        ("Gross margin", share(found.gross_margin)), ("Net profit", money(found.net_profit)),
        ("Net margin", share(found.net_margin)),
        ("Left after paying for goods (in place of their cost)", money(found.after_sourcing)),
        ("Gross profit of an order", money(found.profit_per_order)),
        ("Advertising per order", money(found.cost_per_order)), ("Orders delivered", f"{found.delivered_orders:,}"),
        ("Revenue delivered", money(found.delivered_revenue)), ("Net profit delivered", money(found.delivered_profit)),
        ("Revenue in 30 days", money(found.monthly_revenue)), ("Net profit in 30 days", money(found.monthly_profit)),
        ("Orders to break even", MISSING if found.needed_orders is None else f"{found.needed_orders:,}"),
    ]  # fmt: skip


def _field(name: str, label: str, value: float | None) -> Any:
    shown = "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
    control = dbc.Input(id=field_id(name), type="number", value=shown, step="any", min=0, className="field-input",
                        autoComplete="off")  # fmt: skip
    return html.Div([html.Label(label, htmlFor=field_id(name), className="field-label"), control], className="field")


def _shared(value: float | None, by: float) -> float | None:
    return None if value is None or not by else round(value / by, 2)


def _goods_bought(desk: Desk) -> float | None:
    """Expenses that bought goods in the period."""
    if not desk.can_ask("costs_left_out", "cost_line"):
        return None
    lines = desk.ask(["costs_left_out"], ("cost_line",)).set_index("cost_line")["costs_left_out"]
    return number(lines.get("goods"))


def _people(desk: Desk) -> float | None:
    """Active people on the staff lists."""
    person = dim_employee.c
    query = select(func.count()).where(person.is_active, person.is_listed)
    counts = [desk.parts.warehouses.open(desk.viewer, tenant).frame(query).item() for tenant in desk.tenants]
    return float(sum(counts)) or None


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def register(app: Wiring) -> None:
    """Wire the inputs to the results."""
    names = (*FIELDS, *GOODS_FIELDS)

    def work_out(values: list[Any], state: State) -> Any:
        return results(open_desk(state).currency, dict(zip(names, values, strict=True)))

    app.callback(
        Output(RESULT, "children"),
        inputs=[[Input(field_id(name), "value") for name in names], Given(filters.Ids.STATE, "data")],
        permission=Permission.VIEW, prevent_initial_call=True,
    )(work_out)  # fmt: skip
