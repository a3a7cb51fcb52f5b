"""What stands between the network and Django's threads: it waits for bodies, so that a slow one costs no thread.

A body has `REQUEST_BODY_SECONDS` to arrive in, and its route says how large it may be. One that is late, or too
large, or for which there is no room, is handed on without its bytes and with the reason; `core.http.bodies` answers it.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from typing import IO, Any

from django.urls import Resolver404, resolve

from lyceum.config.arrivals import Arrivals, TooMuchAtOnce
from lyceum.config.wsgi_threads import (
    Receive,
    Scope,
    Send,
    WsgiApplication,
    WsgiThreads,
    environ_of,
    header_of,
    path_of,
)
from lyceum.core.errors import BodyTooSlow, PayloadTooLarge, Refusal, ServiceUnavailable
from lyceum.core.http.bodies import REFUSED_EARLY, BodyLimit, announced_length, limit_of
from lyceum.core.http.client_address import believed_address

# A larger body lies in a temporary file.
IN_MEMORY = 256 * 1024


class SenderGone(Exception):
    """The connection was closed before the body was there."""


class Front:
    """An ASGI application around a WSGI one."""

    def __init__(self, application: WsgiApplication, *, threads: int, body_seconds: float) -> None:
        self.threads = WsgiThreads(application, threads)
        self.body_seconds = body_seconds
        self.arrivals = Arrivals()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.threads.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        environ = environ_of(scope)
        if not header_of(scope, b"transfer-encoding") and header_of(scope, b"content-length") in ("", "0"):
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(), "0"
            await self.threads.answer(environ, receive, send)
            return
        body = Body(self.arrivals)
        try:
            refusal = await self._gather(scope, receive, body)
            if refusal is not None:
                environ[REFUSED_EARLY] = refusal.code
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = body.rewound(), str(body.size)
            await self.threads.answer(environ, receive, send)
        except SenderGone:
            return
        finally:
            body.close()

    async def _gather(self, scope: Scope, receive: Receive, body: Body) -> type[Refusal] | None:
        """Wait for the whole body; return why it is not taken, if it isn't."""
        limit = limit_for(scope)
        refusal = limit.judge(announced_length(header_of(scope, b"content-length")))
        if refusal is not None:
            return refusal
        body.sender = address_of(scope)
        try:
            with self.arrivals.one_from(body.sender):
                async with asyncio.timeout(self.body_seconds):
                    fits = await body.fill(receive, limit.bytes)
        except TimeoutError:
            refusal = BodyTooSlow
        except TooMuchAtOnce:
            refusal = ServiceUnavailable
        else:
            refusal = None if fits else PayloadTooLarge
        if refusal is not None:
            body.empty()
        return refusal


class Body:
    """The bytes of one request, in memory or in a temporary file, counted among all that are held."""

    def __init__(self, arrivals: Arrivals) -> None:
        self.arrivals = arrivals
        self.sender = ""
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed by `close`
        self.size = 0

    async def fill(self, receive: Receive, most: int) -> bool:
        """Take in what arrives; say whether that is no more than it may be.

        Raises: SenderGone, TooMuchAtOnce.
        """
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise SenderGone
            piece = message.get("body", b"")
            if self.size + len(piece) > most:
                return False
            if piece:
                self.arrivals.keep(len(piece), self.sender)
                self.size += len(piece)
                self.file.write(piece)
            if not message.get("more_body"):
                return True

    def rewound(self) -> IO[bytes]:
        self.file.seek(0)
        return self.file

    def empty(self) -> None:
        """Forget the bytes, so that nobody takes a part for the whole."""
        self.file.seek(0)
        self.file.truncate()
        self._release()

    def close(self) -> None:
        self.file.close()
        self._release()

    def _release(self) -> None:
        if self.size:
            self.arrivals.release(self.size, self.sender)
            self.size = 0


def limit_for(scope: Scope) -> BodyLimit:
    """Return the limit of the route that a request is for; an address that leads nowhere has the ordinary one."""
    try:
        callback: Any = resolve(path_of(scope).encode("latin-1").decode("utf-8", "replace")).func
    except Resolver404:
        callback = None
    return limit_of(callback, scope["method"], header_of(scope, b"content-type"))


def address_of(scope: Scope) -> str:
    """Return the address of whoever sends, as far as it can be believed."""
    return believed_address(header_of(scope, b"x-forwarded-for"), str((scope.get("client") or ("",))[0]))
