"""What the pages around mailed links share: asking for the address, and opening the link."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from lyceum.accounts.web.forms import AddressForm
from lyceum.core import clock
from lyceum.core.errors import Refusal, ValidationRefused
from lyceum.core.http.client_address import client_address
from lyceum.core.web import PageForm, PageView

OUTCOME = "accounts/outcome.html"
TOKEN_LENGTH = 200


class AddressPage(PageView):
    """Asks for an address and mails a link there, with the same answer whether there is an account or not."""

    template = "accounts/form_page.html"
    private = True
    words: ClassVar[dict[str, Any]]
    told: ClassVar[str]

    def ask(self, email: str, *, address: str, at: datetime) -> None:
        """Call the verb that queues the mail."""
        raise NotImplementedError

    def initial(self) -> dict[str, str]:
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=AddressForm(initial=self.initial()), **self.words)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self.show_refused(form, **self.words)
        self.ask(form.cleaned_data["email"], address=client_address(request), at=clock.real_now())
        return self.show(template=OUTCOME, heading="Please look into your inbox", lead=self.told)


class FormPage(PageView):
    """One form for somebody who is signed in, and one verb behind it. What that refuses stands beside the fields."""

    template = "accounts/form_page.html"
    sign_in_needed = True
    form_class: ClassVar[type[PageForm]]
    words: ClassVar[dict[str, Any]] = {}

    def submit(self, form: PageForm) -> HttpResponse:
        """Call the verb with what the form holds, and answer.

        Raises: ValidationRefused, which is shown beside the fields.
        """
        raise NotImplementedError

    def show_form(self, form: PageForm, *, status: int) -> HttpResponse:
        return self.show(form=form, status=status, **self.words)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form(self.form_class(), status=200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.show_form(form, status=422)
        try:
            return self.submit(form)
        except ValidationRefused as refusal:
            form.refuse(refusal)
            return self.show_form(form, status=422)


class LinkPage(PageView):
    """The page that a mailed link opens."""

    template = "accounts/form_page.html"
    private = True
    ask_again: ClassVar[str]

    def show_dead(self, refusal: Refusal, *, heading: str) -> HttpResponse:
        """Say that the link can't be used, and offer a new one."""
        return self.show(
            template=OUTCOME,
            status=refusal.status,
            tone="bad",
            state="This link doesn't work",
            heading=heading,
            lead=refusal.text,
            href=self.ask_again,
            action="Send me a new link",
        )


def link_token(request: HttpRequest) -> str:
    """Return the secret of a mailed link, however it was typed."""
    return request.GET.get("token", "").replace("\x00", "")[:TOKEN_LENGTH]
