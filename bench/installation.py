"""A throw-away installation: home, tenant, signed-in session, and the shipped server on a free port of loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal import auth
from portal.clock import utc_now
from portal.config import Settings, load_settings
from portal.db import open_sessions
from portal.tenants import add_tenant
from portal.users import add_user
from portal.viewer import TenantRef

PORTAL = str(Path(sys.executable).with_name("portal"))


@dataclass(frozen=True)
class Installation:
    """An installation with one tenant and one signed-in manager. `cookies` are what the browser would carry."""

    settings: Settings
    environ: dict[str, str]
    tenant: TenantRef
    cookies: dict[str, str]

    def browser_cookies(self) -> tuple[dict[str, str], ...]:
        """The cookies as a browser driver takes them."""
        return tuple(
            {"name": name, "value": value, "url": self.settings.base_url} for name, value in self.cookies.items()
        )


def free_port() -> int:
    """A port of loopback nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def install(home: Path, name: str = "Bench", currency: str = "EUR") -> Installation:
    """Make an installation under `home`."""
    port = free_port()
    environ = {
        "PORTAL_HOME": str(home), "PORTAL_PORT": str(port), "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    subprocess.run([PORTAL, "init"], env={**os.environ, **environ}, check=True, stdout=subprocess.DEVNULL)  # noqa: TID251
    settings = load_settings(environ)
    sessions = open_sessions(settings.database_url)
    with sessions.begin() as session:
        tenant = add_tenant(session, TenantRef(0, name, currency, "UTC"))
    with sessions.begin() as session:
        user = add_user(session, "bench@example.com", "manager", tenant.id, utc_now())
        session.flush()
        token = auth.start_session(session, user, 12, utc_now())
    cookies = {
        auth.cookie_name(settings): token,
        auth.form_cookie_name(settings): auth.form_token(settings, token),
    }
    return Installation(settings, environ, tenant, cookies)


@contextmanager
def served(installation: Installation) -> Iterator[None]:
    """Run `portal serve` as shipped while the block runs."""
    environ = {**os.environ, **installation.environ}  # noqa: TID251
    process = subprocess.Popen([PORTAL, "serve"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_healthy(installation.settings.base_url + "/healthz", process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("portal serve ended before it answered")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {address}")
