"""Cards of the Customers screen: cohorts, segments, what customers are worth and how sure that is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from sqlalchemy import select

from callbacks.desk import Desk
from callbacks.linked_table import Cell, cell_link, linked_table
from callbacks.words import exact_value, short_value
from layouts.parts import empty_state, formula_button
from layouts.upload import add_link
from portal.analysis.rfm import PROSPECT, SEGMENTS
from portal.charts.chart import Axis, Chart, empty_chart, number
from portal.charts.cohorts import cohort_heat
from portal.metrics import CATALOGUE, DIMENSIONS
from portal.metrics.format import format_value
from portal.metrics.model import Unit
from portal.warehouse.schema import study_cohort, study_lifetime, study_rfm_cut

_COHORTS = 18
_SEGMENT_METRICS = ("customers_to_date", "sales_to_date", "yearly_sales", "overdue_customers", "p_buys",
                    "predicted_sales", "contactable_customers")  # fmt: skip
_SEGMENT_HEADS = ("Customers", "Net sales to date", "Usual year", "Overdue", "Buys soon", "Predicted", "Consent")
_MEANS = {
    "champion": "Bought just now, often, for much", "loyal": "Buy often and for much", "new": "First order just now",
    "potential loyalist": "Recent, some orders", "promising": "Recent, little so far",
    "needs attention": "Middling in everything", "about to sleep": "Getting rarer",
    "cannot lose": "Were the best, silent", "at risk": "Were good, silent", "hibernating": "Long silent, little before",
}  # fmt: skip
_WORTH = ("sales_to_date_per_customer", "clv_historic", "predicted_sales_per_customer", "clv_predicted", "p_buys",
          "p_alive", "repeat_rate_to_date", "nrr", "cac", "payback", "paid_back_share")  # fmt: skip
_UNITS = {"recency": "days", "frequency": "orders", "monetary": ""}


def nobody(desk: Desk) -> Any:
    """What a card says without customers to speak of."""
    if desk.tenants:
        return empty_state("Not by this filter", "Customers are not recorded by what is filtered. Clear a filter.")
    return empty_state("No customers yet", "Load orders with customers to see this.", add_link(desk.viewer))


def cohort_cells(desk: Desk) -> pd.DataFrame:
    """Cohorts of all clients shown: cohort, age, customers, active, returned, is_mature; ages from 1."""
    own = study_cohort.c
    rows = select(
        own.cohort_month.label("cohort"), own.age_months.label("age"), own.customers,
        own.active_customers.label("active"), own.returned_customers.label("returned"), own.is_mature,
    ).where(own.age_months > 0)  # fmt: skip
    found = [desk.parts.warehouses.open(desk.viewer, tenant).frame(rows).to_pandas() for tenant in desk.tenants]
    if not found or not sum(map(len, found)):
        return pd.DataFrame(columns=["cohort", "age", "customers", "active", "returned", "is_mature"])
    grouped = pd.concat(found).groupby(["cohort", "age"], as_index=False)
    return grouped.agg({"customers": "sum", "active": "sum", "returned": "sum", "is_mature": "min"})


def cohorts_chart(desk: Desk, view: str) -> Chart:
    """Share of each cohort that ordered in a later month, or by then."""
    if not desk.tenants:
        return empty_chart("Load orders with customers to see who comes back.")
    cells = cohort_cells(desk)
    cells = cells[cells["cohort"].isin(sorted(cells["cohort"].unique())[-_COHORTS - 1 :])]
    measure = CATALOGUE["cumulative_retention" if view == "until" else "retention"]
    shares = cells.assign(value=cells["returned" if view == "until" else "active"] / cells["customers"])
    return cohort_heat(shares, Axis(measure.label, Unit.RATE, desk.currency))


def segment_rows(desk: Desk, by: str, order: tuple[str, ...]) -> pd.DataFrame:
    """The numbers of each segment in the given order; empty when the filters rule them out."""
    asked = [name for name in _SEGMENT_METRICS if desk.tenants and desk.can_ask(name, by)]
    if len(asked) < len(_SEGMENT_METRICS):
        return pd.DataFrame(columns=[by, *_SEGMENT_METRICS])
    found = desk.ask(_SEGMENT_METRICS, (by,))
    kept = found[found[by].isin(order)]
    return kept.sort_values(by, key=lambda names: names.map(order.index)).reset_index(drop=True)


def segments_table(desk: Desk, by: str, order: tuple[str, ...], brief: bool = False) -> Any:
    """One line a segment; its name opens the customers, whose list can be taken along with the consent of each."""
    rows = segment_rows(desk, by, order)
    if rows.empty:
        return nobody(desk)
    shown = [name for name in _SEGMENT_METRICS if not brief or name in {*_SEGMENT_METRICS[:4]}]
    heads = [_SEGMENT_HEADS[_SEGMENT_METRICS.index(name)] for name in shown]
    means = [] if brief else [("What it means", False)]
    head = [("Segment", False), *means, *((text, True) for text in heads)]
    lines: list[list[Cell]] = []
    for row in rows.to_dict("records"):
        name = str(row[by])
        told = [short_value(desk, metric, number(row[metric])) for metric in shown]
        words: list[Cell] = [] if brief else [_MEANS.get(name, "")]
        lines.append([cell_link(_capital(name), "customers_to_date", f"{by}={name}"), *words, *told])
    return linked_table(head, lines, f"Customers by {DIMENSIONS[by].label}")


def rfm_body(desk: Desk) -> Any:
    """The segments, and below them where the scores begin."""
    order = tuple(name for name in SEGMENTS if name != PROSPECT)
    return html.Div([segments_table(desk, "rfm", order), *_cut_lines(desk)])


def _cut_lines(desk: Desk) -> list[Any]:
    if len(desk.tenants) != 1:
        return []
    own = study_rfm_cut.c
    rows = desk.parts.warehouses.open(desk.viewer, desk.tenants[0]).frame(
        select(own.measure, own.score, own.lowest, own.highest).order_by(own.measure.desc(), own.score.desc())
    )
    lines = []
    for measure in ("recency", "frequency", "monetary"):
        told = [f"{row['score']}: {_span(desk, measure, row)}" for row in rows.to_dicts() if row["measure"] == measure]
        if told:
            unit = f" ({_UNITS[measure]})" if _UNITS[measure] else ""
            lines.append(html.P(f"{_capital(measure)}{unit} · {' · '.join(told)}", className="caption tabular"))
    return lines


def _span(desk: Desk, measure: str, row: dict[str, Any]) -> str:
    unit = Unit.MONEY if measure == "monetary" else Unit.COUNT
    low, high = (format_value(row[name], unit, desk.currency, short=True) for name in ("lowest", "highest"))
    return low if low == high else f"{low} – {high}"


def value_body(desk: Desk) -> Any:
    """What customers are worth, each with its formula, and how far off the forecast was where it could be tested."""
    if not desk.tenants:
        return nobody(desk)
    asked = [name for name in _WORTH if desk.can_ask(name)]
    if not asked:
        return nobody(desk)
    row = desk.ask(asked).iloc[0]
    lines = [_worth(desk, name, number(row[name])) for name in asked]
    facts = html.Dl([part for line in lines for part in line], className="facts tabular")
    return html.Div([html.P(_test_words(desk), className="caption"), facts])


def _worth(desk: Desk, name: str, value: float | None) -> tuple[Any, Any]:
    label = CATALOGUE[name].label
    return html.Dt(label), html.Dd([exact_value(desk, name, value), " ", formula_button(name, label)])


def _test_words(desk: Desk) -> str:
    """The error of the forecast on days it had not seen, or why there is no forecast."""
    if not desk.can_ask("holdout_error"):
        return ""
    names = ("holdout_error", "holdout_mean_error", "holdout_plain_error", "holdout_orders")
    error, mean, plain, orders = (number(value) for value in desk.ask(names)[list(names)].iloc[0])
    if error is None or mean is None or plain is None:
        return f"No tested forecast: {_reason(desk)}"
    verdict = "better" if mean < plain else "worse"
    return (
        f"Tested on days it had not seen: orders foretold {error * 100:+.1f}% against {orders or 0:,.0f} that came; "
        f"off by {mean:.2f} orders a customer, {verdict} than going on as before ({plain:.2f})."
    ).replace("-", "−")


def _reason(desk: Desk) -> str:
    own = study_lifetime.c
    rows = select(own.reason).where(own.reason.is_not(None)).order_by(own.fit_key.desc())
    found = [
        reason
        for tenant in desk.tenants
        for (reason,) in desk.parts.warehouses.open(desk.viewer, tenant).frame(rows).iter_rows()
    ]
    return found[0] if found else "nothing happened in the days held back."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
