"""The application database: one engine per process, SQLite beside the data or PostgreSQL by its address.

SQLite runs with a write-ahead log and full synchronisation, foreign keys on and a busy timeout. Transactions that
read before they write go through `writing`, which takes the write lock first: a deferred transaction that turns into
a writer late fails when somebody else wrote in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from portal.errors import ConfigError

Sessions = sessionmaker[Session]

_BUSY_MILLISECONDS = 10_000
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
)


def open_database(url: str) -> Engine:
    """An engine for `url`; nothing is opened until it is used.

    Raises:
        ConfigError: the address is malformed or its driver is not installed.
    """
    try:
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        shown = url.split("://", 1)[0]
        raise ConfigError(
            f"PORTAL_DATABASE_URL ({shown}://…) cannot be used: {error}. "
            "Write sqlite:///path or postgresql+psycopg://…, and install the driver it names."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_sessions(url: str) -> Sessions:
    """The session factory for `url`."""
    return sessionmaker(open_database(url), expire_on_commit=False)


def engine_of(sessions: Sessions) -> Engine:
    """The engine behind a session factory, for what is asked too often for a session."""
    engine: Engine = sessions.kw["bind"]
    return engine


@contextmanager
def writing(sessions: Sessions) -> Iterator[Session]:
    """One transaction that holds the write lock from its start; commits at the end, rolls back on an error."""
    with sessions.begin() as session:
        session.connection(execution_options={"writes": True})
        yield session


def database_file(url: str) -> Path | None:
    """The file of an SQLite address; None for a server's."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Without this the driver opens transactions by itself, and late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
