"""Settings: the only reader of the environment.

Every variable is listed in `VARIABLES` with default, meaning and expected form; README prints the same table. All
problems of a wrong configuration are reported at once.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from portal.errors import ConfigError

_WEAK_KEYS = frozenset({"secret", "changeme", "change-me", "password", "dev", "development", "test", "default"})
_MIN_KEY_LENGTH = 32


@dataclass(frozen=True)
class Settings:
    """One installation's settings, complete and checked."""

    home: Path
    secret_key: str
    database_url: str
    warehouse_url: str
    base_url: str
    host: str
    port: int
    workers: int
    session_hours: int
    keep_snapshots: int
    load_wait_seconds: int
    worker: bool
    sync_seconds: int
    reader_memory_mb: int
    reader_seconds: int
    cache_mb: int
    upload_mb: int
    import_root: Path | None
    private_sources: bool
    log_level: str


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, default (as text), meaning, expected form and parser."""

    name: str
    default: str
    meaning: str
    form: str
    parse: Callable[[str], Any]


def _text(value: str) -> str:
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(value)
        return number

    return parse


def _folder(value: str) -> Path | None:
    folder = Path(value).expanduser() if value else None
    if folder is not None and not folder.is_absolute():
        raise ValueError(value)
    return folder


def _switch(value: str) -> bool:
    return {"on": True, "off": False}[value.lower()]


def _address(value: str) -> str:
    parsed = urlparse(value)
    if parsed.scheme not in {"http", "https"} or not parsed.hostname:
        raise ValueError(value)
    return value.rstrip("/")


def _secret(value: str) -> str:
    if value and (len(value) < _MIN_KEY_LENGTH or value.lower() in _WEAK_KEYS or len(set(value)) < 8):
        raise ValueError(value)
    return value


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(value)
    return value.upper()


def _database(value: str) -> str:
    if value and not value.startswith(("sqlite:///", "postgresql")):
        raise ValueError(value)
    return value


def _warehouse(value: str) -> str:
    if value not in {"", "duckdb"}:
        raise ValueError(value)
    return value


VARIABLES: tuple[Variable, ...] = (
    Variable("PORTAL_HOME", ".portal", "Folder for everything the portal keeps.", "a folder path", _text),
    Variable(
        "PORTAL_SECRET_KEY", "", "Signs cookies and links; made once and kept in PORTAL_HOME when not set.",
        f"at least {_MIN_KEY_LENGTH} characters, at least 8 different", _secret,
    ),
    Variable("PORTAL_DATABASE_URL", "", "Application database; SQLite in PORTAL_HOME when not set.",
             "sqlite:///path or postgresql+driver://…", _database),
    Variable("PORTAL_WAREHOUSE_URL", "", "Warehouse; DuckDB snapshots in PORTAL_HOME when not set.",
             "empty or duckdb", _warehouse),
    Variable("PORTAL_BASE_URL", "http://127.0.0.1:8050", "Address people use; links and cookies follow it.",
             "http://host[:port] or https://host", _address),
    Variable("PORTAL_HOST", "127.0.0.1", "Interface `portal serve` listens on.", "an IP address or host name", _text),
    Variable("PORTAL_PORT", "8050", "Port `portal serve` listens on.", "a number from 1 to 65535", _whole(1, 65535)),
    Variable("PORTAL_WORKERS", "2", "Server processes.", "a number from 1 to 64", _whole(1, 64)),
    Variable("PORTAL_SESSION_HOURS", "12", "Hours until a sign-in expires.", "a number from 1 to 720", _whole(1, 720)),
    Variable("PORTAL_KEEP_SNAPSHOTS", "5", "Warehouse snapshots kept for rollback.", "a number from 2 to 100",
             _whole(2, 100)),
    Variable("PORTAL_LOAD_WAIT_SECONDS", "60", "How long a load waits for another load of the same tenant.",
             "a number from 0 to 86400", _whole(0, 86_400)),
    Variable("PORTAL_WORKER", "on",
             "Whether `portal serve` also keeps the sources in sync; off where `portal worker` does.",
             "on or off", _switch),
    Variable("PORTAL_SYNC_SECONDS", "1800", "Time limit of one sync of one source.", "a number from 10 to 86400",
             _whole(10, 86_400)),
    Variable("PORTAL_READER_MEMORY_MB", "4096", "Memory limit of the process that parses source files.",
             "a number from 256 to 1048576", _whole(256, 1_048_576)),
    Variable("PORTAL_READER_SECONDS", "600", "Time limit of the process that parses source files.",
             "a number from 5 to 86400", _whole(5, 86_400)),
    Variable("PORTAL_CACHE_MB", "512", "Size limit of the result cache.", "a number from 16 to 1048576",
             _whole(16, 1_048_576)),
    Variable("PORTAL_UPLOAD_MB", "500", "Size limit of a file that is uploaded.", "a number from 1 to 10240",
             _whole(1, 10_240)),
    Variable("PORTAL_IMPORT_ROOT", "",
             "Folder with a folder for each tenant (Sources names it) whose files may be chosen on the screen; "
             "none when not set.", "empty or an absolute folder path", _folder),
    Variable("PORTAL_PRIVATE_SOURCES", "off",
             "Whether addresses typed on the screen may lie in this machine or a private network, and be http.",
             "on or off", _switch),
    Variable("PORTAL_LOG_LEVEL", "INFO", "How much is logged.", "DEBUG, INFO, WARNING or ERROR", _level),
)  # fmt: skip


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check every variable.

    Raises:
        ConfigError: lists every wrong variable with its value (secrets masked) and the expected form.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place
    values: dict[str, Any] = {}
    problems = []
    for variable in VARIABLES:
        raw = environ.get(variable.name, "").strip() or variable.default
        try:
            values[_field(variable)] = variable.parse(raw)
        except (ValueError, KeyError):
            shown = "***" if "SECRET" in variable.name else repr(raw)
            problems.append(f"  {variable.name} is {shown}; expected {variable.form}.")
    if problems:
        raise ConfigError("These settings are wrong:\n" + "\n".join(problems))
    return _completed(values)


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process of ours that is to have these settings: this one's, the settings, and `more`."""
    told = {variable.name: _told(getattr(settings, _field(variable))) for variable in VARIABLES}
    return {**os.environ, **told, **more}  # noqa: TID251 - the one place


def _field(variable: Variable) -> str:
    return variable.name.removeprefix("PORTAL_").lower()


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


def _completed(values: dict[str, Any]) -> Settings:
    home = Path(values.pop("home")).expanduser().resolve()
    values["database_url"] = values["database_url"] or f"sqlite:///{home / 'portal.db'}"
    values["warehouse_url"] = values["warehouse_url"] or "duckdb"
    values["secret_key"] = values["secret_key"] or _kept_secret(home)
    return Settings(home=home, **values)


def _kept_secret(home: Path) -> str:
    """The installation's own secret, made on first use and readable by its owner only."""
    path = home / "secret.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        path.with_suffix(".new").replace(path)
    return path.read_text().strip()
