"""Runs a WSGI application in threads for an ASGI server. A small answer costs its thread only while it is made.

A larger one is handed over piece by piece, each when the server has room for it: so an export of any length needs
little memory. Whoever reads too slowly, or has gone, is left: a thread is not held for them.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
WsgiApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# An answer up to this size is handed over whole.
AT_ONCE = 256 * 1024
PIECE = 64 * 1024
# What is there is not kept back for longer than this while more is made.
PATIENCE = 0.5
# A piece must find room within these seconds, and a long answer must be read at this rate.
PIECE_SECONDS = 30.0
SLOWEST = 8 * 1024


class ReaderLost(Exception):
    """Nobody reads the answer any more, or too slowly."""


class WsgiThreads:
    """So many threads, each with one request at a time."""

    def __init__(self, application: WsgiApplication, number: int) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(number, thread_name_prefix="web")
        self.pending: set[Future[None]] = set()

    async def answer(self, environ: Environ, receive: Receive, send: Send) -> None:
        """Let the application answer, and pass its answer on."""
        loop = asyncio.get_running_loop()
        answer = Answer(partial(self._push, loop, send), lambda: asyncio.run_coroutine_threadsafe(_left(receive), loop))
        try:
            await loop.run_in_executor(self.pool, answer.make, self.application, environ)
        finally:
            answer.watch_no_more()
        for message in answer.rest():
            await send(message)

    def stop(self) -> None:
        """Leave the answers that are still being read, so that no thread waits for a server that has ended."""
        for one in list(self.pending):
            one.cancel()
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _push(self, loop: asyncio.AbstractEventLoop, send: Send, message: Message) -> None:
        """Called in a thread: wait until the server has taken the message.

        Raises: ReaderLost.
        """
        future = asyncio.run_coroutine_threadsafe(_awaited(send, message), loop)
        self.pending.add(future)
        try:
            future.result(PIECE_SECONDS)
        except (TimeoutError, CancelledError) as error:
            future.cancel()
            raise ReaderLost from error
        finally:
            self.pending.discard(future)


async def _awaited(call: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """Make a server's own kind of awaitable within the loop that it belongs to."""
    return await call(*arguments)


async def _left(receive: Receive) -> None:
    """Wait until the reader has gone; a request without a body has an empty one to take first."""
    message = await receive()
    if message["type"] != "http.disconnect":
        await receive()


class Answer:
    """One answer on its way: held back while it is small, else pushed by the thread that makes it."""

    def __init__(self, push: Callable[[Message], None], watch: Callable[[], Future[None]]) -> None:
        self.push, self.watch = push, watch
        self.start: Message = {}
        self.held: list[bytes] = []
        self.size = self.pushed = 0
        self.began = self.last = time.monotonic()
        self.reader: Future[None] | None = None

    def make(self, application: WsgiApplication, environ: Environ) -> None:
        """Runs in a thread, from the request to the end of the answer.

        Raises: ReaderLost.
        """
        answer = application(environ, self.start_response)
        # What is in memory as a whole already needs no thread while it is read.
        whole = not getattr(answer, "streaming", True)
        try:
            for piece in answer:
                self._add(piece, whole=whole)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], _error: Any = None
    ) -> Callable[[bytes], None]:
        found = [(name.strip().lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self.start = {"type": "http.response.start", "status": int(status[:3]), "headers": found}
        self.began = self.last = time.monotonic()
        return partial(self._add, whole=False)

    def rest(self) -> list[Message]:
        """Return what is left to send: of a small answer everything, of a long one its end."""
        end = {"type": "http.response.body", "body": b"".join(self.held), "more_body": False}
        return [end] if self.reader else [self.start, end]

    def watch_no_more(self) -> None:
        if self.reader is not None:
            self.reader.cancel()

    def _add(self, piece: bytes, *, whole: bool) -> None:
        if piece:
            self.held.append(piece)
            self.size += len(piece)
        now = time.monotonic()
        if not whole and self.size and (self.size >= (PIECE if self.reader else AT_ONCE) or now - self.last > PATIENCE):
            self._flush(now)

    def _flush(self, now: float) -> None:
        if self.reader is None:
            self.reader = self.watch()
            self.push(self.start)
        if self.reader.done():
            raise ReaderLost
        self.push({"type": "http.response.body", "body": b"".join(self.held), "more_body": True})
        self.pushed += self.size
        self.held, self.size = [], 0
        self.last = time.monotonic()
        waited = self.last - self.began
        if waited > PIECE_SECONDS and self.pushed < SLOWEST * waited and self.last - now > 1:
            raise ReaderLost


def environ_of(scope: Scope) -> Environ:
    """Return the WSGI environment for a request, without its body and that one's length."""
    host, port = (scope.get("server") or ("localhost", 80))[:2]
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path_of(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": str((scope.get("client") or ("",))[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw, value in scope["headers"]:
        # Written with an underscore, a header could pass for another one that a proxy sets.
        if b"_" in raw or raw == b"content-length":
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        glue = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{glue}{value.decode('latin-1')}" if key in environ else value.decode("latin-1")
    return environ


def path_of(scope: Scope) -> str:
    """Return the address's path as WSGI has it: its bytes, decoded as Latin-1."""
    return unquote_to_bytes(scope["raw_path"].partition(b"?")[0]).decode("latin-1")


def header_of(scope: Scope, name: bytes) -> str:
    """Return a header's values, or nothing."""
    return ",".join(value.decode("latin-1") for found, value in scope["headers"] if found == name)
