"""The address that Zoom posts to."""

from __future__ import annotations

from typing import Any, ClassVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from drf_spectacular.utils import OpenApiParameter

from lyceum.core import clock
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import MethodNotAllowed, ParseRefused, PayloadTooLarge, Refusal, ServiceUnavailable
from lyceum.core.http.refusals import json_refusal
from lyceum.integrations.inbound.api.inputs import ZoomWebhookInput
from lyceum.integrations.inbound.api.outputs import ZoomWebhookOutput
from lyceum.integrations.inbound.services.receive_zoom_webhook import receive_zoom_webhook
from lyceum.integrations.zoom.signature import SignatureInvalid

log = structlog.get_logger(__name__)


class ZoomWebhookView(ApiView):
    """Takes Zoom's deliveries. Each is signed with the webhook's secret over `v0:{timestamp}:{body}`, and needs no
    sign-in. It is stored and answered at once, and worked on afterwards; the same delivery sent again is stored
    once.
    """

    tag = "Webhooks"

    audience = Audience.SIGNED
    authentication_classes = ()
    throttle_classes = ()
    throttle_scope_name = None
    answers_stored = False
    input_serializer_class = ZoomWebhookInput
    output_serializer_class = ZoomWebhookOutput
    success_statuses: ClassVar[dict[str, int]] = {"post": 200}
    refusals: ClassVar[dict[str, tuple[type[Refusal], ...]]] = {
        "*": (SignatureInvalid, PayloadTooLarge, ServiceUnavailable, MethodNotAllowed)
    }
    schema_parameters: ClassVar[dict[str, list[Any]]] = {
        "post": [
            OpenApiParameter("x-zm-signature", str, OpenApiParameter.HEADER, description="v0= and the HMAC in hex."),
            OpenApiParameter("x-zm-request-timestamp", str, OpenApiParameter.HEADER, description="Seconds since 1970."),
        ]
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
            # Zoom tries again after a 5xx, and only then; so this is no loss.
            log.exception("zoom_webhook_not_stored")
            return json_refusal(ServiceUnavailable())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take a delivery from Zoom.

        `endpoint.url_validation` is answered with `plainToken` and `encryptedToken`.
        """
        body = _read(request)
        return JsonResponse(receive_zoom_webhook(body=body, headers=request.headers, at=clock.now()))


def _read(request: HttpRequest) -> bytes:
    """Return the raw body, refused by its announced length before a byte of it is read."""
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
    return body
