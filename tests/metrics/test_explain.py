"""An explanation shows the numbers that `run` gives, and what stands behind them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.errors import UnknownNameError
from portal.metrics import CATALOGUE
from portal.metrics.evidence import Exclusion, SourceShare, TieOut
from portal.metrics.explain import Explanation, explain
from portal.metrics.model import Filter, Query
from portal.viewer import Viewer
from portal.warehouse.duckdb import Warehouses
from tests.metrics.conftest import GOLDEN, OTHER, Ask

PLAIN = [name for name, measure in CATALOGUE.items() if not getattr(measure, "needs", "")]


@pytest.fixture
def explained(warehouses: Warehouses, viewer: Viewer):  # type: ignore[no-untyped-def]
    def explain_golden(name: str, *filters: Filter) -> Explanation:
        return explain(name, Query((), filters=filters), viewer, (GOLDEN,), warehouses)

    return explain_golden


@pytest.mark.parametrize("name", PLAIN)
def test_an_explanation_shows_the_number_of_run(ask: Ask, explained, name: str) -> None:  # type: ignore[no-untyped-def]
    made = explained(name)
    assert made.value == ask(name).value(name)
    assert [part.value for part in made.parts] == [ask(part.name).value(part.name) for part in made.parts]
    assert made.numbers.endswith(f"= {made.text}")


@pytest.mark.parametrize(
    ("name", "formula", "numbers"),
    [
        ("net_sales", "Gross sales − Discounts − Returns value", "£165.00 − £2.00 − £9.00 = £154.00"),
        ("aov", "Net sales ÷ Orders", "£154.00 ÷ 5 = £30.80"),
        ("gross_profit", "Net sales − Cost of goods sold", "£154.00 − £80.00 = £74.00"),
        ("sell_through", "Units sold ÷ (Units sold + On hand)", "9 ÷ (9 + 23) = 28.13%"),
        ("order_lines", "number of lines", "number of lines = 8"),
    ],
)
def test_the_formula_has_the_numbers_in_it(explained, name: str, formula: str, numbers: str) -> None:  # type: ignore[no-untyped-def]
    assert (explained(name).formula, explained(name).numbers) == (formula, numbers)


def test_what_is_left_out_is_named_with_rows_and_money(explained) -> None:  # type: ignore[no-untyped-def]
    assert explained("gross_sales").excluded == (
        Exclusion("lines of type return", 1, Decimal(-9)),
        Exclusion("not booked: orders in state cancelled", 1, Decimal(50)),
    )
    assert explained("order_lines").excluded == ()


def test_counted_and_left_out_rows_are_all_rows(ask: Ask, explained) -> None:  # type: ignore[no-untyped-def]
    made = explained("returns_value")
    assert sum(one.rows for one in made.excluded) + sum(one.rows for one in made.sources) == 8


def test_filters_hold_in_every_part(explained) -> None:  # type: ignore[no-untyped-def]
    made = explained("aov", Filter("channel", ("phone",)))
    assert made.numbers == "£50.00 ÷ 1 = £50.00"
    assert made.excluded == (Exclusion("not booked: orders in state cancelled", 1, Decimal(50)),)


def test_sources_tie_out_and_age_are_shown(explained) -> None:  # type: ignore[no-untyped-def]
    made = explained("net_sales")
    assert made.sources == (SourceShare("table", 1, 7, None),)
    assert made.tie_out == TieOut(totals=1, untied=0, rejected_rows=0, failed_checks=0)
    assert (made.as_of, made.age_days(date(2026, 4, 2))) == (date(2026, 3, 31), 2)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (TieOut(3, 0, 0, 0), "3 of 3 control totals agree with the source."),
        (TieOut(3, 1, 0, 0), "1 of 3 control totals do not agree with the source."),
        (TieOut(0, 0, 0, 0), "No control totals were recorded for this data."),
    ],
)
def test_the_tie_out_is_a_sentence(state: TieOut, sentence: str) -> None:
    assert state.sentence == sentence


def test_a_score_of_people_is_explained_in_words(explained) -> None:  # type: ignore[no-untyped-def]
    made = explained("staff_score")
    assert (made.value, made.numbers) == (None, "One number for each employee: ask for it by employee.")


def test_several_tenants_are_explained_together(warehouses: Warehouses, viewer: Viewer) -> None:
    made = explain("net_sales", Query(()), viewer, (GOLDEN, OTHER), warehouses)
    assert made.numbers == "£1,165.00 − £2.00 − £9.00 = £1,154.00"
    assert made.sources == (SourceShare("table", 1, 7, None),)


def test_an_unknown_metric_is_refused(explained) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnknownNameError, match="Did you mean aov"):
        explained("aow")
