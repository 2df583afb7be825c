"""The server as it ships: a real process on loopback."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.wsgi import whole_answers


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int) -> int:
    """The status of /healthz, 0 while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_the_server_tells_its_address_answers_and_stops_cleanly(
    home: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{port}"
    for name, value in (("HOME", str(home)), ("PORT", str(port)), ("BASE_URL", address)):
        monkeypatch.setenv(f"PORTAL_{name}", value)
    command = [sys.executable, "-c", "from portal.cli import main; main()", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        status = health(port)
        server.send_signal(signal.SIGTERM)
        rest, _ = server.communicate(timeout=60)
    assert said == f"Souk is at {address} (listening on 127.0.0.1:{port}, Ctrl+C stops it).\n"
    assert (status, server.returncode, rest) == (200, 0, "")


def test_an_answer_is_sent_whole_and_its_source_closed() -> None:
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"one ", b"two"])

        def close(self) -> None:
            closed.append(True)

    def app(_environ: dict[str, Any], _start: Callable[..., Any]) -> Pieces:
        return Pieces()

    assert whole_answers(app)({}, print) == [b"one two"]
    assert closed == [True]
