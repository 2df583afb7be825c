"""Whether the portal can do its work: read its database and the current snapshot of every tenant."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.errors import PortalError
from portal.parts import Parts
from portal.tenants import list_tenants

_LOG = logging.getLogger(__name__)


def find_problem(parts: Parts) -> str:
    """What does not work, in a sentence for the log; "" when all is well. A tenant without data is well."""
    try:
        with parts.sessions() as session:
            tenants = list_tenants(session)
    except SQLAlchemyError as error:
        return f"The application database cannot be read: {type(error).__name__}."
    for tenant in tenants:
        try:
            snapshot = parts.store.current(tenant.id)
        except (PortalError, OSError) as error:
            return f"The snapshot of {tenant.name} cannot be read: {error}"
        if snapshot is not None and snapshot.notice:
            return f"{tenant.name}: {snapshot.notice}"
    return ""


def health_view(parts: Parts) -> Callable[[], Response]:
    """The view of /healthz: 200 or 503, without naming tenants to strangers."""

    def show_health() -> Response:
        problem = find_problem(parts)
        if problem:
            _LOG.error(problem)
        answer: Response = jsonify({"status": "not ok" if problem else "ok"})
        answer.status_code = 503 if problem else 200
        return answer

    return show_health
