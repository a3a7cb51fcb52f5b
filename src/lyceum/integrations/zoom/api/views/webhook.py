"""The address that Zoom posts to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter

from lyceum.integrations.inbound.api.views.receiving import ReceivingView
from lyceum.integrations.zoom.api.inputs import ZoomWebhookInput
from lyceum.integrations.zoom.api.outputs import ZoomWebhookOutput
from lyceum.integrations.zoom.rules.webhooks import ZOOM


class ZoomWebhookView(ReceivingView):
    """Takes Zoom's deliveries. Each is signed with the webhook's secret over `v0:{timestamp}:{body}`, and needs no
    sign-in. It is stored and answered at once, and worked on afterwards; the same delivery sent again is stored
    once.
    """

    source_name = ZOOM
    input_serializer_class = ZoomWebhookInput
    output_serializer_class = ZoomWebhookOutput
    schema_parameters: ClassVar[dict[str, list[Any]]] = {
        "post": [
            OpenApiParameter("x-zm-signature", str, OpenApiParameter.HEADER, description="v0= and the HMAC in hex."),
            OpenApiParameter("x-zm-request-timestamp", str, OpenApiParameter.HEADER, description="Seconds since 1970."),
        ]
    }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take a delivery from Zoom.

        `endpoint.url_validation` is answered with `plainToken` and `encryptedToken`.
        """
        return super().post(request)
