"""What a daily number was to be expected to be, from the days before it: weekday, level and trend, fitted robustly.

For every day t a ridge regression on the `WINDOW` days before it, recent days weighing more (half-life `HALF_LIFE`),
days with large residuals less (Huber's weights, found by iteration; Huber 1964). So each expectation uses nothing but
what was known before its day. Numbers that are mostly positive are fitted on the log scale, where shocks are shares;
others as they are. Days near a holiday teach nothing: one year cannot tell a holiday from an accident.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

WINDOW, HALF_LIFE, LEAST = 91, 28.0, 28
"""Days looked back, half-life of their weight in days, and how many of them must have a value."""

_PENALTIES = np.diag([1e-6, 30.0, *[0.5] * 7])
_HUBER, _ROUNDS = 1.5, 5
_MONTH = 30.0
_MOSTLY, _FLOOR = 0.9, 0.05
_TO_SIGMA = 1.4826


@dataclass(frozen=True)
class Scale:
    """How a number is looked at: `floor` > 0 for the log of it (smaller values count as `floor`), 0 for itself."""

    floor: float

    def there(self, values: Floats) -> Floats:
        """Values on the scale of the fit."""
        found: Floats = np.log(np.maximum(values, self.floor)) if self.floor else values
        return found

    def back(self, values: Floats) -> Floats:
        """Values of the scale of the fit as they are read."""
        found: Floats = np.exp(values) if self.floor else values
        return found


def scale_of(values: Floats) -> Scale:
    """The log scale for what is positive on nine days in ten, else the scale itself. Missing (NaN) does not count."""
    known = values[np.isfinite(values)]
    if not len(known) or np.mean(known > 0) < _MOSTLY:
        return Scale(0.0)
    return Scale(float(np.median(known[known > 0])) * _FLOOR)


def expected_values(values: Floats, weekdays: Whole, teaches: Flags) -> Floats:
    """The expectation of each day from those before it, on the scale of `values`; shape (n,), NaN where too few.

    Args:
        values: one for each day in a row, on the scale of the fit, NaN where there is none; shape (n,).
        weekdays: 0 to 6, shape (n,).
        teaches: whether others may learn from the day, shape (n,).
    """
    count = len(values)
    known = np.where(teaches, values, np.nan)
    past = _windows(np.concatenate([np.full(WINDOW, np.nan), known]), count)
    columns = _columns(weekdays, count)
    is_known = np.isfinite(past)
    target, weight = np.where(is_known, past, 0.0), _recency() * is_known
    fit = _robust_fit(columns, target, weight)
    own = np.zeros((count, 9))
    own[:, 0] = 1.0
    own[np.arange(count), 2 + weekdays] = 1.0
    expected: Floats = (own * fit).sum(axis=1)
    return np.where(is_known.sum(axis=1) >= LEAST, expected, np.nan)


def _windows(padded: Floats, count: int) -> Floats:
    found: Floats = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:count]
    return found


def _columns(weekdays: Whole, count: int) -> Floats:
    """Constant, months before the day, and a column for each weekday; shape (count, WINDOW, 9)."""
    if not count:
        return np.zeros((0, WINDOW, 9))
    before = (weekdays[0] - np.arange(WINDOW, 0, -1)) % 7
    days = np.lib.stride_tricks.sliding_window_view(np.concatenate([before, weekdays]), WINDOW)[:count]
    columns = np.zeros((count, WINDOW, 9))
    columns[:, :, 0] = 1.0
    columns[:, :, 1] = np.arange(-WINDOW, 0) / _MONTH
    columns[:, :, 2:] = days[:, :, None] == np.arange(7)
    return columns


def _recency() -> Floats:
    found: Floats = 0.5 ** (np.arange(WINDOW, 0, -1) / HALF_LIFE)
    return found


def _robust_fit(columns: Floats, target: Floats, weight: Floats) -> Floats:
    """Coefficients of each day's regression, shape (n, 9)."""
    trust: Floats = np.ones(target.shape)
    for _ in range(_ROUNDS):
        weighed = columns * (weight * trust)[:, :, None]
        matrix = weighed.transpose(0, 2, 1) @ columns + _PENALTIES
        fit = np.linalg.solve(matrix, weighed.transpose(0, 2, 1) @ target[:, :, None])
        size = np.abs(target - (columns @ fit)[:, :, 0])
        spread = _TO_SIGMA * _median(size, weight > 0)
        trust = np.minimum(1.0, _HUBER * spread[:, None] / np.maximum(size, 1e-12))
    return np.asarray(fit[:, :, 0], dtype=np.float64)


def _median(sizes: Floats, counts: Flags) -> Floats:
    """Median of the sizes that count, row by row; a little above 0 where none does."""
    ordered = np.sort(np.where(counts, sizes, np.inf), axis=1)
    many = np.maximum(counts.sum(axis=1), 1)
    rows = np.arange(len(sizes))
    middle = (ordered[rows, (many - 1) // 2] + ordered[rows, many // 2]) / 2
    found: Floats = np.where(np.isfinite(middle), middle, 0.0) + 1e-9
    return found
