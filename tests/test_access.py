"""Four visitors at every page, callback and route of the app's own registry: nobody, another tenant, a role without
permission, the right role. Every name of a tenant carries its token; a foreign token in any answer is a failure."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from layouts.state import ScreenState
from portal import users
from portal.app import create_app
from portal.app.screens import PAGES
from portal.clock import utc_now
from portal.db import writing
from portal.models import User
from portal.parts import open_parts
from portal.upload_tables import UploadFile
from portal.viewer import ROLES, Permission
from portal.wiring import Access, Wiring
from tests.installation import TOKENS, Browser, Installation, email_of, make_database, settings_for

CALLBACK = "/_dash-update-component"
AMBER, BIRCH = TOKENS.values()
OWN_STATE = {**ScreenState().plain(), "period": "12m"}
OWN = (OWN_STATE, {"at": 1, "metric": "net_sales", "where": ""}, "/")
"""What our own pages send."""
FORGED: tuple[Any, ...] = (
    None, "", "text", 7, -1.5, True, [], ["a"], {}, {"a": 1}, [[{}]], "Birch Shop", {"client": "Birch Shop"},
    {**OWN_STATE, "client": "Birch Shop"}, {**OWN_STATE, "client": ["Birch Shop"]}, {**OWN_STATE, "period": {"a": []}},
    {**OWN_STATE, "channel": ["phone guessed"]}, {**OWN_STATE, "by": "customer'; drop table x; --"},
    {"at": 1, "metric": "net_sales", "where": "tenant=Birch Shop"}, {"at": 1, "metric": ["net_sales"], "where": {}},
    {"at": 1, "metric": "nothing", "where": "product=Mug"}, "9" * 1000, "\u202e\x00", "../../etc/passwd",
)  # fmt: skip


@pytest.fixture(scope="module")
def portal(stocked_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home: Path = tmp_path_factory.mktemp("access") / "home"
    shutil.copytree(stocked_home, home)
    settings = settings_for(home)
    parts = open_parts(settings)
    return Installation(settings, parts.sessions, create_app(settings, parts))


@pytest.fixture(scope="module")
def nobody_role(portal: Installation) -> Browser:
    """A person whose role allows nothing."""
    browser = portal.browser("agent")
    with writing(portal.sessions) as session:
        session.execute(update(User).where(User.email == email_of("agent")).values(role="none"))
    return browser


@pytest.fixture(scope="module")
def manager(portal: Installation) -> Browser:
    """Somebody who may do all that a tenant's people may."""
    return portal.browser("admin")


def may_open(screen: Any) -> str:
    """The least role that may open a screen."""
    return next(role for role, permissions in ROLES.items() if screen.permission in permissions)


@cache
def _registry() -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Server callbacks by name, endpoints by rule, and rules a file is sent to, of an app made only to be looked at."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder))
        make_database(settings).kw["bind"].dispose()
        server = create_app(settings)
        wiring: Wiring = server.extensions["wiring"]
        rules = {rule.rule: rule.endpoint for rule in server.url_map.iter_rules() if "GET" in (rule.methods or ())}
        files = [
            rule.rule
            for rule in server.url_map.iter_rules()
            if "POST" in (rule.methods or ())
            and rule.rule != CALLBACK
            and isinstance(wiring.route_policies[rule.endpoint], Permission)
        ]
        callbacks = {name: facts for name, facts in wiring.dash.callback_map.items() if "callback" in facts}
        server.extensions["portal"].sessions.kw["bind"].dispose()
        server.extensions["portal"].warehouses.cache.close()
    return callbacks, rules, files


CALLBACKS, RULES, FILE_RULES = _registry()


def body_of(name: str, value: Any) -> dict[str, Any]:
    """A well-formed request of the callback, with `value` in every input that holds no address."""
    facts = CALLBACKS[name]
    return {
        "output": name,
        "outputs": _outputs(name),
        "inputs": [_filled(each, value) for each in facts["inputs"]],
        "state": [_filled(each, value) for each in facts["state"]],
        "changedPropIds": [f"{each['id']}.{each['property']}" for each in facts["inputs"]][:1],
    }


def _filled(dependency: dict[str, Any], value: Any) -> Any:
    element, attribute = dependency["id"], dependency["property"]
    if element.startswith("{"):
        keys = json.loads(element)
        plain = {key: "1" if isinstance(kept, list) else kept for key, kept in keys.items()}
        one = {"id": plain, "property": attribute, "value": value}
        return [one] if '["ALL"]' in element else one
    return {"id": element, "property": attribute, "value": value}


def _outputs(name: str) -> Any:
    if name.startswith(".."):
        return [_filled(_split(each), None) for each in name[2:-2].split("...")]
    return _filled(_split(name), None)


def _split(text: str) -> dict[str, str]:
    element, _, attribute = text.rpartition(".")
    return {"id": element, "property": attribute}


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_turns_away_whoever_may_not(portal: Installation, nobody_role: Browser, name: str) -> None:
    body = body_of(name, OWN_STATE)
    assert portal.stranger().post(CALLBACK, json=body).status_code == 401
    assert nobody_role.post(CALLBACK, json=body).status_code == 403


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_shows_its_own_tenant_only(portal: Installation, manager: Browser, name: str) -> None:
    birch = portal.browser("admin", "Birch Shop")
    for value in OWN:
        body = body_of(name, value)
        ours, theirs = manager.post(CALLBACK, json=body), birch.post(CALLBACK, json=body)
        assert (ours.status_code, theirs.status_code) in {(200, 200), (204, 204)}
        assert BIRCH not in ours.text
        assert AMBER not in theirs.text


@pytest.mark.parametrize("name", CALLBACKS)
def test_forged_values_are_never_a_500_and_never_show_another_tenant(manager: Browser, name: str) -> None:
    for value in FORGED:
        answer = manager.post(CALLBACK, json=body_of(name, value))
        assert answer.status_code in {200, 204, 400}, (value, answer.text)
        assert BIRCH not in seen(answer, value)


def seen(answer: TestResponse, sent: Any) -> str:
    """The answer without what was sent and may come back."""
    return answer.text.replace(json.dumps(sent), "")


def test_something_of_our_own_is_seen_at_all(manager: Browser) -> None:
    answers = [manager.post(CALLBACK, json=body_of(name, OWN_STATE)).text for name in CALLBACKS]
    assert any(AMBER in text for text in answers)


@pytest.mark.parametrize("screen", PAGES, ids=lambda screen: screen.name)
def test_a_page_opens_for_the_right_person_only(portal: Installation, nobody_role: Browser, screen: Any) -> None:
    answer = portal.stranger().get(screen.path)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in")
    assert nobody_role.get(screen.path).status_code == 403
    assert portal.browser(may_open(screen)).get(screen.path).status_code == 200


@pytest.mark.parametrize("screen", PAGES, ids=lambda screen: screen.name)
def test_the_content_of_a_page_is_the_tenants_own(portal: Installation, nobody_role: Browser, screen: Any) -> None:
    headers = {"Referer": f"{portal.settings.base_url}{screen.path}?client=Birch+Shop&period=12m"}
    assert portal.stranger().get("/_dash-layout", headers=headers).status_code == 302
    assert nobody_role.get("/_dash-layout", headers=headers).status_code == 403
    answer = portal.browser(may_open(screen)).get("/_dash-layout", headers=headers)
    assert answer.status_code == 200
    assert BIRCH not in answer.text
    assert f'"data-screen":"{screen.name}"' in answer.text


def test_an_address_without_a_screen_is_a_404_in_the_same_window(manager: Browser) -> None:
    assert manager.get("/nowhere").status_code == 404
    layout = manager.get("/_dash-layout", headers={"Referer": "http://127.0.0.1:8050/nowhere"})
    assert "There is nothing here" in layout.text


@pytest.mark.parametrize(
    "referer",
    ["", "text", "http://[::1", "http://x/" + "a" * 9000, "http://x/?" + "&".join(["a=1"] * 500),
     "http://x/sales?period=%ff", "http://x/sales?__class__=1&self=2&period=7d&period=30d", "http://x/?client=%00"],
)  # fmt: skip
def test_a_strange_referer_still_gets_a_window(manager: Browser, referer: str) -> None:
    assert manager.get("/_dash-layout", headers={"Referer": referer}).status_code == 200


@pytest.mark.parametrize("rule", RULES)
def test_a_route_lets_in_whom_its_policy_names(portal: Installation, nobody_role: Browser, rule: str) -> None:
    wiring: Wiring = portal.server.extensions["wiring"]
    policy = wiring.route_policies[RULES[rule]]
    path = re.sub(r"<(?:\w+:)?\w+>", "x", rule)
    anonymous = portal.stranger().get(path, headers={"Accept": "application/json"}).status_code
    assert (anonymous == 401) == (policy is not Access.EVERYBODY)
    if isinstance(policy, Permission):
        assert nobody_role.get(path).status_code == 403


def uploads_in(portal: Installation) -> int:
    with portal.sessions() as session:
        return len(session.scalars(select(UploadFile.id)).all())


@pytest.mark.parametrize("rule", FILE_RULES)
def test_a_file_is_taken_from_the_right_person_only(portal: Installation, nobody_role: Browser, rule: str) -> None:
    admin, before = portal.browser("admin"), uploads_in(portal)
    file: dict[str, Any] = {"query_string": {"name": "a.csv"}, "data": b"a,b\n1,2\n"}
    assert portal.stranger().post(rule, **file).status_code == 401
    assert nobody_role.post(rule, **file).status_code == 403
    assert portal.browser("manager").post(rule, **file).status_code == 403
    assert admin.post(rule, headers={"X-CSRFToken": ""}, **file).status_code == 403
    assert admin.post(rule, headers={"Origin": "https://evil.example"}, **file).status_code == 403
    assert uploads_in(portal) == before


@pytest.mark.parametrize("rule", FILE_RULES)
@pytest.mark.parametrize(
    ("query", "body"),
    [({}, b""), ({"name": "../../etc/passwd"}, b"a"), ({"name": "\u202e\x00.csv"}, b""), ({"name": "9" * 5000}, b"a"),
     ({"name": "a.exe"}, b"MZ"), ({"name": "a.xlsx"}, b"PK\x03\x04"), ({"name": ["a.csv", "b.csv"]}, b"a,b\n1,2\n"),
     ({"name": "a.csv", "client": "Birch Shop"}, b"a,b\n1,2\n"), ({"name": "a" * 200_000}, b"a")],
)  # fmt: skip
def test_a_forged_file_is_refused_in_words(manager: Browser, rule: str, query: dict[str, Any], body: bytes) -> None:
    answer = manager.post(rule, query_string=query, data=body)
    assert answer.status_code in {400, 404, 411, 422}
    assert answer.get_json()["message"]
    assert BIRCH not in answer.text


@pytest.mark.parametrize("rule", FILE_RULES)
def test_a_file_beyond_the_limit_is_refused_unread(portal: Installation, manager: Browser, rule: str) -> None:
    size = str((portal.settings.upload_mb << 20) + 1)
    before, sent = uploads_in(portal), {"CONTENT_LENGTH": size}
    answer = manager.post(rule, query_string={"name": "a.csv"}, data=b"a,b\n", environ_overrides=sent)
    assert (answer.status_code, uploads_in(portal)) == (413, before)


def test_exports_need_their_own_permission(portal: Installation) -> None:
    rules = [rule for rule in RULES if rule.startswith("/export/")]
    policies = portal.server.extensions["wiring"].route_policies
    assert rules
    assert {policies[RULES[rule]] for rule in rules} == {Permission.EXPORT}


@pytest.mark.parametrize("role", ["viewer", "manager", "admin"])
def test_exports_hold_the_tenants_own_rows(portal: Installation, role: str) -> None:
    browser, own = portal.browser(role), []
    for page in PAGES:
        for name, _ in page.exports:
            answer = browser.get(f"/export/{page.name}/{name}.csv?period=12m&client=Birch+Shop")
            assert answer.status_code in {200, 400, 404}
            assert BIRCH not in answer.text
            own.append(browser.get(f"/export/{page.name}/{name}.csv?period=12m").text)
    assert any(AMBER in text for text in own)


def test_an_operator_sees_every_client_and_chooses_one(portal: Installation) -> None:
    operator = portal.browser("superadmin")
    name = next(name for name in CALLBACKS if "overview-parts" in name and "address" not in name)
    shown = operator.post(CALLBACK, json=body_of(name, {**OWN_STATE, "client": "Birch Shop"})).text
    assert (BIRCH in shown, AMBER in shown) == (True, False)


def test_somebody_moved_to_another_tenant_sees_nothing_of_the_old_one(portal: Installation) -> None:
    browser = portal.browser("viewer")
    with writing(portal.sessions) as session:
        birch = users.find_user(session, email_of("viewer", "Birch Shop")).tenant_id
        users.change_access(session, users.find_user(session, email_of("viewer")), "viewer", birch, utc_now())
    assert browser.get("/_dash-layout").status_code == 302
    name = next(iter(CALLBACKS))
    answer = portal.browser("viewer").post(CALLBACK, json=body_of(name, OWN_STATE))
    assert AMBER not in answer.text
