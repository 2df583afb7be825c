"""The scorecard of couriers, hubs, cities and zones."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from callbacks.breakdowns import breakdown_of
from callbacks.desk import Desk
from callbacks.export_tables import parts_table
from callbacks.linked_table import Cell, cell_link, linked_table, no_parcels
from callbacks.words import exact_value
from layouts.delivery import BOARD
from layouts.parts import empty_state
from portal.charts.chart import number
from portal.exports import ExportTable
from portal.metrics import DIMENSIONS
from portal.metrics.format import MISSING, NOT_KNOWN, format_label, format_part, inside

SCORES = ("judged_shipments", "delivery_success", "on_time_rate", "first_attempt_success", "rto_rate", "ndr_rate",
          "stage_hours_total_p50", "stage_hours_total_p90", "cost_per_delivered", "cod_owed",
          "immature_shipments")  # fmt: skip
_HEADS = {"judged_shipments": "Judged", "delivery_success": "Success", "on_time_rate": "On time",
          "first_attempt_success": "First attempt", "rto_rate": "Returned", "ndr_rate": "Failed attempts",
          "stage_hours_total_p50": "P50, h", "stage_hours_total_p90": "P90, h", "cost_per_delivered": "Cost each",
          "cod_owed": "Cash owed", "immature_shipments": "Too recent"}  # fmt: skip
_SHOWN = 25


def scores_body(desk: Desk) -> Any:
    """Couriers, hubs, cities or zones ranked by delivery success; those with few judged parcels stand grey below."""
    if not desk.tenants or not desk.can_ask("judged_shipments"):
        return no_parcels(desk)
    by = breakdown_of(desk, BOARD)
    scores = ranked_scores(desk, by)
    if scores.empty:
        return empty_state("No parcels in this period", "Choose a longer period or clear a filter.")
    names = [name for name in SCORES if name in scores and scores[name].notna().any()]
    head: list[tuple[str, bool]] = [("Rank", True), (DIMENSIONS[by].label, False)]
    head += [(_HEADS[name], True) for name in names]
    rows: list[list[Cell]] = []
    grey: list[bool] = []
    for place, score in enumerate(scores.head(_SHOWN).to_dict("records"), start=1):
        label = format_label(by, score[by])
        where = f"{by}={MISSING if label == NOT_KNOWN else label}"
        rank = f"{place}" if score["is_ranked"] else MISSING
        rows.append([rank, cell_link(format_part(by, label), "sent_shipments", where),
                     *(_cell(desk, name, number(score[name])) for name in names)])  # fmt: skip
        grey.append(not score["is_ranked"])
    least = _least(desk)
    note = f"Grey: fewer than {least:,} judged parcels, so not ranked. P50 and P90: hours from order to delivered."
    more = f" {len(scores) - _SHOWN:,} more are in the export." if len(scores) > _SHOWN else ""
    table = linked_table(head, rows, f"Scores of each {inside(DIMENSIONS[by].label)}", grey)
    return html.Div([table, html.P(note + more, className="caption")])


def ranked_scores(desk: Desk, by: str) -> pd.DataFrame:
    """One row per value of `by` with the scores it has and is_ranked; ranked ones first, best success first."""
    names = [name for name in SCORES if desk.can_ask(name, by)]
    found = desk.ask(names, (by,))
    found = found[(found["judged_shipments"].fillna(0) > 0) | (found["immature_shipments"].fillna(0) > 0)]
    ranked = found.assign(is_ranked=found["judged_shipments"].fillna(0) >= _least(desk))
    return ranked.sort_values(
        ["is_ranked", "delivery_success", "judged_shipments"], ascending=False, na_position="last", kind="stable"
    )


def _cell(desk: Desk, name: str, value: float | None) -> str:
    """A score; hours without the word, which the heading has."""
    return exact_value(desk, name, value).removesuffix(" hours").removesuffix(" hour")


def _least(desk: Desk) -> int:
    """Judged parcels one needs to be ranked: the most any of the tenants asks for."""
    opened = (desk.parts.warehouses.open(desk.viewer, tenant) for tenant in desk.tenants)
    return max(int(warehouse.policies["delivery_ranking_least"]) for warehouse in opened)


def scores_table(desk: Desk) -> ExportTable:
    """The scorecard of every courier, hub, city or zone."""
    return parts_table(desk, breakdown_of(desk, BOARD), SCORES, "Scorecard")
