"""The note that the limited process leaves of the file it is working on, for the message should it die."""

from __future__ import annotations

import os
from pathlib import Path

_NAME = "progress"
_LENGTH = 1024


class Progress:
    """Writes the note; one small write in place, because there may be thousands of files."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / _NAME, os.O_WRONLY | os.O_CREAT, 0o600)

    def at(self, place: str) -> None:
        """Say which file is next."""
        os.pwrite(self._descriptor, place.encode()[:_LENGTH].ljust(_LENGTH), 0)


def last_place(folder: Path) -> str:
    """The file last worked on; "the files" before the first."""
    note = folder / _NAME
    return note.read_bytes().decode(errors="ignore").strip() if note.exists() else "the files"
