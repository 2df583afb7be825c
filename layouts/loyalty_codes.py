"""Codes of the loyalty programme: the forms of the card, and the list of those issued last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from layouts.attributes import aria
from layouts.parts import empty_state, heading


class CodeIds:
    """Ids of the card's own parts."""

    CUSTOMER, KIND, SHOP = "code-customer", "code-kind", "code-shop"
    REWARD, POINTS = "code-reward", "code-points"
    ISSUE, ISSUED = "code-issue", "code-issued"
    TYPED, FRIEND, PURCHASE = "code-typed", "code-friend", "code-purchase"
    CHECK, REDEEM, TOLD = "code-check", "code-redeem", "code-told"
    LIST, VOID, VOIDED = "code-list", "code-void", "code-voided"

    OWN = "own"
    """Choice of the shop the customer has points in."""
    WISH = (CUSTOMER, KIND, SHOP, REWARD, POINTS)
    GIVEN = (TYPED, FRIEND, PURCHASE)


@dataclass(frozen=True)
class CodeLine:
    """One code of the list; texts as people read them."""

    code_id: int
    name: str
    what: str
    points: str
    customer: str
    issued: str
    expires: str
    state: str


def code_forms(shops: Sequence[tuple[str, str]], kinds: dict[str, str]) -> Component:
    """Issue on one side, check and redeem on the other, the list below. shops: id and name of those to choose from."""
    issue = html.Div(
        [html.H3("Issue a code", className="quality-title"),
         html.Div(_wish_fields(shops, kinds), className="form-fields code-fields"),
         html.Div([_button(CodeIds.ISSUE, "Issue a code", "button-primary")], className="form-buttons"),
         _said(CodeIds.ISSUED)],
        className="code-side",
    )  # fmt: skip
    redeem = html.Div(
        [html.H3("At the counter", className="quality-title"),
         html.Div(_given_fields(), className="form-fields code-fields"),
         html.Div([_button(CodeIds.CHECK, "Check"), _button(CodeIds.REDEEM, "Redeem", "button-primary")],
                  className="form-buttons"),
         _said(CodeIds.TOLD)],
        className="code-side",
    )  # fmt: skip
    return html.Div(
        [html.Div([issue, redeem], className="code-sides"), _said(CodeIds.VOIDED), html.Div(id=CodeIds.LIST)]
    )


def _wish_fields(shops: Sequence[tuple[str, str]], kinds: dict[str, str]) -> list[Component]:
    kind_options: Any = [{"label": label, "value": name} for name, label in kinds.items()]
    shop_options: Any = [{"label": "The customer's own", "value": CodeIds.OWN},
                         *({"label": name, "value": shop} for shop, name in shops)]  # fmt: skip
    shop = dbc.Select(id=CodeIds.SHOP, options=shop_options, value=CodeIds.OWN, className="field-input")
    return [
        _field(CodeIds.CUSTOMER, "Customer", _text(CodeIds.CUSTOMER, "Number, e-mail or phone", 300)),
        _field(CodeIds.KIND, "Kind", dbc.Select(id=CodeIds.KIND, options=kind_options, value=next(iter(kinds)),
                                                className="field-input")),
        _field(CodeIds.REWARD, "Reward", _text(CodeIds.REWARD, "Not for a referral", 120)),
        _field(CodeIds.POINTS, "Points it takes", _number(CodeIds.POINTS, 1)),
        html.Div([html.Label("Shop", htmlFor=CodeIds.SHOP, className="field-label"), shop], className="field",
                 hidden=len(shops) < 2),
    ]  # fmt: skip


def _given_fields() -> list[Component]:
    return [
        _field(CodeIds.TYPED, "Code", _text(CodeIds.TYPED, "XXXX-XXXX-XXXX-XXXX", 40)),
        _field(CodeIds.FRIEND, "New customer (referral)", _text(CodeIds.FRIEND, "Number, e-mail or phone", 300)),
        _field(CodeIds.PURCHASE, "Their purchase (referral)", _number(CodeIds.PURCHASE, "any")),
    ]


def _field(element_id: str, label: str, control: Component) -> Component:
    return html.Div([html.Label(label, htmlFor=element_id, className="field-label"), control], className="field")


def _text(element_id: str, hint: str, most: int) -> Component:
    return dbc.Input(id=element_id, type="text", value="", placeholder=hint, maxLength=most, className="field-input",
                     autoComplete="off")  # fmt: skip


def _number(element_id: str, step: Any) -> Component:
    return dbc.Input(id=element_id, type="number", min=0, step=step, className="field-input", autoComplete="off")


def _button(element_id: str, label: str, look: str = "") -> Component:
    return html.Button(label, id=element_id, type="button", className=f"button {look}".rstrip())


def _said(element_id: str) -> Component:
    return html.Div(id=element_id, className="form-result", role="status", **aria(live="polite"))


def issued_code(code: str, sentence: str) -> Component:
    """A code that was just made."""
    return html.Div([html.P("Give this code to the customer. It is shown only now."),
                     html.Code(code, className="code-shown"), html.P(sentence, className="caption")])  # fmt: skip


def code_list(lines: Sequence[CodeLine]) -> Component:
    """The codes issued last; open ones can be voided."""
    if not lines:
        return empty_state("No codes yet", "Codes issued here stand in this list, without the code itself.")
    head = ("Code", "What for", "Points", "Customer", "Issued", "Good until", "State")
    titles = [*(heading(text, text == "Points") for text in head), html.Td()]
    rows = [html.Tr([*_cells(line), html.Td(_void(line))]) for line in lines]
    caption = html.Caption("Codes issued last", className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(titles)), html.Tbody(rows)])
    return html.Div(table, className="table-scroll", tabIndex=0, role="region", **aria(label="Codes issued last"))


def _cells(line: CodeLine) -> list[Component]:
    texts = (line.name, line.what, line.points, line.customer, line.issued, line.expires, line.state)
    return [html.Td(text, className="num" if text is line.points else None) for text in texts]


def _void(line: CodeLine) -> Component | str:
    if line.state != "Open":
        return ""
    return html.Button("Void", id={"type": CodeIds.VOID, "code": line.code_id}, type="button",
                       className="button button-small", **aria(label=f"Void {line.name}"))  # fmt: skip
