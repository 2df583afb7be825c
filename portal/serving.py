"""The web server: granian, several processes, each warmed up before it answers."""

from __future__ import annotations

import socket
from contextlib import closing

from portal.config import Settings
from portal.errors import ConfigError

_THREADS = 4
_STOP_SECONDS = 10
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "portal.log.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["lines"], "level": "WARNING", "propagate": False}},
}


def run_server(settings: Settings) -> None:
    """Serve until interrupted; running requests are finished first. The log of the server is in our format.

    Check the address before, see `check_address`.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "portal.wsgi:make_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=settings.workers,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
    ).serve()


def check_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, saying which setting to change.

    Raises:
        ConfigError: it is taken, or not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"Port {port} on {host} cannot be used: {error.strerror or error}. "
                "Stop the program that has it, or set PORTAL_PORT (and PORTAL_BASE_URL) to another."
            ) from error
