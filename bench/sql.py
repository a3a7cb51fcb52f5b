"""The floor below every framework: the product's own statements, replayed by a driver.

One registration is made for real while its statements are watched; then sixteen threads send its writes again and
again on PostgreSQL, with new keys, each set in one transaction, in the same order.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg

from lyceum.core.ids import new_id

_WRITE = re.compile(r"^\s*(INSERT|UPDATE)\b", re.IGNORECASE)


@dataclass
class Statement:
    """One write and its parameters."""

    sql: str
    parameters: tuple[Any, ...]


class Watch:
    """An execute wrapper that notes the writes that pass through a Django connection."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITE.match(sql):
            self.statements.append(Statement(sql, tuple(params or ())))
        return execute(sql, params, many, context)


def replay(
    statements: list[Statement], *, url: str, total: int, clients: int, fresh: set[uuid.UUID], email: str, code: str
) -> float:
    """Write the rows `total` times with `clients` connections; return transactions a second.

    fresh: the keys that each repetition makes anew; email, code: what each makes unique.
    Raises: what the first failing client met, because rates of failing writes say nothing.
    """
    counter, lock = iter(range(total)), threading.Lock()

    def client() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while True:
                with lock:
                    number = next(counter, None)
                if number is None:
                    return
                _write_once(connection, statements, fresh, email, code, number)

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for future in [pool.submit(client) for _ in range(clients)]:
            future.result()
    return total / (time.perf_counter() - begun)


def _write_once(
    connection: psycopg.Connection[Any],
    statements: list[Statement],
    fresh: set[uuid.UUID],
    email: str,
    code: str,
    number: int,
) -> None:
    keys = {key: new_id() for key in fresh}
    with connection.transaction():
        for statement in statements:
            values = [_again(value, keys, email, code, number) for value in statement.parameters]
            connection.execute(statement.sql, values)  # type: ignore[call-overload]


def _again(value: Any, keys: dict[uuid.UUID, uuid.UUID], email: str, code: str, number: int) -> Any:
    if isinstance(value, uuid.UUID):
        return keys.get(value, value)
    if value == email:
        return f"sql{number}@bench.example"
    return f"B{number:09}" if value == code else value
