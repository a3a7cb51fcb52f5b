"""Uploaded files: judged by their content, never by name or declared type."""

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageCms, ImageOps

from lyceum.core.errors import ValidationRefused
from lyceum.core.files.pdf_process import PdfUnreadable, run_pdf_process

MEGABYTE = 1024 * 1024
IMAGE_BYTES = 5 * MEGABYTE
DOCUMENT_BYTES = 10 * MEGABYTE
# 24 megapixels is a large camera's picture, and 100 MB while it is decoded.
IMAGE_PIXELS = 24_000_000
_KINDS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "WEBP": ("image/webp", "webp")}
_MARKUP = re.compile(rb"<(\?xml|!doctype|svg|html|script|!--)", re.IGNORECASE)
_LONGEST_SIDE = 30_000


class ReadableFile(Protocol):
    """The part of Django's UploadedFile that is used; any binary file has it."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class CheckedImage:
    """A picture that was decoded in full and written anew, without anybody's metadata."""

    content: bytes
    content_type: str
    extension: str
    width: int
    height: int


@dataclass(frozen=True)
class CheckedPdf:
    """A PDF that opens without a password; the size is the first page's, in points, as it is shown."""

    content: bytes
    pages: int
    width: float
    height: float


def check_image(
    file: ReadableFile,
    max_bytes: int = IMAGE_BYTES,
    max_pixels: int = IMAGE_PIXELS,
    *,
    formats: Sequence[str] = ("PNG", "JPEG", "WEBP"),
    field: str = "file",
) -> CheckedImage:
    """The picture, decoded and encoded again: upright, in sRGB, its first frame, and nothing hidden in it.

    max_pixels: width × height; read from the header, before anything is decoded.
    formats: of PNG, JPEG and WEBP, those that are welcome here.
    field: the name under which a refusal is reported.
    Raises: ValidationRefused (422).
    """
    content = read_bounded(file, max_bytes, field=field)
    if _looks_like_markup(content):
        raise _refused(field, "SVG and other markup can carry scripts. Please save the picture as PNG or JPEG.")
    with warnings.catch_warnings():
        # Pillow warns about sizes that `max_pixels` already judges.
        warnings.simplefilter("ignore")
        return _reencoded(content, max_pixels, formats, field)


def check_pdf(
    file: ReadableFile,
    max_bytes: int = DOCUMENT_BYTES,
    max_pages: int = 1,
    *,
    field: str = "file",
) -> CheckedPdf:
    """The PDF as it came, once a limited process could open it.

    field: the name under which a refusal is reported.
    Raises: ValidationRefused (422) when it is no PDF, needs a password or has too many pages.
    """
    content = read_bounded(file, max_bytes, field=field)
    if not content[:1024].lstrip().startswith(b"%PDF-"):
        raise _refused(field, "This isn't a PDF file.")
    try:
        facts = run_pdf_process("inspect", content)
    except PdfUnreadable as unreadable:
        raise _refused(field, str(unreadable)) from None
    pages = int(facts["pages"])
    if pages > max_pages:
        limit = "one page" if max_pages == 1 else f"{max_pages} pages"
        raise _refused(field, f"The PDF has {pages} pages; it may have {limit}.")
    return CheckedPdf(content=content, pages=pages, width=facts["width"], height=facts["height"])


def render_pdf_page(
    content: bytes, *, dpi: int = 200, max_pixels: int = IMAGE_PIXELS, field: str = "file"
) -> CheckedImage:
    """The first page as a PNG, drawn in a limited process; a page too large for `max_pixels` gets fewer dots.

    Raises: ValidationRefused (422).
    """
    try:
        facts = run_pdf_process("render", content, dpi=dpi, max_pixels=max_pixels)
    except PdfUnreadable as unreadable:
        raise _refused(field, str(unreadable)) from None
    return CheckedImage(facts["image"], "image/png", "png", int(facts["width"]), int(facts["height"]))


def read_bounded(file: ReadableFile, max_bytes: int, *, field: str = "file") -> bytes:
    """The whole content, when it is neither empty nor larger than allowed.

    Raises: ValidationRefused (422).
    """
    too_large = f"The file is larger than {_human(max_bytes)}. Please choose a smaller one."
    if (getattr(file, "size", 0) or 0) > max_bytes:
        raise _refused(field, too_large)
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _refused(field, too_large)
    if not content:
        raise _refused(field, "The file is empty.")
    return content


def _reencoded(content: bytes, max_pixels: int, formats: Sequence[str], field: str) -> CheckedImage:
    unreadable = _refused(field, f"This isn't a picture that can be read. Please use {_listed(formats)}.")
    try:
        image = Image.open(io.BytesIO(content), formats=list(formats))
        width, height = image.size
        kind = image.format or ""
    except Image.DecompressionBombError:
        # Pillow itself stops at sizes far beyond these limits, before it tells them.
        raise _refused(field, _too_many_pixels(max_pixels)) from None
    except Exception:  # noqa: BLE001 -- a damaged file makes Pillow's readers fail in any way there is
        raise unreadable from None
    if width * height > max_pixels or max(width, height) > _LONGEST_SIDE:
        raise _refused(field, _too_many_pixels(max_pixels))
    try:
        image.load()
        plain = _plain_picture(image)
    except Exception:  # noqa: BLE001 -- as above, while decoding
        raise unreadable from None
    content_type, extension = _KINDS[kind]
    output = io.BytesIO()
    if kind == "JPEG":
        plain.convert("RGB").save(output, "JPEG", quality=90, optimize=True)
    elif kind == "WEBP":
        plain.save(output, "WEBP", quality=90)
    else:
        plain.save(output, "PNG")
    return CheckedImage(output.getvalue(), content_type, extension, plain.width, plain.height)


def _plain_picture(image: Image.Image) -> Image.Image:
    """A copy of the pixels alone, upright, in sRGB."""
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
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=target
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A damaged profile is no reason to refuse the picture: its colours are taken as they are.
        return image
    return converted or image


def _looks_like_markup(content: bytes) -> bool:
    start = content[:512].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").replace(b"\x00", b"")
    return _MARKUP.match(start) is not None


def _refused(field: str, message: str) -> ValidationRefused:
    return ValidationRefused(errors={field: [message]})


def _too_many_pixels(limit: int) -> str:
    return f"The picture has too many pixels; at most {limit:,} are possible. Please scale it down."


def _listed(formats: Sequence[str]) -> str:
    names = [{"WEBP": "WebP"}.get(name, name) for name in formats]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _human(size: int) -> str:
    return f"{size // MEGABYTE} MB" if size >= MEGABYTE else f"{size // 1024 or 1} KB"
