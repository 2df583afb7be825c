"""The card that says whether the numbers can be trusted: tie-out ledger, checks, age of each source."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from callbacks.desk import Desk
from callbacks.ledger import control_totals, findings, freshness, row_ledger
from callbacks.synced import sync_words, synced
from layouts.parts import empty_state, table
from layouts.upload import add_link
from portal.charts.chart import number
from portal.clock import utc_now
from portal.table_names import table_name

_FINDINGS_SHOWN = 5


def quality_card(desk: Desk) -> Any:
    """Everything the last load says about itself."""
    ledger = row_ledger(desk) if desk.tenants else pd.DataFrame()
    if ledger.empty:
        return empty_state(
            "No load yet", "After a load, every source row is accounted for here.", add_link(desk.viewer)
        )
    return html.Div(
        [_verdict(desk), _equation(ledger), _ledger(desk, ledger), *_findings(desk), _ages(desk)], className="quality"
    )


def ledger_rows(desk: Desk, ledger: pd.DataFrame) -> list[list[Any]]:
    """One line per source table: name, read, loaded, duplicates, left out, rejected, whether totals tie."""
    totals = control_totals(desk)
    rows = []
    for line in ledger.to_dict("records"):
        tied = _tied(totals, line)
        kept = line["loaded"] + line["unchanged"]
        name = line["source"] if len(desk.tenants) == 1 else f"{line['tenant']}, {line['source']}"
        rows.append([f"{name}: {table_name(str(line['table']))}", line["read"], kept, line["duplicate"],
                     line["excluded"], line["rejected"], tied])  # fmt: skip
    return rows


def share_affected(amount: float | None, sales: float | None) -> str:
    """How much of net sales a finding touches, in words."""
    if amount is None or not sales:
        return "No amount known"
    share = min(abs(amount) / abs(sales), 1.0)
    return f"Touches {share * 100:.1f}% of net sales" if share >= 0.001 else "Touches less than 0.1% of net sales"


def _verdict(desk: Desk) -> Any:
    totals = control_totals(desk)
    broken = 0 if totals.empty else int((~totals["is_tied"].astype(bool)).sum())
    if broken:
        chip = html.Span("Totals do not tie", className="chip chip-bad")
        text = f"{broken} of {len(totals)} control totals differ from the source without a rule that explains it."
    else:
        chip = html.Span("✓ Totals tie", className="chip chip-good")
        text = f"{len(totals)} control totals of the source rows equal the warehouse, to the last digit."
    return html.P([chip, " ", html.Span(text)], className="quality-verdict")


def _equation(ledger: pd.DataFrame) -> Any:
    """All source rows in one line that adds up."""
    sums = ledger[["read", "loaded", "unchanged", "duplicate", "excluded", "rejected"]].sum()
    kept = sums["loaded"] + sums["unchanged"]
    return html.P(
        f"{sums['read']:,} source rows = {kept:,} loaded + {sums['duplicate']:,} duplicates + "
        f"{sums['excluded']:,} left out by a rule + {sums['rejected']:,} rejected",
        className="equation",
    )


def _ledger(desk: Desk, ledger: pd.DataFrame) -> Any:
    head = [("Source rows", False), ("Read", True), ("= Loaded", True), ("+ Duplicate", True), ("+ Left out", True),
            ("+ Rejected", True), ("Totals", False)]  # fmt: skip
    rows = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in line] for line in ledger_rows(desk, ledger)]
    return table(head, rows, "Source rows and what became of them")


def _findings(desk: Desk) -> list[Any]:
    found = findings(desk)
    if found.empty:
        return [html.P("All checks pass.", className="caption")]
    sales = number(desk.ask_unfiltered(["net_sales"], ())["net_sales"].iloc[0])
    lines = [
        html.Li(
            [
                html.Span(str(row["severity"]).capitalize(), className=f"chip {_look(str(row['severity']))}"),
                html.Span(_sentence(row, sales)),
            ]
        )
        for row in found.head(_FINDINGS_SHOWN).to_dict("records")
    ]
    return [html.H3("What the checks found", className="quality-title"), html.Ul(lines, className="findings")]


def _ages(desk: Desk) -> Any:
    many = len(desk.tenants) > 1
    texts = [
        f"{f'{one.tenant}, ' if many else ''}{one.source} loaded {one.finished_at:%d %b %Y %H:%M} UTC"
        for one in freshness(desk)
    ]
    in_sync = sync_words(synced(desk, utc_now()))
    lines = [html.P(text, className="caption") for text in (" · ".join(texts), in_sync) if text]
    return html.Div(lines)


def _tied(totals: pd.DataFrame, line: dict[Any, Any]) -> str:
    if totals.empty:
        return "–"
    own = totals[(totals["tenant"] == line["tenant"]) & (totals["source"] == line["source"])
                 & (totals["staging_table"] == line["table"])]  # fmt: skip
    if own.empty:
        return "–"
    return "✓ tie" if own["is_tied"].astype(bool).all() else "✗ differ"


def _sentence(row: dict[Any, Any], sales: float | None) -> str:
    return f"{row['sentence']} {row['wrong_rows']:,} rows. {share_affected(number(row['affected_amount']), sales)}."


def _look(severity: str) -> str:
    return {"error": "chip-bad", "warning": "chip-warn"}.get(severity, "")
