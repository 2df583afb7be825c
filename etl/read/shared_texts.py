"""The texts that cells of a workbook share, by number: the usual ones at once, the others by the full reader."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import polars as pl

from etl.read.escapes import ESCAPES, named_signs, only_named
from etl.read.sheet_judge import Judge
from etl.read.sheet_tags import PRESERVED, NotPlainError

_PIECE_BYTES = 4 << 20
_START, _END, _STOP = b"<si>", b"</si>", b"</sst>"
_PLAIN, _KEPT = "<si><t>", f"<si>{PRESERVED.decode()}"


def shared_texts(path: Path, judge: Judge) -> pl.Series:
    """The shared texts of a workbook; empty where it has none.

    Raises:
        NotPlainError: they are damaged or not written in the usual way.
    """
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if name.lower().endswith("sharedstrings.xml")]
    if len(parts) > 1:
        raise NotPlainError
    found = [_texts(items, judge) for part in parts for items in _items(path, part)]
    return pl.concat([pl.Series("text", [], pl.String), *found])


def _items(path: Path, part: str) -> Iterator[pl.Series]:
    """The items in pieces, without the tag that ends each."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as content:
            held = content.read(_PIECE_BYTES)
            start = held.find(_START)
            held = held[start:] if start >= 0 else b""
            while piece := content.read(_PIECE_BYTES) if held else b"":
                end = held.rfind(_END) + len(_END)
                if end > len(_END):
                    yield _split(held[:end])
                    held = held[end:]
                held += piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise NotPlainError from None
    rest, stop, behind = held.partition(_STOP)
    if held and (not stop or behind.strip()):
        raise NotPlainError
    if rest.strip():
        yield _split(rest.rstrip())


def _split(piece: bytes) -> pl.Series:
    try:
        items = pl.Series("text", [piece.decode()]).str.split(_END.decode()).explode(empty_as_null=True)
    except UnicodeDecodeError:
        raise NotPlainError from None
    if items[-1] != "" or not items[:-1].str.starts_with(_START.decode()).all():
        raise NotPlainError
    return items[:-1]


def _texts(items: pl.Series, judge: Judge) -> pl.Series:
    frame = items.to_frame().lazy().with_columns(
        pl.col("text").str.strip_prefix(_KEPT).str.strip_prefix(_PLAIN).str.strip_suffix("</t>").alias("inner"),
        pl.col("text").str.starts_with(_KEPT).alias("is_kept"),
        (pl.col("text").str.starts_with(_PLAIN) | pl.col("text").str.starts_with(_KEPT)).alias("is_begun"),
    )  # fmt: skip
    inner = pl.col("inner")
    is_whole = pl.col("is_begun") & pl.col("text").str.ends_with("</t>") & ~inner.str.contains_any(["<", ">"])
    is_trimmed = pl.col("is_kept") | (inner == inner.str.strip_chars(" \t\r\n"))
    is_usual = is_whole & is_trimmed & (~inner.str.contains_any(ESCAPES) | only_named(inner))
    read = frame.select("text", is_usual.alias("is_usual"), named_signs(inner).alias("inner")).collect()
    if read["is_usual"].all():
        return read["inner"].alias("text")
    odd = read.filter(~pl.col("is_usual")).select("text").unique(maintain_order=True)
    asked = [b' t="inlineStr"><is>%b</is>' % _checked(item) for item in odd["text"]]
    answers = odd.with_columns(pl.Series("said", judge.values(asked), pl.String))
    told = read.join(answers, on="text", how="left", maintain_order="left")
    return told.select(pl.when("is_usual").then("inner").otherwise("said").alias("text"))["text"]


def _checked(item: str) -> bytes:
    """The inside of an unusual item, which must be whole, or it would swallow those behind it."""
    inside = item.removeprefix(_START.decode()).encode()
    try:
        ElementTree.fromstring(b"<si>" + inside + b"</si>")  # noqa: S314 - declarations were refused in the preflight
    except ElementTree.ParseError:
        raise NotPlainError from None
    return inside
