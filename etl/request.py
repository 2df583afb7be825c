"""What a load is asked to do, and what it needs from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from etl.reading import Limits, SoFar
from etl.report import LoadReport
from etl.source import LandedFile, TenantRules
from portal.errors import InputError
from portal.policies import PolicyRow, in_force, steps
from portal.viewer import TenantRef


@dataclass(frozen=True)
class LoadRequest:
    """One load.

    Attributes:
        tenant: whose data it is.
        source: name of the source system (`etl.sources.SOURCES`).
        path: file, folder or zip.
        mapping: mapping file, for source table.
        wait_seconds: how long to wait for another load of the tenant.
        limits: of the process that parses the files.
        patch_from: orders and lines from which a small change is written into a copy of the last snapshot (see
            `etl.partial`); a smaller tenant is built anew about as fast.
        files: landed already; they are loaded in place of what is at `path`, which then only names them.
        is_rebuild: nothing is read: the warehouse is built anew from the rows that are there, if it would come out
            differently with the policies and the version of today; `path` only names it.
    """

    tenant: TenantRef
    source: str
    path: Path
    mapping: Path | None = None
    wait_seconds: float = 0
    limits: Limits = field(default_factory=Limits)
    files: tuple[LandedFile, ...] = ()
    patch_from: int = 200_000
    is_rebuild: bool = False


@dataclass(frozen=True)
class Moment:
    """When the load runs and what is in force then.

    Attributes:
        now: UTC without zone.
        policies: every value the tenant ever set (`portal.policies.load_policies`).
    """

    now: datetime
    policies: tuple[PolicyRow, ...] = ()

    def today(self, tenant: TenantRef) -> date:
        """The tenant's business date."""
        return self.now.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(tenant.timezone)).date()

    def rules(self, tenant: TenantRef) -> TenantRules:
        """The tenant's facts and the policies in force today."""
        values = in_force(self.policies, self.today(tenant))
        caps = steps(self.policies, "discount_cap")
        return TenantRules(tenant.currency, tenant.timezone, tenant.country, values, tenant.name, caps)


@dataclass(frozen=True)
class KnownLoads:
    """What the disk knows of earlier loads: the highest number, and load to snapshot number of the one served."""

    highest: int
    served: dict[int, int]


class Ledger(Protocol):
    """Where loads are written down (`portal.loads.LoadLedger` keeps them in the application database)."""

    def begin(self, request: LoadRequest, now: datetime, known: KnownLoads) -> int:
        """Note a new load, running, and return its number: one more than any before.

        The tenant's lock is held, so any load still noted as running was killed; it was published only if it is among
        `known.served`.
        """
        ...

    def finish(self, tenant_id: int, number: int, report: LoadReport) -> None:
        """Note that a load succeeded."""
        ...

    def fail(self, tenant_id: int, number: int, message: str) -> None:
        """Note that a load failed, and why."""
        ...


def _silent(_said: object) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Hooks:
    """What a caller wants to be told.

    Attributes:
        on_wait: a sentence when the load waits for another one.
        reached: the name of each step as it is completed; tests stop the process there.
        counted: number of rows, once they are read.
        reading: how much of the files is read, now and then while they are.
    """

    on_wait: Callable[[str], None] = _silent
    reached: Callable[[str], None] = _silent
    counted: Callable[[int], None] = _silent
    reading: Callable[[SoFar], None] = _silent


STEPS = ("locked", "begun", "landed", "read", "conformed", "conformed saved", "built", "tables written",
         "snapshot written", "snapshot renamed", "pointer moved", "finished")  # fmt: skip
"""Every step `Hooks.reached` is told, in order."""


class MappingNeededError(InputError):
    """Source table was given no mapping; `proposal` is one (TOML) for somebody to look at and approve."""

    def __init__(self, proposal: str) -> None:
        super().__init__(
            "Nothing was loaded: source table needs a mapping. The proposal above is a start: save it, correct it, and "
            "load again with --mapping FILE.",
            field="mapping",
        )
        self.proposal = proposal
