"""The first step of adding data: where a file is dropped, and what can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from layouts.attributes import aria, data
from layouts.parts import icon
from layouts.upload import PATH

CLIENT = "upload-client"
FORMATS = "CSV or text, Excel, JSON, SQLite, Parquet, or several of them in one ZIP"


@dataclass(frozen=True)
class System:
    """A system whose files are read: what it is, and how to get the file out of it."""

    name: str
    about: str
    steps: tuple[str, ...]


SYSTEMS: tuple[System, ...] = (
    System("Any table", "Orders, products, customers, stock and more, from any program", (
        "One row for each thing, with the names of the columns in one row above.",
        "Shopify: Orders, Export, all orders, CSV. Products, Export, CSV.",
        "WooCommerce: an order export with one row for each item, CSV.",
        "Amazon: the report All Orders, the text file as it comes.",
        "Square: Items Detail or Transactions, CSV.",
        "A courier's payout statement: tracking number, collected, fee, net, paid on.",
    )),
    System("IMIQ", "The master workbook of an order desk", (
        "Google Sheets: File, Download, Microsoft Excel. Drop that workbook.",
        "Or download single tabs as CSV, each named like its tab, and put them into one ZIP.",
        "Passwords are emptied before anything is stored.",
    )),
    System("Easy Ecom", "A shop counter's folder or database", (
        "Put the program's folder DB into a ZIP and drop the ZIP.",
        "Or drop the SQLite file of its database.",
    )),
    System("HVAR / Bosta", "Deliveries of a courier, and service after the sale", (
        "Save deliveries or search pages from Bosta as JSON; several files go into one ZIP.",
        "Or drop the SQLite file of bosta-crm or Hvar-Hub.",
    )),
    System("Bukmuk", "Workbooks with leads", (
        "Drop the workbook as it is, or one sheet saved as CSV.",
        "Sheets may have any name and any order of columns, even no header.",
    )),
    System("OneSoko", "A marketplace with many shops", (
        "Drop the JSON export, or the SQLite file of the program.",
        "Pages saved from its API go into one ZIP, each named after its list.",
    )),
)  # fmt: skip


def file_step(most_megabytes: int, clients: Sequence[str], client: str, address: str) -> Component:
    """Drop a file, or choose one; an operator says first whose it is."""
    return html.Div(
        [
            *([_clients(clients, client)] if len(clients) > 1 else []),
            drop_zone(most_megabytes, client if len(clients) > 1 else "", address) if client else _whose(),
            html.P("Nothing reaches your numbers until you press Load at the end.", className="upload-promise"),
            html.H3("What can be read, and how to get it", className="upload-sub"),
            html.Div([_system(system) for system in SYSTEMS], className="systems"),
        ]
    )


def drop_zone(most_megabytes: int, client: str, address: str) -> Component:
    """Where a file is dropped. The browser sends it by itself and shows how far it is (`assets/upload.js`)."""
    choose = html.Button("Choose a file", type="button", className="button button-primary", **data(pick="yes"))
    idle = html.Div(
        [
            icon("cloud-arrow-up"),
            html.P("Drop a file here", className="drop-title"),
            choose,
            html.P(f"{FORMATS}. Up to {most_megabytes:,} MB.", className="drop-note"),
        ],
        className="drop-idle",
    )
    stop = html.Button("Stop", type="button", className="button button-small", **data(stop="yes"))
    bar = html.Div(html.Div(className="bar-fill"), className="bar", role="progressbar",
                   **aria(label="Sending the file", valuemin="0", valuemax="100"))  # fmt: skip
    sending = html.Div(
        [html.P(className="drop-title", id="drop-name"), bar, html.P(className="drop-note", id="drop-words"), stop],
        className="drop-sending",
    )
    problem = html.Div(
        [icon("exclamation-triangle"), html.Div(id="drop-reason", className="notice-words")],
        className="notice notice-bad drop-problem", role="alert",
    )  # fmt: skip
    said = html.P(id="drop-said", className="visually-hidden", role="status")
    zone = html.Div([idle, sending], className="drop", role="group", **aria(label="Drop a file here or choose one"))
    facts = data(drop=address, next=PATH, most=str(most_megabytes), client=client, state="idle")
    return html.Div([problem, zone, said], className="drop-place", **facts)


def _clients(clients: Sequence[str], client: str) -> Component:
    control = dcc.Dropdown(id=CLIENT, options=list(clients), value=client or None, clearable=False,
                           placeholder="Choose a client")  # fmt: skip
    return html.Div([html.Label("Whose data is it", htmlFor=CLIENT, className="field-label"), control],
                    className="upload-client")  # fmt: skip


def _whose() -> Component:
    return html.P("Choose the client whose data it is; then a file can be added.", className="notice")


def _system(system: System) -> Component:
    summary = html.Summary(
        [
            html.Span([html.Span(system.name, className="system-name"),
                       html.Span(system.about, className="system-about")], className="system-words"),
            html.Span(["What to export", icon("chevron-down")], className="system-more"),
        ],
    )  # fmt: skip
    return html.Details([summary, html.Ul([html.Li(step) for step in system.steps])], className="system")
