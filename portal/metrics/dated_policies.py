"""Policies as they were on the day of a row: what was sold in March is judged by the rules of March."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, case, cast, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Numeric

from portal.policies import BY_DAY

_AMOUNT = Numeric(18, 4)


class PolicyOn(FunctionElement[Any]):
    """The value of a policy that is a number, in force on a day.

    Where the policy was never changed it is the value of today, bound like any other. Else the days it changed are
    written into the statement (`compile_select` hands them over). A row without a day, or before the first change,
    has the default.
    """

    name = "policy_on"
    inherit_cache = False

    def __init__(self, policy: str, day: ColumnElement[Any]) -> None:
        super().__init__(day, bindparam(policy, type_=_AMOUNT, required=False))
        self.policy = policy
        self.type = _AMOUNT


def policy_on(name: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value of policy `name` in force on `day`."""
    return PolicyOn(name, day)


@compiles(PolicyOn)
def _text_of(element: PolicyOn, compiler: SQLCompiler, **told: Any) -> str:
    """Dates and numbers stand in the text: a statement may have the expression twice, and both must be the same."""
    day, today = list(element.clauses)
    known = told.get("policies", {}).get(f"{element.policy}{BY_DAY}", ())
    if len(known) < 2:
        return compiler.process(today, **told)
    (_, first), *later = known
    changes = [(day >= literal_column(f"DATE '{start:%Y-%m-%d}'", Date), _number(value)) for start, value in later]
    return compiler.process(case(*reversed(changes), else_=_number(first)), **told)


def _number(value: Any) -> ColumnElement[Any]:
    return cast(literal_column(f"{Decimal(str(value)):f}"), _AMOUNT)
