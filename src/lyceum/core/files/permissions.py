"""Who on this machine may read what the product writes: nobody but the account that it runs under.

The database, uploads, mails in files, logs and secrets hold what people trust us with. Only the pages' own styles and
scripts may be read by everybody, so that another program can serve them.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

FOLDER_MODE, FILE_MODE = 0o700, 0o600
# What the product makes in its data folder; whatever else an operator keeps there is left alone.
OWN_NAMES = (
    "lyceum.sqlite3*", "secrets", "mail", "media", "logs", "broker", "cache", "beat-schedule*", "clock-offset*",
    "demo-accounts.*", "migrated", "serve.lock",
)  # fmt: skip


def write_privately() -> None:
    """Have every file and folder that this process makes from now on belong to its own account alone.

    Each process calls it first of all, before logs and databases are opened; SQLite gives its side files the mode of
    the database.
    """
    os.umask(0o077)


@contextmanager
def readable_by_everybody() -> Iterator[None]:
    """Make files that others may read meanwhile: what is published anyway."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def close_to_others(folder: Path) -> int:
    """Take everybody else's rights off what an older version has left in the data folder; return how many paths.

    A folder is searched only if it was open itself: what lies in a closed one was out of reach, and may be a million
    files.
    What belongs to another account is named in the log, and left. A folder that everybody may write to, such as /tmp,
    isn't ours to close.
    """
    opened = 0 if folder.stat().st_mode & stat.S_ISVTX else _close(folder)
    changed = opened
    for path in (path for pattern in OWN_NAMES for path in folder.glob(pattern)):
        closed = _close(path)
        changed += closed
        if (closed or opened) and path.is_dir() and not path.is_symlink():
            changed += sum(_close(inner) for inner in path.rglob("*"))
    return changed


def _close(path: Path) -> int:
    """Return 1 if the path had to be changed."""
    try:
        mode = path.lstat().st_mode
        wanted = FOLDER_MODE if stat.S_ISDIR(mode) else FILE_MODE
        if stat.S_ISLNK(mode) or stat.S_IMODE(mode) & ~wanted == 0:
            return 0
        path.chmod(wanted)
    except FileNotFoundError:
        # Gone meanwhile: a message, or a half-written file.
        return 0
    except PermissionError:
        log.warning("data_readable_by_others", extra={"path": str(path)})
        return 0
    return 1
