"""What axe finds on each screen: nothing. `axe/` holds axe-core (MPL 2.0) for the tests alone; nothing is fetched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from portal.app.screens import PAGES
from tests.browser.conftest import PATIENCE_MS, Running, context_of, portal_in, violations
from tests.callbacks.conftest import stock_golden_shops

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def everything(_template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A portal with data, and somebody signed in who may open every screen."""
    home = tmp_path_factory.mktemp("axe") / "home"
    shutil.copytree(_template_home, home)
    stock_golden_shops(home)
    with portal_in(home, "admin") as found:
        yield found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_axe_finds_nothing(chromium: Browser, everything: Running, path: str, theme: str) -> None:
    context = context_of(chromium, everything, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle", timeout=PATIENCE_MS * 4)
    page.wait_for_selector("#screen.is-loading", state="detached", timeout=PATIENCE_MS * 4)
    page.wait_for_timeout(300)
    assert violations(page) == []
    context.close()


def test_axe_would_find_something(chromium: Browser, everything: Running) -> None:
    context = context_of(chromium, everything)
    page = context.new_page()
    page.goto("/admin/upload")
    page.wait_for_selector("[data-pick]")
    page.evaluate("document.querySelector('[data-pick]').replaceChildren()")
    assert [found.partition(":")[0] for found in violations(page)] == ["button-name"]
    context.close()
