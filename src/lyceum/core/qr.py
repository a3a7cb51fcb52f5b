"""QR codes. Choosing the best of the eight masks costs three times the rest; readers read every mask, so one serves."""

from __future__ import annotations

import io

import segno

_MASK = 2


def qr_code(content: str) -> segno.QRCode:
    """Return the code, with error correction M; what draws it leaves a quiet zone of four modules around it."""
    return segno.make(content, error="m", mask=_MASK, micro=False)


def qr_png(content: str) -> bytes:
    """Return a PNG that a phone's screen shows large enough to scan."""
    output = io.BytesIO()
    qr_code(content).save(output, kind="png", scale=8, border=4)
    return output.getvalue()


def qr_svg(content: str, *, color: str = "#000000", paper: str | None = "#ffffff") -> str:
    """Return an SVG whose width is set by who places it; `paper` None shows what is behind."""
    output = io.BytesIO()
    qr_code(content).save(output, kind="svg", xmldecl=False, border=4, dark=color, light=paper)
    return output.getvalue().decode()


def qr_data_uri(content: str, *, scale: int, border: int = 4) -> str:
    """Return an SVG as an address that a page can show without fetching anything."""
    return str(qr_code(content).svg_data_uri(border=border, scale=scale))
