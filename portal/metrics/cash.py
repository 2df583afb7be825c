"""Cash that is there, cash that is under way, and wages that wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func

from portal.metrics.expressions import AS_OF, known_total, policy_days, policy_list, total
from portal.metrics.model import Better, Measure, Metric, Unit
from portal.warehouse.schema import fact_journal_line, fact_order, fact_payroll, fact_shipment

_PARCEL, _PAY, _LINE = fact_shipment.c, fact_payroll.c, fact_journal_line.c

COD_IN_TRANSIT = Metric(
    name="cod_in_transit", label="Cash on delivery under way", unit=Unit.MONEY, fact=fact_shipment,
    value=total(_PARCEL.cod_amount), where=and_(_PARCEL.outcome == "open", _PARCEL.cod_amount > 0), date_column=None,
    better=Better.NEITHER, strength="D", formula="cash on delivery of parcels under way, summed",
    meaning="What customers are to pay for parcels that are neither delivered nor given up. As of the snapshot: "
    "periods do not apply.",
)  # fmt: skip
PAYROLL_WAITING = Metric(
    name="payroll_waiting", label="Pay not yet paid", unit=Unit.MONEY, fact=fact_payroll, value=total(_PAY.net_amount),
    where=_PAY.payroll_status.in_(("pending", "approved")), date_column=None, better=Better.DOWN, strength="D",
    formula="net pay that is pending or approved, summed",
    meaning="Net pay that the payroll has as pending or approved, not paid. As of the snapshot.",
)  # fmt: skip

CASH_BALANCE = Metric(
    name="cash_balance", label="Cash in hand", unit=Unit.MONEY, fact=fact_journal_line,
    value=known_total(func.coalesce(_LINE.debit_amount, 0) - func.coalesce(_LINE.credit_amount, 0)),
    where=func.list_contains(policy_list("cash_accounts"), _LINE.account_code), date_column=None, strength="S",
    formula="debits − credits of the cash accounts, summed",
    meaning="What the journal has in the accounts of cash and bank (policy cash_accounts) as of the snapshot: periods "
    "do not apply. Missing where no journal is loaded.",
)  # fmt: skip

_ORDER = fact_order.c
_CAME_BACK = _ORDER.order_status.in_(("returned", "refunded"))
_OPEN = and_(_ORDER.is_booked, _ORDER.balance_amount > 0, ~_CAME_BACK)
_OVERDUE = and_(_OPEN, func.date_add(_ORDER.order_date, func.to_days(policy_days("invoice_due_days"))) < AS_OF)


def _invoices(
    name: str, label: str, meaning: str, where: ColumnElement[bool], value: ColumnElement[Any] | None = None
) -> Metric:  # fmt: skip
    unit = Unit.COUNT if value is None else Unit.MONEY
    return Metric(
        name=name, label=label, unit=unit, fact=fact_order, value=func.count() if value is None else value,
        where=where, date_column=None, strength="D", better=Better.DOWN,
        meaning=f"{meaning} As of the snapshot: periods do not apply.",
        formula="number of orders" if unit is Unit.COUNT else "balances of orders, summed",
    )  # fmt: skip


OPEN_INVOICES = _invoices(
    "open_invoices", "Invoices to be paid", "Booked orders with a balance above 0 that did not come back.", _OPEN
)
OVERDUE_INVOICES = _invoices(
    "overdue_invoices", "Overdue invoices",
    "Invoices to be paid that are older than policy invoice_due_days allows.", _OVERDUE,
)  # fmt: skip
OVERDUE_INVOICE_VALUE = _invoices(
    "overdue_invoice_value", "Value of overdue invoices", "What is still to be paid of overdue invoices.",
    _OVERDUE, total(_ORDER.balance_amount),
)  # fmt: skip

CASH: tuple[Measure, ...] = (
    COD_IN_TRANSIT, PAYROLL_WAITING, CASH_BALANCE, OPEN_INVOICES, OVERDUE_INVOICES, OVERDUE_INVOICE_VALUE,
)  # fmt: skip
