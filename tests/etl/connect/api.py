"""A real HTTP server on this machine that answers by a function and misbehaves on a script."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from etl.connect.http import Http, Reach


@dataclass(frozen=True)
class Fault:
    """One answer that is given instead of the right one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    pause_between_bytes: float = 0
    stated_length: int | None = None


@dataclass
class Api:
    """The server: `answer(path with query, body)` gives JSON; `faults` go first, one per request, None is no fault."""

    answer: Callable[[str, Any], Any]
    faults: list[Fault | None] = field(default_factory=list)
    asked: list[tuple[str, str, Any, Mapping[str, str]]] = field(default_factory=list)
    port: int = 0
    pauses: list[float] = field(default_factory=list)

    def http(self, **bounds: Any) -> Http:
        reach = Reach(f"http://127.0.0.1:{self.port}/api", **{"is_private_allowed": True, "timeout": 5, **bounds})
        return Http(reach, self.pauses.append)


class _Handler(BaseHTTPRequestHandler):
    api: Api

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = json.loads(body) if body[:1] in {b"{", b"["} else None
        self.api.asked.append((self.command, self.path, told, dict(self.headers)))
        fault = self.api.faults.pop(0) if self.api.faults else None
        self._send(fault or self._right(told))

    def _right(self, told: Any) -> Fault:
        found = self.api.answer(self.path, told)
        if isinstance(found, Fault):
            return found
        return Fault(body=found if isinstance(found, bytes) else json.dumps(found).encode())

    def _send(self, fault: Fault) -> None:
        self.send_response(fault.status)
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(fault.stated_length or len(fault.body)))
        self.end_headers()
        for byte in fault.body if fault.pause_between_bytes else b"":
            self.wfile.write(bytes([byte]))
            time.sleep(fault.pause_between_bytes)
        if not fault.pause_between_bytes:
            self.wfile.write(fault.body)

    do_GET = do_POST = _handle

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """The client has gone; that is part of the script."""


@contextmanager
def running(answer: Callable[[str, Any], Any]) -> Iterator[Api]:
    api = Api(answer)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    api.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
