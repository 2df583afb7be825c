"""Run every measurement and write docs/benchmarks.md.

python -m bench [load] [formats] [incremental] [callbacks] [page] [fuzz] [analysis] [alerts]   some or (none) all
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import alarms, analysis, callbacks, five_formats, fuzz, incremental, load, page

SECTIONS = {
    "load": load.measure, "formats": five_formats.measure, "incremental": incremental.measure,
    "callbacks": callbacks.measure, "page": page.measure, "fuzz": fuzz.measure,
    "analysis": analysis.measure, "alerts": alarms.measure,
}  # fmt: skip
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
PARTS = Path(__file__).resolve().parent / ".parts"


def main(wanted: list[str]) -> None:
    PARTS.mkdir(exist_ok=True)
    for name, measure in SECTIONS.items():
        if not wanted or name in wanted:
            text = measure()
            (PARTS / f"{name}.md").write_text(text, encoding="utf-8")
            print(text, flush=True)
    parts = [path.read_text(encoding="utf-8") for name in SECTIONS if (path := PARTS / f"{name}.md").exists()]
    head = (
        "# Benchmarks\n\nWritten by `make bench`; never asserted in tests. Two shared x86-64 cores, 24 GB of memory, "
        f"Debian 12, Python {sys.version.split()[0]}, {datetime.now(UTC):%d %b %Y}. Other programs on the "
        "machine make single figures wander by some 20 %; compare within a table.\n\n"
    )
    DOCUMENT.write_text(head + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
