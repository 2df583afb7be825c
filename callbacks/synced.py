"""Whether the sources behind a screen are in sync, for people who may not manage them: names and states, no places."""

from __future__ import annotations

from datetime import datetime

from callbacks.desk import Desk
from portal import sources
from portal.freshness import Freshness, State, ago

_LOOKS = {State.FAILING: "dot dot-bad", State.STALE: "dot dot-warn"}


def synced(desk: Desk, now: datetime) -> list[tuple[str, Freshness]]:
    """(tenant, freshness) of each source that is kept in sync, those that need somebody first."""
    with desk.parts.sessions() as session:
        found = [(tenant.name, one) for tenant in desk.tenants for one in sources.freshness(session, tenant, now)]
    return sorted(found, key=lambda pair: pair[1].urgency)


def sync_words(found: list[tuple[str, Freshness]]) -> str:
    """Each source with its state: "Web shop fresh, synced 2 minutes ago"; empty without any."""
    many = len({tenant for tenant, _ in found}) > 1
    texts = [
        f"{f'{tenant}, ' if many else ''}{one.name} {one.state}, "
        + (f"synced {ago(one.lag)}" if one.lag is not None else "never synced")
        for tenant, one in found
    ]
    return f"Kept in sync: {' · '.join(texts)}" if texts else ""


def trouble(found: list[tuple[str, Freshness]]) -> tuple[str, str]:
    """What the top bar adds when a source is not in sync, and the class of its dot; both empty when all are."""
    states = [one.state for _, one in found if one.state in _LOOKS]
    if not states:
        return "", ""
    worst = min(states, key=list(State).index)
    count = len(states)
    return f" · {count} source{'' if count == 1 else 's'} not in sync", _LOOKS[worst]
