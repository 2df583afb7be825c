"""How fresh a source is, in a word and a sentence. Pure: the time is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.schedule import parse_schedule

_MISSED_SLOTS = 3
_LEAST = timedelta(minutes=10)
_LONGEST_BACK_OFF = timedelta(hours=1)


class State(StrEnum):
    """What somebody has to know first."""

    FAILING = "failing"
    STALE = "stale"
    WAITING = "waiting"
    PAUSED = "paused"
    FRESH = "fresh"


class Synced(Protocol):
    """The parts of `portal.models.DataSource` that say how fresh it is."""

    name: str
    kind: str
    schedule: str
    is_active: bool
    created_at: datetime
    failures: int
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_error: str
    data_until: date | None


@dataclass(frozen=True)
class Freshness:
    """How fresh one source is.

    Attributes:
        name, kind: of the source.
        state: fresh, stale (no sync for three slots and ten minutes), failing (the last sync failed), waiting (never
            synced yet) or paused.
        data_until: latest business date it brought, None when unknown.
        last_sync_at: last sync that succeeded, UTC without zone; None before the first.
        lag: time since then.
        next_run_at: when it is synced next, UTC without zone; None while paused.
        sentence: all that in words, times in the tenant's zone.
    """

    name: str
    kind: str
    state: State
    data_until: date | None
    last_sync_at: datetime | None
    lag: timedelta | None
    next_run_at: datetime | None
    sentence: str

    @property
    def urgency(self) -> int:
        """Place in a list where what needs somebody comes first."""
        return list(State).index(self.state)


def freshness_of(source: Synced, zone: str, now: datetime) -> Freshness:
    """How fresh `source` is at `now` (UTC without zone)."""
    lag = now - source.last_success_at if source.last_success_at else None
    state = _state(source, lag)
    following = next_run(source, zone, now) if source.is_active else None
    sentence = " ".join(
        part for part in (_what(source, state, lag), _until(source), _next(following, zone, now)) if part
    )
    return Freshness(
        source.name, source.kind, state, source.data_until, source.last_success_at, lag, following, sentence
    )


def next_run(source: Synced, zone: str, now: datetime) -> datetime:
    """When the schedule asks for the next sync, but not before `not_before`."""
    schedule = parse_schedule(source.schedule)
    if source.last_run_at is None:
        return now
    return schedule.following(max(now, not_before(source) - timedelta(microseconds=1)), zone)


def not_before(source: Synced) -> datetime:
    """A source that fails is asked less and less often: after 2, 4, 8 … intervals, at most an hour apart."""
    if source.last_run_at is None:
        return datetime.min
    schedule = parse_schedule(source.schedule)
    if not source.failures or not schedule.minutes:
        return source.last_run_at
    wait: timedelta = schedule.longest_gap() * 2 ** min(source.failures, 10)
    return source.last_run_at + min(wait, max(_LONGEST_BACK_OFF, schedule.longest_gap()))


def _state(source: Synced, lag: timedelta | None) -> State:
    if not source.is_active:
        return State.PAUSED
    if source.failures:
        return State.FAILING
    if lag is None:
        return State.WAITING
    gap = parse_schedule(source.schedule).longest_gap()
    # Daily times have an hour for the sync itself; an interval may miss a few slots.
    allowed = max(gap * _MISSED_SLOTS, _LEAST) if gap < timedelta(hours=4) else gap + timedelta(hours=1)
    return State.STALE if lag > allowed else State.FRESH


def _what(source: Synced, state: State, lag: timedelta | None) -> str:
    synced = f"Last synced {ago(lag)}." if lag is not None else "Never synced."
    if state is State.FAILING:
        times = "The last sync" if source.failures == 1 else f"The last {source.failures} syncs"
        reason = source.last_error if source.last_error.endswith((".", "?")) else f"{source.last_error}."
        return f"{times} failed: {reason} {synced}"
    if state is State.STALE:
        return f"Overdue. {synced}"
    if state is State.PAUSED:
        return f"Paused. {synced}"
    return "Waiting for its first sync." if lag is None else synced


def _until(source: Synced) -> str:
    return f"Data until {_day(source.data_until)}." if source.data_until else ""


def _next(following: datetime | None, zone: str, now: datetime) -> str:
    if following is None:
        return ""
    if following <= now:
        return "Next sync: as soon as a worker is free."
    local, today = _local(following, zone), _local(now, zone).date()
    day = "" if local.date() == today else f"{_day(local.date())} "
    return f"Next sync {day}{local:%H:%M}."


def ago(lag: timedelta) -> str:
    """A span of time as people say it: "just now", "5 minutes ago", "3 hours ago", "2 days ago"."""
    minutes = int(lag.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for count, unit in ((minutes // 1440, "day"), (minutes // 60, "hour"), (minutes, "minute")):
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def run_words(runs: Sequence[datetime], zone: str, now: datetime) -> str:
    """Times of runs in a tenant's zone: "today 14:02, 14:04, 21 Nov 2026 06:00"; the day is said when it changes."""
    texts, said = [], None
    for moment in runs:
        local = _local(moment, zone)
        day = "today" if local.date() == _local(now, zone).date() else _day(local.date())
        texts.append(f"{local:%H:%M}" if day == said else f"{day} {local:%H:%M}")
        said = day
    return ", ".join(texts)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _local(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
