"""A dry run as JSON, between the process that does it and the one that shows it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from etl.report import Finding, TableAccount, Tie
from portal.uploads.outcome import RejectGroup, SampleReject, Trial


def to_json(trial: Trial) -> dict[str, Any]:
    """Plain values; amounts as text, so that no digit is lost."""
    tables = [
        {"table": one.table, "read": one.read, "outcomes": one.outcomes, "withdrawn": one.withdrawn,
         "rules": [[outcome, rule, rows] for (outcome, rule), rows in one.rules.items()]}
        for one in trial.tables
    ]  # fmt: skip
    return {
        "tables": tables, "groups": [asdict(one) for one in trial.groups],
        "ties": [_plain(asdict(one)) for one in trial.ties],
        "findings": [_plain(asdict(one)) for one in trial.findings], "notes": list(trial.notes),
        "is_same": trial.is_same, "as_of": trial.as_of.isoformat() if trial.as_of else None,
        "recovered": trial.recovered,
    }  # fmt: skip


def from_json(told: dict[str, Any]) -> Trial:
    """The dry run again, exactly."""
    tables = tuple(
        TableAccount(one["table"], one["read"], one["outcomes"],
                     {(outcome, rule): rows for outcome, rule, rows in one["rules"]}, one["withdrawn"])
        for one in told["tables"]
    )  # fmt: skip
    groups = tuple(
        RejectGroup(**{**one, "samples": tuple(SampleReject(**each) for each in one["samples"])})
        for one in told["groups"]
    )
    amounts = ("source_value", "warehouse_value", "explained_value")
    ties = tuple(Tie(**{**one, **{name: Decimal(one[name]) for name in amounts}}) for one in told["ties"])
    return Trial(
        tables, groups, ties, tuple(_finding(one) for one in told["findings"]), tuple(told["notes"]),
        told["is_same"], date.fromisoformat(told["as_of"]) if told["as_of"] else None, told["recovered"],
    )  # fmt: skip


def _finding(told: dict[str, Any]) -> Finding:
    amount = told["affected_amount"]
    return Finding(**{**told, "affected_amount": None if amount is None else Decimal(amount)})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}
