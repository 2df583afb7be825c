"""Files that were loaded from a folder, a zip or an address and are not there any more.

A file may be missing because it was wrong, because it was filed away after the load, or because a disk is not there.
So its rows stay, and the load says so, unless the tenant's policy withdraw_vanished_files says that what is not in the
folder is not true. What is fetched from an address is told whole or not at all: a page that is gone there is withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.job import WITHDRAW, Job
from etl.source import LandedFile
from portal.warehouse.store import Partition

_NAMED = 5
_KEPT_BESIDE = re.compile(r"#\d+$")
"""Rows of an older version that a newer one must not withdraw (see `etl.conformed.replace_partitions`)."""


@dataclass(frozen=True)
class Vanished:
    """What a load of a folder did not find again.

    Attributes:
        withdrawn: live partitions whose rows go.
        notes: sentences for the load report.
    """

    withdrawn: tuple[Partition, ...] = ()
    notes: tuple[str, ...] = ()


def find_vanished(job: Job, live: Sequence[Partition], files: Sequence[LandedFile]) -> Vanished:
    """Live partitions of the job's source and path whose file is not among `files`, and what becomes of them."""
    if job.request.files:
        return Vanished()
    root = job.request.path.expanduser().resolve()
    prefix = f"{root}{'/' if root.is_dir() else '!'}"
    there = {file.origin_path for file in files}
    gone = tuple(
        one for one in live
        if one.source == job.source.name and one.path.startswith(prefix) and one.path not in there
        and not _KEPT_BESIDE.search(one.path)
    )  # fmt: skip
    if not gone:
        return Vanished()
    is_fetched = root.is_relative_to(job.folder.resolve())
    goes = is_fetched or bool(job.rules.policies[WITHDRAW])
    return Vanished(gone if goes else (), (_told(gone, goes=goes, place="the source" if is_fetched else root.name),))


def _told(gone: Sequence[Partition], *, goes: bool, place: str) -> str:
    names = sorted({re.split(r"[/!]", one.path)[-1] for one in gone})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    verb = "is" if len(names) == 1 else "are"
    said = f"{', '.join(names[:_NAMED])}{more} {verb} no longer in {place}"
    if goes:
        return f"{said}: the rows were withdrawn."
    return (
        f"{said}. The rows stay. To have the rows of files that are taken out of a folder withdrawn, set the policy "
        f"{WITHDRAW} to true and load again."
    )
