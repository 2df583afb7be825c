"""One log format: a JSON object per line, with request id and tenant, escaped, secrets redacted."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")
tenant_name: ContextVar[str] = ContextVar("tenant_name", default="")

_SECRET_PAIR = re.compile(
    r"(?i)\b([\w-]*(?:password|passwd|secret|token|cookie|authorization|api[_-]?key|otp))"
    r"(['\"]?\s*[=:]\s*['\"]?)(?:bearer\s+)?[^\s'\",;&}]+"
)
_SECRET_PATH = re.compile(r"(/link/)[\w-]+")
_ADDRESS_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@/\s]+@")


def redact(text: str) -> str:
    """`text` with whatever looks like a secret replaced by ***."""
    text = _SECRET_PAIR.sub(r"\1\2***", text)
    text = _SECRET_PATH.sub(r"\1***", text)
    return _ADDRESS_PASSWORD.sub(r"\1***@", text)


class JsonLines(logging.Formatter):
    """One record as one line of ASCII JSON: line breaks and control characters cannot forge a second record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object; `extra={"facts": {...}}` adds fields."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {key: value for key, value in _surroundings().items() if value}
        facts = getattr(record, "facts", {})
        line |= {str(key): redact(str(value)) for key, value in facts.items()}
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(line)


def start_logging(level: str, stream: TextIO | None = None) -> None:
    """Send every logger's records to `stream` (standard error) in this format; calling it again changes the level."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _surroundings() -> dict[str, str]:
    return {"request_id": request_id.get(), "tenant": tenant_name.get()}
