"""A full disk or a file too large, told in plain words whoever noticed it first."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import polars as pl

from portal.errors import DeliveryError, PortalError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_WORDS = ("no space left", "disk quota exceeded", "file too large")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn "no room" of the operating system, DuckDB or Polars into one message.

    Raises:
        DeliveryError: there is no room on the disk.
    """
    try:
        yield
    except PortalError:
        raise
    except (OSError, duckdb.Error, pl.exceptions.PolarsError) as error:
        if not _is_full(error):
            raise
        raise DeliveryError(
            "There is no room left on the disk of PORTAL_HOME. Nothing was published; the last snapshot keeps "
            "serving. Free some space and load again."
        ) from error


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(word in str(error).lower() for word in _WORDS)
