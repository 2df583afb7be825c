"""The tie-out ledger and the quality checks of a served snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from etl.report import Finding, Tie, finding_line, findings_of, ties_of
from portal.errors import InputError
from portal.viewer import TenantRef
from portal.warehouse.store import SnapshotStore


@dataclass(frozen=True)
class Ledgers:
    """Tie-out and findings of one snapshot; `checks` is the number of checks that ran."""

    snapshot: int
    ties: tuple[Tie, ...]
    findings: tuple[Finding, ...]
    checks: int

    @property
    def is_tied(self) -> bool:
        """Whether every control total is explained exactly."""
        return all(tie.is_tied for tie in self.ties)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; amounts as text."""
        return {
            "snapshot": self.snapshot, "is_tied": self.is_tied, "tie_out": [_tie_json(tie) for tie in self.ties],
            "checks_run": self.checks,
            "findings": [
                {"name": one.name, "severity": one.severity, "sentence": one.sentence, "wrong_rows": one.wrong_rows,
                 "affected_amount": None if one.affected_amount is None else f"{one.affected_amount:f}"}
                for one in self.findings
            ],
        }  # fmt: skip

    def to_text(self) -> str:
        """One block per control total, then the checks."""
        head = f"Snapshot {self.snapshot}: {'every control total is tied' if self.is_tied else 'NOT TIED'}."
        passed = f"{self.checks - len(self.findings)} of {self.checks} checks found nothing."
        return "\n".join([head, *(_tie_text(tie) for tie in self.ties), passed, *map(finding_line, self.findings)])


def read_ledgers(store: SnapshotStore, tenant: TenantRef) -> Ledgers:
    """The ledgers of the tenant's served snapshot.

    Raises:
        InputError: the tenant has no snapshot yet.
    """
    snapshot = store.current(tenant.id)
    if snapshot is None:
        raise InputError(f"{tenant.name} has no snapshot yet. Load something first: portal load --help", field="tenant")
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        ties = connection.execute("select * from tie_out order by source, staging_table, measure").pl()
        checks = connection.execute("select * from data_check").pl()
    return Ledgers(snapshot.number, ties_of(ties), findings_of(checks), checks.height)


def _tie_text(tie: Tie) -> str:
    state = "tied" if tie.is_tied else "NOT TIED"
    why = f" ({tie.explanation})" if tie.explanation else ""
    return (
        f"  {tie.source} {tie.table} {tie.measure}: source {_plain(tie.source_value)} = warehouse "
        f"{_plain(tie.warehouse_value)} + explained {_plain(tie.explained_value)}{why}: {state}"
    )


def _plain(value: object) -> str:
    return f"{value:,f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:,f}"


def _tie_json(tie: Tie) -> dict[str, Any]:
    return {
        "source": tie.source, "table": tie.table, "measure": tie.measure, "source_value": f"{tie.source_value:f}",
        "warehouse_value": f"{tie.warehouse_value:f}", "explained_value": f"{tie.explained_value:f}",
        "explanation": tie.explanation, "is_tied": tie.is_tied,
    }  # fmt: skip
