"""What a test of a source found, in words."""

from __future__ import annotations

from typing import Any

from layouts.source_form import trial_note
from portal.jobs.trial import Trial
from portal.table_names import table_name


def trial_answer(found: Trial) -> Any:
    """A sentence, the rows by table, and up to ten rows as they were read."""
    counts = [
        (table_name(table).capitalize(), f"{rows:,}", *([f"{kept_out:,}"] if found.is_whole else []))
        for table, rows, kept_out in found.tables
    ]
    return trial_note(_sentence(found), counts, found.columns, found.rows)


def _sentence(found: Trial) -> str:
    if not found.files:
        return "It answers, and there is nothing in it yet. Nothing was stored."
    count = len(found.files)
    files = f"{count} file{'' if count == 1 else 's'}"
    if found.is_whole:
        return f"It can be read: {files}. Nothing was stored."
    return (
        "It answers and lets us in. This was a first look at the beginning of each list; a sync reads all of it and "
        "says what is kept out. Nothing was stored."
    )
