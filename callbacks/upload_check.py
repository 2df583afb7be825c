"""The step that goes through every row and says what a load would do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html

from callbacks.upload_case import Case, count_words
from layouts import upload as frame
from layouts.upload_check import ACCOUNT, AccountLine, Reason, Total, account, findings, nothing_yet, reasons, totals
from layouts.upload_load import load_button
from portal import uploads
from portal.metrics.format import format_day
from portal.uploads import RejectGroup, SampleReject, Trial
from portal.uploads.labels import entity_label, field_label

ADVICE = (
    "The other rows load without them. To have them too, choose otherwise in step Correct, or repair the file and add "
    "it again."
)


def check_step(case: Case) -> Any:
    """The account of every row, what stays out and why, the control totals, and the way to load."""
    if case.problems:
        actions = [frame.go("Decide", case.place, "fix", True)]
        return frame.notice("Something is still to decide", " ".join(case.problems), actions)
    trial = uploads.dry_run(case.parts, case.tenant, case.upload.id, case.choice)
    found = [f"{one.sentence} {count_words(one.wrong_rows, 'row')}." for one in trial.findings]
    return html.Div(
        [
            nothing_yet(_promise(case, trial)),
            account(account_lines(trial.tables)),
            reasons([_reason(group) for group in trial.groups], ADVICE),
            totals([_total(tie) for tie in own_ties(trial, case.choice.source)]),
            *findings(found, trial.notes),
            ways_on(case, trial),
        ]
    )


def ways_on(case: Case, trial: Trial) -> Any:
    """Back to correct, and load if there is anything to load."""
    back = frame.go("Back", case.place, "fix")
    if trial.is_same:
        why = "This file was loaded before, in the same way. There is nothing to do."
        return frame.foot(back, [dcc.Link("See the sales", href="/sales", className="button")], why)
    if not trial.rows_loaded:
        return frame.foot(back, [frame.closed("Load")], "No row of it can be loaded. The reasons stand above.")
    return frame.foot(back, [load_button(f"Load {count_words(trial.rows_loaded, 'row')}")])


def _promise(case: Case, trial: Trial) -> str:
    known = f" {case.recognition.why}" if case.recognition.kind == "saved" and case.draft is None else ""
    until = f" The data would reach to {format_day(trial.as_of)}." if trial.as_of else ""
    again = f" {count_words(trial.recovered, 'row')} rejected before would load now." if trial.recovered else ""
    return f"Every row was gone through, and your numbers are as they were.{until}{again}{known}"


def account_lines(tables: Sequence[Any]) -> list[AccountLine]:
    """The account of each table that had rows."""
    return [
        AccountLine(entity_label(table.table), table.read, {name: table.outcomes.get(name, 0) for name, _ in ACCOUNT})
        for table in tables
        if table.read
    ]


def own_ties(trial: Trial, source: str) -> list[Any]:
    """The control totals of what this load touches; those that do not tie first."""
    touched = {table.table for table in trial.tables if table.read}
    own = [tie for tie in trial.ties if tie.source == source and tie.table in touched]
    return sorted(own, key=lambda tie: tie.is_tied)


def _total(tie: Any) -> Total:
    measure = "rows" if tie.measure == "rows" else field_label(tie.measure).lower()
    least = 2 if tie.measure.endswith("_amount") else 0
    values = [plain_number(value, least) for value in (tie.source_value, tie.warehouse_value, tie.explained_value)]
    why = tie.explanation or ("" if tie.is_tied else "No rule explains the difference.")
    return Total(f"{entity_label(tie.table)}: {measure}", values[0], values[1], values[2], tie.is_tied, why)


def plain_number(value: Decimal, least: int = 0) -> str:
    """A control total to its last digit, with at least so many places: "9,747,747.934", "35.50"."""
    whole, _, places = f"{value:,f}".partition(".")
    places = places.rstrip("0").ljust(least, "0")
    return (f"{whole}.{places}" if places else whole).replace("-", "−")


def _reason(group: RejectGroup) -> Reason:
    return Reason(group.rule, group.rows, group.outcome, tuple(_sample(sample) for sample in group.samples))


def _sample(sample: SampleReject) -> tuple[str, ...]:
    return f"{sample.place}, row {sample.row:,}", sample.column, sample.value or "empty"
