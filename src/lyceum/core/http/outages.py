"""Which database errors mean "not now": the server is away, restarting, full, or gave up waiting."""

from __future__ import annotations

import logging
import sqlite3

from django.db import InterfaceError, OperationalError

from lyceum.core.errors import ServiceUnavailable

log = logging.getLogger(__name__)

# SQLite calls a missing table an operational error too, and that is a fault of the code.
_SQLITE_TRANSIENT = ("locked", "busy", "disk i/o error", "disk is full", "unable to open", "interrupted")


def outage(error: BaseException | None) -> ServiceUnavailable | None:
    """Return the refusal for a database that is away for a moment, or None for any other error.

    Nothing was kept of the request: its transaction ended with the connection, so it may be sent again.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error) and not any(word in str(cause).lower() for word in _SQLITE_TRANSIENT):
        return None
    log.error("database_away", extra={"error": type(cause or error).__name__})
    return ServiceUnavailable()
