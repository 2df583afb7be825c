"""A load in a process of its own: `python -m tests.etl.killed_load FOLDER STEP [PATCH_FROM]` dies by SIGKILL when STEP
is reached; with `full:STEP` no file may grow beyond 100 bytes from then on, as on a full disk."""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

from etl.pipeline import Hooks
from portal.errors import PortalError
from tests.etl.shop import Shop


def main(folder: str, step: str, patch_from: str = "200000") -> int:
    def reached(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)
        if step == f"full:{name}":
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))

    try:
        Shop(Path(folder), patch_from=int(patch_from)).load(hooks=Hooks(reached=reached), wait_seconds=60)
    except PortalError as error:
        print(f"{type(error).__name__}: {error}")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
