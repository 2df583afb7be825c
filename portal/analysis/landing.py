"""How sure the landing of a month is: by how far those of past months were off at the same day."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import mean, stdev

from scipy.special import stdtrit

_LEAST_MONTHS = 4
"""With fewer past months nothing is said."""


def landing_band(rest: float, ratios: Sequence[float], level: float) -> tuple[float, float] | None:
    """Between what the rest of a month will lie with a chance of `level`.

    Logarithms of what came ÷ what was forecast are taken to vary around 0 as those of past months did; Student's t with
    n − 1 degrees of freedom, for one month more. None with fewer than four months or a rest that is not above 0.

    Args:
        rest: the forecast of the rest.
        ratios: what came ÷ what was forecast, one a past month; those not above 0 are left out.
        level: for example 0.8.
    """
    logs = [log(ratio) for ratio in ratios if ratio > 0]
    if len(logs) < _LEAST_MONTHS or rest <= 0:
        return None
    sigma = sqrt((stdev(logs) ** 2 + mean(logs) ** 2) * (1 + 1 / len(logs)))
    reach = float(stdtrit(len(logs) - 1, 0.5 + level / 2)) * sigma
    return rest * exp(-reach), rest * exp(reach)
