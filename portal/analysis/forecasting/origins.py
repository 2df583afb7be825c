"""Where the back-tests of a series begin."""

from __future__ import annotations

import numpy as np

from portal.analysis.forecasting.panel import Integers

ORIGINS = 3
_LEAST_PAST = 5
_LEAST_PAST_SHARE = 3


def spacing(length: Integers, horizon: int) -> Integers:
    """Steps between the origins: the horizon, or less so that three fit into short series; 0 for no back-test.

    At least five steps and a third of the series stay before the first origin.
    """
    room = length - least_past(length)
    return np.where(room < 1, 0, np.clip(room // ORIGINS, 1, horizon))


def least_past(length: Integers) -> Integers:
    """Steps that must lie before an origin."""
    return np.maximum(_LEAST_PAST, length // _LEAST_PAST_SHARE)
