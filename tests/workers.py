"""Several workers at the same work, for the races that only PostgreSQL can lose."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(work: Callable[[], Any], count: int) -> list[Any]:
    """Run the same work in several threads that start together, each with its own connection."""
    barrier = threading.Barrier(count)

    def run() -> Any:
        try:
            barrier.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result(60) for future in [pool.submit(run) for _ in range(count)]]
