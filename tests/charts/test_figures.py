"""Frames to figures: legal for Plotly, honest in what they draw, the same numbers in their tables."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from portal.charts.bars import bars, changes
from portal.charts.bridge import bridge
from portal.charts.chart import Axis, Chart
from portal.charts.heat import heat
from portal.charts.margins import margins, spread_margins
from portal.charts.pareto import pareto
from portal.charts.trend import TrendWords, trend
from portal.metrics.model import Better, Unit

NET = Axis("Net sales", Unit.MONEY, "GBP")
POINTS = pd.DataFrame(
    {"label": ["1 Mar", "2 Mar", "3 Mar"], "title": ["Sun 1 Mar 2026", "Mon 2 Mar 2026", "Tue 3 Mar 2026"],
     "value": [10.0, 40.0, 5.0], "previous": [20.0, float("nan"), 30.0], "is_whole": [True, True, True]}
)  # fmt: skip
PARTS = pd.DataFrame(
    {"label": ["Mug", "Lamp", "3 others"], "value": [60.0, 30.0, 10.0], "previous": [20.0, 45.0, 5.0],
     "share": [0.6, 0.3, 0.1], "where": ["product=Mug", "product=Lamp", ""]}
)  # fmt: skip
MOVED = pd.DataFrame(
    {"label": ["Mug", "Lamp"], "value": [60.0, 30.0], "previous": [20.0, 45.0], "change": [40.0, -15.0],
     "where": ["product=Mug", "product=Lamp"]}
)  # fmt: skip
CAUSES = pd.DataFrame({"label": ["Volume", "Price and discount"], "amount": [30.0, -10.0]})
CELLS = pd.DataFrame({"weekday": [1, 6], "hour": [9, 11], "value": [10.0, 50.0]})
MARGINS = pd.DataFrame({"gross_margin": [-0.3, 0.05, 0.35, None], "net_sales": [10.0, 20.0, 70.0, 5.0]})
RANKED = pd.DataFrame({"label": list("abcde"), "value": [50.0, 30.0, 10.0, 6.0, 4.0]})


RUNNING = POINTS.assign(is_whole=[True, True, False])
WORDS = TrendWords("Net sales", "Previous period")


def charts() -> dict[str, Chart]:
    return {
        "trend": trend(POINTS, NET, WORDS), "running trend": trend(RUNNING, NET, WORDS),
        "bars": bars(PARTS, NET, "Product", "Previous period"), "changes": changes(MOVED, NET, "Product", Better.UP),
        "bridge": bridge(CAUSES, NET, 100.0, 120.0), "heat": heat(CELLS, NET), "margins": margins(MARGINS, NET),
        "pareto": pareto(RANKED, NET, "products"),
    }  # fmt: skip


def without_tokens(node: Any) -> Any:
    if isinstance(node, str):
        return re.sub(r"^@.*", "#123456", node)
    if isinstance(node, list):
        return [without_tokens(each) for each in node]
    return {key: without_tokens(each) for key, each in node.items()} if isinstance(node, dict) else node


@pytest.mark.parametrize("name", charts())
def test_plotly_accepts_the_figure(name: str) -> None:
    figure = go.Figure(without_tokens(charts()[name].figure))
    assert len(figure.data) >= 1


@pytest.mark.parametrize("name", charts())
def test_no_colour_is_written_out(name: str) -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgb\(", str(charts()[name].figure)) == []


@pytest.mark.parametrize("name", charts())
def test_every_chart_has_a_sentence_and_a_table(name: str) -> None:
    chart = charts()[name]
    assert chart.summary.endswith(".")
    assert len(chart.table.rows) >= 2
    assert {len(row) for row in chart.table.rows} == {len(chart.table.head)}


def test_the_trend_says_highest_and_lowest() -> None:
    assert trend(POINTS, NET, WORDS).summary == (
        "Net sales from Sun 1 Mar 2026 to Tue 3 Mar 2026: highest £40.00 on Mon 2 Mar 2026, "
        "lowest £5.00 on Tue 3 Mar 2026."
    )


def test_a_running_bucket_is_hatched_and_left_out_of_the_line() -> None:
    line, piece, mark = trend(RUNNING, NET, WORDS).figure["data"][1:]
    assert line["y"] == [10.0, 40.0, None]
    assert piece["y"] == [40.0, 5.0]
    assert (mark["name"], mark["y"]) == ("Incomplete", [None, None, 5.0])
    assert piece["fillpattern"]["shape"] == "/"


def test_a_cut_first_bucket_is_hatched_too() -> None:
    cut = trend(POINTS.assign(is_whole=[False, True, True]), NET, WORDS).figure["data"][1:]
    assert [trace["y"] for trace in cut] == [[None, 40.0, 5.0], [10.0, 40.0], [10.0, None, None]]


def test_a_running_bucket_is_not_called_the_lowest() -> None:
    chart = trend(RUNNING, NET, WORDS)
    assert "lowest £10.00 on Sun 1 Mar 2026" in chart.summary
    assert chart.table.rows[-1][0] == "Tue 3 Mar 2026, incomplete"


def test_values_without_neighbours_are_dots_and_nothing_is_filled_across_a_gap() -> None:
    gaps = POINTS.assign(value=[5.0, float("nan"), 7.0], is_whole=True)
    line = trend(gaps, NET, WORDS).figure["data"][1]
    assert (line["mode"], "fill" in line) == ("lines+markers", False)
    assert trend(POINTS, NET, WORDS).figure["data"][1]["fill"] == "tozeroy"


def test_missing_values_are_gaps_not_zeros() -> None:
    before = trend(POINTS, NET, WORDS).figure["data"][0]
    assert before["y"] == [20.0, None, 30.0]
    assert before["text"] == ["£20.00", "–", "£30.00"]


def test_bars_start_at_zero_and_say_value_and_share() -> None:
    figure = bars(PARTS, NET, "Product").figure
    assert figure["layout"]["xaxis"]["range"][0] == 0.0
    assert figure["data"][-1]["text"] == ["  £60.00 · 60%", "  £30.00 · 30%", "  £10.00 · 10%"]


def test_a_bar_says_both_periods_and_is_what_is_clicked() -> None:
    bar, tick, mark = bars(PARTS, NET, "Product", "Previous period").figure["data"]
    assert bar["hovertext"][0] == "<b>Mug</b><br>Net sales £60.00<br>Previous period £20.00"
    assert (tick["hoverinfo"], mark["hoverinfo"]) == ("skip", "skip")


def test_the_rest_is_grey_and_cannot_be_drilled_to() -> None:
    bar = bars(PARTS, NET, "Product").figure["data"][0]
    assert bar["marker"]["color"] == ["@series-1", "@series-1", "@series-other"]
    assert bar["customdata"] == ["product=Mug", "product=Lamp", ""]


def test_a_rest_larger_than_every_part_has_no_bar() -> None:
    bar, marks = bars(PARTS.assign(value=[60.0, 30.0, 900.0]), NET, "Product").figure["data"]
    assert bar["x"] == [60.0, 30.0, 0.0]
    assert marks["text"][2].startswith("  £900.00")


def test_good_and_bad_follow_the_metric() -> None:
    up, down = (changes(MOVED, NET, "Product", better).figure["data"][0] for better in (Better.UP, Better.DOWN))
    assert up["marker"]["color"] == ["@good", "@bad"]
    assert down["marker"]["color"] == ["@bad", "@good"]
    assert up["text"] == ["+£40.00", "−£15.00"]


def test_a_change_of_a_share_is_in_points() -> None:
    part = {"label": "Cairo", "value": 0.5, "previous": 0.75, "change": -0.25, "where": "hub=Cairo"}
    chart = changes(pd.DataFrame([part]), Axis("Delivery success", Unit.RATE, ""), "Hub", Better.UP)
    assert chart.summary == "Cairo changed most: delivery success fell by 25.0 pp."
    assert (chart.table.rows[0][3], chart.figure["data"][0]["text"]) == ("−25.0 pp", ["−25.0 pp"])


def test_the_bridge_ends_where_the_change_is() -> None:
    bar = bridge(CAUSES, NET, 100.0, 120.0).figure["data"][0]
    assert bar["base"] == [0, 30.0, 0.0]
    assert bar["y"] == [30.0, -10.0, 20.0]


def test_the_bridge_table_adds_up_in_words() -> None:
    assert bridge(CAUSES, NET, 100.0, 120.0).table.rows == [
        ["Before", "£100.00"], ["Volume", "+£30.00"], ["Price and discount", "−£10.00"], ["This period", "£120.00"],
    ]  # fmt: skip


def test_heat_names_the_best_hour_and_leaves_empty_cells_empty() -> None:
    chart = heat(CELLS, NET)
    assert chart.summary == "Net sales by weekday and hour: most on Saturday from 11:00, £50.00."
    assert chart.figure["data"][0]["z"][1] == [None, None, None]


def test_heat_without_a_time_of_day_says_what_to_load() -> None:
    chart = heat(pd.DataFrame({"weekday": [1], "hour": [None], "value": [5.0]}), NET)
    assert chart.empty.startswith("The source gives dates without a time of day.")


def test_margins_fall_into_their_ranges() -> None:
    bins = spread_margins(MARGINS.dropna()).set_index("label")["net_sales"]
    assert bins[bins > 0].to_dict() == {"under −20%": 10.0, "0 to 10%": 20.0, "30 to 40%": 70.0}


def test_margins_say_what_is_sold_below_cost() -> None:
    assert margins(MARGINS, NET).summary == (
        "The middle product earns 5.0% of its price; 10.0% of net sales is sold below cost; "
        "products without a margin to show: 1."
    )


def test_pareto_says_how_few_make_how_much() -> None:
    assert pareto(RANKED, NET, "products").summary == (
        "The top 20% of products (1 of 5) make 50% of net sales; 2 make 80%."
    )


@pytest.mark.parametrize(
    "chart",
    [trend(POINTS.iloc[:0], NET, WORDS), bars(PARTS.iloc[:0], NET, "Product"), bridge(CAUSES.iloc[:0], NET, 0, 0),
     changes(MOVED.iloc[:0], NET, "Product", Better.UP), pareto(RANKED.head(2), NET, "products")],
)  # fmt: skip
def test_nothing_to_show_says_so(chart: Chart) -> None:
    assert chart.figure == {}
    assert chart.empty.endswith(".")
