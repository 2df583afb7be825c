"""Signing in and out, one-time links, passwords, sessions that end when they should, the audit trail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Delete, Update, delete, select, update

from portal import audit, auth, passwords, throttle, users
from portal.clock import utc_now
from portal.db import Sessions, writing
from portal.errors import InputError
from portal.models import AuditEvent, OneTimeLink, SignInSession, User
from tests.installation import Browser, Installation, email_of

GOOD = "winter lamp orbit 9"
MANAGER = email_of("manager")


def field(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def send_sign_in(browser: Browser, email: str, password: str, target: str = "/") -> int:
    form = {"email": email, "password": password, "next": target, "csrf_token": field(browser.get("/sign-in").text)}
    return browser.post("/sign-in", data=form).status_code


def link_for(installation: Installation, email: str = MANAGER) -> str:
    with writing(installation.sessions) as session:
        token = users.make_link(session, users.find_user(session, email), "test", utc_now())
    return f"/link/{token}"


def send_password(browser: Browser, link: str, password: str, again: str | None = None) -> int:
    form = {"password": password, "again": password if again is None else again}
    return browser.post(link, data={**form, "csrf_token": field(browser.get(link).text)}).status_code


def give_password(sessions: Sessions, email: str = MANAGER, password: str = GOOD) -> None:
    with writing(sessions) as session:
        users.set_password(session, users.find_user(session, email), password, utc_now())


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/_dash-dependencies").status_code == 200


def test_a_link_sets_the_password_and_signs_in(installation: Installation) -> None:
    browser = installation.stranger()
    assert send_password(browser, link_for(installation), GOOD) == 302
    assert is_signed_in(browser)
    assert send_sign_in(installation.stranger(), MANAGER.upper(), GOOD) == 302


def test_a_link_works_once(installation: Installation) -> None:
    link = link_for(installation)
    send_password(installation.stranger(), link, GOOD)
    assert installation.stranger().get(link).status_code == 404


def test_a_link_ends_after_a_day_and_with_a_newer_one(installation: Installation) -> None:
    old, new = link_for(installation), link_for(installation)
    assert installation.stranger().get(old).status_code == 404
    with writing(installation.sessions) as session:
        session.execute(update(OneTimeLink).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert installation.stranger().get(new).status_code == 404


def test_links_last_24_hours(installation: Installation) -> None:
    link_for(installation)
    with installation.sessions() as session:
        link = session.scalars(select(OneTimeLink)).one()
    assert link.expires_at - link.created_at == timedelta(hours=24)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short 9", None, "at least 10 characters"),
        ("password123", None, "first that would be guessed"),
        ("aaaaaaaaaaaa", None, "first that would be guessed"),
        (MANAGER, None, "cannot be your password"),
        ("manager2026", None, "cannot be your password"),
        ("x1" * 129, None, "at most 256"),
        (GOOD, "winter lamp orbit 8", "not the same"),
    ],
)
def test_a_poor_password_is_refused_in_plain_words(
    installation: Installation, password: str, again: str | None, said: str
) -> None:
    browser, link = installation.stranger(), link_for(installation)
    form = {"password": password, "again": password if again is None else again}
    answer = browser.post(link, data={**form, "csrf_token": field(browser.get(link).text)})
    assert (answer.status_code, said in answer.text) == (400, True)
    with installation.sessions() as session:
        assert users.find_user(session, MANAGER).password_hash is None


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(installation: Installation) -> None:
    give_password(installation.sessions)
    pages = []
    for email in (MANAGER, "nobody@amber.example"):
        browser = installation.stranger()
        form = {"email": email, "password": "wrong " + GOOD, "csrf_token": field(browser.get("/sign-in").text)}
        answer = browser.post("/sign-in", data=form)
        assert answer.status_code == 401
        pages.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert pages[0] == pages[1]


def test_an_unknown_person_costs_a_full_password_check(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    real = passwords._hasher()
    monkeypatch.setattr(type(real), "verify", lambda _self, kept, word: checked.append((kept, word)) or True)
    assert not passwords.verify_password("anything", None)
    assert [kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for kept, _ in checked] == [True]


def test_passwords_are_kept_as_argon2id_with_the_agreed_cost() -> None:
    assert passwords.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_with_an_older_cost_is_renewed_at_sign_in(installation: Installation) -> None:
    from argon2 import PasswordHasher

    with writing(installation.sessions) as session:
        users.find_user(session, MANAGER).password_hash = PasswordHasher(1, 8192, 1).hash(GOOD)
    assert send_sign_in(installation.stranger(), MANAGER, GOOD) == 302
    with installation.sessions() as session:
        assert "$m=19456,t=2,p=1$" in str(users.find_user(session, MANAGER).password_hash)


def test_somebody_without_a_password_or_switched_off_cannot_sign_in(installation: Installation) -> None:
    assert send_sign_in(installation.stranger(), MANAGER, "") == 401
    give_password(installation.sessions)
    browser = installation.browser("manager")
    with writing(installation.sessions) as session:
        users.find_user(session, MANAGER).is_active = False
    assert send_sign_in(installation.stranger(), MANAGER, GOOD) == 401
    assert not is_signed_in(browser)


def test_each_sign_in_is_a_new_session_and_ends_the_one_before(installation: Installation) -> None:
    give_password(installation.sessions)
    browser = installation.stranger()
    send_sign_in(browser, MANAGER, GOOD)
    first = browser.cookie("portal_session")
    assert send_sign_in_again(installation, browser) == 302
    second = browser.cookie("portal_session")
    assert first != second
    assert not is_signed_in(with_cookie(installation, first))
    assert is_signed_in(with_cookie(installation, second))


def send_sign_in_again(installation: Installation, browser: Browser) -> int:
    mark = browser.cookie("portal_form")
    form = {"email": MANAGER, "password": GOOD, "csrf_token": auth.form_token(installation.settings, mark)}
    return browser.post("/sign-in", data=form).status_code


def with_cookie(installation: Installation, token: str) -> Browser:
    browser = installation.stranger()
    browser.client.set_cookie("portal_session", token, domain="127.0.0.1")
    return browser


def test_a_cookie_planted_before_the_sign_in_is_worth_nothing_after(installation: Installation) -> None:
    give_password(installation.sessions)
    planted = with_cookie(installation, "planted-by-somebody-else")
    send_sign_in(planted, MANAGER, GOOD)
    assert planted.cookie("portal_session") != "planted-by-somebody-else"
    assert not is_signed_in(with_cookie(installation, "planted-by-somebody-else"))


def test_a_copied_cookie_dies_with_the_sign_out(installation: Installation) -> None:
    browser = installation.browser("manager")
    copy = with_cookie(installation, browser.token)
    assert is_signed_in(copy)
    assert browser.post("/sign-out").status_code == 302
    assert not is_signed_in(copy)


def test_signing_out_needs_a_post(installation: Installation) -> None:
    browser = installation.browser("manager")
    browser.get("/sign-out")
    assert is_signed_in(browser)


def test_a_new_password_ends_every_session(installation: Installation) -> None:
    browser = installation.browser("manager")
    give_password(installation.sessions)
    assert not is_signed_in(browser)


def test_another_role_or_tenant_ends_every_session(installation: Installation) -> None:
    browser = installation.browser("manager")
    with writing(installation.sessions) as session:
        user = users.find_user(session, MANAGER)
        users.change_access(session, user, "viewer", user.tenant_id, utc_now())
    assert not is_signed_in(browser)


def test_a_session_ends_with_its_time(installation: Installation) -> None:
    browser = installation.browser("manager")
    with writing(installation.sessions) as session:
        assert session.scalars(select(SignInSession)).one().expires_at > utc_now() + timedelta(hours=11)
        session.execute(update(SignInSession).values(expires_at=utc_now()))
    assert not is_signed_in(browser)


def test_the_database_keeps_no_token(installation: Installation) -> None:
    browser = installation.browser("manager")
    token = link_for(installation).rpartition("/")[2]
    content = b"".join(path.read_bytes() for path in installation.settings.home.glob("portal.db*"))
    assert browser.token.encode() not in content
    assert token.encode() not in content


def test_guessing_one_person_is_slowed_and_the_right_password_waits_too(installation: Installation) -> None:
    give_password(installation.sessions)
    with writing(installation.sessions) as session:
        for _ in range(throttle.PER_EMAIL):
            throttle.note_attempt(session, throttle.Attempt(MANAGER, "10.0.0.9"), utc_now())
    browser = installation.stranger()
    form = {"email": MANAGER, "password": GOOD, "csrf_token": field(browser.get("/sign-in").text)}
    answer = browser.post("/sign-in", data=form, headers={"X-Forwarded-For": "10.9.9.9"})
    assert (answer.status_code, "Try again in 15 minutes" in answer.text) == (429, True)


def test_attempts_are_counted_by_peer_whatever_the_client_claims(sessions: Sessions) -> None:
    now = utc_now()
    with writing(sessions) as session:
        for number in range(throttle.PER_PEER):
            throttle.note_attempt(session, throttle.Attempt(f"p{number}@x.example", "10.0.0.9"), now)
        assert throttle.minutes_to_wait(session, throttle.Attempt("other@x.example", "10.0.0.9"), now) == 15
        assert throttle.minutes_to_wait(session, throttle.Attempt("other@x.example", "10.0.0.8"), now) == 0
        later = now + throttle.WINDOW
        assert throttle.minutes_to_wait(session, throttle.Attempt("other@x.example", "10.0.0.9"), later) == 0


def test_a_success_forgets_the_person_but_not_the_peer(sessions: Sessions) -> None:
    now, attempt = utc_now(), throttle.Attempt(MANAGER, "10.0.0.9")
    with writing(sessions) as session:
        for second in range(throttle.PER_EMAIL):
            throttle.note_attempt(session, attempt, now + timedelta(seconds=second))
        throttle.note_success(session, attempt, now + timedelta(seconds=throttle.PER_EMAIL - 1))
        assert throttle.minutes_to_wait(session, attempt, now + timedelta(seconds=10)) == 0
        for number in range(throttle.PER_PEER - throttle.PER_EMAIL + 1):
            throttle.note_attempt(session, throttle.Attempt(f"{number}@x.example", attempt.peer), now)
        assert throttle.minutes_to_wait(session, attempt, now + timedelta(seconds=10)) == 15


def test_sign_ins_failures_and_links_are_in_the_audit_trail(installation: Installation) -> None:
    send_password(installation.stranger(), link_for(installation), GOOD)
    send_sign_in(installation.stranger(), MANAGER, "wrong " + GOOD)
    with installation.sessions() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert [event.action for event in events] == ["link made", "password set", "signed in", "sign-in failed"]
        assert {event.tenant_id for event in events} == {session.scalars(select(User.tenant_id)).first()}
        assert all(event.request_id for event in events[1:])
        assert audit.first_broken_row(session) is None


@pytest.mark.parametrize(
    "tamper",
    [
        update(AuditEvent).where(AuditEvent.id == 3).values(actor="bob@x.example"),
        update(AuditEvent).where(AuditEvent.id == 3).values(details={"peer": "elsewhere"}),
        delete(AuditEvent).where(AuditEvent.id == 2),
    ],
)
def test_a_changed_or_missing_audit_row_is_found(sessions: Sessions, tamper: Update | Delete) -> None:
    with writing(sessions) as session:
        for word in ("one", "two", "three", "four"):
            audit.record(session, audit.Happening("ann@x.example", word), utc_now())
        assert audit.first_broken_row(session) is None
        session.execute(tamper)
        session.expire_all()
        assert audit.first_broken_row(session) == 3


def test_the_common_passwords_are_hundreds_and_long_enough_to_matter() -> None:
    words = passwords.common_passwords()
    assert len(words) >= 400
    assert [word for word in words if len(word) < passwords.MINIMUM_LENGTH] == []


def test_a_long_enough_unusual_password_is_taken() -> None:
    assert passwords.check_password(GOOD, MANAGER) is None  # type: ignore[func-returns-value]
    with pytest.raises(InputError):
        passwords.check_password("QWERTYUIOP", MANAGER)
