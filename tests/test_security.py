"""The door: hosts, senders, headers, redirects, forged requests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from portal import auth, log
from portal.app import create_app
from portal.errors import ConfigError
from portal.parts import open_parts
from portal.security import HEADERS, MAX_BODY_BYTES, safe_next
from portal.viewer import Permission
from portal.wiring import Access, Wiring
from tests.installation import Installation, settings_for

CALLBACK = "/_dash-update-component"
OPEN_SCREEN = {
    "output": "..main.children...page-title.data..",
    "outputs": [{"id": "main", "property": "children"}, {"id": "page-title", "property": "data"}],
    "inputs": [
        {"id": "address", "property": "pathname", "value": "/nowhere"},
        {"id": "address", "property": "search", "value": ""},
    ],
    "changedPropIds": ["address.pathname"],
    "state": [],
}
ELSEWHERE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:evil.example",
    "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "///evil.example", "\t//evil.example",
    "evil.example", "//evil.example/%2e%2e", "/\u2044evil.example", "//evil\u3002example", "/ /evil.example", "",
    "/\r\nSet-Cookie: a=b", "@evil.example", "http://[::1", "////evil.example", " //evil.example", "/\x00",
]  # fmt: skip


def secure_app(home: Path) -> Installation:
    settings = settings_for(home, PORTAL_BASE_URL="https://souk.example")
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


@pytest.mark.parametrize("path", ["/sign-in", "/", "/healthz", "/assets/portal.css", "/nowhere", "/link/x", CALLBACK])
def test_every_answer_carries_the_headers(installation: Installation, path: str) -> None:
    answer = installation.stranger().get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self'( 'sha256-[\w+/=]+')+;", policy)


def test_every_inline_script_of_every_page_is_allowed_by_its_hash(installation: Installation) -> None:
    from portal.index import script_hash

    for page in (installation.stranger().get("/sign-in"), installation.browser("manager").get("/")):
        allowed = page.headers["Content-Security-Policy"]
        scripts = re.findall(r"<script(?![^>]*(?:src=|json))[^>]*>(.*?)</script>", page.text, re.DOTALL)
        assert [script for script in scripts if script_hash(script) not in allowed] == []
        assert scripts


def test_over_https_cookies_are_bound_to_the_host(home: Path) -> None:
    portal = secure_app(home)
    answer = portal.stranger().get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal_form=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert auth.cookie_name(portal.settings) == "__Host-portal_session"


def test_nothing_personal_may_be_kept_by_browsers(installation: Installation) -> None:
    browser = installation.browser("manager")
    for path in ("/", "/_dash-dependencies", "/sign-in", "/healthz"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "souk.example@evil.example", "[", "127.0.0.2"]
)
def test_a_foreign_host_is_refused(installation: Installation, host: str) -> None:
    answer = installation.server.test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:9999", "[::1]:8050"])
def test_this_machine_is_a_known_host(installation: Installation, host: str) -> None:
    assert installation.server.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "sender",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:8051"}, {},
        {"Origin": "", "Referer": "http://evil.example/127.0.0.1:8050"}, {"Origin": "https://127.0.0.1:8050"},
        {"Origin": "", "Referer": "http://127.0.0.1:8050.evil.example/"}, {"Origin": "http://[::1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [CALLBACK, "/sign-out", "/sign-in"])
def test_a_post_from_elsewhere_is_refused(installation: Installation, path: str, sender: dict[str, str]) -> None:
    browser = installation.browser("manager")
    token = auth.form_token(installation.settings, browser.token)
    answer = browser.client.post(
        path, base_url="http://127.0.0.1:8050", headers={**sender, "X-CSRFToken": token}, json=OPEN_SCREEN
    )
    assert answer.status_code == 403
    assert browser.get("/_dash-dependencies").status_code == 200


def test_a_referer_of_ours_will_do_where_browsers_leave_origin_out(installation: Installation) -> None:
    headers = {"Origin": "", "Referer": "http://127.0.0.1:8050/sales"}
    assert installation.browser("manager").post(CALLBACK, json=OPEN_SCREEN, headers=headers).status_code == 200


@pytest.mark.parametrize("token", ["", "guess", "é"])
def test_a_post_without_the_right_token_is_refused(installation: Installation, token: str) -> None:
    browser = installation.browser("manager")
    headers = {"X-CSRFToken": token}
    assert browser.post(CALLBACK, json=OPEN_SCREEN, headers=headers).status_code == 403
    assert browser.post("/sign-out", headers=headers).status_code == 403
    assert browser.get("/_dash-dependencies").status_code == 200


def test_a_token_of_another_session_is_refused(installation: Installation) -> None:
    other = installation.browser("admin")
    headers = {"X-CSRFToken": auth.form_token(installation.settings, other.token)}
    assert installation.browser("manager").post(CALLBACK, json=OPEN_SCREEN, headers=headers).status_code == 403


def test_a_sign_in_form_needs_its_own_token(installation: Installation) -> None:
    browser = installation.stranger()
    browser.get("/sign-in")
    answer = browser.post("/sign-in", data={"email": "a@x.example", "password": "b", "csrf_token": "guess"})
    assert answer.status_code == 400


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_link_never_leads_elsewhere(target: str) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/sales", "/sales?period=90d&channel=web", "/sales?next=//evil.example"])
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_sign_in_page_leads_home_instead(installation: Installation, target: str) -> None:
    answer = installation.browser("manager").get("/sign-in", query_string={"next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_stranger_is_brought_back_to_the_page_asked_for(installation: Installation) -> None:
    answer = installation.stranger().get("/sales?period=90d")
    assert answer.headers["Location"] == "/sign-in?next=%2Fsales%3Fperiod%3D90d"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"text"', b"null", b"1", b'{"output": NaN}', b'{"output": "\\ud800"}', b"\xff\xfe",
        b'{"output": ' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"output": ' + b"9" * 5000 + b"}",
        json.dumps({**OPEN_SCREEN, "output": ["main.children"]}).encode(),
        json.dumps({**OPEN_SCREEN, "output": {"a": 1}}).encode(),
        json.dumps({**OPEN_SCREEN, "output": "nobody.children"}).encode(),
        json.dumps({**OPEN_SCREEN, "inputs": "text"}).encode(),
        json.dumps({**OPEN_SCREEN, "inputs": []}).encode(),
        json.dumps({**OPEN_SCREEN, "inputs": [None, None]}).encode(),
        json.dumps({**OPEN_SCREEN, "inputs": [{"id": "a", "property": "b"}] * 2}).encode(),
        json.dumps({**OPEN_SCREEN, "outputs": None}).encode(),
        json.dumps({**OPEN_SCREEN, "outputs": {"id": "main", "property": "children"}}).encode(),
        json.dumps({**OPEN_SCREEN, "state": {"a": 1}}).encode(),
        json.dumps({**OPEN_SCREEN, "changedPropIds": 5}).encode(),
        json.dumps({**OPEN_SCREEN, "changedPropIds": ["nodot"]}).encode(),
        json.dumps({**OPEN_SCREEN, "inputs": [OPEN_SCREEN["inputs"][0]] * 3}).encode(),
    ],
)  # fmt: skip
def test_a_body_no_page_of_ours_sends_is_a_400(installation: Installation, body: bytes) -> None:
    answer = installation.browser("manager").post(CALLBACK, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"message", "reference"}


@pytest.mark.parametrize("value", [["/"], {"a": "/"}, 7, True, [[[[]]]], {"id": {"id": 1}}])
def test_a_value_of_another_type_is_a_message_and_changes_nothing(installation: Installation, value: object) -> None:
    body = {**OPEN_SCREEN, "inputs": [{**OPEN_SCREEN["inputs"][0], "value": value}, OPEN_SCREEN["inputs"][1]]}
    answer = installation.browser("manager").post(CALLBACK, json=body)
    assert answer.status_code == 200
    assert answer.get_json()["response"] == {}
    assert answer.get_json()["sideUpdate"]["toast"]["data"]["text"].endswith("Reload it.")


def test_a_body_that_is_too_large_is_refused(installation: Installation) -> None:
    answer = installation.browser("manager").post(
        CALLBACK, data=b" " * (MAX_BODY_BYTES + 1), content_type="application/json"
    )
    assert answer.status_code == 413


def test_another_kind_of_body_is_refused(installation: Installation) -> None:
    assert installation.browser("manager").post(CALLBACK, data={"output": "x"}).status_code == 415


@pytest.mark.parametrize(
    "path",
    ["/assets/../pyproject.toml", "/assets/%2e%2e/pyproject.toml", "/assets//etc/passwd",
     "/assets/..%2f..%2fetc/passwd", "/assets/portal.css%00", "/_dash-component-suites/portal/config.py",
     "/_dash-component-suites/dash/../../x.js", "/_dash-component-suites/dash/dash.py"],
)  # fmt: skip
def test_only_assets_and_registered_bundles_are_served(installation: Installation, path: str) -> None:
    answer = installation.browser("manager").get(path)
    assert answer.status_code == 404
    assert b"root:" not in answer.data
    assert b"import" not in answer.data


def test_assets_are_compressed_ahead_and_kept_for_a_year(installation: Installation) -> None:
    page = installation.stranger().get("/sign-in").text
    path = re.findall(r'href="(/assets/portal\.css\?v=[^"]+)"', page)[0]
    answer = installation.stranger().get(path, headers={"Accept-Encoding": "gzip, br"})
    assert (answer.headers["Content-Encoding"], answer.headers["Cache-Control"]) == (
        "br", "public, max-age=31536000, immutable",
    )  # fmt: skip
    stale = installation.stranger().get("/assets/portal.css?v=old")
    assert stale.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Content-Encoding" not in stale.headers


def test_an_unchanged_asset_is_not_sent_again(installation: Installation) -> None:
    etag = installation.stranger().get("/assets/portal.css").headers["ETag"]
    answer = installation.stranger().get("/assets/portal.css", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_the_page_loads_the_small_plotly_and_nothing_unused(installation: Installation) -> None:
    page = installation.browser("manager").get("/").text
    scripts = " ".join(re.findall(r'<script src="([^"]+)"', page))
    assert "vendor/plotly-cartesian.min.js" in page
    assert [word for word in ("polyfill", "dash_table", "package_data") if word in scripts] == []


def test_an_unexpected_failure_shows_a_reference_and_no_details(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    installation.server.view_functions["/"] = broken
    answer = installation.browser("manager").get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_route_without_a_policy_stops_the_start(installation: Installation) -> None:
    wiring: Wiring = installation.server.extensions["wiring"]
    del wiring.route_policies["/_dash-layout"]
    wiring.callback_policies.pop(OPEN_SCREEN["output"])
    with pytest.raises(ConfigError, match=r"main\.children.*_dash-layout"):
        wiring.check_complete()


def test_a_callback_argument_without_a_checkable_type_stops_the_start(installation: Installation) -> None:
    from dash import Input, Output

    def show(value: Flask) -> str:
        return str(value)

    wiring: Wiring = installation.server.extensions["wiring"]
    with pytest.raises(ConfigError, match="parameter 'value' needs a type"):
        wiring.callback(Output("a", "children"), Input("b", "value"), permission=Permission.VIEW)(show)


def test_only_these_addresses_are_open_to_everybody(installation: Installation) -> None:
    wiring: Wiring = installation.server.extensions["wiring"]
    open_ones = {
        rule.rule
        for rule in installation.server.url_map.iter_rules()
        if wiring.route_policies[rule.endpoint] is Access.EVERYBODY
    }
    assert open_ones == {"/sign-in", "/link/<token>", "/healthz", "/assets/<path:filename>", "/_favicon.ico"}


def test_the_log_is_one_line_per_record_and_keeps_no_secret() -> None:
    import logging

    text = "first\nsecond password=hunter2 Authorization: Bearer abc.def /link/q-Wer_ty https://u:pw@host token='t0k'"
    record = logging.LogRecord("x", logging.INFO, "", 0, text, (), None)
    line = log.JsonLines().format(record)
    assert "\n" not in line
    assert [word for word in ("hunter2", "abc.def", "q-Wer_ty", ":pw@", "t0k") if word in line] == []
    assert json.loads(line)["message"].startswith("first\nsecond")
