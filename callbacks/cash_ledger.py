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
    found = desk.ask(_LEDGER, ("courier",))
    steps = age_steps(desk, ("courier",))
    owed = steps.pivot_table(index="courier", columns="cod_age", values="cod_owed", aggfunc="sum", dropna=False)
    ages = [age for age in dict.fromkeys(age_steps(desk)["cod_age"]) if isinstance(age, str)]
    owed = owed.reindex(columns=ages).fillna(0.0)
    lines = found.merge(owed, left_on="courier", right_index=True, how="outer").fillna(dict.fromkeys(ages, 0.0))
    lines = lines[(lines["cod_expected"].fillna(0) != 0) | (lines[ages].sum(axis=1) != 0)]
    if lines.empty:
        return lines
    total = {**desk.ask(_LEDGER).iloc[0].to_dict(), **lines[ages].sum().to_dict(), "courier": ...}
    ordered = lines.sort_values(["cod_gap", "cod_expected"], ascending=False, na_position="last", kind="stable")
    return pd.concat([ordered.astype(object), pd.DataFrame([total], dtype=object)], ignore_index=True)


def cod_table(desk: Desk) -> ExportTable:
    """Cash on delivery by courier, exact."""
    return parts_table(desk, "courier", (*_LEDGER, "cod_owed", "cod_open_parcels"), "Cash on delivery")
