"""Whether what a screen shows is still what is served."""

from __future__ import annotations

import hashlib

from flask import Response, jsonify

from portal import auth
from portal.viewer import Permission
from portal.wiring import Wiring, parts


def tell_served() -> Response:
    """A mark that changes whenever one of the viewer's tenants gets another snapshot."""
    viewer, store = auth.viewer(Permission.VIEW), parts().store
    numbers = [f"{tenant.id}:{store.pointed(tenant.id)}" for tenant in viewer.tenants]
    answer = jsonify({"mark": hashlib.sha256(" ".join(numbers).encode()).hexdigest()[:16]})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def register(app: Wiring) -> None:
    """Wire the question every open screen asks now and then."""
    app.route("/served", permission=Permission.VIEW)(tell_served)
