"""Files the product keeps: stored under names nobody can guess, given out by signed links that expire."""

import io
import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, Protocol

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import storages

from lyceum.core import clock
from lyceum.core.ids import new_id
from lyceum.core.links import OwnLink, absolute

DEFAULT_LINK_SECONDS = 3600
_SALT = "lyceum.core.files.link"
# Types a browser may show by itself, because none of them can run a script on our address.
INLINE_TYPES = frozenset(["application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"])
_EXTENSIONS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "application/zip": "zip",
    "application/json": "json",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/calendar": "ics",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_CONTENT_TYPES = {extension: content_type for content_type, extension in _EXTENSIONS.items()}
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_/-]{0,80}")


class FileStore(Protocol):
    """What the product needs of a storage; Django's file storage and django-storages' S3 and GCS have it."""

    def save(self, name: str, content: "File[bytes]", /) -> str: ...
    def open(self, name: str, mode: str = "rb", /) -> IO[bytes]: ...
    def delete(self, name: str, /) -> None: ...
    def exists(self, name: str, /) -> bool: ...
    def size(self, name: str, /) -> int: ...
    def get_modified_time(self, name: str, /) -> datetime: ...


class LinkRefused(Exception):
    """A file link that was changed on its way, or whose time is over (`expired`)."""

    def __init__(self, *, expired: bool) -> None:
        self.expired = expired
        super().__init__("The link has expired." if expired else "The link is not valid.")


@dataclass(frozen=True)
class FileGrant:
    """What a valid link allows."""

    key: str
    filename: str
    inline: bool


def file_store() -> FileStore:
    """The storage that STORAGE_BACKEND chose."""
    store: Any = storages["default"]
    return store  # type: ignore[no-any-return]


def store(name_prefix: str, content: bytes | IO[bytes], *, content_type: str) -> str:
    """Keep the content and return its key.

    name_prefix: says what it is, for operators (`certificates/backgrounds`); no personal data.
    content_type: decides the ending of the key, and by it what a download will be called.
    """
    if not _PREFIX.fullmatch(name_prefix):
        raise ValueError(f"{name_prefix!r} can't begin a storage key.")
    extension = _EXTENSIONS.get(content_type.split(";")[0].strip().lower(), "bin")
    name = f"{name_prefix.strip('/')}/{new_id()}.{extension}"
    body = io.BytesIO(content) if isinstance(content, bytes) else content
    return file_store().save(name, File(body, name=name))


def read(key: str) -> bytes:
    """The whole content.

    Raises: FileNotFoundError.
    """
    with opened(key) as file:
        return file.read()


@contextmanager
def opened(key: str) -> Iterator[IO[bytes]]:
    """The stored file, open for reading.

    Raises: FileNotFoundError.
    """
    file = file_store().open(key, "rb")
    try:
        yield file
    finally:
        file.close()


def delete(key: str) -> None:
    """Remove the content; a key that is empty or gone already is fine."""
    if key:
        file_store().delete(key)


def exists(key: str) -> bool:
    """Whether there is content under the key."""
    return bool(key) and file_store().exists(key)


def content_type_of(key: str) -> str:
    """The content type of a stored file, by the ending that `store` gave it."""
    extension = key.rsplit(".", 1)[-1]
    return _CONTENT_TYPES.get(extension) or mimetypes.guess_type(key)[0] or "application/octet-stream"


def signed_link(key: str, *, filename: str, seconds: int = DEFAULT_LINK_SECONDS, inline: bool = False) -> OwnLink:
    """The absolute address under which anyone who holds it may fetch the file until it expires.

    filename: what the browser will call it; its ending becomes that of the content.
    seconds: how long the link works, on the real clock.
    """
    expires = clock.real_now() + timedelta(seconds=seconds)
    payload = {"k": key, "f": filename[:200], "i": int(inline), "e": int(expires.timestamp())}
    return absolute(f"/files/{signing.Signer(salt=_SALT).sign_object(payload, compress=True)}/")


def read_link(token: str) -> FileGrant:
    """What the token of a link allows.

    Raises: LinkRefused.
    """
    try:
        payload = signing.Signer(salt=_SALT).unsign_object(token)
        grant = FileGrant(key=str(payload["k"]), filename=str(payload["f"]), inline=bool(payload["i"]))
        expires = int(payload["e"])
    except Exception:  # noqa: BLE001 -- a token is a stranger's text, and every way to misread it means the same
        raise LinkRefused(expired=False) from None
    if clock.real_now().timestamp() >= expires:
        raise LinkRefused(expired=True)
    return grant
