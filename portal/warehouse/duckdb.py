"""Reading snapshots with DuckDB: the only way from a viewer to a tenant's rows.

A `Warehouse` is had from `Warehouses.open(viewer, tenant)` and nowhere else, and stays on the snapshot it was opened
with. Per process and snapshot there is one read-only DuckDB instance with a cursor per thread; it is closed when a
newer snapshot took over and the last warehouse using it is gone.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import duckdb
import polars as pl
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Select

from portal.cache import Cache
from portal.errors import InputError, QualityError, UnknownNameError
from portal.policies import POLICIES
from portal.viewer import Permission, TenantRef, Viewer
from portal.warehouse.open_file import OpenFile
from portal.warehouse.snapshot import Snapshot

PolicyValues = Callable[[int], Mapping[str, Any]]
"""Gives the policies of a tenant (by id) that are in force."""


class Snapshots(Protocol):
    """What is needed of a snapshot store."""

    def current(self, tenant_id: int) -> Snapshot | None:
        """The snapshot served now, None before the first load."""
        ...


class Shelf(Protocol):
    """What is needed of the place where studies are kept."""

    @property
    def version(self) -> str:
        """Changes with the code that works studies out."""
        ...

    def folder(self, tenant_id: int) -> Path:
        """Where the files of a tenant's studies lie."""
        ...

    def path(self, name: str, warehouse: Warehouse) -> Path:
        """The file of a study table for a warehouse; made when it is not there."""
        ...

    def points_moved(self, tenant_id: int) -> pl.DataFrame | None:
        """Points that codes redeemed in the portal move; None where nobody is asked."""
        ...


_STUDY = re.compile(r"\bstudy_[a-z_]+\b")
"""Names of study tables in the text of a select; values are bound and never in it."""

_LACKING = re.compile(r"Table with name \w+ does not exist|does not have a column named|not found in FROM clause")
"""What DuckDB says of a table or a column that a file does not have."""


@lru_cache(maxsize=1)
def _dialect() -> Any:
    return Dialect(paramstyle="numeric_dollar")


def compile_select(select: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> tuple[str, list[object]]:
    """DuckDB text and its bound values, in order. `values` fills the named parameters and decides `PolicyOn`."""
    told = {"render_postcompile": True, "policies": values}
    compiled = select.compile(dialect=_dialect(), compile_kwargs=told)
    bound = {**compiled.params, **values}
    return compiled.string, [bound[name] for name in compiled.positiontup or ()]


@dataclass(frozen=True)
class Warehouse:
    """One tenant's star schema, pinned to one snapshot.

    Attributes:
        tenant: whose it is.
        snapshot: which one it is.
        policies: values of the tenant's policies in force; they fill the named parameters of metrics.
        cache: where answers are kept, None for nowhere.
        shelf: where studies are kept, None where there are none to be had.
    """

    tenant: TenantRef
    snapshot: Snapshot
    policies: Mapping[str, Any]
    cache: Cache | None
    shelf: Shelf | None = field(repr=False)
    _file: OpenFile = field(repr=False)

    @property
    def pin(self) -> tuple[int, int]:
        """(tenant id, snapshot number): what cache keys start with."""
        return self.tenant.id, self.snapshot.number

    @property
    def studies_version(self) -> str:
        """Changes with the code of the studies that may be asked for; "" without any."""
        return self.shelf.version if self.shelf is not None else ""

    @property
    def parameters(self) -> dict[str, object]:
        """Values of the named parameters a select may use: `as_of`, `tenant_name` and every policy."""
        return {**self.policies, "as_of": self.snapshot.as_of, "tenant_name": self.tenant.name}

    def frame(self, select: Select[*tuple[Any, ...]]) -> pl.DataFrame:
        """Run a Core select; shape (rows, columns of the select). Money stays fixed decimal, missing is null.

        Raises:
            InputError: it needs more memory than one reader may use.
            QualityError: the snapshot was built by an older version and lacks a table or a column.
        """
        text, bound = compile_select(select, self.parameters)
        try:
            return self._file.cursor_with(self._studies(text)).execute(text, bound).pl()
        except duckdb.OutOfMemoryException as error:
            raise InputError("This question is too large. Ask for a shorter period or fewer dimensions.") from error
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            if not _LACKING.search(str(error)):
                raise
            raise QualityError(
                f"The data of '{self.tenant.name}' was built by an older version that does not know this number. The "
                f"worker builds it anew; or run portal rebuild --tenant '{self.tenant.name}'."
            ) from error

    def _studies(self, text: str) -> dict[str, Path]:
        """The files of the study tables a select reads."""
        if self.shelf is None:
            return {}
        return {name: self.shelf.path(name, self) for name in sorted(set(_STUDY.findall(text)))}


class Warehouses:
    """All warehouses of the installation; share one per process.

    Args:
        snapshots: which snapshot of which tenant is served.
        cache: where answers are kept, None for nowhere.
        policies: gives a tenant's policies in force; the defaults of `portal.policies` where not given.
        shelf: where studies are kept.
    """

    def __init__(
        self, snapshots: Snapshots, cache: Cache | None, policies: PolicyValues | None = None,
        shelf: Shelf | None = None,
    ) -> None:  # fmt: skip
        self.cache = cache
        self._shelf = shelf
        self._snapshots = snapshots
        self._policies = policies or _default_policies
        self._files: dict[int, OpenFile] = {}
        self._lock = threading.Lock()

    def open(self, viewer: Viewer, tenant: TenantRef) -> Warehouse:
        """The tenant's warehouse on its current snapshot.

        Raises:
            AccessError: the viewer may not look at numbers at all.
            UnknownNameError: the tenant is not one of the viewer's (a foreign one reads like one that is not there).
            InputError: nothing has been loaded for the tenant yet.
        """
        known = _known(viewer, tenant)
        snapshot = self._snapshots.current(known.id)
        if snapshot is None:
            raise InputError(f"'{known.name}' has no data yet. Load a source first.", field="tenant")
        return Warehouse(known, snapshot, self._policies(known.id), self.cache, self._shelf, self._file(snapshot))

    def has_data(self, viewer: Viewer, tenant: TenantRef) -> bool:
        """Whether anything has been loaded for the tenant. Raises like `open`."""
        return self._snapshots.current(_known(viewer, tenant).id) is not None

    def _file(self, snapshot: Snapshot) -> OpenFile:
        with self._lock:
            opened = self._files.get(snapshot.tenant_id)
            if opened is None or not _is_same(opened.snapshot, snapshot):
                folder = self._shelf.folder(snapshot.tenant_id) if self._shelf is not None else None
                opened = self._files[snapshot.tenant_id] = OpenFile(snapshot, folder)
            return opened


def _is_same(one: Snapshot, other: Snapshot) -> bool:
    return (one.path, one.checksum) == (other.path, other.checksum)


def _known(viewer: Viewer, tenant: TenantRef) -> TenantRef:
    """The viewer's own record of the tenant, never the one handed in."""
    viewer.require(Permission.VIEW)
    for known in viewer.tenants:
        if known.id == tenant.id:
            return known
    raise UnknownNameError("tenant", tenant.name, [known.name for known in viewer.tenants])


def _default_policies(_tenant_id: int) -> Mapping[str, Any]:
    return {name: policy.default for name, policy in POLICIES.items()}
