"""The page behind a mailed link on which somebody without a name enters theirs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lyceum.core.actors import Actor
from lyceum.core.web import PageView
from lyceum.registrations.models import Registration
from lyceum.registrations.services.give_name import give_name
from lyceum.registrations.services.guest_links import find_by_link
from lyceum.registrations.web.forms import NameForm


class GuestNamePage(PageView):
    """Asks for the name that is printed on the certificate. With a name there is nothing to ask."""

    template = "registrations/name.html"
    private = True

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        registration = find_by_link(key)
        return _place(key) if registration.name else self._page(registration, NameForm(), key)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        registration = find_by_link(key)
        form = NameForm(request.POST)
        if not form.is_valid():
            return self._page(registration, form, key, status=422)
        give_name(
            registration_id=registration.pk,
            full_name=form.cleaned_data["full_name"],
            actor=Actor.guest(email=registration.email),
            at=self.at,
        )
        messages.success(request, "Thank you. This name goes on your certificate.")
        return _place(key)

    def _page(self, registration: Registration, form: NameForm, key: str, *, status: int = 200) -> HttpResponse:
        return self.show(status=status, form=form, event=registration.event, back=f"/r/{key}/")


def _place(key: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"/r/{key}/")
