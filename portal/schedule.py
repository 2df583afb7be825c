"""When a source is synced: every N minutes, or daily at local times. Pure: the time is passed in.

A slot is one moment a schedule asks for; its key is written once per source, so no slot runs twice. Daily slots are
keyed by local day and time: a time that a clock change leaves out happens at the next minute that exists, one that
comes twice happens the first time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.errors import InputError

DEFAULT = "every 2 minutes"
_MINUTES_A_DAY = 1440
_EVERY = re.compile(r"every (\d{1,4}) ?(?:m|min|minutes?)")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_FORM = "Write 'every 15 minutes' (1 to 1440), or daily times such as 'at 06:00, 13:30'."


@dataclass(frozen=True)
class Slot:
    """One moment of a schedule: its key, unique within the source, and when it is due (UTC without zone)."""

    key: str
    due_at: datetime


@dataclass(frozen=True)
class Schedule:
    """Every `minutes` minutes, or daily at `times` (local, in order) when minutes is 0."""

    minutes: int = 0
    times: tuple[time, ...] = ()

    def __str__(self) -> str:
        if self.minutes:
            return "every minute" if self.minutes == 1 else f"every {self.minutes} minutes"
        return "at " + ", ".join(f"{each:%H:%M}" for each in self.times)

    def latest(self, now: datetime, zone: str) -> Slot:
        """The newest slot that is due at `now`; older ones that were missed are not made up for."""
        if self.minutes:
            return _interval_slot(self.minutes, now)
        days = [_local_day(now, zone) - timedelta(days=back) for back in (0, 1, 2)]
        return max((slot for slot in self._slots(days, zone) if slot.due_at <= now), key=lambda slot: slot.due_at)

    def following(self, now: datetime, zone: str) -> datetime:
        """When the first slot after `now` is due (UTC without zone)."""
        if self.minutes:
            return _interval_slot(self.minutes, now).due_at + timedelta(minutes=self.minutes)
        days = [_local_day(now, zone) + timedelta(days=ahead) for ahead in (0, 1, 2)]
        return min(slot.due_at for slot in self._slots(days, zone) if slot.due_at > now)

    def coming(self, now: datetime, zone: str, count: int) -> list[datetime]:
        """When the first `count` slots after `now` are due (UTC without zone)."""
        found = [now]
        for _ in range(count):
            found.append(self.following(found[-1], zone))
        return found[1:]

    def longest_gap(self) -> timedelta:
        """The longest time between two slots of an ordinary day."""
        if self.minutes:
            return timedelta(minutes=self.minutes)
        minutes = [each.hour * 60 + each.minute for each in self.times]
        after = [*minutes[1:], minutes[0] + _MINUTES_A_DAY]
        return timedelta(minutes=max(later - earlier for earlier, later in zip(minutes, after, strict=True)))

    def _slots(self, days: list[date], zone: str) -> list[Slot]:
        return [Slot(f"{day} {each:%H:%M}", _in_utc(day, each, zone)) for day in days for each in self.times]


def parse_schedule(text: str) -> Schedule:
    """The schedule written as `text`.

    Raises:
        InputError: it is neither of the two forms.
    """
    wanted = " ".join(text.lower().split())
    if wanted == "every minute":
        return Schedule(minutes=1)
    if every := _EVERY.fullmatch(wanted):
        minutes = int(every[1])
        if 1 <= minutes <= _MINUTES_A_DAY:
            return Schedule(minutes=minutes)
    elif wanted.startswith("at "):
        found = [_TIME.fullmatch(part.strip()) for part in wanted[3:].split(",")]
        if all(found):
            return Schedule(times=tuple(sorted({time(int(one[1]), int(one[2])) for one in found if one})))
    raise InputError(f"'{text}' is not a schedule. {_FORM}", field="schedule")


def _interval_slot(minutes: int, now: datetime) -> Slot:
    """Intervals are counted from the same moment everywhere, so that every worker names the same slots."""
    start = datetime(2000, 1, 1)
    length = timedelta(minutes=minutes)
    due = start + (now - start) // length * length
    return Slot(f"{due:%Y-%m-%dT%H:%M}Z/{minutes}", due)


def _local_day(now: datetime, zone: str) -> date:
    return now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def _in_utc(day: date, at: time, zone: str) -> datetime:
    """The local time as UTC without zone: the first of two, or the end of the gap it falls into."""
    place = ZoneInfo(zone)
    local = datetime.combine(day, at, place)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    if before is not None and after is not None and after > before:
        return _end_of_gap(local, place)
    return local.astimezone(UTC).replace(tzinfo=None)


def _end_of_gap(local: datetime, place: ZoneInfo) -> datetime:
    """The first minute that exists after the clock was put forward over `local`."""
    moment = local.replace(fold=1).astimezone(UTC)
    while moment.astimezone(place).utcoffset() != local.replace(fold=1).utcoffset():
        moment += timedelta(minutes=1)
    return moment.replace(tzinfo=None)
