"""What has changed in a list since the last fetch, by the time of change that its records carry.

The watermark is the newest such time, with the records of the ten minutes before it: a change may become visible a
little after it was made, and several may have one time. Nothing is missed and nothing is told as new twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

OVERLAP = timedelta(minutes=10)
_SCRIPT_DATE = re.compile(r"\w{3} (\w{3} \d{2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})")


def instant(value: Any) -> datetime | None:
    """A time of change: ISO text, JavaScript's text for a date, or milliseconds since 1970; None if it is neither."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, UTC)
        if not isinstance(value, str):
            return None
        if found := _SCRIPT_DATE.match(value):
            return datetime.strptime(f"{found[1]} {found[2]}", "%b %d %Y %H:%M:%S %z").astimezone(UTC)
        read = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


@dataclass
class Changes:
    """What was known before a fetch, and what it learns.

    Attributes:
        at: newest time of change before; None on the first fetch.
        recent: key to time of change of the records within OVERLAP of `at`.
        learned: the same of all records of this fetch.
    """

    at: datetime | None = None
    recent: dict[str, str] = field(default_factory=dict)
    learned: dict[str, str] = field(default_factory=dict)

    @classmethod
    def since(cls, watermark: str) -> Changes:
        """What a watermark says; anything that is none is an empty one, so that all is fetched again."""
        try:
            told = json.loads(watermark)
            return cls(instant(told["at"]), {str(key): str(at) for key, at in told["recent"].items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def is_new(self, key: str, changed: Any) -> bool:
        """Whether a record is unknown in this form; notes it."""
        at = instant(changed)
        told = at.isoformat() if at else str(changed)
        self.learned[key] = max(told, self.learned.get(key, ""))
        if self.at is None or at is None:
            return self.recent.get(key) != told
        return at >= self.at - OVERLAP and self.recent.get(key) != told

    def is_reached(self, times: Sequence[Any]) -> bool:
        """Whether a page, newest first, goes back beyond what was known; never for one in another order."""
        instants = [instant(time) for time in times]
        known = [at for at in instants if at is not None]
        if self.at is None or len(known) < len(instants) or not known:
            return False
        return known == sorted(known, reverse=True) and known[-1] < self.at - OVERLAP

    def watermark(self, now: datetime) -> str:
        """For the next fetch. A time that lies in the future is a wrong clock and moves nothing."""
        times = [at for told in self.learned.values() if (at := instant(told)) and at <= now]
        newest = max([*times, *([self.at] if self.at else [])], default=None)
        merged = {**self.recent, **self.learned}
        recent = {
            key: told
            for key, told in merged.items()
            if (at := instant(told)) is None or newest is None or at >= newest - OVERLAP
        }
        return json.dumps({"at": newest.isoformat() if newest else None, "recent": recent}, sort_keys=True)
