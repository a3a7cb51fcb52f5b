"""Memory while 100,000 registrations stream out, against the idle process."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from bench import load, servers
from bench.report import Figure

ROWS = 100_000
LIMIT_MIB = 64


def measure(database: servers.Database) -> list[Figure]:
    """Return how far the server's memory rises above idle for each kind of export."""
    event = str(servers.seed(database, "hot_event", "0", "0")["event"])
    servers.seed(database, "registrations", event, str(ROWS))
    token = str(servers.seed(database, "token")["access"])
    return [_export(database, event, token, kind) for kind in ("csv", "xlsx")]


def _export(database: servers.Database, event: str, token: str, kind: str) -> Figure:
    path = f"/api/v1/events/{event}/registrations/export/?export_format={kind}"
    with servers.serve(database) as port:
        headers = {"Authorization": f"Bearer {token}", "Accept": "*/*"}
        raw = load.request("GET", "/api/v1/auth/me/", port=port, headers=headers)
        load.run([raw] * 50, port=port, clients=2)
        idle = _memory(port)
        watcher = _Watcher(port)
        watcher.start()
        size = _download(port, path, headers)
        watcher.stopped.set()
        watcher.join()
    if size < ROWS * 20:
        raise SystemExit(f"The {kind} export is only {size} bytes long.")
    name = f"{kind} export of {ROWS:,} rows: memory above idle"
    return Figure(name, max(0.0, watcher.peak - idle), LIMIT_MIB, "MiB", 1.0, at_most=True)


def _download(port: int, path: str, headers: dict[str, str]) -> int:
    """Read the whole answer without keeping it; return its size in bytes."""
    size = 0
    with socket.create_connection(("127.0.0.1", port), 600) as connection:
        connection.sendall(load.request("GET", path, port=port, headers=headers | {"Connection": "close"}))
        first = connection.recv(65536)
        if b" 200 " not in first[:20]:
            raise SystemExit(f"The export answered {first[:200]!r}.")
        while chunk := connection.recv(65536):
            size += len(chunk)
    return size


class _Watcher(threading.Thread):
    """Looks at a server's memory twenty times a second."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.peak, self.stopped = port, 0.0, threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            self.peak = max(self.peak, _memory(self.port))
            time.sleep(0.05)


def _memory(port: int) -> float:
    """Return the resident memory of the server on this port and its workers, MiB."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # A worker renames itself, and names the address that it serves.
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split(" ")
            status = (folder / "status").read_text()
        except OSError:
            continue
        resident = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        if resident and (f"127.0.0.1:{port}" in words or ("--port" in words and str(port) in words)):
            total += int(resident[0])
    if not total:
        raise SystemExit("The server's memory can't be read.")
    return total / 1024
