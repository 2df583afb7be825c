"""What a snapshot is, and its manifest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Partition:
    """Conformed rows of one file that are live in a snapshot.

    Attributes:
        source: name of the source that read it.
        path: logical name of the file (`etl.source.Origin.path`).
        load_number: load whose conformed folder holds its rows.
        sha256: checksum of the file's original bytes.
        rules_hash: hash of the mapping and of everything else that decides how its rows are conformed.
        origin_keys: its origins (sheets) within that load.
        mode: "replace" or "append".
    """

    source: str
    path: str
    load_number: int
    sha256: str
    rules_hash: str
    origin_keys: tuple[int, ...]
    mode: str = "replace"


def _nothing(_point: str) -> None:
    """No crash point is set."""


@dataclass(frozen=True)
class Draft:
    """What the manifest of a snapshot to be published says.

    Attributes:
        load_number: load that built it.
        built_at: UTC without zone.
        as_of: latest business date in the data, None when it has none.
        currency: ISO 4217 reporting currency.
        partitions: live conformed partitions.
        rules_hash: hash of policies and code versions the star was built with.
        patches: how many snapshots in a row, up to this one, are patched copies of the one before.
        reached: told the name of each step; tests stop the process there.
    """

    load_number: int
    built_at: datetime
    as_of: date | None
    currency: str
    partitions: tuple[Partition, ...] = ()
    rules_hash: str = ""
    patches: int = 0
    reached: Callable[[str], None] = _nothing


@dataclass(frozen=True)
class Snapshot:
    """One immutable warehouse of one tenant. `notice` is empty unless another snapshot had to be shown instead."""

    tenant_id: int
    number: int
    path: Path
    built_at: datetime
    load_number: int
    as_of: date | None
    checksum: str
    currency: str
    partitions: tuple[Partition, ...] = field(default=(), repr=False)
    rules_hash: str = ""
    patches: int = 0
    counts: dict[str, int] = field(default_factory=dict, repr=False, hash=False, compare=False)
    notice: str = ""

    def with_notice(self, notice: str) -> Snapshot:
        """The same snapshot with a sentence for the person who sees it."""
        return replace(self, notice=notice)


def to_manifest(number: int, tenant_id: int, draft: Draft, checksum: str, counts: dict[str, int]) -> dict[str, Any]:
    """The manifest as plain JSON values."""
    return {
        "number": number,
        "tenant_id": tenant_id,
        "load_number": draft.load_number,
        "built_at": draft.built_at.isoformat(),
        "as_of": draft.as_of.isoformat() if draft.as_of else None,
        "currency": draft.currency,
        "checksum": checksum,
        "rules_hash": draft.rules_hash,
        "patches": draft.patches,
        "counts": counts,
        "partitions": [asdict(partition) for partition in draft.partitions],
    }


def from_manifest(manifest: dict[str, Any], path: Path) -> Snapshot:
    """The snapshot a manifest describes; `path` is its DuckDB file.

    Raises:
        KeyError, TypeError, ValueError: the manifest is damaged.
    """
    return Snapshot(
        tenant_id=int(manifest["tenant_id"]),
        number=int(manifest["number"]),
        path=path,
        built_at=datetime.fromisoformat(manifest["built_at"]),
        load_number=int(manifest["load_number"]),
        as_of=date.fromisoformat(manifest["as_of"]) if manifest["as_of"] else None,
        checksum=str(manifest["checksum"]),
        currency=str(manifest["currency"]),
        partitions=tuple(_partition(values) for values in manifest["partitions"]),
        rules_hash=str(manifest["rules_hash"]),
        patches=int(manifest.get("patches", 0)),
        counts={str(table): int(count) for table, count in manifest["counts"].items()},
    )


def _partition(values: dict[str, Any]) -> Partition:
    return Partition(**{**values, "origin_keys": tuple(values["origin_keys"])})
