"""A tenant with one folder source, and syncs of it without a schedule."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlalchemy import select

from portal import sources
from portal.clock import utc_now
from portal.config import Settings
from portal.db import Sessions, writing
from portal.jobs.sync import Task, look, sync, task_of
from portal.models import DataSource
from portal.sources import NewSource
from portal.sync_runs import Ending, claim_now, finish
from portal.tenants import list_tenants
from portal.warehouse.store import SnapshotStore
from tests.etl.shop import HEADER, MAPPING
from tests.installation import settings_for


@dataclass
class Desk:
    """The installation in `home`; its first tenant's files lie in `files`."""

    home: Path
    sessions: Sessions
    files: Path

    @property
    def settings(self) -> Settings:
        return settings_for(self.home)

    @property
    def source(self) -> DataSource:
        with self.sessions() as session:
            return session.scalars(select(DataSource).order_by(DataSource.id)).first()

    @property
    def task(self) -> Task:
        return task_of(self.settings, self.sessions, self.source.id)

    def add(self, name: str = "Exports", files: Path | None = None, schedule: str = "every 2 minutes") -> None:
        wanted = NewSource(name, "table", str(files or self.files), "shop.toml", MAPPING, schedule)
        with writing(self.sessions) as session:
            tenant = list_tenants(session)[0]
            sources.add_source(session, tenant, wanted, self.settings.secret_key, utc_now())

    def write(self, name: str, *lines: str) -> Path:
        """A file that looks as if it was finished a while ago."""
        self.files.mkdir(exist_ok=True)
        path = self.files / name
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        then = utc_now().timestamp() - 60 + len(list(self.files.iterdir())) / 1000
        os.utime(path, (then, then))
        return path

    def sync(self) -> Ending:
        """Look, sync if there is work to do, note how it ended."""
        with writing(self.sessions) as session:
            claim = claim_now(session, self.source, "test", utc_now())
        ending = look(self.task) or sync(self.task)
        with writing(self.sessions) as session:
            assert finish(session, claim, ending, utc_now())
        return ending

    def ask(self, sql: str) -> str:
        """The only row of an answer of the served snapshot, its values side by side."""
        snapshot = SnapshotStore(self.home, 3).current(self.task.tenant.id)
        with duckdb.connect(str(snapshot.path), read_only=True) as connection:
            return " ".join(str(value) for value in connection.execute(sql).fetchone())

    def net(self) -> str:
        """Rows and net sales of the served snapshot: "3 rows 30.00"."""
        return self.ask("select count(*), 'rows', coalesce(sum(net_amount), 0)::decimal(18,2) from fact_order_line")
