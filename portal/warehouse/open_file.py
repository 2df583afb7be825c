"""One snapshot file, open for reading and nothing else, and the studies beside it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from pathlib import Path

import duckdb
from pyarrow.ipc import open_file
from pyarrow.lib import memory_map

from portal.errors import QualityError
from portal.warehouse.snapshot import Snapshot

NATIVE = ".duckdb"
"""Ending of the files of large studies: DuckDB reads its own format several times faster than Arrow."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "access_mode": "read_only",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
    "memory_limit": "2GB",
}
"""DuckDB settings of every reader."""


class OpenFile:
    """One read-only DuckDB instance on one snapshot file, with a cursor per thread.

    It reaches this file and the folder of the tenant's studies and nothing else, and no statement can change that.
    """

    def __init__(self, snapshot: Snapshot, studies: Path | None = None) -> None:
        self.snapshot = snapshot
        try:
            self._instance = duckdb.connect(str(snapshot.path), read_only=True, config=_CONFIG)
        except duckdb.Error as error:
            raise QualityError("The snapshot file cannot be opened. Load again or roll back.") from error
        _close_off(self._instance, studies)
        self._cursors = threading.local()
        weakref.finalize(self, self._instance.close)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor."""
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if cursor is None:
            cursor = self._cursors.cursor = self._instance.cursor()
            self._cursors.studies = {}
        return cursor

    def cursor_with(self, studies: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
        """This thread's cursor, on which the study tables named are to be found; their files are mapped, not read."""
        cursor = self.cursor()
        for name, path in studies.items():
            if self._cursors.studies.get(name) != path:
                _show(cursor, name, path)
                self._cursors.studies[name] = path
        return cursor


def _close_off(instance: duckdb.DuckDBPyConnection, studies: Path | None) -> None:
    """No file but those of the studies can be reached from now on; one opened in this process before is so already."""
    if instance.execute("select current_setting('lock_configuration')").fetchone() == (True,):
        return
    instance.execute(f"set allowed_directories = [{_quoted(studies) if studies else ''}]")
    instance.execute("set enable_external_access = false")
    instance.execute("set lock_configuration = true")


def _show(cursor: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    if path.suffix != NATIVE:
        cursor.register(name, open_file(memory_map(str(path), "r")).read_all())  # type: ignore[no-untyped-call]
        return
    alias = f'"{path.stem}"'
    cursor.execute(f"attach if not exists {_quoted(path)} as {alias} (read_only)")
    cursor.execute(f"create or replace temp view {name} as select * from {alias}.{name}")  # noqa: S608 - our own names


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
