"""`portal query` and `portal explain`: the contract of the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.cli import portal
from portal.errors import InputError, UnknownNameError

SHOP = ("--tenant", "Amber Shop")


@pytest.fixture
def call(stocked_home: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PORTAL_HOME", str(stocked_home))

    def called(*words: str) -> str:
        result = CliRunner().invoke(portal, words, catch_exceptions=False, standalone_mode=False)
        return result.output

    return called


def rows(output: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(output)["rows"]
    return found


def test_json_is_one_object_with_rows_snapshot_day_and_currency(call) -> None:  # type: ignore[no-untyped-def]
    output = json.loads(call("query", "net_sales,orders,aov", *SHOP, "--json"))
    assert output == {
        "rows": [{"net_sales": 154, "orders": 5, "aov": 30.8}],
        "snapshot": 1, "as_of": "2026-03-31", "currency": "GBP",
    }  # fmt: skip


def test_json_numbers_have_no_binary_noise_and_missing_is_null(call) -> None:  # type: ignore[no-untyped-def]
    output = call("query", "gross_margin,days_of_cover", *SHOP, "--where", "product=none", "--json")
    assert "null" in output
    assert '"gross_margin": 0.4805194805' in call("query", "gross_margin", *SHOP, "--json")


def test_rows_are_keyed_by_dimension(call) -> None:  # type: ignore[no-untyped-def]
    output = rows(call("query", "net_sales", *SHOP, "--by", "month,booked", "--json"))
    assert output[0] == {"month": "2026-01-01", "booked": "yes", "net_sales": 23}


def test_periods_are_half_open(call) -> None:  # type: ignore[no-untyped-def]
    output = call("query", "net_sales", *SHOP, "--from", "2026-02-05", "--to", "2026-02-20", "--json")
    assert rows(output) == [{"net_sales": 50}]


@pytest.mark.parametrize(("options", "expected"), [(("--from", "2026-03-01"), 60), (("--to", "2026-02-01"), 23)])
def test_a_period_may_be_open_at_one_end(call, options: tuple[str, str], expected: int) -> None:  # type: ignore[no-untyped-def]
    assert rows(call("query", "net_sales", *SHOP, *options, "--json")) == [{"net_sales": expected}]


@pytest.mark.parametrize(
    "filters",
    [
        ("--where", "line_type=sale", "--where", "has_customer=yes", "--where", "merchandise=yes"),
        ("--where", "line_type=sale", "has_customer=yes", "merchandise=yes"),
    ],
)
def test_several_filters_follow_one_where_or_have_one_each(call, filters: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    assert rows(call("query", "net_sales", *SHOP, "--json", *filters)) == [{"net_sales": 108}]


def test_filters_on_one_dimension_are_alternatives(call) -> None:  # type: ignore[no-untyped-def]
    output = call("query", "order_lines", *SHOP, "--where", "order_status=new", "order_status=shipped", "--json")
    assert rows(output) == [{"order_lines": 2}]


def test_an_empty_filter_value_means_not_known(call) -> None:  # type: ignore[no-untyped-def]
    assert rows(call("query", "net_sales", *SHOP, "--where", "category=", "--json")) == [{"net_sales": 5}]


def test_the_table_is_aligned_and_exact(call) -> None:  # type: ignore[no-untyped-def]
    lines = call("query", "net_sales,cogs", *SHOP, "--by", "month").splitlines()
    assert lines == [
        "Month     Net sales  Cost of goods sold",
        "Jan 2026         23                   8",
        "Feb 2026         71                  38",
        "Mar 2026         60                  34",
        "",
        "Snapshot 1 · data up to 2026-03-31 · GBP",
    ]


def test_explain_shows_formula_and_numbers(call) -> None:  # type: ignore[no-untyped-def]
    output = call("explain", "aov", *SHOP)
    assert "  Net sales ÷ Orders\n  £154.00 ÷ 5 = £30.80\n" in output
    assert "Not counted: 1 rows (£50.00): not booked: orders in state cancelled." in output


def test_explain_for_machines(call) -> None:  # type: ignore[no-untyped-def]
    made = json.loads(call("explain", "net_sales", *SHOP, "--where", "channel=nothing", "--json"))
    assert (made["value"], made["numbers"]) == (0, "£0.00 − £0.00 − £0.00 = £0.00")
    assert made["sources"] == []


def test_the_list_names_every_metric_and_dimension(call) -> None:  # type: ignore[no-untyped-def]
    output = call("query", "--list")
    assert "  net_sales " in output
    assert "  cohort_age " in output


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (("query", "net_sale", *SHOP), UnknownNameError, "Did you mean net_sales"),
        (("query", "net_sales", "--tenant", "Ambr Shop"), UnknownNameError, "Did you mean Amber Shop"),
        (("query", "net_sales", *SHOP, "--by", "chanel"), UnknownNameError, "Did you mean channel"),
        (("query", "net_sales"), InputError, "--tenant NAME"),
        (("query", *SHOP), InputError, "Name at least one metric"),
        (("query", "net_sales", *SHOP, "--from", "31/12/2026"), InputError, "expected a date such as 2026-03-31"),
        (("query", "net_sales", *SHOP, "--where", "web"), InputError, "dimension=value, found 'web'"),
        (("explain", "net_sale", *SHOP), UnknownNameError, "Did you mean net_sales"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_right(
    call,
    words: tuple[str, ...],
    error: type[Exception],
    message: str,  # type: ignore[no-untyped-def]
) -> None:
    with pytest.raises(error, match=message):
        call(*words)


def test_a_table_gives_rates_in_percent(call) -> None:  # type: ignore[no-untyped-def]
    assert call("query", "gross_margin", *SHOP).splitlines()[1].strip() == "48.05%"


def test_a_quotient_is_printed_as_the_screen_has_it() -> None:
    from portal.cli.numbers import _text_of
    from portal.metrics.model import Unit

    third = Decimal(100) / 3
    assert [_text_of(third, unit, "GBP") for unit in (Unit.NUMBER, Unit.MONEY, Unit.HOURS, Unit.RATE)] == [
        "33.33", "33.33", "33.3 hours", "3,333.33%",
    ]  # fmt: skip
    assert [_text_of(Decimal("1234.5678"), Unit.MONEY, "GBP"), _text_of(None, Unit.NUMBER, "")] == ["1,234.5678", "–"]
