"""Theta: simple smoothing plus half the drift of a straight line.

Assimakopoulos & Nikolopoulos (2000), in the form of Hyndman & Billah, "Unmasking the Theta method" (2003).
"""

from __future__ import annotations

import numpy as np

from portal.analysis.forecasting.panel import Floats
from portal.analysis.forecasting.smoothing import Simple


def add_drift(smooth: Simple, values: Floats, horizon: int) -> Floats:
    """Forecasts, shape (n, horizon): level + drift/2 · (h − 1 + (1 − (1 − α)ⁿ)/α).

    Args:
        smooth: of the values.
        values: shape (n, k), NaN where missing, with at least one value a row; already without season.
        horizon: steps ahead.
    """
    known = values.shape[1] - np.argmax(~np.isnan(values), axis=1)
    behind = (1 - (1 - smooth.alpha) ** known) / smooth.alpha
    return np.asarray(smooth.level[:, None] + drift(values)[:, None] / 2 * (np.arange(horizon) + behind[:, None]))


def drift(values: Floats) -> Floats:
    """Slope a step of the least-squares line through the known values; 0 where there is but one."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=1), 1)[:, None]
    step = np.arange(values.shape[1], dtype=float)
    apart = (step - (known * step).sum(axis=1, keepdims=True) / count) * known
    held = np.where(known, values, 0.0)
    wide = (apart * apart).sum(axis=1)
    return np.asarray((apart * held).sum(axis=1) / np.where(wide > 0, wide, 1.0))
