"""Bring the application database to the newest revision; SQLite is copied before anything changes.

Alembic is imported by those who change the database. Every verb asks whether it is current, and should not wait for it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, column, inspect, select, table

from portal.clock import utc_now
from portal.db import database_file

if TYPE_CHECKING:
    from alembic.config import Config

_VERSIONS = "alembic_version"


def upgrade(engine: Engine) -> bool:
    """Run the revisions that are missing; False when there were none (running again changes nothing)."""
    from alembic import command

    config = _config()
    current = current_revision(engine)
    if current == newest_revision():
        return False
    if current is not None:
        _back_up(engine, current)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return True


def current_revision(engine: Engine) -> str | None:
    """The database's revision; None for an empty one. An SQLite file that is not there is not made."""
    path = database_file(str(engine.url.render_as_string(hide_password=False)))
    if path is not None and not path.exists():
        return None
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSIONS):
            return None
        return connection.scalar(select(column("version_num")).select_from(table(_VERSIONS)))


def newest_revision() -> str:
    """The revision that this version of the portal needs: the last of those whose files begin with their number."""
    return max(path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """True when no revision is missing."""
    return current_revision(engine) == newest_revision()


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _back_up(engine: Engine, revision: str) -> Path | None:
    """A copy `portal.db.<revision>.<time>.backup` beside an SQLite file, taken through SQLite itself."""
    path = database_file(str(engine.url.render_as_string(hide_password=False)))
    if path is None:
        return None
    copy = path.with_name(f"{path.name}.{revision}.{utc_now():%Y%m%dT%H%M%S%f}.backup")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    copy.chmod(0o600)
    return copy
