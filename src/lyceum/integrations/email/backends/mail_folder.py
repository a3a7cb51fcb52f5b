"""The `.eml` files that the `files` back end wrote: read for the viewer, removed with an account."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from uuid import UUID

from lyceum.integrations.email.backends.files import mail_folder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_WHOLE = BytesParser(policy=policy.default)


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    number: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One file; the bodies are read when they are asked for."""

    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def kind(self) -> str:
        return str(self.message["X-Lyceum-Kind"] or "")

    @property
    def date(self) -> datetime | None:
        """When it was sent, on the product's clock."""
        moment: Any = getattr(self.message["Date"], "datetime", None)
        return moment.astimezone(UTC) if isinstance(moment, datetime) else None

    @property
    def id(self) -> str:
        return str(self.message["X-Lyceum-Mail"] or self.name)

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    def attachments(self) -> list[StoredAttachment]:
        return [
            StoredAttachment(number, part.get_filename() or "attachment", part.get_content_type(), len(content))
            for number, (part, content) in enumerate(self.attachment_contents())
        ]

    def attachment_contents(self) -> Iterator[tuple[EmailMessage, bytes]]:
        for part in self.message.iter_attachments():
            content: Any = part.get_payload(decode=True)
            yield part, content if isinstance(content, bytes) else b""


def find_mails(*, search: str = "", to: str = "", kind: str = "") -> Iterator[StoredMail]:
    """The mails that fit, newest first; only their headers are read."""
    words = search.lower().split()
    for path in _newest_first():
        mail = _read(path, whole=False)
        if mail is None:
            continue
        about = f"{mail.subject} {mail.to} {mail.kind}".lower()
        if all(word in about for word in words) and to.lower() in mail.to.lower() and kind in mail.kind:
            yield mail


def count_mails() -> int:
    """How many there are."""
    return len(_newest_first())


def read_mail(name: str) -> StoredMail | None:
    """One mail, whole; by the name of its file without the ending, or by its id."""
    if not _NAME.fullmatch(name):
        return None
    path = mail_folder() / f"{name}.eml"
    if path.is_file():
        return _read(path, whole=True)
    try:
        UUID(name)
    except ValueError:
        return None
    match = next(iter(mail_folder().glob(f"{name}-*.eml")), None)
    return _read(match, whole=True) if match else None


def raw_mail(name: str) -> bytes | None:
    """The file as it is."""
    path = mail_folder() / f"{name}.eml"
    return path.read_bytes() if _NAME.fullmatch(name) and path.is_file() else None


def delete_mails_to(emails: Collection[str]) -> None:
    """Remove the mails to these addresses, because their owner has deleted their account."""
    for path in _newest_first():
        mail = _read(path, whole=False)
        if mail is not None and parseaddr(mail.to)[1].lower() in emails:
            path.unlink(missing_ok=True)


def _newest_first() -> list[Path]:
    folder = mail_folder()
    # Names begin with a UUIDv7, so they sort by the moment the mail was queued.
    return sorted(folder.glob("[!.]*.eml"), reverse=True) if folder.is_dir() else []


def _read(path: Path, *, whole: bool) -> StoredMail | None:
    try:
        with path.open("rb") as file:
            message = _WHOLE.parse(file, headersonly=not whole)
    except FileNotFoundError:
        return None
    return StoredMail(path.stem, message)
