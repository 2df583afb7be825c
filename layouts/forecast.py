"""Forecast: what is coming, how sure that is, and whether the month will reach its target."""

from __future__ import annotations

from layouts.board import Board, Card, board_page

BOARD = Board(
    name="forecast", path="/forecast", title="Forecast", icon="graph-up-arrow",
    kpis={
        "forecast_sales_7": "Next 7 days", "forecast_sales_28": "Next 28 days", "forecast_landing": "This month",
        "forecast_orders_28": "Orders, 28 days", "forecast_skill": "Better than last week",
        "forecast_coverage": "In the 80 % band",
    },
    trends={"net_sales": "Net sales", "units": "Units", "orders": "Orders"},
    breakdowns={"category": "Category", "product": "Product", "brand": "Brand", "supplier": "Supplier"},
    columns=("forecast_sales_28", "forecast_sales_7", "forecast_landing", "forecast_units_28", "forecast_price_28",
             "net_sales", "units"),
    ahead=Card("ahead", "What is coming", "Dashed: the forecast. Bands hold 80 and 95 % of what comes, as back-tests "
               "say"),
    beside=Card("pace", "This month", "Where it is, and where it will end", "span-4", is_chart=False),
    below=(
        Card("score", "How good these forecasts are", "Back-tests: the end of the history is hidden three times and "
             "forecast from what came before", "span-12", is_chart=False),
        Card("steps", "Error by how far ahead", "Of the series shown above"),
        Card("said", "What was said before", "Forecasts kept since then, against what happened", is_chart=False),
        Card("parts", "What is expected where", "Next 28 days against the last 28; a name opens its forecast",
             "span-12", is_chart=False,
             views={"category": "Category", "shop": "Shop", "product": "Product"}),
    ),
    exports=(("ahead", "Forecast"), ("scores", "How good forecasts are")),
    first_by=("category", "product"),
    has_parts=False,
    missing="Needs sales",
)  # fmt: skip

PAGE = board_page(BOARD)
