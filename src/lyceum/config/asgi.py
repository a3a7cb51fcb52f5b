"""The application that granian serves: it waits for each request's body, and then lets Django answer in a thread."""

import logging

from django.conf import settings
from django.urls import get_resolver

from lyceum.config.env import env
from lyceum.config.front import Front
from lyceum.config.wsgi import application as django
from lyceum.config.wsgi_threads import ReaderLost


def is_our_fault(record: logging.LogRecord) -> bool:
    """Keep out of granian's log that somebody stopped reading: any stranger can cause it, at any rate they like."""
    return not (record.exc_info and isinstance(record.exc_info[1], ReaderLost))


logging.getLogger("_granian").addFilter(is_our_fault)
application = Front(django, threads=env.int("WEB_THREADS", 16), body_seconds=settings.REQUEST_BODY_SECONDS)
# The front asks for a route's limit between other people's requests; the addresses are read before the first of them.
patterns = get_resolver().url_patterns
