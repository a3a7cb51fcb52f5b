"""A program of its own, started by `reading_process.py`: decodes a file from standard input, answers one line of JSON,
and the picture behind it.

It imports nothing of Lyceum and is started without an environment, so that it starts fast and holds no secret in
memory. Libraries are imported where they are used: a picture doesn't wait for those that read PDFs.
"""

from __future__ import annotations

import io
import json
import math
import re
import resource
import struct
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 8
_LONGEST_SIDE = 30_000
# A progressive JPEG has about ten; each is a pass over the whole picture.
_MOST_SCANS = 20
_MOST_CHUNKS = 20_000
# In a scan's own data 0xFF is followed by zero or a restart mark; anything else is the next marker.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")

Found = tuple[dict[str, Any], bytes]


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def inspect_pdf(content: bytes) -> Found:
    """Answer pages, and the first one's width and height in points."""
    import pikepdf  # noqa: PLC0415 -- see above
    import pypdfium2  # noqa: PLC0415 -- see above

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                return {"refused": "password"}, b""
            # The pages are walked, because the number that the file states can be a lie.
            pages = sum(1 for _ in pdf.pages)
    except pikepdf.PasswordError:
        return {"refused": "password"}, b""
    except pikepdf.PdfError:
        return {"refused": "damaged"}, b""
    if pages == 0:
        return {"refused": "empty"}, b""
    try:
        width, height = pypdfium2.PdfDocument(content)[0].get_size()
    except pypdfium2.PdfiumError:
        return {"refused": "damaged"}, b""
    if not (1 <= width <= 14_400 and 1 <= height <= 14_400):
        return {"refused": "damaged"}, b""
    return {"pages": pages, "width": round(width, 2), "height": round(height, 2)}, b""


def render_pdf(content: bytes, *, dpi: int, max_pixels: int, fit: list[int] | None, save: str) -> Found:
    """Answer the first page as a picture, its width and height in dots, and what `inspect_pdf` found as `page`."""
    import pypdfium2  # noqa: PLC0415 -- see above

    found, _ = inspect_pdf(content)
    if "refused" in found:
        return found, b""
    points = found["width"] * found["height"]
    scale = min(dpi / 72, math.sqrt(max_pixels / points))
    try:
        picture = pypdfium2.PdfDocument(content)[0].render(scale=scale).to_pil().convert("RGB")
    except pypdfium2.PdfiumError:
        return {"refused": "damaged"}, b""
    facts = {"kind": "PDF", "width": picture.width, "height": picture.height, "page": found}
    return facts, _saved(picture, "PNG", fit, save)


def picture(content: bytes, *, formats: list[str], max_pixels: int, fit: list[int] | None, save: str) -> Found:
    """Answer the picture without anybody's metadata, upright, in sRGB, its first frame; its kind, width and height.

    fit: width and height to shrink it to. save: "same" as its kind, "png", or "paper", a JPEG on white.
    """
    from PIL import Image  # noqa: PLC0415 -- see above

    # Pillow warns about sizes that `max_pixels` already judges.
    warnings.simplefilter("ignore")
    if _scans(content) > _MOST_SCANS or _chunks(content) > _MOST_CHUNKS:
        return {"refused": "complicated"}, b""
    try:
        image = Image.open(io.BytesIO(content), formats=formats)
    except Image.DecompressionBombError:
        # Pillow itself stops at sizes far beyond these limits, before it tells them.
        return {"refused": "pixels"}, b""
    except Exception:  # noqa: BLE001 -- a damaged file makes Pillow's readers fail in any way there is
        return {"refused": "unreadable"}, b""
    kind = image.format or ""
    if image.width * image.height > max_pixels or max(image.size) > _LONGEST_SIDE:
        return {"refused": "pixels"}, b""
    try:
        image.load()
        plain = _plain_picture(image)
    except Exception:  # noqa: BLE001 -- as above, while decoding
        return {"refused": "unreadable"}, b""
    return {"kind": kind, "width": plain.width, "height": plain.height}, _saved(plain, kind, fit, save)


def _scans(content: bytes) -> int:
    """Count the scans of a JPEG by its markers, without decoding any."""
    number, place = 0, 2
    while content.startswith(b"\xff\xd8") and (marker := _MARKER.search(content, place)):
        place = marker.end()
        if marker[1] == b"\xd9":
            break
        if number > _MOST_SCANS:
            break
        number += marker[1] == b"\xda"
        place += int.from_bytes(content[place : place + 2], "big")
    return number


def _chunks(content: bytes) -> int:
    """Count the chunks of a PNG."""
    number, place = 0, 8
    while content.startswith(b"\x89PNG") and place + 8 <= len(content) and number <= _MOST_CHUNKS:
        number += 1
        place += 12 + int(struct.unpack_from(">I", content, place)[0])
    return number


def _plain_picture(image: Image.Image) -> Image.Image:
    """A copy of the pixels alone, upright, in sRGB."""
    from PIL import Image, ImageOps  # noqa: PLC0415 -- see above

    upright = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    transparent = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    if profile and upright.mode in {"RGB", "RGBA", "CMYK"}:
        upright = _in_srgb(upright, profile)
    if upright.mode.startswith("I") or upright.mode == "F":
        # Sixteen-bit greys lose their low byte; Pillow's own conversion would clip them to white.
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    plain = upright.convert("RGBA" if transparent else "RGB")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    return fresh


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    from PIL import ImageCms  # noqa: PLC0415 -- see above

    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=target
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A damaged profile is no reason to refuse the picture: its colours are taken as they are.
        return image
    return converted or image


def _saved(image: Image.Image, kind: str, fit: list[int] | None, save: str) -> bytes:
    """Write a picture anew."""
    from PIL import Image  # noqa: PLC0415 -- see above

    if save == "paper" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "#ffffff")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    if fit:
        image.thumbnail((fit[0], fit[1]), Image.Resampling.LANCZOS)
    output = io.BytesIO()
    if save == "paper":
        image.convert("RGB").save(output, "JPEG", quality=90, subsampling=0, optimize=True)
    elif save == "png":
        image.save(output, "PNG", optimize=True)
    elif kind == "JPEG":
        image.convert("RGB").save(output, "JPEG", quality=90, optimize=True)
    elif kind == "WEBP":
        image.save(output, "WEBP", quality=90)
    else:
        image.save(output, "PNG")
    return output.getvalue()


def main() -> None:
    _limit()
    verbs: dict[str, Callable[..., Found]] = {"render_pdf": render_pdf, "picture": picture}
    facts, image = verbs[sys.argv[1]](sys.stdin.buffer.read(), **json.loads(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + image)


if __name__ == "__main__":
    main()
