"""The error tree. Every failure a person may see is one of these.

PortalError
├── ConfigError          a setting is wrong or missing            exit 2   HTTP 500
├── InputError           what was typed or sent is not usable     exit 2   HTTP 400   (has .field)
│   └── UnknownNameError a name we do not have (with suggestions) exit 2   HTTP 404
├── AccessError          signed in, but not allowed               exit 2   HTTP 403
├── ConflictError        somebody else was faster                 exit 2   HTTP 409
├── SourceError          a source file or system cannot be read   exit 3   HTTP 422
├── QualityError         data was read but must not be published  exit 4   HTTP 422
└── DeliveryError        something outside did not take it        exit 5   HTTP 503

A message says what happened, where, and what to do. They are caught in exactly four places: Dash
`on_error` (a toast), the API handler (one JSON shape), the command line (message and exit code) and the
pipeline (one failing source does not stop the others). Anything else is a bug and is logged with a
reference number the person sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class PortalError(Exception):
    """Root of every failure that is meant to be read by a person."""

    exit_code = 1
    http_status = 500


class ConfigError(PortalError):
    """A setting of the installation is wrong or missing."""

    exit_code = 2


class InputError(PortalError):
    """What a person typed or a client sent cannot be used; `field` names the input."""

    exit_code = 2
    http_status = 400

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class UnknownNameError(InputError):
    """A name that does not exist here, with the nearest names that do."""

    http_status = 404

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.suggestions = tuple(get_close_matches(name, list(known), n=3, cutoff=0.5))
        hint = f" Did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(f"There is no {kind} called '{name}'.{hint}", field=kind)


class AccessError(PortalError):
    """The person is known but may not do this."""

    exit_code = 2
    http_status = 403


class ConflictError(PortalError):
    """Somebody else changed or holds the same thing."""

    exit_code = 2
    http_status = 409


class SourceError(PortalError):
    """A source file or system cannot be read; the message names file, sheet, row and column."""

    exit_code = 3
    http_status = 422


class QualityError(PortalError):
    """Data was read but a check refuses to publish it."""

    exit_code = 4
    http_status = 422


class DeliveryError(PortalError):
    """Something outside (mail server, queue, disk) did not take what we sent."""

    exit_code = 5
    http_status = 503
