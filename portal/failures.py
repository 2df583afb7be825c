"""What a person is told when something fails, and what is logged: one place for pages, callbacks and the API."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.errors import PortalError

_LOG = logging.getLogger(__name__)
_HEADINGS = {
    400: "This cannot be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "There is nothing here",
    413: "Too large",
    500: "Something went wrong",
    503: "Not available right now",
}
_PLAIN = {
    404: "The address does not lead to a page of the portal. Check it, or start from the overview.",
    405: "This address does not take that kind of request.",
    413: "What was sent is larger than the portal takes. Send less at once.",
}


@dataclass(frozen=True)
class Told:
    """A failure as a person sees it. reference: where the log has the details, for a bug only."""

    status: int
    message: str
    reference: str = ""


def tell(error: Exception) -> Told:
    """What to say about `error`; a bug is logged with its traceback under the reference."""
    if isinstance(error, PortalError):
        return Told(error.http_status, str(error))
    if isinstance(error, HTTPException) and error.code is not None:
        is_ours = not error.description or error.description == type(error).description
        text = _PLAIN.get(error.code) if is_ours else error.description
        return Told(error.code, text or _HEADINGS.get(error.code, "This request cannot be answered."))
    reference = g.get("request_id", "")
    _LOG.error("unexpected failure", exc_info=error, extra={"facts": {"reference": reference, "path": request.path}})
    return Told(500, f"Something went wrong on our side. Tell support this reference: {reference}", reference)


def answer_failures(server: Flask) -> None:
    """Answer every failure outside a callback: a page for people, JSON for programs."""
    server.register_error_handler(PortalError, _answer)
    server.register_error_handler(HTTPException, _answer)
    server.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> Response:
    told = tell(error)
    if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
        answer: Response = jsonify({"message": told.message, "reference": told.reference})
    else:
        heading = _HEADINGS.get(told.status, "This request cannot be answered")
        answer = Response(
            render_template("problem.html", heading=heading, message=told.message, reference=told.reference),
            mimetype="text/html",
        )
    answer.status_code = told.status
    return answer
