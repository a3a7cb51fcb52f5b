"""A person's own registration: behind a mailed link, or in the account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.ids import parse_id
from lyceum.core.qr import qr_data_uri
from lyceum.core.web import PageView
from lyceum.events.models.choices import EventStatus
from lyceum.events.rules.custom_answers import read_answer
from lyceum.registrations.errors import AlreadyCancelled, CannotCancel
from lyceum.registrations.models import CustomFieldResponse, Registration
from lyceum.registrations.rules.cancellation import can_cancel
from lyceum.registrations.rules.joining import join_url
from lyceum.registrations.selectors import get_guest_registration, get_own_registration
from lyceum.registrations.services.cancel import cancel_registration
from lyceum.registrations.services.consent import set_verification_consent
from lyceum.registrations.services.guest_links import find_by_link
from lyceum.registrations.web import wording
from lyceum.registrations.web.forms import CancelForm, ConsentForm

Status = Registration.Status


class GuestPage(PageView):
    """What a mailed link shows, without an account."""

    template = "registrations/guest.html"
    private = True

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        registration = get_guest_registration(find_by_link(token).pk)
        event = registration.event
        seated = registration.status == Status.CONFIRMED and event.status in (EventStatus.PUBLISHED, EventStatus.LIVE)
        return self.show(
            registration=registration,
            event=event,
            state=wording.registration_state(registration, event),
            answers=[answer_words(answer) for answer in _answers(registration)],
            qr=qr_data_uri(registration.check_in_code, scale=8, border=2) if seated else "",
            join_url=join_url(registration, self.at),
            can_cancel=can_cancel(registration, event, at=self.at),
            calendar_url=wording.calendar_path(event),
            consent=ConsentForm(allowed=registration.allow_public_verification) if event.certificates_enabled else None,
        )

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Change who sees more of the certificate."""
        registration = find_by_link(token)
        form = ConsentForm(request.POST)
        allowed = form.is_valid() and form.cleaned_data["allow_public_verification"]
        actor = Actor.guest(email=registration.email)
        set_verification_consent(registration_id=registration.pk, allowed=allowed, actor=actor, at=self.at)
        told = "may see your name and what you learned" if allowed else "only sees whether it is valid"
        messages.success(request, f"Saved. Whoever has your certificate's number {told}.")
        return HttpResponseRedirect(f"/r/{token}/")


class CancelPage(PageView):
    """Asks before it cancels. Those below say whose registration it is, and where to go afterwards."""

    template = "registrations/cancel.html"
    private = True

    def find(self, key: str) -> Registration:
        raise NotImplementedError

    def canceller(self, registration: Registration) -> Actor:
        raise NotImplementedError

    def back(self, key: str) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._page(self.find(key), CancelForm(), key)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        registration = self.find(key)
        form = CancelForm(request.POST)
        if not form.is_valid():
            return self._page(registration, form, key, status=422)
        try:
            cancel_registration(
                registration_id=registration.pk,
                actor=self.canceller(registration),
                reason=form.cleaned_data["reason"],
                at=self.at,
            )
        except (AlreadyCancelled, CannotCancel) as refusal:
            form.refuse(refusal)
            return self._page(registration, form, key, status=refusal.status)
        messages.success(request, f"Your registration for “{registration.event.title}” is cancelled.")
        return HttpResponseRedirect(self.back(key))

    def _page(self, registration: Registration, form: CancelForm, key: str, *, status: int = 200) -> HttpResponse:
        return self.show(status=status, form=form, event=registration.event, back=self.back(key))


class GuestCancelPage(CancelPage):
    """Cancelling by the mailed link."""

    def find(self, key: str) -> Registration:
        return find_by_link(key)

    def canceller(self, registration: Registration) -> Actor:
        return Actor.guest(email=registration.email)

    def back(self, key: str) -> str:
        return f"/r/{key}/"


class OwnCancelPage(CancelPage):
    """Cancelling in the account."""

    private = False
    sign_in_needed = True

    def find(self, key: str) -> Registration:
        return get_own_registration(self.actor, _id(key))

    def canceller(self, registration: Registration) -> Actor:
        return self.actor

    def back(self, key: str) -> str:
        return "/account/"


def answer_words(answer: CustomFieldResponse) -> dict[str, str]:
    """Return a question with its answer as text."""
    value: Any = read_answer(answer.field.field_type, answer.value)
    if isinstance(value, bool):
        value = "Yes" if value else "No"
    elif isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    return {"label": answer.field.label, "text": str(value)}


def _answers(registration: Registration) -> Iterable[CustomFieldResponse]:
    answers: Iterable[CustomFieldResponse] = registration.custom_field_responses.all()  # type: ignore[arg-type]
    return answers


def _id(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound
    return found
