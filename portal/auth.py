"""Who is looking: the server-side session behind the cookie, and the Viewer made from it.

The cookie holds 256 random bits; the database holds their hash, the person and when the sign-in ends. A session is
new at every sign-in and ends with sign-out, a new password, another role or tenant, or its time. flask-login asks us
for the person of each request (`load_account`) and keeps nothing in a cookie of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import flask_login
from flask import Flask, Request
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions, engine_of
from portal.errors import AccessError
from portal.log import tenant_name
from portal.models import SignInSession, Tenant, User
from portal.tenants import list_tenants
from portal.users import token_hash
from portal.viewer import ROLES, Permission, TenantRef, Viewer

_KEPT_DAYS = 30
_SIGN_IN, _USER, _TENANT = (each.__table__.c for each in (SignInSession, User, Tenant))
_OPEN_SESSION = (
    select(
        _SIGN_IN.id.label("session_id"), _USER.id.label("user_id"), _USER.email, _USER.role,
        _TENANT.id.label("tenant_id"), _TENANT.name, _TENANT.currency, _TENANT.timezone, _TENANT.country,
        _TENANT.is_active,
    )
    .select_from(SignInSession.__table__.join(User.__table__).outerjoin(Tenant.__table__))
    .where(
        _SIGN_IN.token_hash == bindparam("token_hash"),
        _SIGN_IN.ended_at.is_(None),
        _SIGN_IN.expires_at > bindparam("now"),
        _USER.is_active,
    )
)  # fmt: skip
"""Asked with every request, hence on tables and a bare connection: a third of the time of mapped classes."""


class SignInNeeded(AccessError):
    """Nobody is signed in, or the sign-in has ended."""

    http_status = 401


@dataclass(frozen=True)
class Account(flask_login.UserMixin):
    """The signed-in person of one request, as flask-login wants it."""

    session_id: int
    viewer: Viewer
    token: str

    def get_id(self) -> str:
        """The session's id: two sign-ins of one person are two accounts."""
        return str(self.session_id)


class NoCookieSession(SessionInterface):
    """Flask's own session, kept for one request and never sent: everything about a sign-in is on the server."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """An empty session."""
        return SecureCookieSession()

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        """Nothing is kept."""


def viewer(permission: Permission) -> Viewer:
    """Who is looking, if they may do `permission`.

    Raises:
        SignInNeeded: nobody is signed in.
        AccessError: the role does not allow it.
    """
    found = account()
    if found is None:
        raise SignInNeeded("You are not signed in any more. Sign in again.")
    found.viewer.require(permission)
    return found.viewer


def account() -> Account | None:
    """The signed-in account of this request, None for anonymous."""
    person: Any = flask_login.current_user
    return person._get_current_object() if person.is_authenticated else None


def start_auth(server: Flask, settings: Settings, sessions: Sessions) -> None:
    """Let flask-login find the account of each request in our session table."""
    server.session_interface = NoCookieSession()
    login: Any = flask_login  # without types of its own
    manager = login.LoginManager()
    manager.session_protection = None
    manager.init_app(server)
    manager.user_loader(lambda _identity: None)

    def load_account(request: Request) -> Account | None:
        token = request.cookies.get(cookie_name(settings), "")
        return find_account(sessions, token, utc_now()) if token else None

    manager.request_loader(load_account)


def cookie_name(settings: Settings) -> str:
    """The session cookie; the `__Host-` prefix makes browsers insist on https, this host and the whole site."""
    return "__Host-portal_session" if is_secure(settings) else "portal_session"


def form_cookie_name(settings: Settings) -> str:
    """The cookie our own scripts read to send the form token back."""
    return "__Host-portal_csrf" if is_secure(settings) else "portal_csrf"


def mark_name(settings: Settings) -> str:
    """The cookie a form is tied to while nobody is signed in."""
    return "__Host-portal_form" if is_secure(settings) else "portal_form"


def set_cookies(answer: Response, settings: Settings, token: str) -> None:
    """Give the browser its session (closed to scripts) and the form token (open to ours)."""
    age = settings.session_hours * 3600
    _set_cookie(answer, settings, cookie_name(settings), (token, age, True))
    _set_cookie(answer, settings, form_cookie_name(settings), (form_token(settings, token), age, False))


def set_mark(answer: Response, settings: Settings, mark: str) -> None:
    """Tie the forms of somebody who is not signed in to this browser."""
    _set_cookie(answer, settings, mark_name(settings), (mark, 3600, True))


def _set_cookie(answer: Response, settings: Settings, name: str, content: tuple[str, int, bool]) -> None:
    value, age, is_closed = content
    answer.set_cookie(
        name, value, max_age=age, path="/", secure=is_secure(settings), httponly=is_closed, samesite="Lax"
    )


def is_secure(settings: Settings) -> bool:
    """Whether people reach the portal by https."""
    return settings.base_url.startswith("https://")


def form_token(settings: Settings, token: str) -> str:
    """What a page of the session with `token` must send back with a POST: other sites cannot know it."""
    return hmac.new(settings.secret_key.encode(), b"form:" + token.encode(), hashlib.sha256).hexdigest()


def find_account(sessions: Sessions, token: str, now: datetime) -> Account | None:
    """The account of an open, unexpired session; None otherwise."""
    with engine_of(sessions).connect() as connection:
        row = connection.execute(_OPEN_SESSION, {"token_hash": token_hash(token), "now": now}).first()
    if row is None:
        return None
    tenants = _tenants_of(sessions, row)
    if len(tenants) == 1:
        tenant_name.set(tenants[0].name)
    person = Viewer(row.user_id, row.email, row.role, ROLES.get(row.role, frozenset()), tenants)
    return Account(row.session_id, person, token)


def start_session(session: Session, user: User, hours: int, now: datetime) -> str:
    """Open a session for `user` and return its token; sessions ended long ago are forgotten."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(SignInSession).where(SignInSession.expires_at < now - timedelta(days=_KEPT_DAYS)))
    session.add(
        SignInSession(
            token_hash=token_hash(token), user_id=user.id, created_at=now, expires_at=now + timedelta(hours=hours)
        )
    )
    return token


def end_session(session: Session, token: str, now: datetime) -> None:
    """End the session of this cookie: a copy of the cookie is worth nothing afterwards."""
    open_one = (SignInSession.token_hash == token_hash(token), SignInSession.ended_at.is_(None))
    session.execute(update(SignInSession).where(*open_one).values(ended_at=now))


def _tenants_of(sessions: Sessions, row: Any) -> tuple[TenantRef, ...]:
    if row.role == "superadmin" and row.tenant_id is None:
        with sessions() as session:
            return list_tenants(session)
    if row.tenant_id is None or not row.is_active:
        return ()
    return (TenantRef(row.tenant_id, row.name, row.currency, row.timezone, row.country),)
