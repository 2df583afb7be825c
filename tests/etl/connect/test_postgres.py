"""PostgreSQL: a real server, every table as it writes it, and no secret asked for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.connect import postgres
from etl.connect.fetched import Fetched
from etl.connect.remote import Remote
from portal.errors import SourceError

psycopg = pytest.importorskip("psycopg", reason="the optional part postgres is not installed")
pytestmark = pytest.mark.skipif(
    not (shutil.which("initdb") and shutil.which("postgres")), reason="no PostgreSQL server is installed here"
)

TABLES = """
CREATE TABLE orders (id int PRIMARY KEY, number text, total numeric(12,2), at timestamptz, note text);
INSERT INTO orders VALUES (2, 'B', 10.10, '2026-03-01 02:00+02', 'say "hi",' || chr(10) || 'é');
INSERT INTO orders VALUES (1, 'A', 1299.00, NULL, '');
CREATE TABLE users (id int PRIMARY KEY, name text, password_hash text, photo bytea);
INSERT INTO users VALUES (1, 'Ann', 'hunter2', 'x');
CREATE TABLE api_tokens (id int, key text);
CREATE TABLE django_session (session_key text, session_data text);
CREATE TABLE empty (a int);
CREATE TABLE settings (key text, value text, extra jsonb);
INSERT INTO settings VALUES ('tax_rate', '18', '{"otp": "hunter2"}'), ('openai_api_key', 'hunter2', NULL);
CREATE ROLE reader LOGIN PASSWORD 'pw-1';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server of our own; PostgreSQL does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "user": user, "cwd": folder}
    subprocess.run(["initdb", "-D", data, "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8"], check=True, **quiet)
    (data / "pg_hba.conf").write_text("host all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    process = subprocess.Popen(
        ["postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
        **quiet,
    )
    try:
        with _connected(port) as connection:
            connection.execute(TABLES)
        yield f"127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _connected(port: int) -> psycopg.Connection:
    for _ in range(600):
        try:
            return psycopg.connect(host="127.0.0.1", port=port, user="owner", dbname="postgres", autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def changed(server: str, statement: str) -> None:
    with psycopg.connect(f"postgresql://owner@{server}", autocommit=True) as connection:
        connection.execute(statement)


def fetch(server: str, into: Path, watermark: str = "", password: str = "pw-1", **options: str) -> Fetched:
    return postgres.fetch(Remote(f"postgresql://reader@{server}", options, True), password, watermark, into)


def test_every_table_is_a_file_of_text_as_the_server_writes_it(server: str, tmp_path: Path) -> None:
    fetched = fetch(server, tmp_path)
    assert [path.name for path in fetched.files] == ["empty.csv", "orders.csv", "settings.csv", "users.csv"]
    assert (tmp_path / "orders.csv").read_text() == (
        'id,number,total,at,note\n1,A,1299.00,,""\n2,B,10.10,2026-03-01 00:00:00+00,"say ""hi"",\né"\n'
    )
    assert (tmp_path / "empty.csv").read_text() == "a\n"


def test_secrets_and_bytes_are_never_asked_for(server: str, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    assert (tmp_path / "users.csv").read_text() == "id,name\n1,Ann\n"


def test_secrets_in_settings_and_in_json_are_not_kept(server: str, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    kept = (tmp_path / "settings.csv").read_text()
    assert kept.splitlines()[1:] == ['tax_rate,18,"{""otp"": null}"', "openai_api_key,,"]


def test_only_tables_that_changed_are_brought_again(server: str, tmp_path: Path) -> None:
    first = fetch(server, tmp_path)
    assert fetch(server, tmp_path, first.watermark) == Fetched((), first.watermark)
    changed(server, "INSERT INTO users VALUES (2, 'Bob')")
    assert [path.name for path in fetch(server, tmp_path, first.watermark).files] == ["users.csv"]
    changed(server, "DELETE FROM users WHERE id = 2")


def test_tables_can_be_chosen(server: str, tmp_path: Path) -> None:
    assert [path.name for path in fetch(server, tmp_path, tables="orders").files] == ["orders.csv"]
    with pytest.raises(
        SourceError, match=r"The database has no table order in schema public. It has empty, orders, settings, users"
    ):
        fetch(server, tmp_path, tables="order")


def test_wrong_password_is_said_without_it(server: str, tmp_path: Path) -> None:
    with pytest.raises(
        SourceError, match=r"127.0.0.1: the database cannot be read .*password authentication failed"
    ) as said:
        fetch(server, tmp_path, password="hunter2")
    assert "hunter2" not in str(said.value)


def test_table_that_may_not_be_read_publishes_nothing(server: str, tmp_path: Path) -> None:
    changed(server, "REVOKE SELECT ON users FROM reader")
    with pytest.raises(SourceError, match=r"The table users cannot be read .permission denied"):
        fetch(server, tmp_path)
    changed(server, "GRANT SELECT ON users TO reader")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_private_address_is_refused_unless_allowed(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="lies in a private network"):
        postgres.fetch(Remote("postgresql://reader@127.0.0.1/postgres"), "pw", "", tmp_path)


@pytest.mark.parametrize("address", ["postgresql://a:pw@host/db", "mysql://a@host/db", "postgresql://a@host",
                                     "postgresql://a@host/db?host=/tmp", "sqlite:////etc/passwd", "x"])  # fmt: skip
def test_other_addresses_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match="must look like postgresql://user@host:5432/database"):
        postgres.fetch(Remote(address), "pw", "", tmp_path)


def test_a_trial_looks_at_the_first_rows_of_each_table(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_TRIED_ROWS", 1)
    config = Remote(f"postgresql://reader@{server}", {"tables": "orders"}, is_private_allowed=True, is_trial=True)
    postgres.fetch(config, "pw-1", "", tmp_path)
    assert (tmp_path / "orders.csv").read_text().splitlines()[1:] == ['1,A,1299.00,,""']
