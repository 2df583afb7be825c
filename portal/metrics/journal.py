"""The journal: entries that balance and entries that do not. Dated by the entry."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, not_

from portal.metrics.expressions import total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import fact_journal_line, study_journal_entry

_ENTRY, _LINE = study_journal_entry.c, fact_journal_line.c


def _side(name: str, label: str, column: ColumnElement[object]) -> Metric:
    """A sum over the lines of the journal."""
    return Metric(
        name=name, label=label, unit=Unit.MONEY, fact=fact_journal_line, value=total(column), strength="S",
        date_column="entry_date", better=Better.NEITHER, formula=f"{label.lower()} of journal lines, summed",
        meaning="Of all lines of the journal, dated by their entry. Debits and credits are equal when all balance.",
    )  # fmt: skip


JOURNAL_ENTRIES = Metric(
    name="journal_entries", label="Journal entries", unit=Unit.COUNT, fact=study_journal_entry, value=func.count(),
    date_column="entry_date", better=Better.NEITHER, strength="D", formula="number of entries",
    meaning="Entries of the journal, dated by the entry.",
)  # fmt: skip
JOURNAL_UNBALANCED = Metric(
    name="journal_unbalanced", label="Entries that do not balance", unit=Unit.COUNT, fact=study_journal_entry,
    value=func.count(), where=not_(_ENTRY.is_balanced), date_column="entry_date", better=Better.DOWN, strength="S",
    formula="number of entries", meaning="Entries whose debits and credits are not equal, to the last digit.",
)  # fmt: skip
JOURNAL_DIFFERENCE = Metric(
    name="journal_difference", label="Debits less credits", unit=Unit.MONEY, fact=study_journal_entry,
    value=total(_ENTRY.difference_amount), where=not_(_ENTRY.is_balanced), date_column="entry_date",
    better=Better.NEITHER, strength="S", formula="debits − credits of entries, summed",
    meaning="What entries that do not balance are off by, debits less credits.",
)  # fmt: skip
JOURNAL_DEBITS = _side("journal_debits", "Debits", _LINE.debit_amount)
JOURNAL_CREDITS = _side("journal_credits", "Credits", _LINE.credit_amount)

JOURNAL: tuple[Measure, ...] = (
    JOURNAL_ENTRIES, JOURNAL_UNBALANCED, JOURNAL_DIFFERENCE, JOURNAL_DEBITS, JOURNAL_CREDITS,
)  # fmt: skip
