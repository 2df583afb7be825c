"""Files that lie where they lay, untouched, since they were landed: they are not read again.

A folder of an API's pages grows to gigabytes while a sync adds a few. A file counts as untouched while its size, its
times and its place on the disk are those noted, and only when it was last written well before it was noted: what
changes within one tick of a file system's clock looks the same. After a day everything is read again, whatever it
looks like.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from etl.found import Found
from etl.source import LandedFile
from portal.warehouse.disk import replace_text

_NAME = "untouched.json"
_DAY = 24 * 3600 * 10**9
_TICK = 2 * 10**9
"""Nanoseconds."""


@dataclass
class LandedBefore:
    """What was landed from where, kept beside the landed files.

    Attributes:
        landing: the landing folder.
        since: when the oldest of it was noted, in nanoseconds of the epoch.
        files: logical name to stamp and record of the landed file.
    """

    landing: Path
    since: int
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_changed: bool = False

    @classmethod
    def read(cls, landing: Path) -> LandedBefore:
        """The notes of `landing`; none where they are older than a day or cannot be read."""
        now = time.time_ns()
        try:
            told = json.loads((landing / _NAME).read_text(encoding="utf-8"))
            since, files = int(told["since"]), dict(told["files"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls(landing, now)
        return cls(landing, since, files) if 0 <= now - since < _DAY else cls(landing, now)

    def recall(self, found: Found) -> LandedFile | None:
        """The landed copy of an untouched file; None when it has to be read."""
        noted = self.files.get(found.origin_path)
        if noted is None or found.stamp is None or noted["stamp"] != list(found.stamp):
            return None
        path = self.landing / noted["name"]
        if not path.is_file():
            return None
        return LandedFile(path, found.origin_path, found.file_name, noted["sha256"], noted["size"],
                          tuple(noted["blanked_columns"]))  # fmt: skip

    def note(self, found: Found, landed: LandedFile) -> LandedFile:
        """Remember a file that was read, unless it was written just now; gives it back."""
        if found.stamp is not None and found.stamp[1] < time.time_ns() - _TICK:
            record = asdict(landed)
            kept = {name: record[name] for name in ("sha256", "size", "blanked_columns")}
            self.files[found.origin_path] = {"stamp": list(found.stamp), "name": landed.path.name, **kept}
            self.is_changed = True
        return landed

    def save(self) -> None:
        """Keep the notes, if there are new ones."""
        if self.is_changed:
            replace_text(self.landing / _NAME, json.dumps({"since": self.since, "files": self.files}))
