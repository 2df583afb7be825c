"""One running load: what it was asked, what is in force, and what it changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from etl.build.policies import star_rules
from etl.conformed import LoadRows, conform_hash
from etl.mapping import Mapping
from etl.request import Hooks, LoadRequest, Moment
from etl.source import Source, TenantRules
from portal.warehouse.schema import metadata
from portal.warehouse.store import Partition, SnapshotStore

BUILD_VERSION = 3
"""Raised when the star comes out differently for the same rows and policies."""
WITHDRAW = "withdraw_vanished_files"
"""Policy: rows of files that are no longer in their folder are withdrawn."""


@dataclass(frozen=True)
class Job:
    """One running load."""

    request: LoadRequest
    store: SnapshotStore
    source: Source
    mapping: Mapping | None
    rules: TenantRules
    today: date
    moment: Moment
    number: int
    hooks: Hooks

    @property
    def folder(self) -> Path:
        """Everything kept for the tenant."""
        return self.store.folder(self.request.tenant.id)

    @property
    def conformed(self) -> Path:
        """Where conformed rows are kept."""
        return self.folder / "conformed"

    @cached_property
    def rules_hash(self) -> str:
        """Of everything that decides how a file is conformed; asked for once per file."""
        facts = (self.rules.currency, self.rules.timezone, self.rules.country, self.rules.tenant)
        policies = (json.dumps({name: self.rules.policies[name]}, sort_keys=True) for name in self.source.policies)
        return conform_hash(self.source.name, self.mapping.content_hash if self.mapping else "", *facts, *policies)


@dataclass(frozen=True)
class Changed:
    """What a load changes: live partitions afterwards, the rows it read, and what to tell about it."""

    partitions: tuple[Partition, ...]
    fresh: LoadRows | None
    unchanged: dict[str, int]
    withdrawn: dict[str, int]
    notes: tuple[str, ...]


def star_hash(rules: TenantRules) -> str:
    """Hash of all but the rows that decides how the star comes out: tenant facts, policies that builders read, schema,
    version. Policies that only metrics and studies read are not in it: they change nothing in the warehouse."""
    schema = {table.name: [(column.name, str(column.type)) for column in table.columns]
              for table in metadata.sorted_tables}  # fmt: skip
    text = json.dumps([BUILD_VERSION, asdict(star_rules(rules)), schema], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def load_hash(rules: TenantRules, source: Source) -> str:
    """Hash of all but the files that decides what a load of the source does: as `star_hash`, and the policies by which
    its files are conformed or, once they are gone, withdrawn."""
    named = {name: rules.policies[name] for name in sorted({*source.policies, WITHDRAW})}
    return hashlib.sha256(json.dumps([star_hash(rules), named], sort_keys=True).encode()).hexdigest()
