"""Whether a form was sent from one of our own pages.

People who are signed in send the token that was made for them, as Django has it. A page that is the same for every
visitor can hold no such token, and a visitor has no rights that a forged form could use: there it is enough that the
browser says where the form comes from (`Origin`, `Sec-Fetch-Site`, both out of a page's reach). A program that says
neither sends back the token of the page, the same for everybody, and shows by it that it has read the page.
"""

from __future__ import annotations

from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware, RejectRequest

_SALT: Final = "lyceum.core.http.forgery"
_SECONDS: Final = 24 * 3600


class FormsFromHere(CsrfViewMiddleware):
    """The lesser check, for visitors on the pages that let them post (`visitors_may_post`).

    It stands ahead of Django's own, which doesn't ask again where this one has let a form pass, and asks all others.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Leave the cookie to Django's own."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response

    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> HttpResponseForbidden | None:
        if not _is_visitor_on_open_page(request):
            return None
        return super().process_view(request, callback, args, kwargs)

    def _check_token(self, request: HttpRequest) -> None:
        """Raises: RejectRequest. What stands in `Origin`, if anything, was found to be ours before."""
        site = request.headers.get("Sec-Fetch-Site", "")
        if site == "same-origin" or (not site and "Origin" in request.headers):
            return
        if site or not _is_page_token(request.POST.get("csrfmiddlewaretoken", "")):
            raise RejectRequest("The form was not sent from one of our own pages.")


def visitor_token() -> str:
    """Return what a visitor's form holds in place of a token of their own."""
    return signing.dumps("visitor", salt=_SALT)


def _is_visitor_on_open_page(request: HttpRequest) -> bool:
    view = getattr(request.resolver_match.func, "view_class", None) if request.resolver_match else None
    return bool(getattr(view, "visitors_may_post", False)) and not request.user.is_authenticated


def _is_page_token(given: str) -> bool:
    try:
        return bool(signing.loads(given, salt=_SALT, max_age=_SECONDS) == "visitor")
    except signing.BadSignature:
        return False
