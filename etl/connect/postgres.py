"""A PostgreSQL database, table by table as CSV files, as text that the server itself wrote.

One read-only transaction shows all tables at one moment. Columns and tables that look like secrets are never asked
for, nor are columns of bytes. Times with a zone are told in UTC.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from etl.connect.address import resolved
from etl.connect.fetched import Fetched, Inbox
from etl.connect.http import Http
from etl.connect.remote import Remote
from etl.connect.rest import listed
from etl.read.secret_columns import is_secret, may_have_secret_key, pair_columns
from etl.read.text_blank import blank_text
from portal.errors import ConfigError, SourceError

OWN_TABLES = frozenset(
    {"alembic_version", "auth_group", "auth_group_permissions", "auth_permission", "auth_user_groups",
     "auth_user_user_permissions", "authtoken_token", "django_admin_log", "django_content_type", "django_migrations",
     "django_session"}
)  # fmt: skip
"""Tables of the frameworks, of which some are nothing but secrets."""

MOST_BYTES = 8 << 30
_STATEMENT_SECONDS = 600
_PIECE = 16 << 20
_TRIED_ROWS = 500


@dataclass(frozen=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def fetch(config: Remote, secret: str, watermark: str, into: Path, http: Http | None = None) -> Fetched:
    """Export every table into the inbox as `<table>.csv`; tables that have not changed are left as they are.

    Args:
        config: address `postgresql://user@host:5432/database`; options `schema` (default public) and `tables`
            (separated by commas; default all).
        secret: the password.
        watermark: of the fetch before.
        into: the inbox.
        http: not used.

    Raises:
        ConfigError: the optional part postgres is not installed.
        SourceError: not reached, refused, or a table that is not there.
    """
    inbox = Inbox(into, watermark)
    known = _known(watermark) if inbox.is_known else {}
    told: dict[str, str] = {}
    schema = config.options.get("schema", "") or "public"
    with _connected(config, secret) as connection:
        for table in _tables(connection, schema, config.options.get("tables", "")):
            name = f"{table.name}.csv"
            path = inbox.folder / name
            told[name] = _export(connection, schema, table, path, _TRIED_ROWS if config.is_trial else None)
            if known.get(name) == told[name] and (into / name).is_file():
                inbox.drop(name)
            else:
                _empty_secret_cells(path, table)
    now = json.dumps(told, sort_keys=True)
    return Fetched(inbox.replace(told, (), now), now)


def _known(watermark: str) -> Mapping[str, str]:
    try:
        told = json.loads(watermark)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


@contextmanager
def _connected(config: Remote, secret: str) -> Iterator[Connection]:
    """A connection whose only transaction reads, all at one moment."""
    url = _checked(config.address)
    host = url.host or ""
    options = f"-c statement_timeout={_STATEMENT_SECONDS}s -c timezone=UTC -c datestyle=ISO -c extra_float_digits=1"
    arguments = {
        "hostaddr": resolved(host, url.port or 5432, config.is_private_allowed),
        "sslmode": "prefer" if config.is_private_allowed else "require",
        "connect_timeout": 10, "options": options, "passfile": "/dev/null",
    }  # fmt: skip
    try:
        engine = create_engine(url.set(password=secret or None), connect_args=arguments, poolclass=NullPool)
        settings = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**settings) as connection:
            yield connection
    except ModuleNotFoundError:
        raise ConfigError("Reading PostgreSQL needs an optional part: install souk[postgres].") from None
    except SQLAlchemyError as problem:
        raise SourceError(f"{host}: the database cannot be read ({_said(problem, secret)}).") from None


def _checked(address: str) -> URL:
    try:
        url = make_url(address.strip())
    except (ArgumentError, ValueError):
        url = None
    known = {"postgresql", "postgres", "postgresql+psycopg"}
    if url is None or url.drivername not in known or not (url.host and url.database) or url.password or url.query:
        raise SourceError(
            "The address of the database must look like postgresql://user@host:5432/database. Its password is kept "
            "apart."
        )
    return url.set(drivername="postgresql+psycopg")


def _said(problem: Exception, secret: str) -> str:
    """The first line of what the server said, without the password."""
    said = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
    return said.replace(secret, "…") if secret else said


def _tables(connection: Connection, schema: str, wanted: str) -> list[_Table]:
    """The tables to export, by name, without columns of secrets or bytes."""
    inspector = inspect(connection)
    there = [
        name
        for name in inspector.get_table_names(schema)
        if name not in OWN_TABLES and not is_secret(name.removesuffix("s"))
    ]
    names = listed(wanted, sorted(there))
    if missing := sorted(set(names) - set(there)):
        raise SourceError(
            f"The database has no table {missing[0]} in schema {schema}. It has {', '.join(sorted(there))}."
        )
    columns = inspector.get_multi_columns(schema, filter_names=names)
    keys = inspector.get_multi_pk_constraint(schema, filter_names=names)
    return [
        _Table(name, _texts(columns[schema, name]), tuple(keys[schema, name]["constrained_columns"])) for name in names
    ]


def _texts(columns: list[Any]) -> tuple[str, ...]:
    return tuple(each["name"] for each in columns if not is_secret(each["name"]) and str(each["type"]) != "BYTEA")


def _empty_secret_cells(path: Path, table: _Table) -> None:
    """Settings whose name is a secret's, and secrets in JSON, are not kept."""
    with path.open("rb") as content:
        pieces = iter(lambda: content.read(_PIECE), b"")
        is_suspect = pair_columns(table.columns) is not None or any(
            b'{""' in piece and may_have_secret_key(piece) for piece in pieces
        )
    if is_suspect and blank_text(path, path.name, path.with_suffix(".new")):
        path.with_suffix(".new").replace(path)


def _export(connection: Connection, schema: str, table: _Table, path: Path, most_rows: int | None) -> str:
    """Write a table in the order of its key, or its first rows; returns the checksum of the file."""
    from psycopg import Error, sql

    chosen = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    order = (
        sql.SQL(" ORDER BY {}").format(sql.SQL(", ").join(map(sql.Identifier, table.key))) if table.key else sql.SQL("")
    )
    limit = sql.SQL("") if most_rows is None else sql.SQL(" LIMIT {}").format(sql.Literal(most_rows))
    copy = sql.SQL("COPY (SELECT {} FROM {}{}{}) TO STDOUT WITH (FORMAT csv, HEADER true)").format(
        chosen, sql.Identifier(schema, table.name), order, limit
    )
    digest = hashlib.sha256()
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(copy) as rows, path.open("wb") as written:
            for piece in rows:
                digest.update(piece)
                written.write(piece)
                if written.tell() > MOST_BYTES:
                    raise SourceError(f"The table {table.name} is longer than {MOST_BYTES >> 30} GB. Leave it out.")
    except Error as problem:
        raise SourceError(f"The table {table.name} cannot be read ({str(problem).partition(chr(10))[0]}).") from None
    return digest.hexdigest()[:16]
