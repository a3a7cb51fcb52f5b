"""One `.eml` file for each mail, in a folder."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def mail_folder() -> Path:
    """Where the files are."""
    return Path(settings.LYCEUM_DATA) / "mail"


class FilesBackend(BaseEmailBackend):
    """Writes each mail under a name that appears only when the file is complete; names sort by time."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._folder = mail_folder()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        # Named by the mail and not by the attempt: one that is sent again takes its own place.
        name = _UNSAFE.sub("-", f"{message.extra_headers['X-Lyceum-Mail']}-{message.extra_headers['X-Lyceum-Kind']}")
        unfinished = self._folder / f".{name}.part"
        mime: Any = message.message()
        # Line ends as in any file of this system, so that grep and every mail reader find whole lines.
        unfinished.write_bytes(mime.as_bytes())
        unfinished.replace(self._folder / f"{name}.eml")
