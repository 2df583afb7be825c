"""Fetches that are killed at a chosen operation on a file, by `python -m tests.etl.connect.killed`; see `Killer`.

Each line asked, a list in JSON, is a fetch in a copy of that process, which has no threads that copying would harm.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

CHANGES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"})
SECONDS = 30


@dataclass(frozen=True)
class Killer:
    """The process that forks."""

    process: subprocess.Popen[str]

    def dies(self, number: int, fetch: tuple[str, int, str], into: Path, watermark: str) -> bool:
        """Fetch, but be killed before the `number`-th operation (from 0) on a file.

        Counted are files opened below the inbox, and everything that is made, moved or removed.

        Args:
            number: see above.
            fetch: name of the connector, port, lists that are wanted.
            into, watermark: as of the connector.

        Returns:
            Whether it came to that operation; False when the fetch was done before.
        """
        self.process.stdin.write(json.dumps([number, *fetch, str(into), watermark]) + "\n")
        self.process.stdin.flush()
        return {"killed": True, "done": False}[self.process.stdout.readline().strip()]


@contextmanager
def killing() -> Iterator[Killer]:
    command = [sys.executable, "-m", "tests.etl.connect.killed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killer(process)
        process.stdin.close()


def fetch_from(connector: str, port: int, lists: str, into: Path, watermark: str) -> Any:
    from etl.connect import bosta, onesoko
    from etl.connect.http import Http, Reach
    from etl.connect.remote import Remote

    http = Http(Reach(f"http://127.0.0.1:{port}/api", is_private_allowed=True, timeout=5, tries=1))
    fetch = {"bosta": bosta.fetch, "onesoko": onesoko.fetch}[connector]
    return fetch(Remote("", {"lists": lists} if lists else {}), "k", watermark, into, http)


def _die_at(number: int, below: str) -> None:
    operations = count()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        is_one = event in CHANGES or (event == "open" and str(arguments[0]).startswith(below))
        if is_one and next(operations) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def main() -> None:
    import etl.connect.bosta
    import etl.connect.onesoko  # noqa: F401 - imported once, not in every copy

    for line in sys.stdin:
        number, connector, port, lists, into, watermark = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.alarm(SECONDS)
            _die_at(number, into)
            fetch_from(connector, port, lists, Path(into), watermark)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print({0: "done", -signal.SIGKILL: "killed"}.get(code, f"ended with {code}"), flush=True)


if __name__ == "__main__":
    main()
