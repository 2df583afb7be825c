"""What screens are made of: ids once, names for every control, no colours, only screens that exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from layouts import overview, sales, sources
from layouts.page import Page
from layouts.screens import NUMBERS
from layouts.shell import shell
from portal.viewer import ROLES, TenantRef, Viewer

PAGES = NUMBERS
SCREENS = (*PAGES, sources.PAGE)
LAYOUTS = Path(overview.__file__).parent


def window(page: Page, role: str = "manager", **query: str) -> Any:
    tenant = TenantRef(1, "Corner Shop", "GBP", "Europe/London")
    person = Viewer(1, "kim.lee@shop.example", role, ROLES[role], (tenant,))
    return shell(person, PAGES, page.layout(**query))


def parts(tree: Any) -> list[Any]:
    return [tree, *tree._traverse()]


def named(tree: Any, kind: str) -> list[Any]:
    return [part for part in parts(tree) if type(part).__name__ == kind]


@pytest.mark.parametrize("page", SCREENS, ids=lambda page: page.name)
def test_every_id_is_there_once(page: Page) -> None:
    ids = Counter(part.id for part in parts(window(page)) if isinstance(getattr(part, "id", None), str))
    assert [name for name, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("page", SCREENS, ids=lambda page: page.name)
def test_every_button_has_a_name(page: Page) -> None:
    silent = [
        part for part in named(window(page), "Button")
        if not isinstance(part.children, str) and not getattr(part, "aria-label", "") and not getattr(part, "title", "")
    ]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize("page", SCREENS, ids=lambda page: page.name)
def test_every_drop_down_has_a_label(page: Page) -> None:
    tree = window(page)
    labelled = {part.htmlFor for part in named(tree, "Label") if hasattr(part, "htmlFor")}
    assert {part.id for part in named(tree, "Dropdown")} <= labelled


@pytest.mark.parametrize("page", SCREENS, ids=lambda page: page.name)
def test_headings_begin_with_the_screen(page: Page) -> None:
    assert [heading.children for heading in named(window(page), "H1")] == [page.title]


@pytest.mark.parametrize("page", SCREENS, ids=lambda page: page.name)
def test_landmarks_and_skip_link_are_there(page: Page) -> None:
    tree = window(page)
    assert len(named(tree, "Main")) == 1
    assert len(named(tree, "Nav")) == 1
    assert [link.href for link in named(tree, "A") if link.children == "Skip to content"] == ["#main"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_chart_has_a_table_a_sentence_and_an_empty_state(page: Page) -> None:
    tree = window(page)
    ids = {part.id for part in parts(tree) if isinstance(getattr(part, "id", None), str)}
    charts = [graph.id for graph in named(tree, "Graph")]
    assert len(charts) >= 2
    assert {f"{chart}-{leaf}" for chart in charts for leaf in ("table", "summary", "empty", "data", "card")} <= ids


def test_the_address_decides_what_is_chosen() -> None:
    tree = window(sales.PAGE, period="90d", channel="Web", metric="units")
    values = {part.id: part.value for part in named(tree, "RadioItems")}
    assert values["filter-period"] == "90d"
    assert values["switch-metric"] == "units"
    assert next(part.value for part in named(tree, "Dropdown") if part.id == "filter-channel") == ["Web"]


def test_the_side_bar_shows_only_screens_that_exist() -> None:
    links = [part for part in named(window(overview.PAGE), "Link") if getattr(part, "className", "") == "nav-link"]
    assert [(link.children[1], link.href) for link in links] == [(page.title, page.path) for page in PAGES]


def test_the_foot_says_who_is_signed_in() -> None:
    texts = [part.children for part in named(window(overview.PAGE), "Span") if isinstance(part.children, str)]
    assert {"Kim Lee", "Manager", "Corner Shop"} <= set(texts)


@pytest.mark.parametrize("module", sorted(LAYOUTS.glob("*.py")), ids=lambda path: path.stem)
def test_no_colour_is_written_in_a_layout(module: Path) -> None:
    assert re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", module.read_text(encoding="utf-8")) == []


def test_every_icon_used_is_in_the_icon_sheet() -> None:
    sheet = (LAYOUTS.parent / "assets" / "icons.css").read_text(encoding="utf-8")
    used = {name for page in PAGES for part in named(window(page), "Span")
            for name in re.findall(r"icon-([a-z0-9-]+)", str(getattr(part, "className", "") or ""))}  # fmt: skip
    assert len(used) > 5
    assert {name for name in used if f".icon-{name}{{" not in sheet} == set()


def test_every_colour_token_of_the_charts_is_defined_for_both_themes() -> None:
    style = (LAYOUTS.parent / "assets" / "portal.css").read_text(encoding="utf-8")
    charts = "".join(path.read_text(encoding="utf-8") for path in (LAYOUTS.parent / "portal" / "charts").glob("*.py"))
    tokens = set(re.findall(r'"@([a-z0-9-]+)', charts))
    light, dark = style.split(':root[data-theme="dark"]')[:2]
    assert {token for token in tokens if f"--{token}:" not in light or f"--{token}:" not in dark} == set()
