"""Structured logs: one JSON object a line, with the request's id and without personal data."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.http import HttpRequest, HttpResponseBase
from structlog.typing import EventDict, Processor, WrappedLogger

from lyceum.core.observability.redaction import redact, redact_text

# Written for machines, or known to be harmless; everything else is searched.
_UNSEARCHED = {"event", "level", "logger", "timestamp", "request_id", "duration_ms", "status", "method", "route"}

# Anything else is written as its text, which is searched too: a request's holds its address.
_PLAIN = (str, int, float, bool, type(None), dict, list, tuple)

request_log = logging.getLogger("lyceum.request")


def hide_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide private fields, and addresses and secrets within any text, tracebacks included."""
    for key, value in event.items():
        if key not in _UNSEARCHED and not key.startswith("_"):
            plain = value if isinstance(value, _PLAIN) else str(value)
            event[key] = redact({key: plain})[key]
    event["event"] = redact_text(str(event.get("event", "")))
    return event


def logging_config(*, debug: bool, folder: Path | None = None) -> dict[str, Any]:
    """Return Django's LOGGING and set structlog up alike.

    debug: readable lines on the terminal, from warnings up, and JSON in the folder's logs/lyceum.jsonl; otherwise JSON
    on standard error alone.
    """
    shared = _shared_processors()
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handlers = {"console": {"class": "logging.StreamHandler", "formatter": "readable" if debug else "json"}}
    if debug:
        handlers["console"]["level"] = "WARNING"
    if debug and folder is not None:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        handlers["file"] = {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": str(folder / "logs" / "lyceum.jsonl"),
            "formatter": "json",
            "delay": "1",
        }
    # Each place that takes JSON takes the requests' lines too, by their own formatter.
    requests = {
        f"{name}_requests": {**handler, "formatter": "request"}
        for name, handler in handlers.items()
        if handler["formatter"] == "json"
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": _formatter(shared, structlog.processors.JSONRenderer(default=str)),
            "request": {"()": "lyceum.core.observability.logs.RequestLineFormatter"},
            "readable": _formatter(shared, structlog.dev.ConsoleRenderer(colors=False)),
        },
        "handlers": {**handlers, **requests},
        "root": {"handlers": list(handlers), "level": "INFO"},
        "loggers": {
            "lyceum.request": {"handlers": list(requests), "level": "INFO", "propagate": False},
            # Django's own handlers would say everything twice.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Their own lines would carry whole addresses and headers; Lyceum's say the same without.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            # Any stranger can cause it, at any rate they like; the request's own line says 400.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "httpx": {"level": "WARNING"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
        },
    }


class RequestLogMiddleware:
    """Logs each request once: method, route (never the address itself), status and time taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if request_log.isEnabledFor(logging.INFO):
            line = {
                "method": request.method,
                "route": match.route if match else "",
                "status": response.status_code,
                "duration_ms": round((time.perf_counter() - began) * 1000, 1),
                "request_id": request.META.get("REQUEST_ID", ""),
            }
            # Made by hand: the library would walk the stack for the name of this very line.
            record = logging.LogRecord(request_log.name, logging.INFO, __file__, 0, "request", None, None)
            record.line = line
            request_log.handle(record)
        return response


class RequestLineFormatter(logging.Formatter):
    """Writes a request's line as the others are written, without their search for personal data: it holds none.

    The search and its machinery took a seventh of the time in which a webhook is accepted.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = getattr(record, "line", {})
        known = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        moment = datetime.fromtimestamp(record.created, UTC)
        return orjson.dumps({**line, **known, "timestamp": moment}, option=orjson.OPT_UTC_Z).decode()


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(shared: list[Processor], renderer: Processor) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_personal_data,
            renderer,
        ],
    }
