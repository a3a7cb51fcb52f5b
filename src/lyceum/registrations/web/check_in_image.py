"""The check-in code as a picture that a page can carry in itself."""

import segno

from lyceum.registrations.models import Registration


def qr_data_uri(registration: Registration) -> str:
    """Return the code as an SVG in a data address; dark on white, with the quiet zone that scanners need."""
    return str(segno.make(registration.check_in_code, error="m", micro=False).svg_data_uri(border=2, scale=8))
