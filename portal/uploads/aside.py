"""The dry run of an upload in a process of its own (`python -m portal.uploads`).

It takes as much memory as a load, which a server that answers many people must give back, and must not die of.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from portal.config import environment_of
from portal.errors import ConflictError, DeliveryError, InputError, PortalError, QualityError, SourceError
from portal.models import Tenant
from portal.parts import Parts
from portal.tenants import as_ref
from portal.uploads import records, told
from portal.uploads.model import Choice
from portal.uploads.outcome import Trial
from portal.uploads.trial import try_upload
from portal.viewer import TenantRef

_PROBLEMS: dict[str, type[PortalError]] = {
    problem.__name__: problem for problem in (InputError, SourceError, QualityError, ConflictError, DeliveryError)
}
_LOG = logging.getLogger(__name__)


def dry_run(parts: Parts, tenant: TenantRef, upload_id: str, choice: Choice) -> Trial:
    """Conform the upload and build the warehouse with it, look at the result, and throw it away.

    Raises:
        UnknownNameError: no such upload.
        InputError, SourceError, QualityError: what the load would fail with.
        ConflictError: another load was published meanwhile.
    """
    records.get(parts.sessions, tenant, upload_id)
    asked = {"tenant": tenant.id, "upload": upload_id, "source": choice.source, "mapping": choice.mapping}
    answer = _answer_of(parts, asked)
    if "problem" not in answer:
        return told.from_json(answer)
    kind = _PROBLEMS.get(answer["kind"], InputError)
    raise InputError(answer["problem"], answer["field"]) if kind is InputError else kind(answer["problem"])


def _answer_of(parts: Parts, asked: dict[str, Any]) -> dict[str, Any]:
    """The process answers in a file: libraries may print what they like."""
    seconds = parts.settings.sync_seconds
    with tempfile.TemporaryDirectory(prefix="portal-trial-") as folder:
        target = Path(folder) / "answer.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.uploads"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True, env=environment_of(parts.settings, TMPDIR=folder),
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
        try:
            _, errors = process.communicate(json.dumps({**asked, "answer": str(target)}).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise SourceError(f"The dry run took longer than {seconds} seconds and was stopped.") from None
        if process.returncode == 0 and target.exists():
            found: dict[str, Any] = json.loads(target.read_text())
            return found
    _LOG.warning("a dry run ended with %s: %s", process.returncode, errors[-4000:].decode(errors="replace"))
    raise DeliveryError(
        "The dry run stopped before it was done, perhaps for want of memory; the log has the details. Nothing was "
        "loaded. Split the file, or try again later."
    )


def answer(parts: Parts, asked: dict[str, Any]) -> dict[str, Any]:
    """What the process writes: a `Trial`, or the problem, its kind and the field it is about."""
    with parts.sessions() as session:
        tenant = as_ref(session.get_one(Tenant, asked["tenant"]))
    try:
        return told.to_json(try_upload(parts, tenant, asked["upload"], Choice(asked["source"], asked["mapping"])))
    except PortalError as problem:
        return {"problem": str(problem), "kind": type(problem).__name__, "field": getattr(problem, "field", "")}
