"""A small HTTP client for load: keep-alive connections on asyncio, nothing else in the way."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Result:
    """What a load run saw: seconds, how often each status, and the bodies where they were kept."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        return self.total / self.seconds if self.seconds else 0.0


def post_json(path: str, bodies: Iterable[Any], *, port: int) -> list[bytes]:
    """Return raw POST requests with JSON bodies."""
    return [request("POST", path, json.dumps(body).encode(), port=port) for body in bodies]


def request(method: str, path: str, body: bytes = b"", *, port: int, headers: dict[str, str] | None = None) -> bytes:
    """Return one raw HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(body)}"]
    fields = {"Content-Type": "application/json", "Accept": "application/json"} | (headers or {})
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def run_for(seconds: float, raw: bytes, *, port: int, clients: int = 16) -> Result:
    """Send one request again and again for so long."""
    ends = time.perf_counter() + seconds
    return run(
        itertools.takewhile(lambda _: time.perf_counter() < ends, itertools.repeat(raw)), port=port, clients=clients
    )


def run(requests: Iterable[bytes], *, port: int, clients: int = 16, keep: bool = False) -> Result:
    """Send all requests over so many connections at once; each connection asks one at a time."""
    return asyncio.run(_run(requests, port, clients, keep))


async def _run(requests: Iterable[bytes], port: int, clients: int, keep: bool) -> Result:
    result, waiting = Result(), iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_client(waiting, port, result, keep) for _ in range(clients)))
    result.seconds = time.perf_counter() - begun
    return result


async def _client(waiting: Iterator[bytes], port: int, result: Result, keep: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for raw in waiting:
        begun = time.perf_counter()
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await _body(reader, head)
        result.latencies.append(time.perf_counter() - begun)
        result.statuses[int(head[9:12])] += 1
        if keep:
            result.bodies.append(body)
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return await reader.readexactly(int(value))
    chunks = []
    while True:
        size = int((await reader.readuntil(b"\r\n")).strip(), 16)
        chunks.append((await reader.readexactly(size + 2))[:-2])
        if not size:
            return b"".join(chunks)
