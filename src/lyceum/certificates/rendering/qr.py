"""The QR code as an SVG."""

import io

import segno

# Choosing the mask costs three times the rest, and readers read every mask; one of them also keeps files equal.
_MASK = 2


def qr_svg(content: str, *, color: str = "#000000", paper: str | None = "#ffffff") -> str:
    """Return the SVG of a QR code (error correction M) with its quiet zone; `paper` None shows what is behind."""
    output = io.BytesIO()
    code = segno.make(content, error="m", mask=_MASK, micro=False)
    code.save(output, kind="svg", xmldecl=False, border=4, dark=color, light=paper)
    return output.getvalue().decode()
