"""The callback requests a screen really sends, recorded from a browser and played again without one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import sync_playwright

from bench.crowd import Request
from bench.installation import Installation

CALLBACK = "/_dash-update-component"
PERIODS = {"90 days": "90d", "12 months": "12m", "30 days": "30d"}
HEADERS = ("content-type", "x-csrftoken", "accept")


@dataclass(frozen=True)
class Recorded:
    """One callback as the browser sent it: screen, period chosen, its outputs, headers worth keeping, JSON body."""

    screen: str
    period: str
    output: str
    headers: dict[str, str]
    body: bytes


def record(installation: Installation, screens: tuple[str, ...]) -> list[Recorded]:
    """Open every screen in a real browser, choose each period, and keep each distinct callback it sends."""
    found: list[Recorded] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 4000})
        page.context.add_cookies(list(installation.browser_cookies()))  # type: ignore[arg-type]
        for screen in screens:
            page.goto(installation.settings.base_url + screen, wait_until="networkidle")
            for period, value in PERIODS.items():
                sent: list[Any] = []
                page.on("request", lambda request, kept=sent: kept.append(request))
                page.check(f"#filter-period input[value='{value}']", force=True)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(3000)
                found += _recorded(screen, period, sent)
        browser.close()
    return found


def _recorded(screen: str, period: str, sent: list[Any]) -> list[Recorded]:
    found: dict[str, Recorded] = {}
    for request in sent:
        if CALLBACK in request.url and request.post_data:
            output = str(json.loads(request.post_data)["output"])
            headers = {name: request.headers[name] for name in HEADERS if name in request.headers}
            found[output] = Recorded(screen, period, output, headers, request.post_data.encode())
    return list(found.values())


def wire(recorded: Recorded, installation: Installation) -> Request:
    """The recorded callback as bytes for a raw connection."""
    settings = installation.settings
    cookie = "; ".join(f"{name}={value}" for name, value in installation.cookies.items())
    lines = [f"POST {CALLBACK} HTTP/1.1", f"host: {settings.host}:{settings.port}", f"origin: {settings.base_url}"]
    lines += [f"cookie: {cookie}", *(f"{name}: {value}" for name, value in recorded.headers.items())]
    return Request(settings.host, settings.port, ("\r\n".join(lines) + "\r\n").encode(), recorded.body)


def play(server: Flask, recorded: Recorded, installation: Installation) -> float:
    """Milliseconds of the recorded callback inside this process, without a network."""
    client = server.test_client()
    for name, value in installation.cookies.items():
        client.set_cookie(name, value, domain="127.0.0.1")
    headers = {**recorded.headers, "Origin": installation.settings.base_url}
    start = time.perf_counter()
    answer = client.post(CALLBACK, data=recorded.body, headers=headers, base_url=installation.settings.base_url)
    took = (time.perf_counter() - start) * 1000
    if answer.status_code not in {200, 204}:
        raise RuntimeError(f"{recorded.output} answered {answer.status_code}: {answer.get_data(as_text=True)[:300]}")
    return took
