"""Files that never change while the portal runs: our assets and the bundles of Dash's components.

Each is read once, compressed once in memory (brotli and gzip) and sent with a year's cache time when its address
carries a fingerprint of its content. Nothing is compressed per request.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import brotli  # type: ignore[import-untyped]
from flask import Response, abort, request

_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, max-age=0, must-revalidate"
_TEXT = frozenset({".js", ".css", ".svg", ".json", ".map", ".txt", ".html", ".mjs"})
_MIMES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_CSS_URL = re.compile(r"""url\(\s*["']?(?![a-z]+:|/|#)([^"')?#]+)["']?\s*\)""")
_BROTLI_QUALITY = 9
"""9 takes a tenth of a second for the largest bundle; 11 takes two and saves 8 %."""


@dataclass(frozen=True)
class Static:
    """One file's bytes, ready to send."""

    body: bytes
    mime: str
    is_text: bool

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen characters that change with the content."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def brotli(self) -> bytes:
        """The brotli form."""
        compressed: bytes = brotli.compress(self.body, quality=_BROTLI_QUALITY)
        return compressed

    @cached_property
    def gzip(self) -> bytes:
        """The gzip form; without a time, so that it is the same in every process."""
        return gzip.compress(self.body, compresslevel=9, mtime=0)


class Statics:
    """The assets of one folder and whatever else is asked for through `remember`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._kept: dict[str, Static] = {}
        self._lock = Lock()

    def url(self, name: str) -> str:
        """The address of an asset with its fingerprint."""
        return f"/assets/{name}?v={self.asset(name).fingerprint}"

    def asset(self, name: str) -> Static:
        """An asset by its path inside the folder.

        Raises:
            FileNotFoundError: there is no such file in the folder.
        """
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():
            raise FileNotFoundError(name)
        return self.remember(f"asset:{path}", lambda: self._read(path))

    def remember(self, key: str, make: Callable[[], Static]) -> Static:
        """The file kept under `key`, made by `make` the first time."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            return self._kept[key]

    def send_asset(self, filename: str) -> Response:
        """Answer a request for an asset."""
        try:
            static = self.asset(filename)
        except (FileNotFoundError, ValueError, OSError):
            abort(404)
        return send(static, is_fixed=request.args.get("v") == static.fingerprint)

    def _read(self, path: Path) -> Static:
        body = path.read_bytes()
        if path.suffix == ".css":
            body = self._with_fingerprints(path, body)
        return as_static(path.name, body)

    def _with_fingerprints(self, path: Path, body: bytes) -> bytes:
        """A style sheet whose fonts and pictures carry their fingerprint, so that they are cached for a year too."""

        def replace(match: re.Match[str]) -> str:
            target = (path.parent / match[1]).resolve()
            if not target.is_relative_to(self.folder) or not target.is_file():
                return match[0]
            mark = hashlib.sha256(target.read_bytes()).hexdigest()[:16]
            return f'url("{match[1]}?v={mark}")'

        return _CSS_URL.sub(replace, body.decode("utf-8")).encode("utf-8")


def as_static(name: str, body: bytes) -> Static:
    """A file by its name and content."""
    suffix = Path(name).suffix.lower()
    mime = _MIMES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    is_text = suffix in _TEXT
    return Static(body, f"{mime}; charset=utf-8" if is_text else mime, is_text)


def send(static: Static, *, is_fixed: bool) -> Response:
    """Answer with the smallest form the client takes. is_fixed: the address changes when the content does."""
    etag = f'"{static.fingerprint}"'
    headers = {"Cache-Control": _YEAR if is_fixed else _ASK_AGAIN, "ETag": etag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == etag:
        return Response(status=304, headers=headers)
    body = static.body
    if static.is_text and request.accept_encodings["br"] > 0 and "br" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = static.brotli, "br"
    elif static.is_text and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = static.gzip, "gzip"
    return Response(body, headers=headers, content_type=static.mime)
