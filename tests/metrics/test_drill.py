"""The rows behind a number are those the number was made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.errors import InputError, UnknownNameError
from portal.metrics import CATALOGUE
from portal.metrics.details import DETAILS, word_headings
from portal.metrics.drill import COUNTED, Drilled, Page, drill
from portal.metrics.lookup import metrics_of
from portal.metrics.model import Filter, Period, Query
from portal.viewer import ROLES, Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, OTHER, Ask

SUMS = [name for name, one in CATALOGUE.items() if metrics_of(one)[0].name == name]
WEB = (Filter("channel", ("web",)),)
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


@pytest.fixture
def drilled(warehouses: Warehouses, viewer: Viewer):  # type: ignore[no-untyped-def]
    def drill_golden(name: str, page: Page = Page(), **more: object) -> Drilled:  # noqa: B008
        return drill(Query((name,), **more), viewer, GOLDEN, warehouses, page)  # type: ignore[arg-type]

    return drill_golden


@pytest.mark.parametrize("name", SUMS)
def test_the_rows_add_up_to_the_number(ask: Ask, drilled, name: str) -> None:  # type: ignore[no-untyped-def]
    found, number = drilled(name, Page(0, 1000)), ask(name).value(name)
    if found.total is None:
        assert number is None or CATALOGUE[name].is_additive is False  # type: ignore[union-attr]
    else:
        assert round(found.total, 6) == round(Decimal(number), 6)  # type: ignore[arg-type]
        counted = [Decimal(value) for value in found.frame[COUNTED] if value is not None]
        assert round(sum(counted), 6) == round(found.total, 6)


@pytest.mark.parametrize("name", ["net_sales", "orders", "gross_profit", "returns_value"])
def test_rows_follow_filters_and_period(ask: Ask, drilled, name: str) -> None:  # type: ignore[no-untyped-def]
    found = drilled(name, period=FEBRUARY, filters=WEB)
    assert found.total == ask(name, period=FEBRUARY, where={"channel": "web"}).value(name)


def test_every_fact_of_the_catalogue_can_be_drilled() -> None:
    facts = {one.fact.name for measure in CATALOGUE.values() for one in metrics_of(measure)}
    assert facts <= set(DETAILS)


def test_rows_name_document_file_and_row(drilled) -> None:  # type: ignore[no-untyped-def]
    row = drilled("net_sales").frame.iloc[0]
    assert row[["Date", "Document", "Product", "Net", "File", "Row"]].tolist() == [
        date(2026, 3, 31), "O7", "Mug", 10, "orders.csv", 108,
    ]  # fmt: skip


def test_pages_follow_each_other_without_gap_or_repeat(drilled) -> None:  # type: ignore[no-untyped-def]
    pages = [drilled("order_lines", Page(number, 3)) for number in range(4)]
    assert [len(page.frame) for page in pages] == [3, 3, 2, 0]
    rows = [row for page in pages for row in page.frame["Row"]]
    assert (rows, pages[0].rows) == ([108, 107, 106, 105, 104, 103, 101, 102], 8)


def test_a_ratio_shows_the_rows_of_its_top(drilled) -> None:  # type: ignore[no-untyped-def]
    assert (drilled("aov").metric, drilled("aov").total) == ("net_sales", 154)


def test_new_customers_are_shown_by_their_first_orders(drilled) -> None:  # type: ignore[no-untyped-def]
    assert drilled("new_customers").frame["Document"].tolist() == ["O2", "O1"]


@pytest.mark.parametrize(("role", "expected"), [("manager", {"Ann", "Bob", None}), ("viewer", {"•••", None})])
def test_names_are_shown_only_to_those_who_may_see_them(
    warehouses: Warehouses, role: str, expected: set[str | None]
) -> None:
    viewer = Viewer(9, "vic@example.org", role, ROLES[role], (GOLDEN,))
    assert set(drill(Query(("net_sales",)), viewer, GOLDEN, warehouses, Page()).frame["Customer"]) == expected


def test_foreign_rows_are_out_of_reach(warehouses: Warehouses) -> None:
    viewer = Viewer(9, "vic@example.org", "admin", ROLES["admin"], (GOLDEN,))
    with pytest.raises(UnknownNameError):
        drill(Query(("net_sales",)), viewer, OTHER, warehouses, Page())


@pytest.mark.parametrize("page", [Page(-1, 10), Page(0, 0), Page(0, 1001)])
def test_a_page_that_cannot_be_is_refused(drilled, page: Page) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="A page has 1 to 1000 rows"):
        drilled("net_sales", page)


def test_codes_are_told_in_words_and_names_are_left_alone(drilled) -> None:  # type: ignore[no-untyped-def]
    found = drilled("net_sales")
    assert {"Status", "Type", "Channel"} <= found.words
    assert not {"Source", "File", "Product"} & found.words
    told = [found.text("Status", code) for code in ("out_for_delivery", "cod", "Held by R. Rao", None)]
    assert told == ["Out for delivery", "COD", "Held by R. Rao", None]
    assert found.text("File", "orders_of_may.csv") == "orders_of_may.csv"


def test_a_reason_is_a_word_of_returns_only() -> None:
    assert "Reason" in word_headings("fact_return")
    assert "Reason" not in word_headings("fact_expense")
