"""Answers that are the same for every visitor, kept for a few seconds and given out without being computed again.

A view opts in: it names in `public_reads`, by verb, the query parameters that its answer depends on, and calls
`keep_answer` once it knows what the answer shows. Only whole answers to callers without credentials are kept, in the
memory of each process, for at most PUBLIC_CACHE_SECONDS, and never past a change of what they show
(`core.public_changes`). Reads that decide something, registering above all, never come by here.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch
from django.utils.cache import patch_vary_headers

from lyceum.core.errors import RateLimited
from lyceum.core.http.bodies import announces_body
from lyceum.core.http.client_address import client_address
from lyceum.core.public_changes import Topic, last_change
from lyceum.core.rate_limits import hit

# Whoever sends one of these has an answer of their own.
SECRET_PARAMETERS: Final = frozenset({"token", "invitation"})
PERSONAL_COOKIES: Final = ("messages", "registered")
# Longer queries, and larger answers, are computed each time.
LONGEST_QUERY, LARGEST_ANSWER = 1000, 1024 * 1024
# So many addresses are known at most, and answers of so many bytes are kept at most, in each process.
MOST_PATHS = 20_000
# Whoever computes an answer anew has so many seconds in which others are given the former one.
_PATIENCE = 2.0
_SECOND = 1_000_000_000
_KNOWN_VARIATIONS = {"cookie", "origin", "accept", "authorization"}
_LEFT_OUT = ("content-length", "cache-control", "etag")

Key = tuple[str, ...]
Reads = frozenset[str]


@dataclass(slots=True)
class Answer:
    """One answer as it is kept."""

    body: bytes
    headers: dict[str, str]
    tag: str
    topics: tuple[str, ...]
    # When its computing began, in nanoseconds since 1970.
    begun: int
    match: ResolverMatch | None
    refreshed_until: float = 0.0

    @property
    def size(self) -> int:
        return len(self.body) + 2000


@dataclass(slots=True)
class Asked:
    """A request whose answer may be kept."""

    key: Key
    begun: int
    topics: tuple[str, ...] = ()


@dataclass
class Answers:
    """The answers of one process, the least recently used first; their bytes are bounded."""

    rows: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)
    paths: OrderedDict[str, Reads] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)

    def find(self, key: Key) -> Answer | None:
        with self.lock:
            found = self.rows.get(key)
            if found is not None:
                self.rows.move_to_end(key)
            return found

    def keep(self, key: Key, answer: Answer) -> None:
        with self.lock:
            self._drop(key)
            self.rows[key] = answer
            self.size += answer.size
            while self.size > settings.PUBLIC_CACHE_BYTES and self.rows:
                self._drop(next(iter(self.rows)))

    def drop(self, key: Key) -> None:
        with self.lock:
            self._drop(key)

    def learn(self, path: str, reads: Reads) -> None:
        """Remember what an address that has been answered depends on, so that it need not be looked up."""
        with self.lock:
            self.paths[path] = reads
            if len(self.paths) > MOST_PATHS:
                self.paths.popitem(last=False)

    def clear(self) -> None:
        with self.lock:
            self.rows.clear()
            self.paths.clear()
            self.size = 0

    def _drop(self, key: Key) -> None:
        gone = self.rows.pop(key, None)
        if gone is not None:
            self.size -= gone.size


answers = Answers()


def keep_answer(request: Any, *topics: Topic) -> None:
    """Say that the answer to this request is the same for every visitor until one of these topics changes.

    Called by a view that opted in by `public_reads`, and knows that nobody is signed in; it has no effect where the
    request came with credentials.
    """
    asked: Asked | None = getattr(getattr(request, "_request", request), "public_asked", None)
    if asked is not None:
        asked.topics = tuple(str(topic) for topic in topics)


class PublicAnswers:
    """Middleware: gives out kept answers, before anything that belongs to a person is looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reads = answers.paths.get(request.path_info)
        if reads is not None and (key := key_of(request, reads)) is not None:
            found = usable(key)
            if found is not None and _counted(request):
                request.resolver_match = found.match
                return given(found, request)
        response = self.get_response(request)
        asked: Asked | None = getattr(request, "public_asked", None)
        if asked is None:
            if getattr(request, "private_read", False):
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        answer = self._kept(request, asked, response)
        if answer is None:
            # What was there has become something else: absent, refused, somebody's own.
            answers.drop(asked.key)
            return response
        return given(answer, request)

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> None:
        """Note what the view opted in to; leave of the query only what its answer depends on."""
        view = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
        by_verb: dict[str, Reads] | None = getattr(view, "public_reads", None)
        if not by_verb or request.method not in ("GET", "HEAD") or not settings.PUBLIC_CACHE_SECONDS:
            return
        reads = by_verb.get(getattr(callback, "actions", {}).get("get", "get"))
        key = None if reads is None else key_of(request, reads)
        if key is None:
            request.private_read = True  # type: ignore[attr-defined]
            return
        request.META["QUERY_STRING"] = key[-1]
        request.__dict__.pop("GET", None)
        # A form's token would be made anew, with a cookie, and what sets a cookie isn't kept.
        request.META.pop("CSRF_COOKIE", None)
        request.public_asked = Asked(key, time.time_ns())  # type: ignore[attr-defined]

    def _kept(self, request: HttpRequest, asked: Asked, response: HttpResponseBase) -> Answer | None:
        if not asked.topics or response.status_code != 200 or response.cookies or response.streaming:
            return None
        if response.has_header("Cache-Control") or "'nonce-" in response.get("Content-Security-Policy", ""):
            return None
        body: bytes = response.content  # type: ignore[attr-defined]
        patch_vary_headers(response, ("Cookie", "Authorization"))
        varies = {name.strip().lower() for name in response["Vary"].split(",")}
        if len(body) > LARGEST_ANSWER or not varies <= _KNOWN_VARIATIONS:
            return None
        headers = {name: value for name, value in response.items() if name.lower() not in _LEFT_OUT}
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        answer = Answer(body, headers, tag, asked.topics, asked.begun, request.resolver_match)
        answers.keep(asked.key, answer)
        answers.learn(request.path_info, reads_of(request.resolver_match))
        return answer


def reads_of(match: ResolverMatch | None) -> Reads:
    """Return the query parameters that the view behind a resolved address depends on."""
    callback: Any = match.func if match else None
    view: Any = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    found: Reads = view.public_reads[getattr(callback, "actions", {}).get("get", "get")]
    return found


def key_of(request: HttpRequest, reads: Reads) -> Key | None:
    """Return what distinguishes this request's answer; None where it may be somebody's own."""
    meta = request.META
    if not settings.PUBLIC_CACHE_SECONDS or request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in meta:
        return None
    if ("HTTP_COOKIE" in meta and _is_personal(request)) or announces_body(request):
        return None
    accept, query = meta.get("HTTP_ACCEPT", "*/*"), meta.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY or not query.isascii() or not ("*/*" in accept or "application/json" in accept):
        return None
    if query:
        try:
            asked = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=50, errors="strict"))
        except (ValueError, UnicodeDecodeError):
            return None
        if not SECRET_PARAMETERS.isdisjoint(asked):
            return None
        query = urlencode(sorted((name, value) for name, value in asked.items() if name in reads))
    origin = meta.get("HTTP_ORIGIN", "")
    if origin and origin not in settings.CORS_ALLOWED_ORIGINS:
        origin = "other"
    return request.scheme or "", meta.get("HTTP_HOST", ""), origin, request.path_info, query


def usable(key: Key) -> Answer | None:
    """Return the answer kept under a key, while nothing that it shows has changed and its seconds aren't over.

    After a change, one request computes it anew; those that come meanwhile are given the former one.
    """
    found = answers.find(key)
    if found is None:
        return None
    age = time.time_ns() - found.begun
    if not 0 <= age < settings.PUBLIC_CACHE_SECONDS * _SECOND:
        return None
    if last_change(found.topics) < found.begun:
        return found
    now = time.monotonic()
    if now < found.refreshed_until:
        return found
    found.refreshed_until = now + _PATIENCE
    return None


def given(answer: Answer, request: HttpRequest) -> HttpResponse:
    """Return the answer, or 304 to whoever has it already."""
    life = settings.PUBLIC_CACHE_SECONDS
    left = max(0, int(life - (time.time_ns() - answer.begun) / _SECOND))
    headers = {
        **answer.headers,
        "ETag": answer.tag,
        "Cache-Control": f"public, max-age={left}, stale-while-revalidate={life}",
    }
    if _has_it(request, answer.tag):
        headers.pop("Content-Type", None)
        headers.pop("Content-Disposition", None)
        response = HttpResponse(status=304, headers=headers)
        del response.headers["Content-Type"]
        return response
    return HttpResponse(answer.body, headers={**headers, "Content-Length": str(len(answer.body))})


def _has_it(request: HttpRequest, tag: str) -> bool:
    sent = request.headers.get("if-none-match", "")
    return bool(sent) and (sent.strip() == "*" or tag in {part.strip() for part in sent.split(",")})


def _is_personal(request: HttpRequest) -> bool:
    cookies = request.COOKIES
    return settings.SESSION_COOKIE_NAME in cookies or any(name in cookies for name in PERSONAL_COOKIES)


def _counted(request: HttpRequest) -> bool:
    """Count the request as the view would; past the limit the view itself refuses it."""
    try:
        hit("public_read", user_id=None, address=client_address(request))
    except RateLimited:
        return False
    return True
