"""The base of every address that a vendor posts to."""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError

from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import MethodNotAllowed, ParseRefused, PayloadTooLarge, Refusal, ServiceUnavailable
from lyceum.core.http.refusals import json_refusal
from lyceum.integrations.inbound.errors import SignatureInvalid
from lyceum.integrations.inbound.ports import find_source
from lyceum.integrations.inbound.services.receive import receive

log = structlog.get_logger(__name__)


class ReceivingView(ApiView):
    """Takes a vendor's signed requests: bounded, verified, stored once, answered at once, worked on later.

    There is no sign-in, no throttle and no content negotiation: the signature alone decides.
    source_name: the source that verifies and reads the requests.
    """

    tag = "Webhooks"

    source_name: ClassVar[str]
    max_body_bytes = settings.WEBHOOK_MAX_BYTES
    audience = Audience.SIGNED
    authentication_classes = ()
    throttle_classes = ()
    throttle_scope_name = None
    answers_stored = False
    success_statuses: ClassVar[dict[str, int]] = {"post": 200}
    refusals: ClassVar[dict[str, tuple[type[Refusal], ...]]] = {
        "*": (SignatureInvalid, PayloadTooLarge, ServiceUnavailable, MethodNotAllowed)
    }

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Go past the framework's request handling, which costs more than all the rest of this."""
        try:
            if request.method != "POST":
                raise MethodNotAllowed
            return self.post(request)
        except Refusal as refusal:
            return json_refusal(refusal)
        except (InterfaceError, OperationalError):
            # Vendors try again after a 5xx, and only then; so this is no loss.
            log.exception("inbound_delivery_not_stored", source=self.source_name)
            return json_refusal(ServiceUnavailable())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take what the vendor has sent, and answer before it is worked on."""
        refuse_large_body(request)
        return JsonResponse(receive(source=find_source(self.source_name), request=request, at=clock.now()))


def refuse_large_body(request: HttpRequest) -> None:
    """Read the raw body, unless its announced length is too large already.

    Raises: PayloadTooLarge (413); ParseRefused (400) when the sender broke off.
    """
    try:
        length = int(request.headers.get("content-length") or 0)
    except ValueError:
        length = 0
    if length > settings.WEBHOOK_MAX_BYTES:
        raise PayloadTooLarge
    try:
        body = request.body
    except (UnreadablePostError, OSError) as error:
        raise ParseRefused from error
    if len(body) > settings.WEBHOOK_MAX_BYTES:
        raise PayloadTooLarge
