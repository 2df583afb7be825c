"""How files and cells are written: the [format] tables of a mapping."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

import polars as pl

from etl.dates import EXCEL, ISO, DateRule, day_leads
from etl.mapped.model import CellRules
from etl.mapped.section import Section
from etl.read.formats import FileFormat

FILE_KEYS = ("encoding", "separator", "quote", "header_row")
CELL_KEYS = (
    "dates", "day_first", "decimal_comma", "currency_symbol", "null_words", "null_patterns", "clean_ids",
)  # fmt: skip

_TOKENS = re.compile(r"%(?:[-_0]?[A-Za-z]|\.[0-9]?f|[:#]z|%)")
_KNOWN_TOKENS = frozenset("YymdbBejHIMSpfTDFRzaAkl%")
_DAY_TOKENS = ("%d", "%e", "%-d", "%j", "%F", "%D")


def parse_file_format(section: Section, inherited: FileFormat) -> FileFormat:
    """Encoding, separator, quote and header row; what is not stated is inherited, else detected."""
    encoding = section.text("encoding", inherited.encoding)
    separator = section.text("separator", inherited.separator)
    header_row = section.whole("header_row", 0)
    quote = section.raw.get("quote", inherited.quote)
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            section.wrong(f"there is no encoding called '{encoding}'. Write for example utf-8 or cp1252.")
    if separator is not None and len(separator) != 1:
        section.wrong(f'separator must be one character ("\\t" for a tab), found {separator!r}.')
    if not isinstance(quote, str) or len(quote) > 1:
        section.wrong(f"quote must be one character or empty, found {quote!r}.")
        quote = inherited.quote
    return FileFormat(encoding, separator, inherited.header_row if header_row is None else header_row, None, quote)


def parse_cell_rules(section: Section, inherited: CellRules) -> CellRules:
    """Dates, numbers and null words; what is not stated is inherited."""
    dates = DateRule(
        section.texts("dates", inherited.dates.formats), section.flag("day_first", inherited.dates.day_first)
    )
    rules = CellRules(
        dates,
        bool(section.flag("decimal_comma", inherited.decimal_comma)),
        section.texts("currency_symbol", inherited.currency_symbols),
        section.texts("null_words", inherited.null_words),
        section.texts("null_patterns", inherited.null_patterns),
        bool(section.flag("clean_ids", inherited.clean_ids)),
    )
    if "dates" in section.raw or "day_first" in section.raw:
        _check_dates(section, dates)
    good = tuple(pattern for pattern in rules.null_patterns if check_pattern(section, "null_patterns", pattern))
    return replace(rules, null_patterns=good)


def check_pattern(section: Section, key: str, pattern: str) -> bool:
    """Whether a regular expression can be used; a problem is noted if not."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        section.wrong(f"{key} has {pattern!r}, which is not a regular expression.")
        return False
    return True


def _check_dates(section: Section, rule: DateRule) -> None:
    for form in rule.formats:
        _check_date_format(section, form)
    against = [form for form in rule.formats if rule.day_first is not None and day_leads(form) is not rule.day_first]
    against = [form for form in against if day_leads(form) is not None]
    for form in against:
        leads = "the month" if rule.day_first else "the day"
        said = "true" if rule.day_first else "false"
        section.wrong(f"day_first is {said}, but the date format {form} puts {leads} first. Remove one of the two.")


def _check_date_format(section: Section, form: str) -> None:
    if form in {ISO, EXCEL}:
        return
    unknown = [each for each in _TOKENS.findall(form) if each[-1] not in _KNOWN_TOKENS]
    if unknown:
        section.wrong(f"the date format '{form}' has {', '.join(unknown)}, which is not known.")
        return
    has_day = any(token in form for token in _DAY_TOKENS)
    has_year = any(token in form for token in ("%Y", "%y", "%F", "%D"))
    has_month = any(token in form for token in ("%m", "%b", "%B", "%-m", "%j", "%F", "%D"))
    if not (has_day and has_month and has_year):
        section.wrong(f"the date format '{form}' needs day, month and year, like %d/%m/%Y; or write iso or excel.")
