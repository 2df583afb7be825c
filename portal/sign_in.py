"""The pages without a sign-in: sign in, set a password through a one-time link; and sign out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import audit, auth, passwords, throttle, users
from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions, writing
from portal.errors import InputError
from portal.models import User
from portal.security import CSRF_FIELD, safe_next, same_text
from portal.wiring import Access, Wiring

_WRONG = "E-mail and password do not match. Check both and try again."
_STALE_FORM = "This form is out of date. Fill it in again."
_DEAD_LINK = "This link has been used or is older than 24 hours. Ask an admin of your company for a new one."


@dataclass(frozen=True)
class SignInPages:
    """The views, for one installation."""

    settings: Settings
    sessions: Sessions

    def register(self, app: Wiring) -> None:
        """Hang the views on the app."""
        everybody = Access.EVERYBODY
        app.route("/sign-in", permission=everybody)(self.show_sign_in)
        app.route("/sign-in", permission=everybody, methods=["POST"])(self.save_sign_in)
        app.route("/link/<token>", permission=everybody)(self.show_link)
        app.route("/link/<token>", permission=everybody, methods=["POST"])(self.save_password)
        app.route("/sign-out", permission=Access.SIGNED_IN, methods=["POST"])(self.save_sign_out)

    def show_sign_in(self) -> Response:
        """The sign-in form; straight on for somebody who is signed in."""
        target = safe_next(request.args.get("next", "/"))
        if auth.account() is not None:
            return redirect(target)
        return self._form("sign_in.html", 200, next=target, email="")

    def save_sign_in(self) -> Response:
        """Check e-mail and password and open a new session."""
        email = request.form.get("email", "").strip().lower()[:254]
        target = safe_next(request.form.get("next", "/"))
        if not self._has_form_token():
            return self._form("sign_in.html", 400, next=target, email=email, message=_STALE_FORM)
        now = utc_now()
        attempt = throttle.Attempt(email, request.remote_addr or "")
        with writing(self.sessions) as session:
            minutes = throttle.minutes_to_wait(session, attempt, now)
            if not minutes:
                throttle.note_attempt(session, attempt, now)
        if minutes:
            wait = f"Too many attempts. Try again in {minutes} minute{'' if minutes == 1 else 's'}."
            return self._form("sign_in.html", 429, next=target, email=email, message=wait)
        user = self._matching(email, request.form.get("password", ""))
        if user is None:
            self._audit(email, "sign-in failed", now)
            return self._form("sign_in.html", 401, next=target, email=email, message=_WRONG)
        return self._open_session(user.id, attempt, target, now)

    def show_link(self, token: str) -> Response:
        """The form that sets a password, for a link that still works."""
        with self.sessions() as session:
            user = users.user_of_link(session, token, utc_now())
        if user is None:
            return self._form("dead_link.html", 404, message=_DEAD_LINK)
        return self._form("set_password.html", 200, email=user.email)

    def save_password(self, token: str) -> Response:
        """Set the password, use the link up, end old sessions and sign in."""
        now = utc_now()
        with self.sessions() as session:
            known = users.user_of_link(session, token, now)
        if known is None:
            return self._form("dead_link.html", 404, message=_DEAD_LINK)
        problem = self._password_problem(known.email)
        if problem:
            return self._form("set_password.html", 400, email=known.email, message=problem)
        with writing(self.sessions) as session:
            user = users.user_of_link(session, token, now)
            if user is not None:
                users.set_password(session, user, request.form["password"], now)
        if user is None:
            return self._form("dead_link.html", 404, message=_DEAD_LINK)
        return self._open_session(user.id, throttle.Attempt(user.email, request.remote_addr or ""), "/", now)

    def save_sign_out(self) -> Response:
        """End the session on the server and take the cookies away."""
        person = auth.account()
        if person is None:
            abort(401)
        now = utc_now()
        with writing(self.sessions) as session:
            auth.end_session(session, person.token, now)
            audit.record(session, audit.Happening(person.viewer.email, "signed out", person.viewer.email), now)
        answer = redirect("/sign-in")
        for name in (auth.cookie_name(self.settings), auth.form_cookie_name(self.settings)):
            answer.delete_cookie(name, path="/", secure=auth.is_secure(self.settings), samesite="Lax")
        return answer

    def _password_problem(self, email: str) -> str:
        password = request.form.get("password", "")
        if not self._has_form_token():
            return _STALE_FORM
        if password != request.form.get("again", ""):
            return "The two passwords are not the same. Type them again."
        try:
            passwords.check_password(password, email)
        except InputError as error:
            return str(error)
        return ""

    def _matching(self, email: str, password: str) -> User | None:
        """The active user these belong to. Takes as long for somebody unknown as for somebody known."""
        with self.sessions() as session:
            user = users.user_by_email(session, email)
        kept = user.password_hash if user is not None and user.is_active else None
        is_right = passwords.verify_password(password[: passwords.MAXIMUM_LENGTH + 1], kept)
        return user if is_right else None

    def _open_session(self, user_id: int, attempt: throttle.Attempt, target: str, now: datetime) -> Response:
        """A session of its own for this sign-in; the one the browser had before ends."""
        settings = self.settings
        with writing(self.sessions) as session:
            user = session.get_one(User, user_id)
            throttle.note_success(session, attempt, now)
            auth.end_session(session, request.cookies.get(auth.cookie_name(settings), ""), now)
            passwords_need = user.password_hash and passwords.needs_rehash(user.password_hash)
            if passwords_need:
                user.password_hash = passwords.hash_password(request.form["password"])
            token = auth.start_session(session, user, settings.session_hours, now)
            audit.record(session, audit.Happening(user.email, "signed in", user.email, user.tenant_id), now)
        answer = redirect(target)
        auth.set_cookies(answer, settings, token)
        return answer

    def _audit(self, email: str, action: str, now: datetime) -> None:
        with writing(self.sessions) as session:
            user = users.user_by_email(session, email)
            tenant_id = user.tenant_id if user else None
            details = {"peer": request.remote_addr or ""}
            audit.record(session, audit.Happening(email, action, email, tenant_id, details), now)

    def _has_form_token(self) -> bool:
        mark = request.cookies.get(auth.mark_name(self.settings), "")
        sent = request.form.get(CSRF_FIELD, "")
        return bool(mark) and same_text(sent, auth.form_token(self.settings, mark))

    def _form(self, template: str, status: int, **values: str) -> Response:
        """A page with a form, tied to a cookie of its own until somebody is signed in."""
        mark = request.cookies.get(auth.mark_name(self.settings)) or secrets.token_urlsafe(16)
        token = auth.form_token(self.settings, mark)
        answer = Response(render_template(template, form_token=token, **values), status, mimetype="text/html")
        auth.set_mark(answer, self.settings, mark)
        return answer
