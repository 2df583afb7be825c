"""Which column of a lead sheet is what: by the words of its header, else by what its cells hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from etl.clean import text
from etl.mapped.synonyms import fit_phrases, words_of
from etl.sources.bukmuk_cells import cells_share, like_day, like_email, like_name, like_phone, status_of
from etl.sources.bukmuk_choices import folded
from etl.sources.bukmuk_words import CITIES, NEED_EVIDENCE, PHRASES

CHOSEN = "chosen"
LEAST_FIT = 40
PLAIN_FIT = 95
_SAMPLE = 500
_HALF = 0.5
_MOST = 0.8
_SEARCHED_ROWS = 20
_QUESTION_WORDS = 4
_OTHER_LEAST_FIT = 50
"""Below this, one word of two, only values that cannot be anything else decide: "Birth date" is no date of a lead."""
_UNMISTAKABLE = ("phone_number", "email")


@dataclass(frozen=True)
class Match:
    """One column of a sheet and what it was taken for; why is the sentence shown for approval."""

    column: str
    target: str
    why: str


@dataclass(frozen=True)
class Header:
    """Where the header of a sheet is: its index among the rows, and how many rows above it are titles.

    Rows between the titles and the header are leads: somebody pasted the header below the first of them.
    """

    place: int
    titles: int


def find_header(rows: Sequence[Mapping[str, str | None]], chosen: Mapping[str, str] | None = None) -> Header | None:
    """The header among the first rows of a sheet; None where it has none. What is `chosen` is a header, too.

    It is the row that says the most columns plainly and holds neither phone nor e-mail address, so the first lead is
    never taken for a header. One such column is enough above the leads where everything else is words.
    """
    best, most, first_lead = None, 1, len(rows)
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        if _any_cell(row, lambda cell: like_phone(cell) | like_email(cell)):
            first_lead = min(first_lead, place)
            continue
        said = sum(_is_plain(cell, chosen or {}) for cell in row.values() if cell)
        is_first = said == 1 and best is None and first_lead == len(rows)
        if said > most or (is_first and not _any_cell(row, lambda cell: cell.str.contains(r"\d"))):
            best, most = place, said
    return None if best is None else Header(best, min(best, first_lead))


def _any_cell(row: Mapping[str, str | None], test: Callable[[pl.Expr], pl.Expr]) -> bool:
    cells = pl.DataFrame({"cell": list(row.values())}, schema={"cell": pl.String})
    return bool(cells.select(test(pl.col("cell")).any()).item())


def _is_plain(cell: str, chosen: Mapping[str, str]) -> bool:
    return folded(cell) in chosen or max(_fits(cell).values()) >= PLAIN_FIT


def _fits(header: str) -> dict[str, int]:
    return {target: fit_phrases(header, phrases) for target, phrases in PHRASES.items()}


def match_columns(
    headers: Mapping[str, str | None], frame: pl.DataFrame, chosen: Mapping[str, str] | None = None
) -> list[Match]:
    """What each column of a sheet is: what was chosen, then best score first; each meaning and each column once.

    Args:
        headers: column to header cell, null where it is blank; all null for a sheet without a header.
        frame: the rows below the header.
        chosen: header to meaning, or to `NOT_USED` (see `etl.sources.bukmuk_choices`).
    """
    meant = {column: (chosen or {}).get(folded(header)) for column, header in headers.items() if header}
    fixed = {target: Match(column, target, CHOSEN) for column, target in meant.items() if target in PHRASES}
    free = {column: header for column, header in headers.items() if meant.get(column) is None}
    samples = {column: _sample(frame[column]) for column in free}
    matches = _by_words({column: header for column, header in free.items() if header}, samples, fixed)
    return sorted(_with_contents(free, samples, matches), key=lambda match: list(headers).index(match.column))


def _sample(column: pl.Series) -> pl.Series:
    """The first texts of a column, looked for in slices, because nearly always the first one has enough."""
    found = pl.Series("cell", [], pl.String)
    for rows in column.alias("cell").to_frame().iter_slices(10 * _SAMPLE):
        found = found.append(rows.select(text(pl.col("cell"))).to_series().drop_nulls())
        if len(found) >= _SAMPLE:
            break
    return found.head(_SAMPLE)


def _by_words(
    headers: Mapping[str, str], samples: Mapping[str, pl.Series], fixed: Mapping[str, Match]
) -> dict[str, Match]:  # fmt: skip
    """Target to match: those that are fixed, the others from the words of the headers."""
    fits = [(score, target, column) for column, header in headers.items() for target, score in _fits(header).items()]
    order, places = list(PHRASES), list(headers)
    fits.sort(key=lambda one: (-one[0], order.index(one[1]), places.index(one[2])))
    found = dict(fixed)
    taken: set[str] = set()
    for score, target, column in fits:
        if score < LEAST_FIT or target in found or column in taken:
            continue
        if _is_borne_out(score, target, headers[column], samples[column]):
            found[target] = Match(column, target, f"fit {score}")
            taken.add(column)
    return found


def _is_borne_out(score: int, target: str, header: str, values: pl.Series) -> bool:
    """Whether a header says plainly enough what it is, or the values do."""
    if score >= PLAIN_FIT and " ".join(words_of(header)) not in NEED_EVIDENCE:
        return True
    if score < (LEAST_FIT if target in _UNMISTAKABLE else _OTHER_LEAST_FIT):
        return False
    return not len(values) or target not in _EVIDENCE or _EVIDENCE[target](values) >= _HALF


def _cells(test: Callable[[pl.Expr], pl.Expr]) -> Callable[[pl.Series], float]:
    def share(values: pl.Series) -> float:
        cells = values.alias("cell").to_frame()
        return cells_share(cells.select(test(pl.col("cell"))).to_series(), len(values))

    return share


_names = _cells(like_name)
_cities = _cells(lambda cell: text(cell).str.to_lowercase().is_in(list(CITIES)))
_statuses = _cells(lambda cell: status_of(cell).is_not_null())

_EVIDENCE: dict[str, Callable[[pl.Series], float]] = {
    "phone_number": _cells(like_phone), "email": _cells(like_email), "full_name": _names, "city": _names,
    "lead_type": _cells(lambda cell: ~cell.str.contains(r"^\d")), "lead_date": like_day, "last_contact_date": like_day,
    "status_updated_date": like_day, "follow_up_date": like_day, "updated_at": like_day, "lead_status": _statuses,
}  # fmt: skip
"""How much of a column's values can be what an unclear header says."""

_BY_CONTENT: tuple[tuple[str, str, Callable[[pl.Series], float]], ...] = (
    ("email", "e-mail addresses", _cells(like_email)), ("phone_number", "phone numbers", _cells(like_phone)),
    ("lead_status", "statuses", _statuses), ("lead_date", "dates", like_day), ("city", "known cities", _cities),
    ("full_name", "names", _names),
)  # fmt: skip
"""Target, what its cells are called, and the share of a column's values that are such."""


def _with_contents(
    headers: Mapping[str, str | None], samples: Mapping[str, pl.Series], found: dict[str, Match]
) -> list[Match]:  # fmt: skip
    """The matches, and those that only the cells tell: for columns without a header, and for phones and e-mails."""
    matches = dict(found)
    for target, called, share in _BY_CONTENT:
        taken = {match.column for match in matches.values()}
        free = [column for column in headers if column not in taken and len(samples[column])]
        if target not in _UNMISTAKABLE:
            free = [column for column in free if not headers[column]]
        shares = {column: share(samples[column]) for column in free} if target not in matches else {}
        best = max(shares, key=lambda column: shares[column], default="")
        if best and shares[best] >= _MOST:
            fitting = round(shares[best] * len(samples[best]))
            matches[target] = Match(best, target, f"by content: {fitting} of {len(samples[best])} are {called}")
    return list(matches.values())


def is_question(header: str) -> bool:
    """Whether a header is a survey question or a further comment, whose answers are kept in the note."""
    notes = max(fit_phrases(header, PHRASES[target]) for target in ("notes", "further_comments", "next_action"))
    return len(words_of(header)) >= _QUESTION_WORDS or notes >= PLAIN_FIT


def has_leads(matches: Sequence[Match]) -> bool:
    """Whether a sheet holds leads: it has phones or e-mail addresses, or names and two other known columns."""
    targets = {match.target for match in matches}
    return bool(targets & {"phone_number", "email"}) or ("full_name" in targets and len(targets) > 2)
