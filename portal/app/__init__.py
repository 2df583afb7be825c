"""create_app(settings): the only place where parts, screens and behaviour meet."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path
from typing import Any

import dash
import orjson
from dash import dcc, set_props
from dash.fingerprint import check_fingerprint
from flask import Flask, abort, request
from flask import Response as FlaskResponse
from flask.json.provider import DefaultJSONProvider
from werkzeug.wrappers import Response

from portal import audit, auth, index
from portal.app.first_paint import TOAST
from portal.app.hooks import register_hooks
from portal.app.screens import Screens
from portal.clock import utc_now
from portal.config import Settings
from portal.db import writing
from portal.errors import ConfigError
from portal.failures import answer_failures, tell
from portal.health import health_view
from portal.parts import Parts, open_parts
from portal.payload import CALLBACK_ENDPOINT, check_callback
from portal.security import Door, watch_door
from portal.sign_in import SignInPages
from portal.statics import Static, Statics, as_static, send
from portal.viewer import Permission
from portal.wiring import Access, Policy, Wiring

ASSETS = Path(__file__).resolve().parents[2] / "assets"


_LATE_BUNDLES = (
    ("dash", "dcc/async-graph.js"),
    ("dash", "dcc/async-dropdown.js"),
    ("dash_ag_grid", "dash_ag_grid.min.js"),
    ("dash_ag_grid", "async-community.js"),
)
"""What the screens fetch by themselves after the first page."""
_SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
_DASH_ROUTES: dict[str, Policy] = {
    "/": Access.SIGNED_IN,
    "/<path:path>": Access.SIGNED_IN,
    "/_dash-layout": Permission.VIEW,
    "/_dash-dependencies": Permission.VIEW,
    CALLBACK_ENDPOINT: Permission.VIEW,
    "/_reload-hash": Access.SIGNED_IN,
    "/_favicon.ico": Access.EVERYBODY,
    _SUITES: Access.SIGNED_IN,
    "_dash_assets.static": Access.EVERYBODY,
}


class StrictJson(DefaultJSONProvider):
    """Reads JSON strictly: no NaN, no lone surrogates, no numbers of a thousand digits."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a JSON text; ValueError (answered with 400) for anything else."""
        return orjson.loads(s)


class SoukDash(dash.Dash):
    """Dash without the bundles no screen uses."""

    def _generate_scripts_html(self) -> str:
        return index.without_unused(super()._generate_scripts_html())


def create_app(settings: Settings, parts: Parts | None = None) -> Flask:
    """The whole portal as a WSGI application, wired, checked and warmed up.

    Raises:
        ConfigError: a callback or route has no policy.
    """
    parts = parts or open_parts(settings)
    statics = Statics(ASSETS)
    server = _make_server(settings, parts)
    policies: dict[str, Policy] = dict(_DASH_ROUTES)
    door = Door(settings, policies)
    watch_door(server, door)
    auth.start_auth(server, settings, parts.sessions)
    answer_failures(server)
    app = _make_dash(server, settings, statics)
    wiring = Wiring(app, server, route_policies=policies)
    server.before_request(lambda: _check_callback(wiring))
    _add_routes(wiring, parts, statics)
    server.after_request(lambda answer: _note_export(wiring, parts, answer))
    Screens(app, wiring).register()
    wiring.check_complete()
    server.extensions["wiring"] = wiring
    _first_request(server, settings)
    door.script_hashes = _script_hashes(app, settings, statics)
    return server


def compress_bundles(server: Flask) -> None:
    """Compress everything the first page needs, so that no visitor waits for it."""
    app, statics = server.extensions["dash"], server.extensions["statics"]
    for name in (*index.own_files(statics, "css"), *index.own_files(statics, "js"), index.PLOTLY):
        _ = statics.asset(name).brotli
    with server.test_request_context():
        tags = app._generate_scripts_html()
    late = [(package, path) for package, path in _LATE_BUNDLES if path in app.registered_paths.get(package, ())]
    for package, path in [*re.findall(r'src="/_dash-component-suites/([^/]+)/([^"]+)"', tags), *late]:
        _ = _bundle(app, statics, package, path)[0].brotli


def _make_server(settings: Settings, parts: Parts) -> Flask:
    server = Flask("portal", root_path=str(Path(__file__).parents[1]), static_folder=None)
    server.secret_key = settings.secret_key
    server.json = StrictJson(server)
    server.extensions["portal"] = parts
    return server


def _make_dash(server: Flask, settings: Settings, statics: Statics) -> SoukDash:
    csrf_cookie = auth.form_cookie_name(settings)
    app = SoukDash(
        "portal",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(ASSETS),
        include_assets_files=False,
        index_string=index.index_page(statics, csrf_cookie),
        suppress_callback_exceptions=True,
        title="Souk",
        update_title="",
        add_log_handler=False,
        on_error=_show_failure,
        use_async=False,
        csrf_token_name=csrf_cookie,
        enable_mcp=False,
    )
    # Dash registers the full Plotly bundle each time an app is made; the pages load the vendored one instead.
    dcc._js_dist[:] = [each for each in dcc._js_dist if each.get("namespace") != "plotly"]
    server.extensions |= {"dash": app, "statics": statics}
    server.jinja_env.globals |= {"asset": statics.url, "theme_script": index.THEME_SCRIPT}
    return app


def _add_routes(wiring: Wiring, parts: Parts, statics: Statics) -> None:
    server = wiring.server
    app = server.extensions["dash"]
    server.view_functions["_dash_assets.static"] = statics.send_asset
    server.view_functions["/_favicon.ico"] = lambda: statics.send_asset("favicon.svg")

    def send_bundle(package_name: str, fingerprinted_path: str) -> Response:
        static, is_fixed = _bundle(app, statics, package_name, fingerprinted_path)
        return send(static, is_fixed=is_fixed)

    server.view_functions[_SUITES] = send_bundle
    SignInPages(parts.settings, parts.sessions).register(wiring)
    register_hooks(wiring, parts)
    wiring.route("/healthz", permission=Access.EVERYBODY)(health_view(parts))


def _bundle(app: dash.Dash, statics: Statics, package: str, path: str) -> tuple[Static, bool]:
    """A file of a component package, if Dash registered it, and whether its address carries a fingerprint."""
    name, is_fixed = check_fingerprint(path)  # type: ignore[no-untyped-call]
    if name not in app.registered_paths.get(package, ()):
        abort(404)

    def read() -> Static:
        return as_static(name, pkgutil.get_data(package, name) or b"")

    return statics.remember(f"bundle:{package}/{name}", read), bool(is_fixed)


def _check_callback(wiring: Wiring) -> None:
    """A callback is refused at the door when its shape or the person's role does not fit."""
    if request.endpoint == CALLBACK_ENDPOINT:
        auth.viewer(wiring.callback_policies[check_callback(wiring)])


def _note_export(wiring: Wiring, parts: Parts, answer: FlaskResponse) -> FlaskResponse:
    """Rows that leave the portal are in the audit trail."""
    is_export = wiring.route_policies.get(request.endpoint or "") is Permission.EXPORT
    person = auth.account() if is_export and answer.status_code == 200 else None
    if person is not None:
        tenant_id = person.viewer.tenants[0].id if len(person.viewer.tenants) == 1 else None
        details = {"query": request.query_string.decode("utf-8", "replace")[:1000]}
        happening = audit.Happening(person.viewer.email, "exported", request.path, tenant_id, details)
        with writing(parts.sessions) as session:
            audit.record(session, happening, utc_now())
    return answer


def _show_failure(error: Exception) -> None:
    """A failure inside a callback becomes a toast; the screen keeps what it shows."""
    set_props(TOAST, {"data": {"kind": "bad", "text": tell(error).message}})


def _first_request(server: Flask, settings: Settings) -> None:
    """Dash sets itself up in its first request; a burst of first requests would trip over each other."""
    answer = server.test_client().get("/sign-in", base_url=settings.base_url)
    if answer.status_code != 200:
        raise ConfigError("The portal cannot answer its own first request. The log above says why.")


def _script_hashes(app: dash.Dash, settings: Settings, statics: Statics) -> list[str]:
    ours = (index.THEME_SCRIPT, index.app_script(statics, auth.form_cookie_name(settings)))
    return [*app.csp_hashes(), *(index.script_hash(script) for script in ours)]
