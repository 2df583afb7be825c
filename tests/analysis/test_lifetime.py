"""BG/NBD and Gamma-Gamma: the published fit of the CDNOW sample, and integrals as an oracle."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from portal.analysis.lifetime import Frequency, Spending, Unfit, fit_frequency, fit_spending
from portal.analysis.repeat import HoldOut, discounted_orders, histories, hold_out
from portal.analysis.visits import visits
from tests.analysis.real_data import NEEDED, cdnow

CALIBRATED = date(1997, 9, 30)
FIT = Frequency(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)


def history(*rows: tuple[int, float, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"x": pl.Int64, "t_x": pl.Float64, "T": pl.Float64}, orient="row")


class TestCdnow:
    pytestmark = NEEDED

    @pytest.fixture(scope="class")
    def days(self) -> pl.DataFrame:
        return visits(cdnow())

    def test_order_rates_are_the_published_ones(self, days: pl.DataFrame) -> None:
        fit = fit_frequency(histories(days, CALIBRATED))
        assert isinstance(fit, Frequency)
        assert [round(each, 3) for each in (fit.r, fit.alpha, fit.a, fit.b)] == [0.243, 4.414, 0.793, 2.426]
        assert (round(fit.log_likelihood, 3), fit.customers) == (-9582.429, 2357)

    def test_money_is_the_published_one(self, days: pl.DataFrame) -> None:
        fit = fit_spending(histories(days, CALIBRATED))
        assert isinstance(fit, Spending)
        assert [round(each, 2) for each in (fit.p, fit.q, fit.gamma)] == [6.25, 3.74, 15.44]
        assert fit.customers == 946

    def test_hold_out_of_39_weeks(self, days: pl.DataFrame) -> None:
        found = hold_out(days, CALIBRATED, date(1998, 6, 30))
        assert isinstance(found, HoldOut)
        assert (found.actual, found.customers, found.weeks) == (1882, 2357, 39)
        assert round(found.total_error or 0, 3) == -0.121
        assert (round(found.mean_error, 4), round(found.plain_error, 3)) == (0.7855, 1.024)

    def test_the_fit_does_not_depend_on_the_order_of_rows(self, days: pl.DataFrame) -> None:
        known = histories(days, CALIBRATED)
        assert fit_frequency(known) == fit_frequency(known.reverse())


def integral(x: int, age: float, weeks: float) -> float:
    """Orders of somebody still active: over every leaving chance p ~ Beta(a, b + x), 1/p · (1 − ((α+T) ÷
    (α+T+p·weeks))^(r+x)). No hypergeometric function in it."""

    def orders(leaves: float) -> float:
        weight = (FIT.a - 1) * np.log(leaves) + (FIT.b + x - 1) * np.log1p(-leaves) - betaln(FIT.a, FIT.b + x)
        return float(-np.expm1(-(FIT.r + x) * np.log1p(leaves * weeks / (FIT.alpha + age))) / leaves * np.exp(weight))

    return quad(orders, 0, 0.5, limit=200)[0] + quad(orders, 0.5, 1, limit=200)[0]


@pytest.mark.parametrize("row", [(0, 0.0, 38.86), (2, 30.43, 38.86), (5, 24.0, 27.0), (300, 51.0, 52.0)])
def test_expected_orders_are_those_of_the_integral(row: tuple[int, float, float]) -> None:
    people = history(row)
    assert FIT.expected(people, 39.0)[0] == pytest.approx(
        integral(row[0], row[2], 39.0) * FIT.alive(people)[0], rel=1e-6
    )


def test_the_mean_over_quantiles_stands_in_at_the_edges() -> None:
    x, age = np.array([0.0, 2.0, 300.0]), np.array([38.86, 38.86, 52.0])
    assert FIT._averaged(x, age, 39.0) == pytest.approx(FIT._if_alive(x, age, 39.0), rel=0.02)


def test_a_thousand_orders_lose_no_digits() -> None:
    found = FIT.expected(history((1000, 520.0, 520.0), (200, 520.0, 520.0)), 52.0)
    rate = (FIT.r + 1000) / (FIT.alpha + 520)
    assert rate * 52 * 0.9 < found[0] < rate * 52
    assert 15 < found[1] < 20


def test_who_ordered_once_cannot_be_told_gone_but_may_not_come_back() -> None:
    once = history((0, 0.0, 100.0))
    assert FIT.alive(once)[0] == 1.0
    assert 0 < FIT.buys_within(once, 13.0)[0] < 0.05


def test_silence_makes_a_regular_customer_less_alive() -> None:
    recent, silent = FIT.alive(history((20, 50.0, 51.0), (20, 20.0, 51.0)))
    assert recent > 0.9
    assert silent < 0.05


def test_the_edge_a_equals_one_is_no_gap() -> None:
    near, edge = (Frequency(0.5, 5.0, a, 2.0, 0, 0).expected(history((3, 10.0, 20.0)), 10.0)[0] for a in (1.0001, 1.0))
    assert edge == pytest.approx(near, rel=1e-3)


def test_money_of_a_one_time_customer_is_the_mean_of_all() -> None:
    fit = Spending(6.25, 3.74, 15.44, 0, 946)
    people = pl.DataFrame({"x": [0, 1000], "mean_amount": [None, 80.0]})
    assert fit.expected(people).round(2).tolist() == [35.22, 79.98]


def test_discounting_makes_less_and_none_leaves_all() -> None:
    known = history((2, 30.0, 38.0))
    assert discounted_orders(FIT, known, 364, 0.0)[0] == pytest.approx(FIT.expected(known, 52.0)[0])
    assert discounted_orders(FIT, known, 364, 0.5)[0] < FIT.expected(known, 52.0)[0]


@pytest.mark.parametrize(
    "rows", [[], [(0, 0.0, 9.0)] * 50, [(1, 2.0, 9.0)] * 9, [(1, 0.0, 0.0)] * 20], ids=["none", "once", "nine", "a day"]
)
def test_what_cannot_be_fitted_is_told(rows: list[tuple[int, float, float]]) -> None:
    found = fit_frequency(history(*rows))
    assert isinstance(found, Unfit)
    assert found.reason.endswith(".")


def test_all_customers_alike_still_give_numbers() -> None:
    found = fit_frequency(history(*[(3, 20.0, 21.0)] * 40))
    assert isinstance(found, Frequency)
    assert np.isfinite(found.expected(history((3, 20.0, 21.0), (0, 0.0, 0.0)), 10.0)).all()


def test_a_history_counts_days_and_later_money() -> None:
    orders = pl.DataFrame(
        {
            "customer_key": [7, 7, 7, 8],
            "order_date": [date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 15), date(2026, 1, 8)],
            "net_amount": [10.0, 20.0, 5.0, 4.0],
        }
    )
    found = histories(visits(orders), date(2026, 1, 29))
    assert found.rows() == [(7, 1, 2.0, 4.0, 25.0), (8, 0, 0.0, 3.0, None)]
