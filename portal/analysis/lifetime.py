"""What customers will still buy: BG/NBD for how often, Gamma-Gamma for how much.

BG/NBD: while active a customer orders at random at a rate of their own (rates are Gamma(r, α) over customers), and
after each order leaves for good with a chance of their own (Beta(a, b)). Of a customer only x (repeat orders), t_x
(age at the last order) and T (age) count. Fader, Hardie & Lee, "Counting Your Customers the Easy Way", Marketing
Science 24 (2005), equations 6, 10 and 13 with the likelihood of their note 2 (2005, Excel); Gamma-Gamma as in Fader &
Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). Money of an order is independent of how often one orders.

Fitting takes the distinct (x, t_x, T) with their counts, so it does not grow with the customers. All logarithms of
Gamma functions are of parameters plus whole numbers and are worked out once for each distinct x.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, expit, gammaln, hyp2f1, psi

Floats = NDArray[np.float64]
LEAST_REPEATING = 10
_EDGE = 8.0  # of the logarithm of a parameter: beyond it customers no longer differ
_QUANTILES = 64
_NEAR_ONE = 1e-7


@dataclass(frozen=True)
class Unfit:
    """Why there is no fit, as a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Frequency:
    """A fitted BG/NBD; time in weeks.

    Attributes:
        r, alpha: shape and rate of the Gamma distribution of order rates (orders a week).
        a, b: of the Beta distribution of the chance to leave after an order.
        log_likelihood: of the sample.
        customers: how many were fitted.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int

    def alive(self, history: pl.DataFrame) -> Floats:
        """P(still active), 0–1, for each row of x, t_x, T (equation 7 of the 2005 note on P(alive)).

        It is 1 for everybody who ordered once: they have had no chance to leave. Show `buys_within` instead.
        """
        x, recency, age = _columns(history)
        left = math.log(self.a) - np.log(self.b + np.maximum(x, 1) - 1)
        odds = left + (self.r + x) * np.log((self.alpha + age) / (self.alpha + recency))
        return np.where(x > 0, np.asarray(expit(-odds)), 1.0)

    def buys_within(self, history: pl.DataFrame, weeks: float) -> Floats:
        """P(at least one order within `weeks`), 0–1: P(active) · (1 − ((α+T) ÷ (α+T+weeks))^(r+x))."""
        x, _, age = _columns(history)
        return self.alive(history) * -np.expm1(-(self.r + x) * np.log1p(weeks / (self.alpha + age)))

    def expected(self, history: pl.DataFrame, weeks: float) -> Floats:
        """Orders expected within the next `weeks` for each row of x, t_x, T (equation 10).

        The hypergeometric function is taken after Euler's transformation: the textbook form loses all digits for
        large x. It depends on x and T alone and is worked out once for each pair.
        """
        pairs = history.select("x", "T").with_row_index("row")
        each = pairs.group_by("x", "T").agg("row").sort("x", "T")
        x, age = each["x"].cast(pl.Float64).to_numpy(), each["T"].to_numpy()
        values = each.with_columns(pl.Series("value", self._if_alive(x, age, weeks))).explode("row").sort("row")
        return values["value"].to_numpy() * self.alive(history)

    def _if_alive(self, x: Floats, age: Floats, weeks: float) -> Floats:
        a = self.a if abs(self.a - 1) > _NEAR_ONE else 1 + _NEAR_ONE
        c = a + self.b + x - 1
        c = np.where(np.abs(c) > _NEAR_ONE, c, _NEAR_ONE)
        z = weeks / (self.alpha + age + weeks)
        with np.errstate(over="ignore", invalid="ignore"):
            hyper = np.asarray(hyp2f1(a + self.b - 1 - self.r, a - 1, c, z))
            closed: Floats = c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyper)
        odd = ~(np.isfinite(closed) & (closed >= 0))
        closed[odd] = self._averaged(x[odd], age[odd], weeks)
        return closed

    def _averaged(self, x: Floats, age: Floats, weeks: float) -> Floats:
        """The same as a mean over quantiles of the leaving chance p ~ Beta(a, b + x): right to about 1 %, and finite
        at the edges where the hypergeometric function is not (equation 10 before its integral is taken)."""
        shares = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
        leaves = np.maximum(betaincinv(self.a, self.b + x[:, None], shares), 1e-12)
        stays = -np.expm1(-(self.r + x)[:, None] * np.log1p(leaves * weeks / (self.alpha + age)[:, None]))
        return np.asarray((stays / leaves).mean(axis=1))


@dataclass(frozen=True)
class Spending:
    """A fitted Gamma-Gamma; γ in the currency of the sample."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: int

    def expected(self, history: pl.DataFrame) -> Floats:
        """Money of a future order of each row of x and mean_amount: the own mean, drawn to that of all customers.

        One-time customers (x = 0) get the mean of all. Missing where that has no mean (q ≤ 1).
        """
        x = history["x"].cast(pl.Float64).to_numpy()
        total = x * history["mean_amount"].cast(pl.Float64).fill_null(0).to_numpy()
        rest = self.p * x + self.q - 1
        return np.where(rest > 0, self.p * (self.gamma + total) / np.where(rest > 0, rest, 1), np.nan)


def fit_frequency(history: pl.DataFrame) -> Frequency | Unfit:
    """BG/NBD by maximum likelihood.

    Args:
        history: shape (n, k), one row a customer, with x (whole), t_x and T (weeks, 0 ≤ t_x ≤ T).
    """
    repeating = int((history["x"] > 0).sum())
    if repeating < LEAST_REPEATING:
        return Unfit(f"Only {repeating} customers ordered on more than one day; at least {LEAST_REPEATING} are needed.")
    distinct = history.group_by("x", "t_x", "T").agg(pl.len().alias("count")).sort("x", "t_x", "T")
    x, recency, age = _columns(distinct)
    scale = float(age.max())
    if scale <= 0:
        return Unfit("All orders are of one day; there is no time to learn from.")
    sample = _Sample(x, recency / scale, age / scale, distinct["count"].cast(pl.Float64).to_numpy())
    found = _maximum(sample.loss, np.log([1.0, 1.0, 1.0, 1.0]))
    if isinstance(found, Unfit):
        return found
    (r, alpha, a, b), loss = found
    likelihood = -loss - float((sample.count * x).sum()) * math.log(scale)
    return Frequency(r, alpha * scale, a, b, likelihood, history.height)


def fit_spending(history: pl.DataFrame) -> Spending | Unfit:
    """Gamma-Gamma by maximum likelihood over customers with repeat orders of a positive mean.

    Args:
        history: one row a customer, with x and mean_amount (mean money of the repeat orders).
    """
    used = history.filter((pl.col("x") > 0) & (pl.col("mean_amount") > 0))
    if used.height < LEAST_REPEATING:
        return Unfit(f"Only {used.height} customers have repeat orders with money; {LEAST_REPEATING} are needed.")
    x, amount = used["x"].cast(pl.Float64).to_numpy(), used["mean_amount"].cast(pl.Float64).to_numpy()
    scale = float(np.average(amount, weights=x))
    found = _maximum(_Amounts(x, amount / scale).loss, np.log([2.0, 3.0, 2.0]))
    if isinstance(found, Unfit):
        return found
    (p, q, gamma), loss = found
    return Spending(p, q, gamma * scale, -loss - used.height * math.log(scale), used.height)


class _Sample:
    """Distinct histories; the negative log-likelihood and its gradient by the logarithms of r, α, a, b."""

    def __init__(self, x: Floats, recency: Floats, age: Floats, count: Floats) -> None:
        self.x, self.recency, self.age, self.count = x, recency, age, count
        self.values, self.place = np.unique(x, return_inverse=True)
        self.of_value = np.bincount(self.place, weights=count)

    def loss(self, logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(logs)
        x, v, weights = self.x, self.values, self.of_value
        fixed = gammaln(r + v) - gammaln(r) + r * logs[1] + _beta_ratio(a, b, v)
        long, short = np.log(alpha + self.age), np.log(alpha + self.recency)
        gone = np.where(x > 0, logs[2] - np.log(b + np.maximum(x, 1) - 1) - (r + x) * short, -np.inf)
        stays = -(r + x) * long
        either = np.logaddexp(stays, gone)
        left = np.exp(gone - either) * self.count
        here = self.count - left
        by_r = (weights * (psi(r + v) - psi(r) + logs[1])).sum() - (here * long).sum() - (left * short).sum()
        by_alpha = (
            weights.sum() * r / alpha - ((r + x) * (here / (alpha + self.age) + left / (alpha + self.recency))).sum()
        )
        by_a = (weights * (psi(a + b) - psi(a + b + v))).sum() + left.sum() / a
        by_b = (weights * (psi(b + v) - psi(b) + psi(a + b) - psi(a + b + v))).sum()
        by_b -= (left / (b + np.maximum(x, 1) - 1)).sum()
        gradient = np.array([by_r * r, by_alpha * alpha, by_a * a, by_b * b])
        return -float((weights * fixed).sum() + (self.count * either).sum()), -gradient


class _Amounts:
    """Repeat orders and their mean money; the negative log-likelihood and its gradient by the logs of p, q, γ."""

    def __init__(self, x: Floats, amount: Floats) -> None:
        self.x, self.amount, self.log_amount = x, amount, np.log(amount)

    def loss(self, logs: Floats) -> tuple[float, Floats]:
        p, q, gamma = np.exp(logs)
        x, shape = self.x, p * self.x
        total = gamma + self.amount * x
        whole = np.log(total)
        value = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * logs[2]
        value = value + (shape - 1) * self.log_amount + shape * np.log(x) - (shape + q) * whole
        digamma = psi(shape + q)
        by_p = (x * (digamma - psi(shape) + self.log_amount + np.log(x) - whole)).sum()
        by_q = (digamma - psi(q) + logs[2] - whole).sum()
        by_gamma = (q / gamma - (shape + q) / total).sum()
        return -float(value.sum()), -np.array([by_p * p, by_q * q, by_gamma * gamma])


def _beta_ratio(a: float, b: float, x: Floats) -> Floats:
    """ln B(a, b + x) − ln B(a, b)."""
    return np.asarray(gammaln(b + x) - gammaln(b) - gammaln(a + b + x) + gammaln(a + b))


def _maximum(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> tuple[list[float], float] | Unfit:
    """The parameters with the least loss, by bounded quasi-Newton steps on their logarithms (L-BFGS-B)."""
    size = max(1.0, abs(loss(start)[0]))

    def scaled(logs: Floats) -> tuple[float, Floats]:
        value, gradient = loss(logs)
        return value / size, gradient / size

    options = {"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9}
    limits = {"method": "L-BFGS-B", "bounds": [(-_EDGE, _EDGE)] * len(start), "options": options}
    found: Any = minimize(scaled, start, jac=True, **limits)  # type: ignore[no-untyped-call]
    if not np.all(np.isfinite(found.x)) or not math.isfinite(found.fun):
        return Unfit("The orders do not follow the model: no parameters fit them.")
    return [float(value) for value in np.exp(found.x)], float(found.fun) * size


def _columns(history: pl.DataFrame) -> tuple[Floats, Floats, Floats]:
    x, recency, age = (history[name].cast(pl.Float64).to_numpy() for name in ("x", "t_x", "T"))
    return x, recency, age
