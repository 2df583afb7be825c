"""Putting things off: for oneself, for the clients shown, until a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal import migrations
from portal.db import open_database, open_sessions, writing
from portal.errors import InputError
from portal.models import User
from portal.task_snoozes import scope_of, snooze_task, snoozed_tasks, wake_tasks
from portal.viewer import ROLES, TenantRef, Viewer

NOW = datetime(2026, 3, 1, 9)
TOMORROW = NOW + timedelta(days=1)
SHOPS = (TenantRef(1, "Shop", "GBP", "Europe/London"), TenantRef(2, "Other", "GBP", "Europe/London"))
ANN = Viewer(1, "ann@example.org", "manager", ROLES["manager"], SHOPS)
BOB = replace(ANN, user_id=2, email="bob@example.org")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    address = f"sqlite:///{tmp_path / 'portal.db'}"
    engine = open_database(address)
    migrations.upgrade(engine)
    engine.dispose()
    sessions = open_sessions(address)
    with writing(sessions) as opened:
        for person in (ANN, BOB):
            opened.add(User(id=person.user_id, email=person.email, name="X", role="manager", created_at=NOW))
        opened.flush()
        yield opened
    sessions.kw["bind"].dispose()


def test_only_for_oneself_and_until_its_day(session: Session) -> None:
    scope = scope_of(SHOPS)
    snooze_task(session, ANN, (scope, "Returns are up"), (TOMORROW, NOW))
    assert snoozed_tasks(session, ANN, scope, NOW) == {"Returns are up"}
    assert snoozed_tasks(session, BOB, scope, NOW) == set()
    assert snoozed_tasks(session, ANN, scope, TOMORROW) == set()


def test_only_for_the_clients_shown(session: Session) -> None:
    snooze_task(session, ANN, (scope_of(SHOPS[:1]), "Returns are up"), (TOMORROW, NOW))
    assert snoozed_tasks(session, ANN, scope_of(SHOPS), NOW) == set()
    assert scope_of(SHOPS) == scope_of(reversed(SHOPS))


def test_again_is_longer_and_all_can_be_shown_again(session: Session) -> None:
    scope = scope_of(SHOPS)
    snooze_task(session, ANN, (scope, "Returns are up"), (TOMORROW, NOW))
    snooze_task(session, ANN, (scope, "Returns are up"), (NOW + timedelta(days=7), NOW))
    assert snoozed_tasks(session, ANN, scope, TOMORROW) == {"Returns are up"}
    wake_tasks(session, ANN, scope)
    assert snoozed_tasks(session, ANN, scope, NOW) == set()


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=93)])
def test_days_that_cannot_be_meant(session: Session, until: datetime) -> None:
    with pytest.raises(InputError):
        snooze_task(session, ANN, (scope_of(SHOPS), "Returns are up"), (until, NOW))


def test_the_console_has_no_list(session: Session) -> None:
    with pytest.raises(InputError, match="signed in"):
        snooze_task(session, replace(ANN, user_id=None), (scope_of(SHOPS), "X"), (TOMORROW, NOW))
