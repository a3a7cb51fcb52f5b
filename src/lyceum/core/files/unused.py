"""Files that no row names: what a replaced upload, a deleted row or a killed process left in storage."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.db.models import Field, FileField, Model

from lyceum.core.clock import real_now
from lyceum.core.files import storage
from lyceum.core.ids import parse_id
from lyceum.core.models.fields import StoredFileField

log = logging.getLogger(__name__)

# Longer than anything takes between storing a file and committing the row that names it.
KEPT = timedelta(days=1)
# In one run: should the files of somebody else lie in the same storage, the loss is small and stands in the log.
MOST_REMOVED = 1000
_PORTION = 500
# 8 MB, whatever the number of files.
_BITS = 2**26
# What `storage.store` makes; nothing else in the storage is ours to touch.
_OURS = re.compile(r"[a-z0-9][a-z0-9_/-]{0,80}/(?P<id>[0-9a-f-]{36})(_\w{7})?\.[a-z0-9]{2,5}")
Column = tuple[type[Model], str]


def naming_columns() -> list[Column]:
    """Return every column that names files: those of `StoredFileField`, and Django's own fields for files."""
    return [
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in _own_fields(model)
        if isinstance(field, (StoredFileField, FileField))
    ]


def remove_unused_files(at: datetime) -> int:
    """Remove the files that are older than a day and that no row names, deleted rows included; return how many.

    What rows name is read first, into a filter of fixed size, and the storage is then walked once. Whatever passes the
    filter is asked for exactly, and its age is read from the storage, before it goes. The filter errs on the side of
    keeping, and differs from run to run.
    at: ignored; files live on the real clock.
    """
    limit = real_now() - KEPT
    named = _Names()
    for model, column in naming_columns():
        named.add_all(_names_in(model, column))
    unknown = (name for name in _walk("") if _is_old(name, limit) and name not in named)
    removed = 0
    while removed < MOST_REMOVED and (names := list(islice(unknown, min(_PORTION, MOST_REMOVED - removed)))):
        removed += sum(_remove(name, limit) for name in _unnamed(names))
    if removed:
        log.info("unused_files_removed", extra={"files": removed})
    if removed >= MOST_REMOVED:
        log.warning("unused_files_left_for_the_next_run", extra={"files": removed})
    return removed


class _Names:
    """A set of names in fixed memory: it may think that it holds a name, and never that it lacks one."""

    def __init__(self) -> None:
        self._bits = bytearray(_BITS // 8)
        self._salt = secrets.token_bytes(16)

    def add_all(self, names: Iterable[str]) -> None:
        for name in names:
            byte, bit = self._place(name)
            self._bits[byte] |= bit

    def __contains__(self, name: str) -> bool:
        byte, bit = self._place(name)
        return bool(self._bits[byte] & bit)

    def _place(self, name: str) -> tuple[int, int]:
        digest = hashlib.blake2b(name.encode(), digest_size=8, key=self._salt).digest()
        place = int.from_bytes(digest, "big") % _BITS
        return place // 8, 1 << place % 8


def _own_fields(model: type[Model]) -> Iterable[Field[object, object]]:
    meta = model._meta  # noqa: SLF001 -- Django's documented API, whatever its name
    return meta.local_concrete_fields if meta.managed and not meta.proxy else ()


def _names_in(model: type[Model], column: str) -> Iterator[str]:
    # The base manager: rows that are marked as deleted can be brought back.
    rows = model._base_manager.order_by().exclude(**{column: ""}).exclude(**{column: None})  # noqa: SLF001 -- as above
    yield from (str(name) for name in rows.values_list(column, flat=True).iterator(chunk_size=2000))


def _unnamed(names: list[str]) -> list[str]:
    """Return those of the names that really no row has, now."""
    left = set(names)
    for model, column in naming_columns():
        rows = model._base_manager.order_by().filter(**{f"{column}__in": left})  # noqa: SLF001 -- as above
        left -= {str(name) for name in rows.values_list(column, flat=True)}
    return sorted(left)


def _is_old(name: str, limit: datetime) -> bool:
    """Say whether this is a file of ours from before the limit; its id says when it was stored."""
    found = _OURS.fullmatch(name)
    key = parse_id(found["id"]) if found else None
    if key is None or key.version != 7:
        return False
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC) < limit


def _remove(name: str, limit: datetime) -> bool:
    store = storage.file_store()
    try:
        # A copy that was put back from a backup is young again, and its row may not be back yet.
        if store.get_modified_time(name) >= limit:
            return False
    except FileNotFoundError:
        return False
    store.delete(name)
    return True


def _walk(folder: str) -> Iterator[str]:
    """Yield the name of every file below a folder, however many there are."""
    store: Any = storage.file_store()
    if hasattr(store, "names"):
        yield from store.names()
        return
    folders: list[str] = []
    for name, is_folder in _entries(store, folder):
        path = f"{folder}/{name}".lstrip("/")
        if is_folder:
            folders.append(path)
        else:
            yield path
    for path in folders:
        yield from _walk(path)


def _entries(store: Any, folder: str) -> Iterator[tuple[str, bool]]:
    """Yield what lies in a folder, and whether it is a folder itself."""
    try:
        if isinstance(store, FileSystemStorage):
            with os.scandir(store.path(folder)) as entries:
                yield from ((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        else:
            folders, files = store.listdir(folder)
            yield from ((name, True) for name in folders)
            yield from ((name, False) for name in files)
    except FileNotFoundError:
        # Nothing was ever stored there, or the folder went meanwhile.
        return
