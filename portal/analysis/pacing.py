"""Where a month will end, and whether that is in time for its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from statistics import NormalDist, mean

_NORMAL = NormalDist()
_WEEK = 7


@dataclass(frozen=True)
class Pace:
    """How a month stands against its target; amounts in the unit of the target.

    Attributes:
        target: of the whole month.
        expected: of it, what should be there by now: the shares of the days that are over.
        so_far: what is there.
        landing: what is expected at the end.
        chance: of reaching the target, 0 to 1; None where too little is known.
    """

    target: float
    expected: float
    so_far: float
    landing: float
    chance: float | None

    @property
    def ahead(self) -> float:
        """What is there beyond what should be; negative when behind."""
        return self.so_far - self.expected

    @property
    def needed(self) -> float:
        """What is still missing to the target; 0 when it is reached."""
        return max(self.target - self.so_far, 0.0)


def days_of_month(month: date) -> list[date]:
    """Every day of the month that begins on `month`."""
    following = (month + timedelta(days=32)).replace(day=1)
    return [month + timedelta(days=place) for place in range((following - month).days)]


def weekday_weights(values: Sequence[tuple[date, float | None]]) -> list[float]:
    """What each weekday (Monday first) sells on average, as a share of the week; equal where nothing is known.

    Days that are not known are left out; a weekday that never sells has no weight.
    """
    means = []
    for weekday in range(_WEEK):
        known = [value for day, value in values if day.weekday() == weekday and value is not None]
        means.append(max(mean(known), 0.0) if known else 0.0)
    total = sum(means)
    return [one / total for one in means] if total > 0 else [1 / _WEEK] * _WEEK


def spread_target(target: float, days: Sequence[date], weights: Sequence[float]) -> dict[date, float]:
    """The target of each day: in proportion to the weight of its weekday (Monday first). They add up to the target."""
    total = sum(weights[day.weekday()] for day in days)
    if total <= 0:
        return dict.fromkeys(days, target / len(days))
    return {day: target * weights[day.weekday()] / total for day in days}


def chance_to_reach(missing: float, rest: float, most: float | None) -> float | None:
    """The chance that the rest of a month brings at least what is missing; None where too little is known.

    Logarithms of errors are taken for normal, as wide as the band says.

    Args:
        missing: target less what is there.
        rest: the forecast of the rest.
        most: upper bound of the rest that holds with a chance of 90 % (the upper end of its 80 % band).
    """
    if missing <= 0:
        return 1.0
    if most is None or rest <= 0 or most < rest:
        return None
    sigma = log(most / rest) / _NORMAL.inv_cdf(0.9)
    if sigma == 0:
        return 1.0 if rest >= missing else 0.0
    return 1 - _NORMAL.cdf(log(missing / rest) / sigma)
