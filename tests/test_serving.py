"""The server as it ships: a real process on loopback."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.serving import Companion
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


def wait_for(is_so: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")


def test_a_companion_that_dies_is_started_again_and_ends_with_the_server(tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    note = f"import os, time; open({str(noted)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    companion = Companion([sys.executable, "-c", note])
    keeper = threading.Thread(target=companion.keep_running)
    keeper.start()
    wait_for(lambda: noted.exists() and noted.read_text().count("\n") == 1)
    os.kill(int(noted.read_text()), signal.SIGKILL)
    wait_for(lambda: noted.read_text().count("\n") == 2)
    companion.end()
    keeper.join(30)
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text().split()[1]), 0)


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
