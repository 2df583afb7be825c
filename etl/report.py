"""What a load did, for people and for machines. Conservation: read = loaded + unchanged + duplicate + excluded +
rejected, per table, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from etl.staging import OUTCOMES


@dataclass(frozen=True)
class TableAccount:
    """What became of the rows of one staging table.

    Attributes:
        table: staging table.
        read: rows read, those of unchanged files included.
        outcomes: each of `OUTCOMES` to number of rows.
        rules: (outcome, rule) to number of rows, for excluded and rejected ones.
        withdrawn: rows an earlier version of a replaced file had and this one has not; not part of read.
    """

    table: str
    read: int
    outcomes: dict[str, int]
    rules: dict[tuple[str, str], int]
    withdrawn: int = 0


@dataclass(frozen=True)
class Tie:
    """One control total; see warehouse table tie_out."""

    source: str
    table: str
    measure: str
    source_value: Decimal
    warehouse_value: Decimal
    explained_value: Decimal
    explanation: str
    is_tied: bool


@dataclass(frozen=True)
class Finding:
    """One check that found wrong rows; see warehouse table data_check."""

    name: str
    severity: str
    sentence: str
    wrong_rows: int
    affected_amount: Decimal | None


@dataclass(frozen=True)
class LoadReport:
    """What one load did.

    Attributes:
        status: published or unchanged.
        snapshot: the snapshot served afterwards.
        as_of: latest business date in it.
        tables: one account per staging table of this load.
        notes: sentences for people: secrets blanked, columns not used, files not read.
        ties, findings: tie-out of the whole snapshot; checks that found something.
    """

    tenant: str
    source: str
    path: str
    load_number: int
    status: str
    snapshot: int
    as_of: date | None
    tables: tuple[TableAccount, ...]
    notes: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def rows_read(self) -> int:
        """Rows read over all tables."""
        return sum(account.read for account in self.tables)

    @property
    def rows_rejected(self) -> int:
        """Rows rejected over all tables."""
        return sum(account.outcomes["rejected"] for account in self.tables)

    @property
    def is_tied(self) -> bool:
        """Whether every control total is explained exactly."""
        return all(tie.is_tied for tie in self.ties)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; amounts as text, so that no digit is lost."""
        return {
            "tenant": self.tenant, "source": self.source, "path": self.path, "load": self.load_number,
            "status": self.status, "snapshot": self.snapshot, "as_of": self.as_of.isoformat() if self.as_of else None,
            "rows_read": self.rows_read, "rows_rejected": self.rows_rejected, "is_tied": self.is_tied,
            "tables": [_account_json(account) for account in self.tables], "notes": list(self.notes),
            "tie_out": [_plain(asdict(tie)) for tie in self.ties],
            "checks": [_plain(asdict(finding)) for finding in self.findings],
        }  # fmt: skip

    def to_text(self) -> str:
        """The report as lines for a terminal."""
        return "\n".join([self._headline(), *_account_lines(self.tables), *self._ends()])

    def _headline(self) -> str:
        until = f", data until {self.as_of}" if self.as_of else ""
        if self.status == "unchanged":
            return (
                f"Load {self.load_number} of {self.tenant}: nothing has changed; snapshot {self.snapshot} stays{until}."
            )
        return f"Load {self.load_number} of {self.tenant}: snapshot {self.snapshot} is published{until}."

    def _ends(self) -> list[str]:
        lines = [f"  Note: {note}" for note in self.notes]
        if self.ties:
            lines += tie_lines(self.ties)
        return lines + [finding_line(finding) for finding in self.findings]


def tie_lines(ties: Sequence[Tie]) -> list[str]:
    """The state of the tie-out: one line if all is tied, else one per total that is not."""
    open_ties = [tie for tie in ties if not tie.is_tied]
    if not open_ties:
        return [f"  Tie-out: {len(ties)} control totals, source = warehouse + explained, all exact."]
    return [
        f"  NOT TIED: {tie.source} {tie.table} {tie.measure}: source {tie.source_value:f}, warehouse "
        f"{tie.warehouse_value:f}, explained {tie.explained_value:f}."
        for tie in open_ties
    ]


def finding_line(finding: Finding) -> str:
    """One check in words."""
    rows = f"{finding.wrong_rows:,} row{'' if finding.wrong_rows == 1 else 's'}"
    money = f", {finding.affected_amount:,.2f} affected" if finding.affected_amount is not None else ""
    return f"  {finding.severity.capitalize()}: {finding.sentence} ({finding.name}: {rows}{money})"


def _account_lines(accounts: Sequence[TableAccount]) -> list[str]:
    lines = []
    for account in accounts:
        parts = " + ".join(f"{account.outcomes[outcome]:,} {outcome}" for outcome in OUTCOMES)
        lines.append(f"  {account.table}: {account.read:,} rows read = {parts}")
        lines += [f"    {outcome} {count:,}: {rule}" for (outcome, rule), count in sorted(account.rules.items())]
        if account.withdrawn:
            lines.append(f"    {account.withdrawn:,} rows of earlier versions withdrawn: the files no longer have them")
    return lines


def _account_json(account: TableAccount) -> dict[str, Any]:
    rules = [
        {"outcome": outcome, "rule": rule, "rows": count} for (outcome, rule), count in sorted(account.rules.items())
    ]
    return {"table": account.table, "read": account.read, **account.outcomes, "withdrawn": account.withdrawn,
            "rules": rules}  # fmt: skip


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in values.items()}


def account_of(
    account: pl.DataFrame, keys: set[int], unchanged: dict[str, int], withdrawn: dict[str, int]
) -> tuple[TableAccount, ...]:
    """Accounts of one load.

    Args:
        account: row_account of the snapshot.
        keys: origins this load read.
        unchanged: staging table to rows of files that were the same as before.
        withdrawn: staging table to rows withdrawn.
    """
    mine = account.filter(pl.col("origin_key").is_in(keys))
    names = sorted({*mine["staging_table"], *unchanged, *withdrawn})
    return tuple(
        _table_account(name, mine.filter(pl.col("staging_table") == name), unchanged, withdrawn) for name in names
    )


def _table_account(name: str, rows: pl.DataFrame, unchanged: dict[str, int], withdrawn: dict[str, int]) -> TableAccount:
    outcomes = dict.fromkeys(OUTCOMES, 0)
    rules: dict[tuple[str, str], int] = {}
    for outcome, rule, count in rows.select("outcome", "rule", "row_count").iter_rows():
        outcomes[outcome] += count
        if rule is not None:
            rules[outcome, rule] = rules.get((outcome, rule), 0) + count
    outcomes["unchanged"] = unchanged.get(name, 0)
    return TableAccount(name, sum(outcomes.values()), outcomes, rules, withdrawn.get(name, 0))


def ties_of(tie_out: pl.DataFrame) -> tuple[Tie, ...]:
    """The rows of tie_out."""
    return tuple(
        Tie(row["source"], row["staging_table"], row["measure"], row["source_value"], row["warehouse_value"],
            row["explained_value"], row["explanation"] or "", row["is_tied"])
        for row in tie_out.to_dicts()
    )  # fmt: skip


def findings_of(data_check: pl.DataFrame) -> tuple[Finding, ...]:
    """The checks that found wrong rows, errors first."""
    found = [Finding(row["check_name"], row["severity"], row["sentence"], row["wrong_rows"], row["affected_amount"])
             for row in data_check.to_dicts() if row["wrong_rows"]]  # fmt: skip
    order = ("error", "warning", "info")
    return tuple(sorted(found, key=lambda finding: (order.index(finding.severity), finding.name)))
