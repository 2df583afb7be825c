"""What deliveries ask somebody to do: cash to claim, payouts to query, parcels to chase; ranked by money."""

from __future__ import annotations

from callbacks.desk import Desk
from callbacks.tasks import Task
from portal.charts.chart import number
from portal.metrics import CATALOGUE


def delivery_tasks(desk: Desk) -> list[Task]:
    """All tasks of deliveries, most money first, those without an amount last."""
    if not desk.tenants:
        return []
    found = [task for task in (*_owed(desk), _skipped(desk), _short(desk), *_statements(desk), _overdue(desk)) if task]
    return sorted(found, key=lambda task: -(task.money or 0.0))


def _value(desk: Desk, name: str) -> float | None:
    return number(desk.ask([name])[name].iloc[0]) if desk.can_ask(name) else None


def _owed(desk: Desk) -> list[Task | None]:
    """Cash that couriers owe, oldest step of age first."""
    if not desk.can_ask("cod_owed", "cod_age"):
        return []
    steps = desk.ask(["cod_owed"], ("cod_age",))
    old = steps[steps["cod_age"].fillna("").str.contains("+", regex=False)]
    age = str(old["cod_age"].iloc[0]) if len(old) else ""
    money = number(old["cod_owed"].sum()) if len(old) else None
    if not money:
        return []
    note = f"Delivered {age} ago; claim it from the courier"
    return [Task("Cash on delivery not handed over", note, money, "cash-coin", "is-bad", drill="cod_owed",
                 where=f"cod_age={age}")]  # fmt: skip


def _skipped(desk: Desk) -> Task | None:
    money = _value(desk, "cod_skipped")
    if not money:
        return None
    count = int(_value(desk, "cod_skipped_parcels") or 0)
    title = f"{_parcels(count)} left out of couriers' statements"
    return Task(title, "Delivered well before the last payout", money, "exclamation-triangle", "is-bad",
                drill="cod_skipped")  # fmt: skip


def _short(desk: Desk) -> Task | None:
    money = _value(desk, "cod_short")
    if not money:
        return None
    return Task("Parcels paid short", "The courier settled them with less than was due", money, "cash-coin", "is-bad",
                drill="cod_short")  # fmt: skip


def _statements(desk: Desk) -> list[Task | None]:
    """Payouts of the period that will be asked back, and those nobody can place."""
    over, unknown = _value(desk, "statement_over"), _value(desk, "statement_unknown")
    return [
        Task("Paid twice, too much or undelivered", "The courier may take it back from a later payout", over,
             "exclamation-triangle", "is-warn", drill="statement_over") if over else None,
        Task("Payouts for unknown parcels", "No parcel has their tracking number", abs(unknown),
             "exclamation-triangle", "is-warn", drill="statement_unknown") if unknown else None,
    ]  # fmt: skip


def _overdue(desk: Desk) -> Task | None:
    count = int(_value(desk, "overdue_shipments") or 0)
    if not count:
        return None
    title = f"{_parcels(count)} overdue and still under way"
    return Task(title, CATALOGUE["overdue_value"].label, _value(desk, "overdue_value"), "truck", "is-warn",
                drill="overdue_shipments")  # fmt: skip


def _parcels(count: int) -> str:
    return f"{count:,} {'parcel' if count == 1 else 'parcels'}"
