"""Charts of deliveries: legal for Plotly, the same numbers in their tables, nothing that is not there drawn."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go
import pytest

from portal.charts.chart import Axis, Chart
from portal.charts.deliveries import ageing, outcomes, stages
from portal.charts.outlines import OUTLINES, RIVERS, country_at
from portal.charts.places import places
from portal.metrics.model import Unit
from tests.charts.test_figures import without_tokens

HOURS, MONEY = Axis("Hours", Unit.HOURS, ""), Axis("Owed", Unit.MONEY, "EGP")
SENT, RATE = Axis("Parcels sent", Unit.COUNT, ""), Axis("Success", Unit.RATE, "")
WAY = pd.DataFrame({"label": ["Order to pick-up", "Hub to out"], "p50": [6.0, 10.0], "p90": [9.0, 120.0],
                    "parcels": [10.0, 8.0], "waiting": [1.0, 0.0]})  # fmt: skip
WEEKS = pd.DataFrame({"label": ["1 Mar", "8 Mar"], "title": ["Week of 1 Mar", "Week of 8 Mar"], "delivered": [8.0, 1.0],
                      "failed": [2.0, 0.0], "open": [0.0, 5.0], "mature": [True, False]})  # fmt: skip
STEPS = pd.DataFrame({"label": ["0–3 days", "15+ days"], "value": [30.0, 90.0], "parcels": [1.0, 2.0],
                      "is_old": [False, True]})  # fmt: skip
POINTS = pd.DataFrame({"latitude": [30.0, 27.2], "longitude": [31.2, 31.2], "label": ["Giza", "Assiut"],
                       "value": [40.0, 10.0], "rate": [0.9, float("nan")],
                       "where": ["map_cell=a", "map_cell=b"]})  # fmt: skip

CHARTS: dict[str, Chart] = {
    "stages": stages(WAY, HOURS), "outcomes": outcomes(WEEKS), "ageing": ageing(STEPS, MONEY, "Age"),
    "places": places(POINTS, SENT, RATE), "one place": places(POINTS.head(1), SENT, RATE),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_plotly_takes_the_figure(name: str) -> None:
    assert go.Figure(without_tokens(CHARTS[name].figure)).data
    assert CHARTS[name].summary.endswith(".")


def test_the_table_of_stages_says_who_is_waiting() -> None:
    assert CHARTS["stages"].table.rows == [["Order to pick-up", "6.0 hours", "9.0 hours", "10", "1"],
                                           ["Hub to out", "10.0 hours", "120.0 hours", "8", "0"]]  # fmt: skip
    assert CHARTS["stages"].summary.startswith("Slowest at the end of the line: hub to out, 120.0 hours")


def test_weeks_that_are_too_young_are_pale_hatched_and_said() -> None:
    marker = CHARTS["outcomes"].figure["data"][0]["marker"]
    assert (marker["color"], marker["pattern"]["shape"]) == (["@series-1", "@series-1/40"], ["", "/"])
    assert [row[-1] for row in CHARTS["outcomes"].table.rows] == ["yes", "not yet"]
    assert "80% of those old enough to judge arrived" in CHARTS["outcomes"].summary


def test_a_single_parcel_has_no_halves_on_the_axis() -> None:
    axis = outcomes(WEEKS.head(1).assign(delivered=1.0, failed=0.0)).figure["layout"]["yaxis"]
    assert axis["ticktext"] == ["0", "1"]


def test_the_oldest_cash_stands_out_and_shares_add_up() -> None:
    assert CHARTS["ageing"].figure["data"][0]["marker"]["color"] == ["@series-1", "@bad"]
    assert [row[2] for row in CHARTS["ageing"].table.rows] == ["25.0%", "75.0%"]


def test_a_point_has_four_times_the_area_of_one_with_a_quarter() -> None:
    large, small = CHARTS["places"].figure["data"][-1]["marker"]["size"]
    assert math.isclose((large / small) ** 2, 4)


def test_the_outline_of_the_country_is_drawn_and_no_other() -> None:
    lines = [trace for trace in CHARTS["places"].figure["data"] if trace["mode"] == "lines"]
    assert len(lines) == len(OUTLINES["Egypt"]) + len(RIVERS["Egypt"])
    elsewhere = places(POINTS.assign(latitude=48.0, longitude=2.0), SENT, RATE)
    assert [trace["mode"] for trace in elsewhere.figure["data"]] == ["markers"]


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in OUTLINES.items() for line in lines])
def test_outlines_are_closed(name: str, line: tuple[tuple[float, float], ...]) -> None:
    assert line[0] == line[-1]


@pytest.mark.parametrize(
    ("town", "country"),
    [((31.24, 30.04), "Egypt"), ((32.9, 24.09), "Egypt"), ((36.82, -1.29), "Kenya"), ((34.76, -0.1), "Kenya"),
     ((35.2, 31.78), ""), ((2.35, 48.86), "")],
)  # fmt: skip
def test_towns_lie_in_their_country(town: tuple[float, float], country: str) -> None:
    assert country_at(*town) == country


def test_nothing_to_show_is_said() -> None:
    assert stages(WAY.assign(p50=float("nan")), HOURS).empty.startswith("No source tells when")
    assert outcomes(WEEKS.head(0)).empty
    assert ageing(STEPS.assign(value=0.0), MONEY, "Age").empty
    assert places(POINTS.head(0), SENT, RATE).empty.startswith("No parcel of this period has coordinates")
