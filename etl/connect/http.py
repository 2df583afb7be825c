"""Requests to one configured host, patient with its faults and bounded in all they take.

Only the scheme, host and port of the configured address are ever reached, by the address that its name had first.
Answers 429 and 5xx, broken connections and timeouts are tried again after a growing pause, or after what Retry-After
says; everything else is an error at once. No message contains a credential.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event, Timer
from urllib.parse import SplitResult, urljoin, urlsplit

from etl.connect.address import resolved
from portal.errors import SourceError

_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_PIECE = 1 << 16


@dataclass(frozen=True)
class Reach:
    """What requests may take.

    Attributes:
        base: address of the system, with the path that requests are relative to.
        is_private_allowed: it may lie in a private network, and speak HTTP without encryption.
        timeout: seconds without a byte.
        deadline: seconds for one whole answer.
        most_bytes: length of an answer.
        tries: how often one request is sent before it has failed.
        longest_pause: seconds; who asks for more is asked again by the next sync.
    """

    base: str
    is_private_allowed: bool = False
    timeout: float = 30
    deadline: float = 120
    most_bytes: int = 64 << 20
    tries: int = 5
    longest_pause: float = 60


@dataclass(frozen=True)
class Request:
    """One request; target is relative to the base, or an address on the same host."""

    target: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class AnswerError(SourceError):
    """The system refused a request; `status` is its answer."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _TryAgainError(Exception):
    """What went wrong this time, and how long the other side asks to wait."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


class Http:
    """Requests within a reach; `pause` waits for seconds."""

    def __init__(self, reach: Reach, pause: Callable[[float], None] = time.sleep) -> None:
        self._reach = reach
        self._pause = pause
        self._base = _checked_base(reach)
        self._address = ""

    @property
    def host(self) -> str:
        """Name of the host, for messages."""
        return self._base.hostname or ""

    def ask(self, request: Request) -> bytes:
        """The body of a successful answer.

        Raises:
            SourceError: refused, failed as often as is tried, too long, or leading to another host.
        """
        for number in range(self._reach.tries):
            try:
                return self._ask_once(request, _MOST_REDIRECTS)
            except _TryAgainError as problem:
                wait = 2.0**number if problem.wait is None else problem.wait
                if wait > self._reach.longest_pause:
                    raise SourceError(
                        f"{self.host} asks to wait {wait:.0f} seconds. The next sync tries again."
                    ) from None
                if number + 1 == self._reach.tries:
                    raise SourceError(
                        f"{self.host}: {problem}, {self._reach.tries} times. Nothing was taken over; the next sync "
                        "tries again."
                    ) from None
                self._pause(wait)
        raise SourceError(f"{self.host}: no request may be sent. Allow at least one try.")

    def _ask_once(self, request: Request, redirects: int) -> bytes:
        target = self._target(request.target)
        status, headers, body = self._exchange(request, target)
        if 200 <= status < 300:
            return body
        if status in _REDIRECTS and request.method == "GET" and redirects:
            place = urljoin(self._base._replace(path=target, query="").geturl(), headers.get("Location", ""))
            return self._ask_once(Request(place, headers=request.headers), redirects - 1)
        if status in _AGAIN:
            raise _TryAgainError(f"it answered {status}", _retry_after(headers.get("Retry-After", "")))
        raise AnswerError(f"{self.host} answered {status} to {target.partition('?')[0]}. {_advice(status)}", status)

    def _target(self, target: str) -> str:
        """Path and query of a target, which must lie on the configured host."""
        base = self._base.geturl()
        there = urlsplit(urljoin(base if base.endswith("/") else base + "/", target))
        if _place(there) != _place(self._base):
            raise SourceError(
                f"{self.host} leads to another host ({there.hostname or 'none'}), which is not followed. Check the "
                "address of the source."
            )
        return (there.path or "/") + (f"?{there.query}" if there.query else "")

    def _exchange(self, request: Request, target: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        try:
            connection = self._connected()
        except OSError as problem:
            raise _TryAgainError(f"it cannot be reached ({problem.strerror or 'timeout'})") from None
        late = Event()
        timer = Timer(self._reach.deadline, _cut, [connection.sock, late])
        timer.daemon = True
        timer.start()
        try:
            headers = {"Accept": "application/json", "Accept-Encoding": "identity", **request.headers}
            connection.request(request.method, target, request.body, headers)
            answer = connection.getresponse()
            body = self._body(answer)
            if late.is_set():
                raise TimeoutError
            return answer.status, answer.headers, body
        except ssl.SSLError:
            raise SourceError(f"{self.host}: the encrypted connection failed. Check the address.") from None
        except (OSError, http.client.HTTPException) as problem:
            raise _TryAgainError(
                "it took too long" if late.is_set() else f"the answer broke off ({type(problem).__name__})"
            ) from None
        finally:
            timer.cancel()
            connection.close()

    def _connected(self) -> http.client.HTTPConnection:
        host, port = self.host, _place(self._base)[2]
        self._address = self._address or resolved(host, port, self._reach.is_private_allowed)
        connection = http.client.HTTPConnection(host, port, timeout=self._reach.timeout)
        connection.sock = socket.create_connection((self._address, port), self._reach.timeout)
        if self._base.scheme == "https":
            try:
                connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
            except ssl.SSLError as problem:
                connection.sock.close()
                raise SourceError(
                    f"{host}: its certificate is not accepted ({problem.reason}). Check the address."
                ) from None
        return connection

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        pieces, size = [], 0
        while piece := answer.read1(_PIECE):
            size += len(piece)
            if size > self._reach.most_bytes:
                raise SourceError(
                    f"{self.host}: an answer is longer than {self._reach.most_bytes >> 20} MB. Ask for smaller pages."
                )
            pieces.append(piece)
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return b"".join(pieces)


def _cut(connected: socket.socket, late: Event) -> None:
    """End a connection that somebody reads from."""
    late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _checked_base(reach: Reach) -> SplitResult:
    base = urlsplit(reach.base.strip())
    try:
        port = base.port
    except ValueError:
        port = 0
    if base.scheme not in {"https", "http"} or not base.hostname or base.username or base.query or port == 0:
        raise SourceError("The address of the source must look like https://host/path, without name or key in it.")
    if base.scheme == "http" and not reach.is_private_allowed:
        raise SourceError(f"{base.hostname}: the address must begin with https, or credentials can be read on the way.")
    return base


def _place(address: SplitResult) -> tuple[str, str, int]:
    return address.scheme, address.hostname or "", address.port or (443 if address.scheme == "https" else 80)


def _retry_after(value: str) -> float | None:
    """Seconds that Retry-After asks to wait; None where it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((until - datetime.now(UTC if until.tzinfo else None)).total_seconds(), 0.0)


def _advice(status: int) -> str:
    if status in {401, 403}:
        return "The credentials are not accepted; set them again."
    if status in _REDIRECTS:
        return "It leads elsewhere too often; check the address."
    return "Check the address, or ask who runs it." if status in {404, 405, 410} else "Ask who runs it."
