"""Cash on delivery by courier: expected, collected, remitted, missing, and how long it has been owed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from callbacks.delivery_charts import age_steps
from callbacks.desk import Desk
from callbacks.export_tables import parts_table
from callbacks.linked_table import Cell, cell_link, linked_table, no_parcels
from callbacks.words import exact_value
from layouts.parts import empty_state
from portal.charts.chart import number
from portal.exports import ExportTable
from portal.metrics.format import MISSING, NOT_KNOWN, format_label

_LEDGER = ("cod_expected", "cod_collected", "cod_remitted", "cod_withheld", "cod_gap", "cod_settled_rate")
_LEDGER_HEADS = ("Expected", "Collected", "Remitted", "Kept for fees", "Not remitted", "Settled")


def ledger_body(desk: Desk) -> Any:
    """Expected, collected, remitted, kept and missing by courier, and what is owed by age; each opens its parcels."""
    if not desk.tenants or not desk.can_ask("cod_expected", "courier"):
        return no_parcels(desk)
    lines = ledger_lines(desk)
    if lines.empty:
        return empty_state("No cash on delivery", "No parcel delivered in this period has cash to hand over.")
    ages = [name for name in lines.columns if name not in {"courier", *_LEDGER}]
    head = [("Courier", False), *((text, True) for text in _LEDGER_HEADS), *((f"Owed {age}", True) for age in ages)]
    rows: list[list[Cell]] = []
    for line in lines.to_dict("records"):
        label = "All couriers" if line["courier"] is ... else format_label("courier", line["courier"])
        where = "" if line["courier"] is ... else f"courier={MISSING if label == NOT_KNOWN else label}"
        cells: list[Cell] = [exact_value(desk, name, number(line[name])) for name in _LEDGER]
        cells[4] = cell_link(str(cells[4]), "cod_gap", where)
        rows.append([cell_link(label, "cod_parcels", where), *cells,
                     *(exact_value(desk, "cod_owed", number(line[age])) for age in ages)])  # fmt: skip
    note = "Owed: as of the data, whenever it was delivered; not limited to this period."
    return html.Div([linked_table(head, rows, "Cash on delivery by courier"), html.P(note, className="caption")])


def ledger_lines(desk: Desk) -> pd.DataFrame:
    """One row per courier, the largest gap first, and a last one (courier …) for all: `_LEDGER`, then owed by age."""
    ages = [age for age in dict.fromkeys(age_steps(desk)["cod_age"]) if isinstance(age, str)]
    owed: dict[Any, dict[str, float]] = {}
    for courier, age, money in age_steps(desk, ("courier",))[["courier", "cod_age", "cod_owed"]].itertuples(
        index=False
    ):
        owed.setdefault(_key(courier), dict.fromkeys(ages, 0.0))[str(age)] = number(money) or 0.0
    found = {_key(line["courier"]): line for line in desk.ask(_LEDGER, ("courier",)).to_dict("records")}
    lines = [
        {**dict.fromkeys(_LEDGER), **found.get(courier, {}), **owed.get(courier, dict.fromkeys(ages, 0.0)),
         "courier": courier}
        for courier in dict.fromkeys([*found, *owed])
    ]  # fmt: skip
    kept = [line for line in lines if number(line["cod_expected"]) or any(line[age] for age in ages)]
    kept.sort(key=lambda line: -(number(line["cod_gap"]) or 0.0))
    if kept:
        totals = {age: sum(line[age] for line in kept) for age in ages}
        kept.append({**desk.ask(_LEDGER).iloc[0].to_dict(), **totals, "courier": ...})
    return pd.DataFrame(kept, columns=["courier", *_LEDGER, *ages], dtype=object)


def _key(courier: Any) -> str | None:
    return courier if isinstance(courier, str) else None


def cod_table(desk: Desk) -> ExportTable:
    """Cash on delivery by courier, exact."""
    return parts_table(desk, "courier", (*_LEDGER, "cod_owed", "cod_open_parcels"), "Cash on delivery")
