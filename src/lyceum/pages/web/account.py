"""A person's own things on one page: places, certificates, devices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from lyceum.accounts.selectors import own_sessions
from lyceum.accounts.web.cookies import device_of
from lyceum.certificates.selectors import own_certificates
from lyceum.core import clock
from lyceum.core.web import PageView
from lyceum.registrations.rules.cancellation import can_cancel
from lyceum.registrations.selectors import own_registrations
from lyceum.registrations.web.wording import registration_state

SHOWN = 50


class AccountPage(PageView):
    template = "pages/account.html"
    sign_in_needed = True

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = list(own_registrations(self.actor)[:SHOWN])
        return self.show(
            places=[
                {
                    "row": row,
                    "state": registration_state(row, row.event),
                    "can_cancel": can_cancel(row, row.event, at=self.at),
                }
                for row in rows
            ],
            certificates=own_certificates(self.actor)[:SHOWN],
            devices=own_sessions(self.actor, at=clock.real_now()),
            this_device=device_of(request),
            verified=self.actor.email_verified,
        )
