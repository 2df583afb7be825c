"""The one look of every figure. Colours are tokens ("@series-1", "@muted", "@accent/12" for 12 % opaque).

The browser replaces a token by the variable of the same name in `assets/portal.css`, so that switching between light
and dark needs no server. Figures are plain dictionaries: building one costs microseconds, and the default template
of Plotly (6.5 kB a figure) stays out.
"""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]
"""A Plotly figure as a plain dictionary: {"data": [...], "layout": {...}}."""

FONT = "Inter Variable, system-ui, sans-serif"
ACCENT = "@series-1"
PREVIOUS = "@previous"
SERIES = ("@series-1", "@series-2", "@series-3", "@series-4", "@series-5", "@series-6")
OTHER = "@series-other"
HEAT = [[0, "@heat-0"], [0.25, "@heat-1"], [0.5, "@heat-2"], [0.75, "@heat-3"], [1, "@heat-4"]]
CONFIG: Any = {"displayModeBar": False, "showSendToCloud": False, "responsive": True, "scrollZoom": False,
          "doubleClick": False, "showAxisDragHandles": False, "locale": "en"}  # fmt: skip


def layout(**changes: Any) -> dict[str, Any]:
    """The layout every figure starts from; `changes` replace whole entries."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": "@muted"},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "@surface", "bordercolor": "@border-strong", "align": "left",
            "font": {"family": FONT, "size": 12.5, "color": "@text"},
        },
        "separators": ".,",
        **changes,
    }  # fmt: skip


def quiet_axis(**changes: Any) -> dict[str, Any]:
    """An axis with ticks but no lines, as categories have it."""
    return {
        "showgrid": False, "zeroline": False, "showline": False, "fixedrange": True, "automargin": True,
        "ticks": "", "tickfont": {"size": 12, "color": "@muted"}, "title": {"text": ""}, **changes,
    }  # fmt: skip


def value_axis(**changes: Any) -> dict[str, Any]:
    """An axis of values with horizontal hairlines."""
    return quiet_axis(**{"showgrid": True, "gridcolor": "@grid", "gridwidth": 1, "zeroline": True,
                         "zerolinecolor": "@axis", "zerolinewidth": 1, **changes})  # fmt: skip


def legend(**changes: Any) -> dict[str, Any]:
    """A legend above the plot, at the right."""
    return {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom", "font": {"size": 12},
            "itemclick": False, "itemdoubleclick": False, "traceorder": "normal", **changes}  # fmt: skip
