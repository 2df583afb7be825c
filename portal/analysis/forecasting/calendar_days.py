"""What is known of days beforehand: holidays, paydays, promotions."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Calendar:
    """Features of days, known into the future.

    Attributes:
        features: one row a day: ds (date), and named columns of numbers, 0/1 or of any size.
    """

    features: pl.DataFrame
