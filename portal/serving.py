"""The web server: granian, several processes, each warmed up before it answers, and the worker beside them."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from threading import Event, Thread
from time import sleep

from portal.config import Settings
from portal.errors import ConfigError

_THREADS = 4
_STOP_SECONDS = 10
_LOOK_SECONDS = 0.2
_LONGEST_PAUSE = 30.0
_LOG = logging.getLogger(__name__)
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "portal.log.JsonLines"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["lines"], "level": "WARNING", "propagate": False}},
}


def run_server(settings: Settings, ready: Callable[[], None]) -> None:
    """Serve until interrupted; running requests are finished first. The log of the server is in our format.

    Check the address before, see `check_address`. `ready` is called once when the first worker takes connections.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
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
    )
    server.on_startup(Thread(target=_call_when_open, args=(settings, ready), daemon=True).start)
    companion = Companion([sys.executable, "-m", "portal", "worker", "--parent", str(os.getpid())])
    if settings.worker:
        server.on_startup(Thread(target=companion.keep_running, daemon=True).start)
    try:
        server.serve()
    finally:
        companion.end()


class Companion:
    """A process that runs as long as the server does and is started again when it ends by itself."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._ending = Event()
        self._process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Start it, look after it, start it again a little later each time; returns after `end`."""
        pause = _LOOK_SECONDS
        while not self._ending.wait(pause):
            if self._process is None or self._process.poll() is not None:
                if self._process is not None:
                    _LOG.error("the worker ended with %s and is started again", self._process.returncode)
                self._process = subprocess.Popen(  # noqa: S603 - our own
                    self._command, stdin=subprocess.DEVNULL, start_new_session=True
                )
                pause = min(pause * 2, _LONGEST_PAUSE)

    def end(self) -> None:
        """Stop it, gently first."""
        self._ending.set()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS * 2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


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


def _call_when_open(settings: Settings, ready: Callable[[], None]) -> None:
    """Wait until the port answers. Sleeps first: the workers are forked in that time, and must not inherit a lock."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - a comparison
    while True:
        sleep(_LOOK_SECONDS)
        try:
            socket.create_connection((host, settings.port), timeout=1).close()
        except OSError:
            continue
        ready()
        return
