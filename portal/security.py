"""The door: every request passes here before anything else sees it.

Order: the host must be ours, then a POST must come from our own pages (address and token), then the route's policy
must let the person in. A route without a policy is closed. Answers leave with the security headers.

Where a POST comes from is read from `Origin`, or from `Referer` when a browser leaves `Origin` out; either must name
PORTAL_BASE_URL or the very host the request was sent to. Neither header: refused. In addition the session's token must
come back, in the header X-CSRFToken (callbacks) or the field csrf_token (forms). `X-Forwarded-*` is never believed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from portal import auth
from portal.config import Settings
from portal.log import request_id, tenant_name
from portal.viewer import Permission
from portal.wiring import Access, Policy

MAX_BODY_BYTES = 2 * 1024 * 1024
CSRF_HEADER = "X-CSRFToken"
CSRF_FIELD = "csrf_token"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class Door:
    """What one app's requests are checked against. `script_hashes` allow exactly our own inline scripts."""

    settings: Settings
    policies: Mapping[str, Policy]
    script_hashes: list[str] = field(default_factory=list)

    def enter(self) -> AnyResponse | None:
        """Let the request in (None), or answer it."""
        request_id.set(secrets.token_hex(8))
        tenant_name.set("")
        g.request_id = request_id.get()
        if not is_our_host(request.host, self.settings):
            abort(400, f"This portal answers at {self.settings.base_url}. Open it there.")
        policy = self.policies.get(request.endpoint or "")
        if policy is Access.PROGRAM:
            return None
        person = None if policy is Access.EVERYBODY else auth.account()
        if request.method not in {"GET", "HEAD", "OPTIONS"}:
            self._check_sender(person)
        if policy is Access.EVERYBODY:
            return None
        if person is None:
            return self._ask_to_sign_in()
        if isinstance(policy, Permission):
            person.viewer.require(policy)
        elif policy is not Access.SIGNED_IN:
            abort(404)
        return None

    def leave(self, response: Response) -> Response:
        """Add the headers every answer carries; what is not marked cacheable must not be kept."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", content_policy(self.script_hashes))
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if auth.is_secure(self.settings):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response

    def _check_sender(self, person: auth.Account | None) -> None:
        if not is_our_page(request, self.settings):
            abort(403, "This request did not come from a page of the portal. Open the portal and try again.")
        if person is not None:
            sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
            if not same_text(sent, auth.form_token(self.settings, person.token)):
                abort(403, "This page is out of date. Reload it and try again.")

    def _ask_to_sign_in(self) -> AnyResponse:
        wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if not wants_page:
            raise auth.SignInNeeded("You are not signed in any more. Sign in again.")
        target = request.full_path.rstrip("?")
        return redirect("/sign-in" if target == "/" else _with_next(target))


def watch_door(server: Flask, door: Door) -> None:
    """Send every request of `server` through `door`. Call before anything else registers a before_request."""
    server.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    server.config["MAX_FORM_MEMORY_SIZE"] = 64 * 1024
    server.config["MAX_FORM_PARTS"] = 50
    server.before_request(door.enter)
    after: Callable[[Response], Response] = door.leave
    server.after_request(after)


def is_our_host(host: str, settings: Settings) -> bool:
    """Whether a Host header names PORTAL_BASE_URL's host, or this machine itself (any port)."""
    if host.lower() == urlsplit(settings.base_url).netloc.lower():
        return True
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in _LOOPBACK


def is_our_page(sent: Request, settings: Settings) -> bool:
    """Whether Origin, or without it Referer, is the portal's own address."""
    source = sent.headers.get("Origin") or sent.headers.get("Referer", "")
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    ours = {settings.base_url.lower(), f"{sent.scheme}://{sent.host}".lower()}
    return origin in {"{0.scheme}://{0.netloc}".format(urlsplit(each)) for each in ours}


def same_text(sent: str, expected: str) -> bool:
    """Comparison whose time says nothing."""
    return hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode())


def safe_next(target: str) -> str:
    """`target` if it is a path of this portal, otherwise the front page: a link must not lead elsewhere."""
    plain = target.isascii() and target.isprintable() and "\\" not in target and " " not in target
    if not plain or not target.startswith("/") or target.startswith("//"):
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    return target if not parts.scheme and not parts.netloc and not parts.path.startswith("//") else "/"


def content_policy(script_hashes: list[str]) -> str:
    """The Content-Security-Policy: only our own scripts, no frames, no foreign addresses."""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _with_next(target: str) -> str:
    from urllib.parse import urlencode

    return "/sign-in?" + urlencode({"next": safe_next(target)})
