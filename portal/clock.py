"""The one place that asks for the time; edges call it and pass the result on."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The time now in UTC, without zone, as the application database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
