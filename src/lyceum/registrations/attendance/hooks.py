"""What attendance contributes to the apps below: it handles Zoom's deliveries about meetings and webinars."""

from lyceum.integrations.inbound.ports import register_handler
from lyceum.integrations.zoom.rules.webhooks import ZOOM
from lyceum.registrations.attendance.services.record_zoom_delivery import HANDLERS

for _family in ("meeting", "webinar"):
    for _name, _handler in HANDLERS.items():
        register_handler(ZOOM, f"{_family}.{_name}", _handler)
