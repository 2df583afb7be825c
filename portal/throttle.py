"""How often somebody may try to sign in, or do something else that costs: counted in the database.

Sign-ins are counted by e-mail and by the address the peer connects from.

`X-Forwarded-For` is not read: anybody can write it. Behind a reverse proxy all people share the proxy's address, hence
the higher limit for it. An attempt is written down before the password is looked at, so that a burst cannot slip by.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.models import SignInAttempt

WINDOW = timedelta(minutes=15)
PER_EMAIL = 8
PER_PEER = 60
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in, by what was typed and where it came from."""

    email: str
    peer: str

    @property
    def keys(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """What is counted, and how many failures each may have within the window."""
        return (_key("email", self.email), PER_EMAIL), (_key("peer", self.peer), PER_PEER)


def minutes_to_wait(session: Session, attempt: Attempt, now: datetime) -> int:
    """Whole minutes until another attempt is allowed; 0 when it is now."""
    waits = [_wait(session, key, limit, now) for key, limit in attempt.keys]
    return max(waits)


def note_attempt(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count the attempt as failed until `note_success` says otherwise."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < now - _KEPT))
    session.add_all(SignInAttempt(key=key, attempted_at=now, succeeded=False) for key, _ in attempt.keys)


def note_success(session: Session, attempt: Attempt, now: datetime) -> None:
    """Forget this person's failures; the peer's stay, apart from this one attempt."""
    (email_key, _), (peer_key, _) = attempt.keys
    mark = update(SignInAttempt).values(succeeded=True)
    session.execute(mark.where(SignInAttempt.key == email_key))
    session.execute(mark.where(SignInAttempt.key == peer_key, SignInAttempt.attempted_at == now))


def take_turn(session: Session, what: str, whose: str, limit: int, now: datetime) -> int:
    """Count one use of `what` by `whose`, of which `limit` are allowed within the window.

    Returns:
        0 when it was counted, else whole minutes until the next one is allowed; then it was not.
    """
    key = _key(what, whose)
    minutes = _wait(session, key, limit, now)
    if not minutes:
        session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < now - _KEPT))
        session.add(SignInAttempt(key=key, attempted_at=now, succeeded=False))
        session.flush()
    return minutes


def _wait(session: Session, key: str, limit: int, now: datetime) -> int:
    recent = (
        SignInAttempt.key == key,
        SignInAttempt.succeeded.is_(False),
        SignInAttempt.attempted_at > now - WINDOW,
    )
    count, first = session.execute(select(func.count(), func.min(SignInAttempt.attempted_at)).where(*recent)).one()
    if count < limit:
        return 0
    left: timedelta = first + WINDOW - now
    return math.ceil(left.total_seconds() / 60)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "replace")).hexdigest()
