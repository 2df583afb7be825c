"""Columns that a formula computes from the cells of a part."""

from __future__ import annotations

import polars as pl

from etl.clean import amount, marks_of, text
from etl.mapped.cells import Reading
from etl.mapped.formula import DOCUMENT, MONEY, value_of
from etl.mapped.headers import Part
from etl.mapped.model import CellRules, Column, Entity
from etl.mapped.verdicts import REJECTED, Verdicts


def computed(part: Part, entity: Entity, reading: Reading, verdicts: Verdicts) -> list[pl.Series]:
    """The canonical columns of the entity's formulas.

    A row is rejected when a cell that its formula names is not readable. A sum over a document counts such a cell of
    another row as nothing: that row is rejected itself where its table is the lines.
    """
    found = []
    for column in entity.columns:
        if column.formula is not None and (not column.optional or set(column.headers) & set(part.headers)):
            found.append(_value(column, part, entity, _Cells(part, reading, verdicts)))
    return found


class _Cells:
    """Amounts under headers of one part; cells that are none are noted in the verdicts."""

    def __init__(self, part: Part, reading: Reading, verdicts: Verdicts) -> None:
        self._part = part
        self._reading = reading
        self._verdicts = verdicts

    def amounts(self, header: str, rules: CellRules) -> pl.Series:
        """Amounts, each distinct text read once; all missing where the file has no such header."""
        if header not in self._part.headers:
            return pl.Series(header, [None], dtype=MONEY).new_from_index(0, self._part.frame.height)
        name = self._part.headers[header]
        marks = None if self._reading.currency is None else marks_of(self._reading.currency, rules.currency_symbols)
        value = amount(pl.col(name), marks, rules.decimal_comma, rules.null_words).alias("value")
        said = text(pl.col(name), rules.null_words).is_not_null().alias("said")
        cells = self._part.frame.lazy().select(name)
        read = cells.join(cells.unique().with_columns(value, said), on=name, how="left", nulls_equal=True,
                          maintain_order="left").collect()  # fmt: skip
        strange = (read["said"] & read["value"].is_null()).fill_null(value=False)
        self._verdicts.add(strange, REJECTED, "amount not readable", name)
        return read["value"]


def _value(column: Column, part: Part, entity: Entity, cells: _Cells) -> pl.Series:
    formula = column.formula
    assert formula is not None
    headers = formula.headers
    frame = pl.DataFrame([cells.amounts(header, column.rules).alias(f"{n}") for n, header in enumerate(headers)])
    if formula.has_sum and entity.first_row_of is not None:
        document = part.frame.select("origin_key", pl.col(part.headers[entity.first_row_of]).alias("number"))
        frame = frame.with_columns(document.select(pl.struct("origin_key", "number").rank("dense").alias(DOCUMENT)))
    named = {header: pl.col(f"{n}") for n, header in enumerate(headers)}
    return frame.select(value_of(formula, named).cast(entity.table.columns[column.name]).alias(column.name)).to_series()
