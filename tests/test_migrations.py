"""The application database: made, kept, backed up; the revisions and the models say the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from portal import migrations
from portal.db import open_database, open_sessions, writing
from portal.errors import ConfigError
from portal.models import Record


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(f"sqlite:///{tmp_path / 'portal.db'}")


def test_the_revisions_make_exactly_the_models(engine: Engine) -> None:
    assert migrations.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Record.metadata) == []
    engine.dispose()


def test_running_again_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    migrations.upgrade(engine)
    before = (tmp_path / "portal.db").read_bytes()
    assert not migrations.upgrade(engine)
    assert (tmp_path / "portal.db").read_bytes() == before
    assert list(tmp_path.glob("*.backup")) == []
    engine.dispose()


def test_an_older_database_is_copied_before_it_is_changed(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("CREATE TABLE kept (word TEXT)"))
        connection.execute(text("INSERT INTO kept VALUES ('here')"))
    copy = migrations._back_up(engine, "0000")
    engine.dispose()
    assert copy is not None
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("here",)]
    connection.close()


def test_a_missing_database_is_not_made_by_looking(engine: Engine, tmp_path: Path) -> None:
    assert migrations.current_revision(engine) is None
    assert not (tmp_path / "portal.db").exists()


def test_sqlite_is_durable_and_checks_keys(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        facts = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert facts == ["wal", 2]
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            connection.execute(text("INSERT INTO audit_event VALUES (1, 99, '', '', '', '{}', '', '', '', '')"))
    engine.dispose()


def test_a_failed_transaction_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    migrations.upgrade(engine)
    sessions = open_sessions(f"sqlite:///{tmp_path / 'portal.db'}")

    def fail_half_way() -> None:
        with writing(sessions) as session:
            session.execute(text("INSERT INTO sign_in_attempt VALUES (1, 'k', '2026-01-01', 0)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with sessions() as session:
        assert session.execute(text("SELECT count(*) FROM sign_in_attempt")).scalar() == 0
    engine.dispose()


def test_a_driver_that_is_not_there_is_told_by_name() -> None:
    with pytest.raises(ConfigError, match="PORTAL_DATABASE_URL"):
        open_database("postgresql+nodriver://portal@127.0.0.1/portal")


def test_the_newest_revision_is_the_one_that_alembic_would_reach() -> None:
    assert migrations.newest_revision() == ScriptDirectory.from_config(migrations._config()).get_current_head()
