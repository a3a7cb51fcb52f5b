"""The address that Zoom posts to."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter

from lyceum.integrations.inbound.api.views.receiving import ReceivingView
from lyceum.integrations.zoom.api.inputs import ZoomWebhookInput
from lyceum.integrations.zoom.api.outputs import ZoomWebhookOutput
from lyceum.integrations.zoom.rules.webhooks import ZOOM


class ZoomWebhookView(ReceivingView):
    """Take Zoom's signed deliveries about meetings and webinars, and answer its check of the address.

    A delivery is stored once and answered at once. The request needs Zoom's signature, and no sign-in.
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
