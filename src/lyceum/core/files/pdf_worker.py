"""A program of its own, started by `pdf_process.py`: reads a PDF from standard input, answers one line of JSON.

It imports nothing of Lyceum, so that it starts fast and holds no secret that a hostile PDF could reach.
"""

import io
import json
import math
import resource
import sys
from typing import Any

import pikepdf
import pypdfium2

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 10


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def inspect(content: bytes) -> dict[str, Any]:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                return {"refused": "password"}
            # The pages are walked, because the number that the file states can be a lie.
            pages = sum(1 for _ in pdf.pages)
    except pikepdf.PasswordError:
        return {"refused": "password"}
    except pikepdf.PdfError:
        return {"refused": "damaged"}
    if pages == 0:
        return {"refused": "empty"}
    try:
        width, height = pypdfium2.PdfDocument(content)[0].get_size()
    except pypdfium2.PdfiumError:
        return {"refused": "damaged"}
    if not (1 <= width <= 14_400 and 1 <= height <= 14_400):
        return {"refused": "damaged"}
    return {"pages": pages, "width": round(width, 2), "height": round(height, 2)}


def render(content: bytes, *, dpi: int, max_pixels: int) -> tuple[dict[str, Any], bytes]:
    found = inspect(content)
    if "refused" in found:
        return found, b""
    points = found["width"] * found["height"]
    scale = min(dpi / 72, math.sqrt(max_pixels / points))
    try:
        picture = pypdfium2.PdfDocument(content)[0].render(scale=scale).to_pil().convert("RGB")
    except pypdfium2.PdfiumError:
        return {"refused": "damaged"}, b""
    output = io.BytesIO()
    picture.save(output, "PNG")
    return {"width": picture.width, "height": picture.height}, output.getvalue()


def main() -> None:
    _limit()
    content = sys.stdin.buffer.read()
    if sys.argv[1] == "render":
        facts, image = render(content, **json.loads(sys.argv[2]))
    else:
        facts, image = inspect(content), b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + image)


if __name__ == "__main__":
    main()
