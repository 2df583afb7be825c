"""The limited process itself: `python -m etl.read.child`, a job as JSON on standard input.

Limits are set before anything that parses is imported. Exit 0: result.json lies in the job's folder. Exit 3: a message
for people is on standard error. Anything else: the process failed on the file named in the folder's `progress`.
"""

from __future__ import annotations

import gc
import json
import logging
import resource
import sys
from pathlib import Path
from typing import Any

_LIBRARIES_MB = 1536
"""Address space that interpreter, allocator and thread stacks reserve without using it."""


def limit(memory_mb: int, seconds: int) -> None:
    """Bound this process: address space, processor time, size of a written file; no core dump."""
    space = (memory_mb + _LIBRARIES_MB) << 20
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * seconds, 2 * seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * memory_mb << 20, 2 * memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Run the job that standard input describes.

    Cycles are not collected: nothing here makes them, and looking for them among millions of parsed values takes
    longer than parsing.
    """
    gc.disable()
    logging.disable()  # standard error is for the one message that people see
    request: dict[str, Any] = json.load(sys.stdin)
    limit(request["memory_mb"], request["seconds"])
    from etl.read import jobs
    from etl.read.process import RESULT
    from portal.errors import SourceError

    folder = Path(request["folder"])
    try:
        result = jobs.JOBS[request["job"]](request, folder)
    except SourceError as problem:
        sys.stderr.write(str(problem))
        return 3
    (folder / RESULT).write_text(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
