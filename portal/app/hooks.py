"""The address where Bosta tells of a delivery that has changed. It answers quickly; a worker reads what was told.

A delivery that is told again or late changes nothing: the newest payload of a delivery counts, by the time in it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from portal import sync_runs, throttle
from portal.clock import utc_now
from portal.db import writing
from portal.errors import InputError
from portal.hooks import PATH, source_of_token
from portal.jobs.hook import keep_payload
from portal.models import DataSource
from portal.parts import Parts
from portal.wiring import Access, Wiring

MOST_BYTES = 256 * 1024
PER_SOURCE = 6_000
PER_STRANGER = 60
"""Deliveries of one source, and wrong tokens of one peer, within the window of `portal.throttle`."""

_LOG = logging.getLogger(__name__)


def register_hooks(wiring: Wiring, parts: Parts) -> None:
    """Hang the address on the app."""

    def take_delivery(token: str) -> Response:
        """Keep what was sent and ask for a sync."""
        try:
            return _taken(parts, token, utc_now())
        except (OSError, SQLAlchemyError) as problem:  # the token in the address must not reach the log
            _LOG.warning("a webhook could not be taken: %s", type(problem).__name__)
            return _answer(503, "Not available right now. Send it again later.")

    wiring.route(f"{PATH}<token>", permission=Access.PROGRAM, methods=["POST"])(take_delivery)


def _taken(parts: Parts, token: str, now: datetime) -> Response:
    with parts.sessions() as session:
        source = source_of_token(session, token)
    if source is None:
        return _turned_away(parts, request.remote_addr or "", now)
    if not request.is_json:
        return _answer(415, "Send JSON.")
    request.max_content_length = MOST_BYTES
    body = request.get_data()
    with writing(parts.sessions) as session:
        wait = throttle.take_turn(session, "hook", str(source.id), PER_SOURCE, now)
    if wait:
        return _too_many(wait)
    try:
        is_new = keep_payload(parts.settings, source, body, now.date())
    except InputError as problem:
        return _answer(400, str(problem))
    with writing(parts.sessions) as session:
        kept = session.get(DataSource, source.id)
        if kept is not None:
            kept.hook_used_at = now
            if is_new and kept.is_active:
                sync_runs.ask(session, kept, "webhook", now)
    return _answer(200, "Taken.")


def _turned_away(parts: Parts, peer: str, now: datetime) -> Response:
    """No such token. Somebody who tries many is counted; who knows a token is never held up by that."""
    with writing(parts.sessions) as session:
        wait = throttle.take_turn(session, "wrong hook", peer, PER_STRANGER, now)
    return _too_many(wait) if wait else _answer(404, "There is nothing here.")


def _answer(status: int, message: str) -> Response:
    answer: Response = jsonify({"message": message})
    answer.status_code = status
    return answer


def _too_many(minutes: int) -> Response:
    answer = _answer(429, "Too many at once. Send it again later.")
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
