"""Statistics over millions of rows: one table per subject.

python -m bench analysis
"""

from __future__ import annotations

from collections.abc import Callable

from bench import customers, forecast_accuracy, forecast_speed, layers, lifetime

SUBJECTS: tuple[Callable[[], str], ...] = (
    layers.measure, customers.measure, lifetime.measure, forecast_accuracy.measure, forecast_speed.measure,
)  # fmt: skip
"""Each subject measures in processes of its own and gives its section."""


def measure() -> str:
    """The sections of all subjects."""
    return "\n".join(subject() for subject in SUBJECTS)
