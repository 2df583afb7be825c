"""The charts of deliveries: outcomes by week, stage times, age of owed cash, exceptions, and the map."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from callbacks.breakdowns import compared_parts, with_rest
from callbacks.desk import Desk
from callbacks.export_tables import facts_of
from callbacks.series import axis_of
from callbacks.words import bucket_end, bucket_words
from layouts.state import AGAINST
from portal.charts.bars import bars
from portal.charts.chart import Chart, empty_chart, number
from portal.charts.deliveries import ageing, outcomes, stages
from portal.charts.places import places
from portal.exports import ExportColumn, ExportTable
from portal.metrics import CATALOGUE
from portal.metrics.delivery_times import STAGES
from portal.metrics.model import Period, Unit

NOTHING = "Nothing has been loaded yet. Load deliveries to see this."
_FILTERED = "Parcels are not recorded by what is filtered. Clear a filter."
_SHOWN = 8
_OUTCOMES = ("sent_shipments", "sent_succeeded", "sent_failed", "immature_shipments")


def outcomes_chart(desk: Desk) -> Chart:
    """Parcels sent by day, week or month, and what became of them."""
    grain = _grain(desk.period)
    if not desk.tenants or not desk.can_ask("sent_shipments", grain):
        return empty_chart(_FILTERED if desk.tenants else NOTHING)
    found = desk.ask(_OUTCOMES, (grain,), fill=True)
    if found.empty:
        return outcomes(pd.DataFrame())
    ends = [bucket_end(pd.Timestamp(day).date(), grain) for day in found[grain]]
    reached = [end - timedelta(days=1) <= _judged_until(desk) for end in ends]
    weeks = bucket_words(found[grain], grain, desk.period).assign(
        delivered=found["sent_succeeded"].to_numpy(), failed=found["sent_failed"].to_numpy(),
        open=(found["sent_shipments"] - found["sent_succeeded"] - found["sent_failed"]).to_numpy(),
        mature=reached,
    )  # fmt: skip
    return outcomes(weeks.fillna({"delivered": 0.0, "failed": 0.0, "open": 0.0}))


def _grain(period: Period) -> str:
    """Weeks where there are a few; days of short periods, months of long ones."""
    if period.days <= 14:
        return "day"
    return "week" if period.days <= 200 else "month"


def _judged_until(desk: Desk) -> date:
    """The last day whose parcels are old enough to judge, by the longest of the tenants' policies."""
    days = [desk.parts.warehouses.open(desk.viewer, one).policies["delivery_maturity_days"] for one in desk.tenants]
    return desk.last_day - timedelta(days=max(days))


def stage_rows(desk: Desk) -> pd.DataFrame:
    """Frame (5, 5) of label, p50, p90 (hours), parcels, waiting; one row a stage, in the order of the way."""
    names = [(stage, f"stage_hours_{stage.name}") for stage in STAGES]
    wanted = [name for stage, hours in names for name in (f"{hours}_p50", f"{hours}_p90",
              f"stage_parcels_{stage.name}", f"stage_waiting_{stage.name}")]  # fmt: skip
    row = desk.ask(wanted).iloc[0]
    return pd.DataFrame(
        {"label": stage.label, "p50": row[f"{hours}_p50"], "p90": row[f"{hours}_p90"],
         "parcels": row[f"stage_parcels_{stage.name}"], "waiting": row[f"stage_waiting_{stage.name}"]}
        for stage, hours in names
    )  # fmt: skip


def stages_chart(desk: Desk) -> Chart:
    """P50 and P90 of each stage of the way."""
    if not desk.tenants or not desk.can_ask("stage_hours_total_p50"):
        return empty_chart(_FILTERED if desk.tenants else NOTHING)
    rows = stage_rows(desk).fillna({"parcels": 0.0, "waiting": 0.0})
    return stages(rows[rows["parcels"] > 0].reset_index(drop=True), axis_of(desk, "stage_hours_total_p50"))


def age_steps(desk: Desk, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Cash owed by step of age, young to old: columns `by`, cod_age, cod_owed, cod_owed_parcels."""
    names = ["cod_owed", "cod_owed_parcels"]
    found = desk.ask(names, (*by, "cod_age"))
    return found.sort_values("cod_age", key=lambda ages: ages.map(_first_day), kind="stable")


def _first_day(age: Any) -> int:
    """The first day of "8–14 days", by which steps are ordered; unknown ages come last."""
    digits = str(age or "").partition("–")[0].partition("+")[0]
    return int(digits) if digits.isdigit() else 10_000


def _age_labels(desk: Desk) -> list[str]:
    """Every step of age there can be, young to old, as the dimension cod_age calls them."""
    warehouse = desk.parts.warehouses.open(desk.viewer, desk.tenants[0])
    one, two, three = warehouse.policies["cod_gap_age_days"]
    return [f"0–{one} days", f"{one + 1}–{two} days", f"{two + 1}–{three} days", f"{three + 1}+ days"]


def ageing_chart(desk: Desk) -> Chart:
    """What couriers owe, by days since delivery."""
    if not desk.tenants or not desk.can_ask("cod_owed", "cod_age"):
        return empty_chart(_FILTERED if desk.tenants else NOTHING)
    if number(desk.ask(["cod_owed"])["cod_owed"].iloc[0]) is None:
        return empty_chart("No source tells of cash on delivery.")
    steps = age_steps(desk).assign(cod_age=lambda found: found["cod_age"].fillna("Not known")).set_index("cod_age")
    labels = list(dict.fromkeys([*_age_labels(desk), *steps.index]))
    frame = pd.DataFrame(
        {"label": labels, "value": steps["cod_owed"].reindex(labels).fillna(0.0).to_numpy(),
         "parcels": steps["cod_owed_parcels"].reindex(labels).fillna(0.0).to_numpy(),
         "is_old": ["+" in label for label in labels]}
    )  # fmt: skip
    return ageing(frame, axis_of(desk, "cod_owed"), "Cash couriers owe by age")


def reasons_chart(desk: Desk) -> Chart:
    """Parcels by their last exception."""
    if not desk.tenants or not desk.can_ask("exceptions", "exception_reason"):
        return empty_chart(_FILTERED if desk.tenants else NOTHING)
    found = compared_parts(desk, "exceptions", "exception_reason")
    known = found[(found["value"] > 0) | (found["previous"] > 0)]
    if known.empty:
        return empty_chart("No exception is recorded for parcels of this period.")
    against = AGAINST[desk.state.compare] if desk.earlier else ""
    return bars(with_rest(known.reset_index(drop=True), _SHOWN, True), axis_of(desk, "exceptions"), "Reason", against)


def map_chart(desk: Desk) -> Chart:
    """Parcels sent and their success, where the source gives coordinates."""
    names = ("sent_shipments", "delivery_success")
    if not desk.tenants or not desk.can_ask(names[0], "map_cell"):
        return empty_chart(_FILTERED if desk.tenants else NOTHING)
    cells = desk.ask(names, ("map_cell",)).dropna(subset=["map_cell"])
    towns = _towns(desk)
    points = pd.DataFrame(
        [(*map(float, cell.split(", ")), towns.get(cell, cell), sent, rate, f"map_cell={cell}")
         for cell, sent, rate in cells.itertuples(index=False)],
        columns=["latitude", "longitude", "label", "value", "rate", "where"],
    )  # fmt: skip
    return places(points, axis_of(desk, names[0]), axis_of(desk, names[1]))


def _towns(desk: Desk) -> dict[str, str]:
    """Place on the map to the city most of its parcels go to."""
    if not desk.can_ask("sent_shipments", "map_cell", "city"):
        return {}
    found = desk.ask(["sent_shipments"], ("map_cell", "city")).dropna(subset=["map_cell", "city"])
    most = found.sort_values("sent_shipments", kind="stable").drop_duplicates("map_cell", keep="last")
    return {cell: f"{city} ({cell})" for cell, city in zip(most["map_cell"], most["city"], strict=True)}


def stages_table(desk: Desk) -> ExportTable:
    """P50, P90, parcels and waiting parcels of each stage."""
    hours = CATALOGUE["stage_hours_total_p50"].unit
    columns = (ExportColumn("Stage"), ExportColumn("P50", hours, "Half of the parcels were faster"),
               ExportColumn("P90", hours, "Nine in ten parcels were faster"), ExportColumn("Parcels", Unit.COUNT),
               ExportColumn("Waiting now", Unit.COUNT, "As of the data"))  # fmt: skip
    frame = stage_rows(desk)
    return ExportTable("Stage times", columns, frame.to_numpy(dtype=object).tolist(), facts_of(desk))
