"""The embedded broker: messages are files in a folder, each whole from the moment in which it can be seen.

The library's own transport writes a message under the name by which it is found, so that another thread or process
can take it half written, and fail; and it makes an exchange's file by emptying it. Here a message is renamed into
place, taken by renaming it, and the exchanges' files are touched by one process at a time.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "lyceum-files"
_BINDING = threading.Lock()


class Channel(filesystem.Channel):
    """Reads and writes a folder that other processes and threads read and write too."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        name = f"{monotonic_ns()}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        written = folder / f".{name}.new"
        written.write_text(dumps(payload), encoding="utf-8")
        written.rename(folder / name)

    def _get(self, queue: str, timeout: Any = None) -> Any:
        for path in self._messages(queue):
            taken = path.with_name(f".{path.name}.{uuid4()}")
            try:
                path.rename(taken)
            except FileNotFoundError:
                # Somebody else was faster.
                continue
            payload = taken.read_text(encoding="utf-8")
            taken.unlink()
            return loads(payload)
        raise Empty

    def _messages(self, queue: str) -> list[Path]:
        """Return the waiting messages of a queue, the oldest first."""
        names = os.listdir(self.data_folder_in)  # noqa: PTH208 -- asked for many times a second
        return [Path(self.data_folder_in, name) for name in sorted(names) if name.partition(".")[2] == f"{queue}.msg"]

    def queue_bind(self, *binding: Any, **options: Any) -> Any:
        """Bind a queue. The library remembers bindings for the whole process before it has written them down.

        Another thread would believe it and send into a queue that no exchange's file names yet, and lose the message.
        """
        with _BINDING:
            return super().queue_bind(*binding, **options)  # type: ignore[no-untyped-call]

    def _queue_bind(self, *binding: str) -> None:
        with self._alone():
            super()._queue_bind(*binding)  # type: ignore[no-untyped-call]

    def _delete(self, *binding: Any, **options: Any) -> None:
        with self._alone():
            super()._delete(*binding, **options)  # type: ignore[no-untyped-call]

    def get_table(self, exchange: str) -> Any:
        with self._alone():
            return super().get_table(exchange)  # type: ignore[no-untyped-call]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other process and thread away from the exchanges' files meanwhile."""
        with (self.control_folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """The transport behind `lyceum-files://`."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
