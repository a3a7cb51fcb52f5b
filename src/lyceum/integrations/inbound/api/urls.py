"""The form of the addresses that vendors post to; each vendor's app has its own."""

from django.urls import URLPattern, path

from lyceum.integrations.inbound.api.views.receiving import ReceivingView


def webhook_path(view: type[ReceivingView]) -> URLPattern:
    """Return the path of a vendor's address, such as `webhooks/zoom/`."""
    return path(f"webhooks/{view.source_name}/", view.as_view(), name=f"webhook-{view.source_name}")
