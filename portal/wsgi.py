"""The application for a WSGI server: `portal.wsgi:make_app` is a factory, nothing happens at import."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def make_app() -> Wsgi:
    """The portal with settings from the environment, warmed up."""
    _let_a_stop_signal_through()
    from portal.app import compress_bundles, create_app
    from portal.config import load_settings
    from portal.errors import PortalError
    from portal.log import start_logging

    settings = load_settings()
    start_logging(settings.log_level)
    try:
        server = create_app(settings)
    except PortalError as error:
        raise SystemExit(f"Error: {error}") from error
    compress_bundles(server)
    return whole_answers(server.wsgi_app)


def _let_a_stop_signal_through() -> None:
    """While the portal is being put together a stop ends the process at once; a server's worker starts with its
    parent's handler, which would let it pass."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def whole_answers(app: Wsgi) -> Wsgi:
    """The same application, giving each answer in one piece: the server then sends it at once, with its length."""

    def answer(environ: Environ, start: Callable[..., Any]) -> list[bytes]:
        pieces = app(environ, start)
        try:
            return [b"".join(pieces)]
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    return answer
