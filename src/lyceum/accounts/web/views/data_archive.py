"""Fetching the archive of everything that is held about oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lyceum.accounts.selectors import own_archive_link
from lyceum.accounts.web.views.base import OUTCOME
from lyceum.accounts.web.views.reauthenticate import FreshSignInPage
from lyceum.core.errors import NotFound
from lyceum.core.ids import parse_id


class DataArchivePage(FreshSignInPage):
    """The page that the mail leads to. Its link to the file works for a few minutes."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        job_id = parse_id(key)
        if job_id is None:
            raise NotFound
        link = own_archive_link(self.actor, job_id)
        return self.show(
            template=OUTCOME,
            tone="good",
            state="Ready",
            heading="Your data",
            lead="Everything that is held about you, in one ZIP file. Please keep it where nobody else finds it.",
            href=link,
            action="Download my data",
        )
