"""How callbacks and routes are hung on the app: always with what one must be allowed to do.

`callbacks.<screen>.register(app)` gets a `Wiring` as `app` and writes

    app.callback(Output(...), Input(...), permission=Permission.VIEW)(show_kpis)
    app.clientside_callback(ClientsideFunction("portal", "toggle"), Output(...), Input(...))
    app.callback(Output(...), Input(...), permission=Permission.VIEW, with_page=True)(show_kpis)
    app.route("/export/<name>", permission=Permission.EXPORT)(send_export)

`with_page=True`: when a screen that has all the outputs is opened, the function runs at once and its answer travels
with the screen, so the browser does not ask again (it must not look at `dash.ctx`).

The function's annotations are the schema of what a client may send: values that do not fit never reach it. A route's
parameters that its address does not name come from the query: a `str` with a default is one value, a
`dict[str, list[str]]` all of it. Callbacks and route functions never look at the request themselves. Inside,
`portal.auth.viewer(permission)` is who is looking and `portal.wiring.parts()` has warehouses, settings and sessions.

A file is sent as the bare body of a POST, and the function reads its parameter `stream: BinaryIO` as it comes in:

    app.file_route("/admin/upload/file", permission=Permission.MANAGE_SOURCES, most_bytes=500 * MB)(take_file)
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from flask import Flask, abort, current_app, request

from portal import auth
from portal.errors import ConfigError
from portal.parts import Parts
from portal.shapes import check_values, expected_values, from_query, query_parameters
from portal.viewer import Permission

Function = Callable[..., Any]


class Access(Enum):
    """Who may use a route that asks for no permission."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    PROGRAM = "whoever knows the secret address"
    """Programs that are no browser: the function itself checks the address, and no page of ours is asked for."""


Policy = Permission | Access


class DashLike(Protocol):
    """The two ways Dash has to register a callback, and where it keeps them."""

    callback_map: dict[str, Any]

    def callback(self, *_args: Any, **_kwargs: Any) -> Callable[..., Any]:
        """Register a function of the server."""

    def clientside_callback(self, clientside_function: Any, *args: Any, **kwargs: Any) -> Any:
        """Register a function of the browser."""


@dataclass(frozen=True)
class FirstAnswer:
    """A callback whose answer travels with the screen; dependencies and options as they were given to Dash."""

    dependencies: tuple[Any, ...]
    options: dict[str, Any]
    function: Function


@dataclass
class Wiring:
    """One app's callbacks and routes with their policies."""

    dash: DashLike
    server: Flask
    callback_policies: dict[str, Permission] = field(default_factory=dict)
    route_policies: dict[str, Policy] = field(default_factory=dict)
    first_answers: list[FirstAnswer] = field(default_factory=list)

    def callback(
        self, *dependencies: Any, permission: Permission, with_page: bool = False, **options: Any
    ) -> Callable[[Function], Function]:
        """Register a callback that needs `permission`; arguments are checked against its annotations first."""

        def register(function: Function) -> Function:
            expected = expected_values(function)

            @functools.wraps(function)
            def guarded(*values: Any, **named: Any) -> Any:
                auth.viewer(permission)
                check_values(expected, (*values, *(named[name] for name in expected if name in named)))
                return function(*values, **named)

            if with_page:
                self.first_answers.append(FirstAnswer(dependencies, dict(options), guarded))
                options["prevent_initial_call"] = True
            before = set(self.dash.callback_map)
            self.dash.callback(*dependencies, **options)(guarded)
            for name in set(self.dash.callback_map) - before:
                self.callback_policies[name] = permission
            return function

        return register

    def clientside_callback(self, function: Any, *dependencies: Any, **options: Any) -> None:
        """Register a callback that runs in the browser and asks the server nothing."""
        before = set(self.dash.callback_map)
        self.dash.clientside_callback(function, *dependencies, **options)
        for name in set(self.dash.callback_map) - before:
            self.callback_policies[name] = Permission.VIEW

    def route(
        self, rule: str, *, permission: Policy, methods: Iterable[str] = ("GET",)
    ) -> Callable[[Function], Function]:
        """Register a route that needs `permission`; what it takes from the query is checked first."""

        def register(function: Function) -> Function:
            endpoint = f"{function.__module__}.{function.__name__}"
            asked = query_parameters(function, rule)

            @functools.wraps(function)
            def answered(**named: Any) -> Any:
                return function(**named, **from_query(asked, request.args.to_dict(flat=False)))

            self.server.add_url_rule(rule, endpoint, answered if asked else function, methods=list(methods))
            self.route_policies[endpoint] = permission
            return function

        return register

    def file_route(self, rule: str, *, permission: Policy, most_bytes: int) -> Callable[[Function], Function]:
        """Register a POST route whose body is one file of known size, read by the function as it arrives.

        A file larger than `most_bytes` is answered 413 and one without a size 411, before any of it is read.
        """

        def register(function: Function) -> Function:
            endpoint = f"{function.__module__}.{function.__name__}"
            asked = query_parameters(function, rule)

            @functools.wraps(function)
            def answered(**named: Any) -> Any:
                if request.content_length is None:
                    abort(411, "The browser did not say how large the file is. Try again with another browser.")
                request.max_content_length = most_bytes
                values = from_query(asked, request.args.to_dict(flat=False))
                return function(**named, **values, stream=request.stream)

            self.server.add_url_rule(rule, endpoint, answered, methods=["POST"])
            self.route_policies[endpoint] = permission
            return function

        return register

    def check_complete(self) -> None:
        """Refuse to start while a callback or route has no policy.

        Raises:
            ConfigError: names every one.
        """
        callbacks = sorted(set(self.dash.callback_map) - set(self.callback_policies))
        endpoints = {rule.endpoint for rule in self.server.url_map.iter_rules()}
        routes = sorted(endpoints - set(self.route_policies))
        if callbacks or routes:
            raise ConfigError(f"Without a policy: callbacks {callbacks}, routes {routes}. See portal.wiring.")


def parts() -> Parts:
    """What the app that answers this request is made of."""
    found: Parts = current_app.extensions["portal"]
    return found
