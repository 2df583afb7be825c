"""Decimals as whole numbers of ten-thousandths and back: exact arithmetic at the speed of integers.

The warehouse keeps quantities and money as Decimal(18, 4). One ten-thousandth is the smallest step of it, so a column
of them is a column of 64-bit integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Integers = NDArray[np.int64]

SCALE = 4
EXACT = pl.Decimal(18, SCALE)


def ten_thousandths(column: pl.Series) -> Integers:
    """A column of numbers, none missing, as whole ten-thousandths (finer digits are cut off)."""
    return column.cast(EXACT).to_physical().cast(pl.Int64).to_numpy()


def decimals(values: Integers, scale: int = SCALE) -> pl.Series:
    """Whole numbers of 10^-scale as a column of Decimal(18, scale)."""
    words = np.empty((len(values), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = values, values >> 63
    lib: Any = pa
    array = lib.Array.from_buffers(lib.decimal128(18, scale), len(values), [None, lib.py_buffer(words)])
    return pl.Series(values=pl.from_arrow(array), dtype=pl.Decimal(18, scale))
