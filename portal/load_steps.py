"""What a load is doing, in plain words, and how far it is: by the step it completed and by how much it has read."""

from __future__ import annotations

from dataclasses import dataclass

WAITING = "waiting"
FETCHING = "fetching"
"""Steps before those of the load itself (`etl.request.STEPS`)."""
_MB = 1024 * 1024


@dataclass(frozen=True)
class Phase:
    """Something a load does for a while.

    Attributes:
        name: what it does.
        about: what that means, in a sentence.
        weight: share of the time a large load takes, in hundredths, roughly as measured.
    """

    name: str
    about: str
    weight: int


_WAITING = Phase("Waiting for a free worker", "", 0)
_FETCHING = Phase("Fetching what is new", "The other side is asked page by page.", 0)
_STARTING = Phase("Starting", "", 1)
_READING = Phase("Reading the file", "Every row is taken as it is written.", 38)
_CLEANING = Phase("Cleaning and checking rows", "A row that is not understood is kept out, with its reason.", 16)
_KEEPING = Phase("Keeping the clean rows", "So that an unchanged file need not be read again.", 4)
_BUILDING = Phase("Building the warehouse", "New rows and those from before are put together as orders, customers, "
                  "products and stock.", 26)  # fmt: skip
_WRITING = Phase("Writing the warehouse", "The new tables are written beside the ones you see.", 10)
_CHECKING = Phase("Checking the totals", "Every total has to add up to the source rows.", 3)
_PUBLISHING = Phase("Publishing", "All screens change over at once.", 1)
_FINISHING = Phase("Finishing", "", 1)
_ORDER = (_WAITING, _STARTING, _READING, _CLEANING, _KEEPING, _BUILDING, _WRITING, _CHECKING, _PUBLISHING, _FINISHING)
PHASES = tuple(phase.name for phase in _ORDER)
"""What is done one after the other, in words."""
_AFTER = {
    WAITING: _WAITING, FETCHING: _FETCHING, "started": _STARTING, "locked": _STARTING, "begun": _READING,
    "landed": _READING, "read": _CLEANING, "conformed": _KEEPING, "conformed saved": _BUILDING, "built": _WRITING,
    "tables written": _CHECKING, "snapshot written": _PUBLISHING, "snapshot renamed": _PUBLISHING,
    "pointer moved": _FINISHING, "finished": _FINISHING,
}  # fmt: skip
"""Step completed to what is being done next."""


def phase_after(step: str) -> Phase:
    """What a load does that has completed a step."""
    return _AFTER.get(step, _STARTING)


def share_done(step: str, size: int = 0, whole: int = 0) -> float:
    """About how much of a load is done, 0 to 1; it goes on while `size` of `whole` bytes are read."""
    phase = phase_after(step)
    if step == "finished" or phase not in _ORDER:
        return float(step == "finished")
    before = sum(each.weight for each in _ORDER[: _ORDER.index(phase)])
    part = min(size / whole, 1.0) if phase is _READING and whole else 0.0
    return round((before + phase.weight * part) / 100, 4)


def read_words(rows: int, size: int, whole: int) -> str:
    """How much is read: "212,000 rows, 34.1 of 120.0 MB"; empty before anything is."""
    said = [f"{rows:,} row{'' if rows == 1 else 's'}"] if rows else []
    if size and whole >= _MB and size < whole:
        said.append(f"{size / _MB:,.1f} of {whole / _MB:,.1f} MB")
    return f"{', '.join(said)} read" if said else ""


def time_words(seconds: int) -> str:
    """A stretch of time: "40 s", "3 min 5 s"."""
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"
