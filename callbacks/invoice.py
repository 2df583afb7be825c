"""One order as an invoice, ready to print."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dash import Input, Output, dcc, html

from callbacks.customer_rows import may_see_people
from callbacks.desk import Desk, State, open_desk
from callbacks.linked_table import Cell, linked_table
from layouts.invoice import Ids
from layouts.parcel import parcel_address
from layouts.parts import empty_state, table
from portal.invoice import Invoice, read_invoice
from portal.metrics.format import MISSING, format_day, format_value, format_word
from portal.metrics.model import Unit
from portal.viewer import Permission, TenantRef
from portal.wiring import Wiring

HIDDEN = "•••"
_HEAD = [("What", False), ("SKU", False), ("Quantity", True), ("Unit price", True), ("Discount", True),
         ("Amount", True)]  # fmt: skip
_STATES = {
    "returned": "Came back: nothing is to be paid",
    "paid": "Paid", "open": "To be paid", "overdue": "Overdue", "cancelled": "Cancelled: nothing is to be paid",
    "not recorded": "No source tells whether it is paid",
}  # fmt: skip


def show_invoice(state: State) -> dict[str, Any]:
    """Paint the order the address names."""
    desk = open_desk(state)
    found = find_invoice(desk)
    if found is None:
        said = f"No order of yours has the number {desk.state.focus}." if desk.state.focus else "No order is named."
        nothing = empty_state("Not found", "Open one from Finance, or by the document among the rows of a number.")
        return {"period": said, "sheet": nothing, "behind": ""}
    tenant, invoice = found
    kind = "Credit note" if invoice.order["document_type"] == "credit_note" else "Invoice"
    said = f"{kind} of order {invoice.order['order_id']} · {_STATES[invoice.state]}"
    return {"period": said, "sheet": sheet_of(desk, tenant, invoice), "behind": behind(tenant, invoice)}


def find_invoice(desk: Desk) -> tuple[TenantRef, Invoice] | None:
    """The invoice of the order whose number is the state's focus."""
    if not desk.state.focus:
        return None
    for tenant in desk.tenants:
        found = read_invoice(desk.parts.warehouses.open(desk.viewer, tenant), desk.state.focus)
        if found is not None:
            return tenant, found
    return None


def sheet_of(desk: Desk, tenant: TenantRef, invoice: Invoice) -> Any:
    """The paper itself: from, to, lines, sums."""
    rows = [_line(line, tenant) for line in invoice.lines]
    lines = table(_HEAD, rows, "Lines of the invoice") if rows else html.P("No source tells what was sold with it.")
    return html.Div([_top(desk, tenant, invoice), lines, _sums(tenant, invoice), *_notes(invoice)],
                    className="statement")  # fmt: skip


def _top(desk: Desk, tenant: TenantRef, invoice: Invoice) -> Any:
    order, seen = invoice.order, may_see_people(desk)
    who = [order["customer"] or "Customer not named", order["phone"], order["email"]]
    place = ", ".join(filter(None, (order["city"], order["country"])))
    to = [*(text if seen else HIDDEN for text in who if text), *([place] if place else [])]
    told = (
        ("From", order["shop"] or tenant.name), ("To", " · ".join(to)), ("Number", order["order_id"]),
        ("Date", _day(order["order_date"])), ("To be paid until", _day(invoice.due)),
        ("Paid by", format_word(order["payment_method"]) if order["payment_method"] else MISSING),
        ("State", _STATES[invoice.state]),
    )  # fmt: skip
    return html.Dl([part for label, text in told for part in (html.Dt(label), html.Dd(text))],
                   className="facts tabular")  # fmt: skip


def _line(line: dict[str, Any], tenant: TenantRef) -> list[str]:
    name = line["product"] or "Product not named"
    kind = "" if line["line_type"] == "sale" else f" ({format_word(line['line_type']).lower()})"
    amounts = [_money(line[each], tenant) for each in ("unit_price", "discount_amount", "net_amount")]
    return [f"{name}{kind}", line["sku"] or MISSING, format_value(line["quantity"], Unit.QUANTITY, ""), *amounts]


def _sums(tenant: TenantRef, invoice: Invoice) -> Any:
    """From the list value to what is still to be paid; lines that say nothing are left out."""
    order = invoice.order
    steps = [
        ("Goods at list price", invoice.goods if invoice.lines else None),
        ("Discounts", -invoice.discounts if invoice.discounts else None), ("Shipping", order["shipping_amount"]),
        ("Tax", order["tax_amount"]), (_rest_words(invoice), invoice.unexplained or None),
        ("Total", order["total_amount"]), ("Paid in advance", order["advance_amount"]),
        ("Paid back", order["refund_amount"] or None), ("Still to be paid", order["balance_amount"]),
    ]  # fmt: skip
    known = [(label, amount) for label, amount in steps if amount is not None]
    rows: list[list[Cell]] = [[label, _money(amount, tenant)] for label, amount in known]
    marked = [label in {"Total", "Still to be paid"} for label, _ in known]
    return linked_table([("Sum", False), ("Amount", True)], rows, "Sums of the invoice", marked=marked)


def _rest_words(invoice: Invoice) -> str:
    """What the rest is: shipping and tax that the source has in its prices, or what nobody tells."""
    added = sum((invoice.order[name] or 0 for name in ("shipping_amount", "tax_amount")), Decimal(0))
    is_inside = bool(added) and invoice.unexplained == -added
    return "In the amounts above already" if is_inside else "Rounding, and what the lines do not tell"


def _notes(invoice: Invoice) -> list[Any]:
    notes = []
    if invoice.order["is_total_estimated"]:
        notes.append("The source gives no total: it is the sum of the lines.")
    if any(line["is_price_estimated"] for line in invoice.lines):
        notes.append("The source keeps no price of a line: the total is shared out by what the goods cost in the list.")
    return [html.P(text, className="caption") for text in notes]


def behind(tenant: TenantRef, invoice: Invoice) -> Any:
    """Its parcels, each a link, and the row it was read from."""
    order = invoice.order
    parcels = [
        html.P([dcc.Link(parcel["shipment_id"], href=parcel_address(parcel["shipment_id"], tenant.name),
                         className="crumb"), f" · {format_word(parcel['shipment_status'])}"])
        for parcel in invoice.parcels
    ]  # fmt: skip
    told = [["State of the order", format_word(order["order_status"])], ["Source", order["source"]],
            ["File", order["file_name"]], ["Sheet", order["sheet"] or MISSING], ["Row", str(order["source_row"])],
            ["Note", order["note"] or MISSING]]  # fmt: skip
    return html.Div([*(parcels or [html.P("No parcel of this order is known.", className="caption")]),
                     table([("What", False), ("Value", False)], told, "Where the order comes from")],
                    className="statement")  # fmt: skip


def _day(day: date | None) -> str:
    return format_day(day) if day else MISSING


def _money(amount: Any, tenant: TenantRef) -> str:
    return format_value(amount, Unit.MONEY, tenant.currency)


def register(app: Wiring) -> None:
    """Wire the screen."""
    app.callback(
        output={"period": Output(Ids.PERIOD, "children"), "sheet": Output(f"{Ids.SHEET}-body", "children"),
                "behind": Output(f"{Ids.BEHIND}-body", "children")},
        inputs=[Input(Ids.STATE, "data")], permission=Permission.VIEW, with_page=True,
    )(show_invoice)  # fmt: skip
