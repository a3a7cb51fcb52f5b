"""What stands before Django's threads: bodies are waited for without one, and answers read slowly give theirs back."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from lyceum.config import arrivals, wsgi_threads
from lyceum.config.arrivals import Arrivals, TooMuchAtOnce
from lyceum.config.front import Front
from lyceum.core.http.bodies import REFUSED_EARLY

pytestmark = pytest.mark.both_databases

LOGIN = "/api/v1/auth/login/"
Seen = list[dict[str, Any]]


def scope_of(method: str = "POST", path: str = LOGIN, **headers: str) -> dict[str, Any]:
    found = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    raw = {"raw_path": path.encode(), "query_string": b"a=1", "headers": found, "client": ("10.0.0.1", 5)}
    return {"type": "http", "method": method, "http_version": "1.1", "scheme": "http", "server": ("h", 1), **raw}


def sender_of_pieces(*pieces: bytes, pause: float = 0.0, ends: bool = True) -> Callable[[], Any]:
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        if not waiting:
            await asyncio.sleep(60)
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting) or not ends}

    return receive


def ask(front: Front, scope: dict[str, Any], receive: Any, send: Any = None) -> list[Any]:
    """Send one request through the front; give what it sent back."""
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(front(scope, receive, send or keep), 20))
    return sent


def echo(seen: Seen) -> Callable[..., Iterable[bytes]]:
    """Django's place: notes what it gets."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        seen.append({**environ, "body": environ["wsgi.input"].read()})
        start("200 OK", [("X-Here", "yes")])
        return [b"done"]

    return application


def front_for(application: Any, seconds: float = 0.3) -> Front:
    return Front(application, threads=2, body_seconds=seconds)


def test_a_body_in_pieces_arrives_whole_with_its_length():
    seen: Seen = []
    sent = ask(front_for(echo(seen)), scope_of(transfer_encoding="chunked"), sender_of_pieces(b"ab", b"", b"c"))
    assert (seen[0]["body"], seen[0]["CONTENT_LENGTH"], REFUSED_EARLY in seen[0]) == (b"abc", "3", False)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert (sent[0]["status"], sent[0]["headers"], sent[1]["body"]) == (200, [(b"x-here", b"yes")], b"done")


@pytest.mark.parametrize(
    ("pieces", "headers", "code"),
    [
        ([b"a"] * 100, {"content_length": "5000"}, "REQUEST_TIMEOUT"),
        ([b"a"] * 100, {"transfer_encoding": "chunked"}, "REQUEST_TIMEOUT"),
        ([b"x" * 300_000] * 4, {"transfer_encoding": "chunked"}, "PAYLOAD_TOO_LARGE"),
        ([], {"content_length": "1048577"}, "PAYLOAD_TOO_LARGE"),
        ([], {"content_length": "10", "content_type": "multipart/form-data; boundary=x"}, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_what_is_refused_reaches_django_without_its_body(pieces: list[bytes], headers: Any, code: str):
    seen: Seen = []
    front = front_for(echo(seen))
    ask(front, scope_of(**headers), sender_of_pieces(*pieces, pause=0.0 if "LARGE" in code else 0.02))
    assert (seen[0][REFUSED_EARLY], seen[0]["body"], seen[0]["CONTENT_LENGTH"]) == (code, b"", "0")
    assert (front.arrivals.bytes, front.arrivals.bodies, dict(front.arrivals.senders)) == (0, 0, {})


def test_a_request_without_a_body_is_not_waited_for():
    seen: Seen = []
    ask(front_for(echo(seen)), scope_of("GET", "/", content_length="0"), sender_of_pieces())
    assert seen[0]["body"] == b""


def test_who_leaves_before_the_body_is_there_costs_no_thread():
    async def leaves() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    seen: Seen = []
    front = front_for(echo(seen))
    assert ask(front, scope_of(content_length="10"), leaves) == []
    assert (seen, front.arrivals.bodies) == ([], 0)


def test_bodies_on_their_way_are_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arrivals, "MOST_FROM_ONE", 2)
    monkeypatch.setattr(arrivals, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(arrivals, "MOST_BYTES", 10)
    monkeypatch.setattr(arrivals, "MOST_BYTES_FROM_ONE", 6)
    found = Arrivals()
    with found.one_from("2001:db8::1"), found.one_from("2001:db8::2"):
        with pytest.raises(TooMuchAtOnce), found.one_from("2001:db8::3"):
            pass
        with found.one_from("10.0.0.1"), pytest.raises(TooMuchAtOnce), found.one_from("10.0.0.2"):
            pass
    found.keep(6, "10.0.0.1")
    with pytest.raises(TooMuchAtOnce):
        found.keep(1, "::ffff:10.0.0.1")
    # Whoever sends much leaves room for others.
    found.keep(4, "10.0.0.2")
    with pytest.raises(TooMuchAtOnce):
        found.keep(1, "10.0.0.3")
    found.release(6, "10.0.0.1")
    found.release(4, "10.0.0.2")
    assert (found.bodies, found.bytes, dict(found.senders), dict(found.bytes_of)) == (0, 0, {}, {})


def test_no_room_is_a_503(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arrivals, "MOST_AT_ONCE", 0)
    seen: Seen = []
    ask(front_for(echo(seen)), scope_of(content_length="1"), sender_of_pieces(b"a"))
    assert seen[0][REFUSED_EARLY] == "SERVICE_UNAVAILABLE"


def test_the_environment_is_what_a_wsgi_server_gives():
    seen: Seen = []
    scope = scope_of("GET", "/caf%C3%A9/%FF", host="x", content_type="a/b")
    scope["headers"] += [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-forwarded_for", b"6.6.6.6"), (b"x-a", b"1")]
    ask(front_for(echo(seen)), scope, sender_of_pieces())
    environ = seen[0]
    assert environ["PATH_INFO"].encode("latin-1") == "/café/".encode() + b"\xff"
    assert (environ["HTTP_COOKIE"], environ["CONTENT_TYPE"], environ["QUERY_STRING"]) == ("a=1; b=2", "a/b", "a=1")
    assert (environ["REMOTE_ADDR"], environ["HTTP_X_A"], environ["HTTP_HOST"]) == ("10.0.0.1", "1", "x")
    assert "HTTP_X_FORWARDED_FOR" not in environ


class Export:
    """A long answer that notes how far it was made, and by which thread it was closed."""

    def __init__(self, pieces: int) -> None:
        self.pieces, self.made, self.closed_by = pieces, 0, ""

    def __iter__(self) -> Any:
        self.thread = threading.current_thread().name
        for _ in range(self.pieces):
            self.made += 1
            yield b"x" * 10_000

    def close(self) -> None:
        self.closed_by = threading.current_thread().name


def serving(export: Export) -> Any:
    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Export:
        start("200 OK", [])
        return export

    return application


def test_a_long_answer_comes_in_pieces_and_a_short_one_at_once():
    export = Export(200)
    sent = ask(front_for(serving(export)), scope_of("GET"), sender_of_pieces())
    bodies = [message["body"] for message in sent if message["type"] == "http.response.body"]
    assert sum(map(len, bodies)) == 2_000_000
    assert max(map(len, bodies)) <= wsgi_threads.AT_ONCE + 10_000
    assert [message["more_body"] for message in sent[1:]] == [True] * (len(sent) - 2) + [False]
    assert export.closed_by == export.thread
    assert len(ask(front_for(serving(Export(20))), scope_of("GET"), sender_of_pieces())) == 2


def test_who_does_not_read_loses_the_answer_and_gives_the_thread_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wsgi_threads, "PIECE_SECONDS", 0.2)

    async def full(message: Any) -> None:
        await asyncio.sleep(60)

    export = Export(200)
    front = front_for(serving(export))
    with pytest.raises(wsgi_threads.ReaderLost):
        ask(front, scope_of("GET"), sender_of_pieces(), full)
    assert export.closed_by == export.thread
    assert export.made < 40
    assert front.threads.pending == set()


def test_who_has_gone_gets_no_more_made(monkeypatch: pytest.MonkeyPatch):
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def slowly(message: Any) -> None:
        await asyncio.sleep(0.02)

    export = Export(2000)
    with pytest.raises(wsgi_threads.ReaderLost):
        ask(front_for(serving(export)), scope_of("GET"), gone, slowly)
    assert export.made < 100
    assert export.closed_by


def test_a_reader_of_a_byte_now_and_then_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wsgi_threads, "PIECE_SECONDS", 2.0)
    monkeypatch.setattr(wsgi_threads, "SLOWEST", 1_000_000)

    async def slowly(message: Any) -> None:
        await asyncio.sleep(1.1)

    export = Export(2000)
    with pytest.raises(wsgi_threads.ReaderLost):
        ask(front_for(serving(export)), scope_of("GET"), sender_of_pieces(), slowly)
    assert export.made < 60
