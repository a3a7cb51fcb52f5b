"""The public page of an event, with the form by which people register."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.core.errors import EmailNotVerified, Refusal, ValidationRefused
from lyceum.core.files.storage import signed_link
from lyceum.core.http.forgery import visitor_token
from lyceum.core.http.public_answers import keep_answer
from lyceum.core.web import PageView
from lyceum.events.models import Event, TicketType, registration_closed_reason
from lyceum.events.models.choices import EventStatus, Visibility
from lyceum.events.selectors import find_invitation, find_public_event
from lyceum.registrations.errors import (
    AlreadyRegistered,
    EventFull,
    PaymentUnavailable,
    RegistrationClosed,
)
from lyceum.registrations.models import Registration
from lyceum.registrations.ports import payments_accepted
from lyceum.registrations.selectors import own_registrations
from lyceum.registrations.services.register import Registered, register
from lyceum.registrations.web import wording
from lyceum.registrations.web.cookies import keep_address, kept_address
from lyceum.registrations.web.forms import RegisterForm

SHOWN_IN_FORM = (
    AlreadyRegistered,
    EmailNotVerified,
    EventFull,
    PaymentUnavailable,
    RegistrationClosed,
    ValidationRefused,
)
TOKEN_LENGTH = 200
COVER_LINK_SECONDS = 24 * 3600


class EventPage(PageView):
    """Shows an event, and takes a registration for it."""

    template = "registrations/event.html"
    public_reads = {"get": frozenset()}
    visitors_may_post = True

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        event = self._event(slug)
        if event.slug != slug:
            return HttpResponseRedirect(f"/events/{event.slug}/")
        return self._page(event, self._form(event))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        event = self._event(slug)
        form = self._form(event, request.POST)
        if not form.is_valid():
            return self._page(event, form, status=422)
        try:
            outcome = self._register(event, form)
        except SHOWN_IN_FORM as refusal:
            form.refuse(refusal)
            return self._page(event, form, status=_status(refusal))
        remember(request, event, outcome)
        response = HttpResponseRedirect(f"/events/{event.slug}/registered/")
        keep_address(response, self.actor.email or form.cleaned_data["email"].lower(), page=response.url)
        return response

    def _register(self, event: Event, form: RegisterForm) -> Registered:
        return register(
            event_id=event.pk,
            actor=self.actor,
            email=form.cleaned_data.get("email", ""),
            answers=form.answers(),
            ticket_type_id=form.ticket_type_id(),
            allow_public_verification=form.cleaned_data["allow_public_verification"],
            invitation_token=self._token(),
            at=self.at,
            **Registration.person_in(form.cleaned_data),
        )

    def _event(self, slug: str) -> Event:
        return find_public_event(slug, actor=self.actor, at=self.at, token=self._token(), details=True)

    def _token(self) -> str:
        return self.request.GET.get("token", "").replace("\x00", "")[:TOKEN_LENGTH]

    def _invited(self, event: Event) -> dict[str, str]:
        # Somebody who follows a mailed invitation need not type what it was sent to.
        invitation = find_invitation(event.pk, self._token())
        return {"email": invitation.email, "full_name": invitation.full_name} if invitation else {}

    def _form(self, event: Event, data: Any = None) -> RegisterForm:
        return RegisterForm(
            data,
            initial=self._invited(event),
            signed_in=self.actor.is_user,
            questions=event.active_fields,  # type: ignore[attr-defined]
            tickets=tickets_on_sale(event),
            certificates=event.certificates_enabled,
        )

    def _page(self, event: Event, form: RegisterForm, *, status: int = 200) -> HttpResponse:
        own = own_state(self, event)
        response = self.show(
            status=status,
            form=form,
            event=event,
            sessions=event.sessions.all(),
            organizer_name=event.owner.public_organizer_name,
            listed=is_listed(event) and not self._token(),
            canonical=wording.event_address(event),
            summary=wording.summary(event),
            structured_data=wording.structured_data(event),
            calendar_url=wording.calendar_path(event),
            cover_url=cover_url(event),
            google_url=wording.google_calendar_url(event),
            closed_reason=registration_closed_reason(event, self.at),
            all_priced=not tickets_on_sale(event),
            own=own,
            visitor_token=visitor_token(),
        )
        if not self.actor.is_user:
            keep_answer(self.request, event.pk, event.owner_id)
        if self._token():
            response["Referrer-Policy"] = "same-origin"
            response["Cache-Control"] = "no-store, private"
        return response


class RegisteredPage(PageView):
    """What came of a registration, once more after a reload."""

    template = "registrations/registered.html"
    private = True

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        found = request.session.get(_key(slug))
        if not isinstance(found, dict):
            return HttpResponseRedirect(f"/events/{slug}/")
        event = find_public_event(slug, actor=self.actor, at=self.at, token=str(found.get("token", "")))
        return self.show(
            event=event, outcome=found, email=kept_address(request), calendar_url=wording.calendar_path(event)
        )


def remember(request: HttpRequest, event: Event, outcome: Registered) -> None:
    """Keep what the next page tells, in the visitor's own session; never the address."""
    request.session[_key(event.slug)] = {
        "status": outcome.status,
        "position": outcome.position,
        "token": request.GET.get("token", "")[:TOKEN_LENGTH],
    }


def own_state(page: PageView, event: Event) -> wording.RegistrationState | None:
    """Return how the signed-in visitor's own registration for this event stands, unless it is cancelled."""
    if not page.actor.is_user:
        return None
    row = own_registrations(page.actor).filter(event=event).exclude(status=Registration.Status.CANCELLED).first()
    return wording.registration_state(row, event) if row else None


def tickets_on_sale(event: Event) -> list[TicketType]:
    """Return the tickets that can be had here: those that cost money only where it is taken."""
    active = [ticket for ticket in event.ticket_types.all() if ticket.is_active]
    return active if payments_accepted(event.pk) else [ticket for ticket in active if not ticket.price_minor]


def cover_url(event: Event) -> str:
    """Return a signed link to the event's picture, or nothing."""
    if not event.cover_image:
        return ""
    return signed_link(event.cover_image, filename="cover", seconds=COVER_LINK_SECONDS, inline=True)


def is_listed(event: Event) -> bool:
    """Say whether search engines may know this page."""
    return event.visibility == Visibility.PUBLIC and event.status != EventStatus.CANCELLED


def _key(slug: str) -> str:
    return f"registered:{slug}"


def _status(refusal: Refusal) -> int:
    return 422 if isinstance(refusal, ValidationRefused) else refusal.status
