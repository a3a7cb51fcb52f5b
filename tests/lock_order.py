"""Watches on PostgreSQL that every transaction takes its row locks in the one order of docs/architecture.md.

A lock is a `SELECT … FOR UPDATE`, an `UPDATE` or a `DELETE` of a table that stands in the order. Two transactions that
lock two tables in opposite orders can wait for each other for ever, so a table that comes earlier must not be locked
after one that comes later. Rows that a transaction has just inserted are nobody else's, so an insert is no lock. A
claim with SKIP LOCKED never waits, so it may come late; what it holds counts all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ARCHITECTURE = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"
_SELECT = re.compile(r"\bFOR (?:NO KEY )?UPDATE\b(?P<rest>.*)$", re.DOTALL)
_FROM = re.compile(r'\b(?:FROM|JOIN) "(\w+)"')
_OF = re.compile(r'\bOF ((?:"\w+"(?:, )?)+)')
_WRITE = re.compile(r'^\s*(?:UPDATE|DELETE FROM) "?(\w+)"?')


def lock_order() -> list[str]:
    """Return the models of docs/architecture.md, section "Locks", in their order."""
    text = ARCHITECTURE.read_text()
    return re.findall(r"\w+", text[text.index("## Locks") :].split("```")[1])


def locked_tables(sql: str) -> tuple[list[str], bool]:
    """Return the tables whose rows a statement locks, and whether it waits for them."""
    if write := _WRITE.match(sql):
        return [write[1]], True
    found = _SELECT.search(sql)
    if found is None:
        return [], True
    waits = "SKIP LOCKED" not in found["rest"]
    if of := _OF.search(found["rest"]):
        return re.findall(r"\w+", of[1]), waits
    return _FROM.findall(sql[: found.start()])[:1], waits


class LockWatcher:
    """Keeps, for each connection, what the transaction that is under way has locked so far."""

    def __init__(self) -> None:
        names = lock_order()
        tables = {model.__name__: model._meta.db_table for model in apps.get_models() if _is_ours(model)}
        self.rank = {tables[name]: number for number, name in enumerate(names)}
        self.reversals: list[str] = []
        self._begun: dict[int, int] = {}
        self._held: dict[int, tuple[Any, list[str]]] = {}

    def begin_test(self) -> None:
        self.reversals.clear()
        self._held.clear()

    def on_begin(self, connection: BaseDatabaseWrapper) -> None:
        self._begun[id(connection)] = self._begun.get(id(connection), 0) + 1

    def on_statement(self, connection: BaseDatabaseWrapper, sql: str) -> None:
        if not connection.in_atomic_block:
            return
        tables, waits = locked_tables(sql)
        ranked = [table for table in tables if table in self.rank]
        if not ranked:
            return
        held = self._of_transaction(connection)
        if held is None:
            return
        for table in ranked:
            later = [other for other in held if self.rank[other] > self.rank[table]]
            if waits and later and table not in held:
                self.reversals.append(f"{table} is locked after {', '.join(later)}: {sql[:160]}")
            if table not in held:
                held.append(table)

    def _of_transaction(self, connection: BaseDatabaseWrapper) -> list[str] | None:
        """Return what this transaction holds; None for a statement that a test sends outside of any.

        Where Django's TestCase, or Hypothesis around each of its examples, keeps a transaction of its own open, the
        product's transactions are the savepoints right below it.
        """
        wrapped = [bool(vars(block).get("_from_testcase")) for block in connection.atomic_blocks]
        depth = len(wrapped) - wrapped[::-1].index(True) if True in wrapped else 0
        if depth == 0:
            key: Any = self._begun.get(id(connection), 0)
        elif len(wrapped) > depth and connection.savepoint_ids[depth - 1] is not None:
            key = connection.savepoint_ids[depth - 1]
        else:
            return None
        if self._held.get(id(connection), (None, []))[0] != key:
            self._held[id(connection)] = (key, [])
        return self._held[id(connection)][1]


def watch(watcher: LockWatcher) -> None:
    """Have every statement and every beginning of a transaction told to the watcher, on every connection."""
    execute, executemany = CursorWrapper.execute, CursorWrapper.executemany
    set_autocommit = BaseDatabaseWrapper.set_autocommit

    def watched_execute(self: Any, sql: Any, params: Any = None) -> Any:
        watcher.on_statement(self.db, str(sql))
        return execute(self, sql, params)

    def watched_executemany(self: Any, sql: Any, param_list: Any) -> Any:
        watcher.on_statement(self.db, str(sql))
        return executemany(self, sql, param_list)

    def watched_begin(self: Any, autocommit: bool, *args: Any, **kwargs: Any) -> Any:
        if not autocommit:
            watcher.on_begin(self)
        return set_autocommit(self, autocommit, *args, **kwargs)

    _replace(CursorWrapper, "execute", watched_execute)
    _replace(CursorWrapper, "executemany", watched_executemany)
    _replace(BaseDatabaseWrapper, "set_autocommit", watched_begin)


def _replace(owner: type, name: str, function: Callable[..., Any]) -> None:
    setattr(owner, name, function)


def _is_ours(model: Any) -> bool:
    return bool(model.__module__.startswith("lyceum."))
