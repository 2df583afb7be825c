"""What this data says somebody should do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from callbacks.desk import Desk
from callbacks.kpis import ENOUGH_COST
from callbacks.ledger import control_totals, findings
from portal.charts.chart import number
from portal.metrics.format import format_value
from portal.metrics.model import Period, Query, Unit
from portal.metrics.query import run

HORIZON_DAYS = 14
"""Sales at risk are counted over this many days from the last day with data."""

_OPEN_DAYS = 30
_SPIKE = 1.5
_RECENT_DAYS, _USUAL_DAYS = 7, 28


@dataclass(frozen=True)
class Task:
    """One thing to look at.

    Attributes:
        title: what, in a few words.
        note: how it was found.
        money: amount at stake in the reporting currency, None where it is not known.
        icon: icon name.
        look: "is-bad", "is-warn" or "is-good".
        href: where it is looked into; or drill: metric whose rows are shown, narrowed by where.
        name: what it is, whatever its numbers; by default its title without them.
    """

    title: str
    note: str
    money: float | None
    icon: str
    look: str
    href: str = ""
    drill: str = ""
    where: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """By this it is put off: the same tomorrow, when its numbers are others."""
        return self.name or re.sub(r"\d[\d,.%]*", "#", self.title)


def stock_tasks(desk: Desk) -> list[Task]:
    """Products that run out within the horizon, and products that are gone and still asked for."""
    if not desk.can_ask("days_of_cover", "product"):
        return []
    stock = desk.ask(["on_hand", "daily_units", "days_of_cover"], ("product",))
    prices = desk.ask(["asp"], ("product",), period=_days_to(desk.last_day, 90))
    stock = stock.merge(prices, on="product", how="left").dropna(subset=["on_hand", "daily_units"])
    stock = stock[stock["daily_units"] > 0]
    gone = stock[stock["on_hand"] <= 0].assign(days=float(HORIZON_DAYS))
    soon = stock[(stock["on_hand"] > 0) & (stock["days_of_cover"] < HORIZON_DAYS)]
    soon = soon.assign(days=HORIZON_DAYS - soon["days_of_cover"])
    tasks = [_stock_task(gone, "out of stock and still asked for", "is-bad", "out_of_stock")]
    tasks.append(_stock_task(soon, f"run out within {HORIZON_DAYS} days", "is-warn", "on_hand"))
    return [task for task in tasks if task is not None]


def _stock_task(products: pd.DataFrame, what: str, look: str, drill: str) -> Task | None:
    if products.empty:
        return None
    risk = (products["days"] * products["daily_units"] * products["asp"]).astype(float)
    ranked = products.assign(risk=risk).sort_values("risk", ascending=False, na_position="last")
    names = ", ".join(str(name) for name in ranked["product"].head(2) if name)
    note = f"Sales at risk in {HORIZON_DAYS} days at the recent pace. First: {names}"
    count = len(products)
    title = f"{count:,} {'product' if count == 1 else 'products'} {what}"
    money = number(risk.sum(min_count=1))
    return Task(title, note, money, "box-seam", look, drill=drill, where=f"product={ranked['product'].iloc[0]}")


def cost_task(desk: Desk) -> list[Task]:
    """Sales whose cost is not known, which makes profit uncertain."""
    if not desk.can_ask("cost_coverage"):
        return []
    row = desk.ask(["net_sales", "cost_coverage"]).iloc[0]
    coverage, sales = number(row["cost_coverage"]), number(row["net_sales"])
    if coverage is None or sales is None or coverage >= ENOUGH_COST or coverage == 0:
        return []
    missing = (1 - coverage) * sales
    note = f"Profit is uncertain for {(1 - coverage) * 100:.0f}% of net sales in this period"
    return [
        Task("Products sold without a cost", note, missing, "tag", "is-warn", drill="net_sales", where="cost_known=no")
    ]


def low_cash_task(desk: Desk) -> list[Task]:
    """Clients with less cash than their policy asks for."""
    found = []
    for tenant in desk.tenants:
        warehouse = desk.parts.warehouses.open(desk.viewer, tenant)
        limit = float(warehouse.policies["low_cash_limit"])
        own = Query(("cash_balance",), (), None, desk.filters)
        known = desk.can_ask("cash_balance")
        cash = number(run(own, desk.viewer, (tenant,), desk.parts.warehouses).value("cash_balance")) if known else None
        if cash is not None and cash < limit:
            told = [format_value(amount, Unit.MONEY, desk.currency, short=True) for amount in (cash, limit)]
            whose = f" of {tenant.name}" if len(desk.tenants) > 1 else ""
            found.append(Task(f"Cash{whose} is low: {told[0]}", f"Less than the limit of {told[1]}; missing to it",
                              limit - cash, "cash-coin", "is-bad", drill="cash_balance"))  # fmt: skip
    return found


def returns_task(desk: Desk) -> list[Task]:
    """More came back in the last week than usual."""
    if not desk.can_ask("returns_value"):
        return []
    recent = desk.ask(["returns_value", "return_value_rate"], period=_days_to(desk.last_day, _RECENT_DAYS)).iloc[0]
    before = _days_to(desk.last_day - timedelta(days=_RECENT_DAYS), _USUAL_DAYS)
    usual = desk.ask(["returns_value", "return_value_rate"], period=before).iloc[0]
    now, then = number(recent["return_value_rate"]), number(usual["return_value_rate"])
    if now is None or not then or now < _SPIKE * then:
        return []
    excess = float(recent["returns_value"]) * (1 - then / now)
    note = f"{now * 100:.1f}% of sales in {_RECENT_DAYS} days, {then * 100:.1f}% in the {_USUAL_DAYS} days before"
    link = "/sales?period=7d&metric=net_sales"
    return [Task("Returns are up", note, excess, "arrow-return-left", "is-bad", href=link)]


def outstanding_task(desk: Desk) -> list[Task]:
    """Balances of orders older than a month that nobody has paid."""
    if not desk.can_ask("outstanding"):
        return []
    old = Period(date(1990, 1, 1), desk.last_day - timedelta(days=_OPEN_DAYS - 1))
    amount = number(desk.ask(["outstanding"], period=old)["outstanding"].iloc[0])
    if amount is None or amount <= 0:
        return []
    note = f"Balances of orders older than {_OPEN_DAYS} days"
    return [Task("Money still to be collected", note, amount, "cash-coin", "is-bad", drill="outstanding")]


def parcel_tasks(desk: Desk) -> list[Task]:
    """Cash on delivery that couriers still owe, and parcels that are overdue; Delivery has the details."""
    names = ("cod_owed", "overdue_shipments", "overdue_value")
    if not all(map(desk.can_ask, names)):
        return []
    owed, count, value = (number(each) for each in desk.ask(names).iloc[0])
    tasks = []
    if owed:
        note = "Cash on delivery of parcels that were delivered"
        tasks.append(Task("Couriers still owe cash", note, owed, "cash-coin", "is-bad", href="/delivery"))
    if count:
        title = f"{count:,.0f} overdue {'parcel' if count == 1 else 'parcels'}"
        tasks.append(Task(title, "Still under way after the promised day", value, "truck", "is-warn",
                          drill="overdue_shipments"))  # fmt: skip
    return tasks


def data_tasks(desk: Desk) -> list[Task]:
    """What the checks found, and control totals that do not tie."""
    found = findings(desk)
    serious = found if found.empty else found[found["severity"] != "info"]
    tasks = [_finding(row) for row in serious.head(3).to_dict("records")]
    totals = control_totals(desk)
    broken = 0 if totals.empty else int((~totals["is_tied"].astype(bool)).sum())
    if broken:
        title = f"{broken} control {'total does' if broken == 1 else 'totals do'} not tie"
        note = "The warehouse differs from the source rows and no rule explains it"
        tasks.append(Task(title, note, None, "shield-check", "is-bad", href="#overview-quality-title"))
    return tasks


def _finding(row: dict[Any, Any]) -> Task:
    look = "is-bad" if row["severity"] in {"error", "critical", "high"} else "is-warn"
    note = f"Found by a check in {row['wrong_rows']:,} rows"
    return Task(
        str(row["sentence"]).removesuffix("."),
        note,
        number(row["affected_amount"]),
        "database",
        look,
        href="#overview-quality-title",
    )


def _days_to(last: date, days: int) -> Period:
    end = last + timedelta(days=1)
    return Period(end - timedelta(days=days), end)


MAKERS: tuple[Callable[[Desk], list[Task]], ...] = (
    low_cash_task, stock_tasks, cost_task, returns_task, outstanding_task, parcel_tasks, data_tasks,
)  # fmt: skip
"""What the numbers of several areas say; areas with a screen of their own add theirs in `callbacks.today`."""
