"""Things to do that a person has put off. Only for that person; what is due again is forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.errors import InputError
from portal.plan_tables import TaskSnooze
from portal.viewer import TenantRef, Viewer

LONGEST = timedelta(days=92)
_MOST = 500
_LONGEST_TASK = 200


def scope_of(tenants: Iterable[TenantRef]) -> str:
    """One word for the clients shown together."""
    text = ",".join(str(each) for each in sorted(tenant.id for tenant in tenants))
    return hashlib.sha256(text.encode()).hexdigest()


def snoozed_tasks(session: Session, viewer: Viewer, scope: str, now: datetime) -> set[str]:
    """What this person does not want to see at the moment."""
    mine = (TaskSnooze.user_id == viewer.user_id, TaskSnooze.scope == scope, TaskSnooze.until > now)
    return set(session.scalars(select(TaskSnooze.task).where(*mine)))


def snooze_task(session: Session, viewer: Viewer, what: tuple[str, str], when: tuple[datetime, datetime]) -> None:
    """Put a thing off. `what`: scope and task; `when`: until, now (UTC without zone).

    Raises:
        InputError: nobody is signed in, or not within three months from now.
    """
    (scope, task), (until, now) = what, when
    if viewer.user_id is None:
        raise InputError("Only somebody who is signed in can put a task off.", field="until")
    if not task or not now < until <= now + LONGEST:
        raise InputError("Choose a day after today and within three months.", field="until")
    task = task[:_LONGEST_TASK]
    mine = TaskSnooze.user_id == viewer.user_id
    session.execute(delete(TaskSnooze).where(mine, TaskSnooze.until <= now))
    session.execute(delete(TaskSnooze).where(mine, TaskSnooze.scope == scope, TaskSnooze.task == task))
    if len(session.scalars(select(TaskSnooze.id).where(mine)).all()) >= _MOST:
        raise InputError(f"You have put off {_MOST} things already. Show them again first.", field="until")
    session.add(TaskSnooze(user_id=viewer.user_id, scope=scope, task=task, until=until))


def wake_tasks(session: Session, viewer: Viewer, scope: str) -> None:
    """Show everything again that this person has put off."""
    session.execute(delete(TaskSnooze).where(TaskSnooze.user_id == viewer.user_id, TaskSnooze.scope == scope))
