"""The portal on a port of loopback, and Debian's Chromium without a window."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from portal import auth, users
from portal.app import create_app
from portal.clock import utc_now
from portal.db import writing
from portal.parts import open_parts
from tests.callbacks.conftest import stock_golden_shops
from tests.installation import email_of, settings_for

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "four unrelated words here"
AXE = Path(__file__).with_name("axe") / "axe.min.js"
FIND = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ": " + node.html.slice(0, 200)));
}"""
PATIENCE_MS = 30_000
"""How long a journey waits for what it expects: a busy machine is slow, not wrong."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Running:
    """A portal that answers, and the cookies of a signed-in manager."""

    address: str
    email: str
    cookies: dict[str, str]
    home: Path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"There is no browser at {CHROMIUM}; install the package chromium to run the journeys.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("browser") / "home"
    shutil.copytree(_template_home, home)
    stock_golden_shops(home)
    with portal_in(home, "manager") as found:
        yield found


@contextmanager
def portal_in(home: Path, role: str) -> Iterator[Running]:
    """The portal of a home on a free port, and somebody of Amber Shop with the role signed in."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = settings_for(home, PORTAL_BASE_URL=address, PORTAL_LOG_LEVEL="ERROR")
    parts = open_parts(settings)
    server.app = create_app(settings, parts)
    email = email_of(role)
    with writing(parts.sessions) as session:
        person = users.find_user(session, email)
        users.set_password(session, person, PASSWORD, utc_now())
        token = auth.start_session(session, person, 12, utc_now())
    cookies = {auth.cookie_name(settings): token, auth.form_cookie_name(settings): auth.form_token(settings, token)}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Running(address, email, cookies, home)
    server.shutdown()
    thread.join()
    server.server_close()


def context_of(chromium: Browser, running: Running, **options: object) -> BrowserContext:
    """A fresh browser with the manager signed in."""
    context = chromium.new_context(base_url=running.address, **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": name, "value": value, "url": running.address}
                         for name, value in running.cookies.items()])  # fmt: skip
    return context


@pytest.fixture
def screen(chromium: Browser, running: Running) -> Iterator[Page]:
    """A signed-in page at desk size; whatever the browser complains about fails the test."""
    with desk_screen(chromium, running) as opened:
        yield opened


@contextmanager
def desk_screen(chromium: Browser, running: Running) -> Iterator[Page]:
    """A signed-in page of a portal at desk size."""
    context = context_of(chromium, running, viewport={"width": 1440, "height": 1000})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def phone(chromium: Browser, running: Running) -> Iterator[Page]:
    """The same on a phone."""
    context = context_of(chromium, running, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """Rule and element of everything axe finds."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FIND)
    return found
