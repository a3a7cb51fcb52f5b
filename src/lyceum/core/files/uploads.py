"""Uploaded files: judged by their content, never by name or declared type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from lyceum.core.errors import ValidationRefused
from lyceum.core.files.reading_process import Unreadable, read_file

MEGABYTE = 1024 * 1024
IMAGE_BYTES = 5 * MEGABYTE
# 24 megapixels is a large camera's picture, and 100 MB while it is decoded.
IMAGE_PIXELS = 24_000_000
_KINDS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "WEBP": ("image/webp", "webp")}
_MARKUP = re.compile(rb"<(\?xml|!doctype|svg|html|script|!--)", re.IGNORECASE)
# What a picture is written as: its own kind, PNG, or a JPEG on white as paper is.
SavedAs = Literal["same", "png", "paper"]
_SAVED = {"png": _KINDS["PNG"], "paper": _KINDS["JPEG"]}
_UNREADABLE = {
    "password": "The PDF is protected with a password. Please save it without one.",
    "empty": "The PDF has no pages.",
    "damaged": "The PDF can't be read; it seems to be damaged.",
    "complicated": "This picture is put together in an unusual way. Please save it anew and try again.",
    "limits": "This file takes too long to read. Please simplify it, or save it anew.",
}


class ReadableFile(Protocol):
    """The part of Django's UploadedFile that is used; any binary file has it."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class CheckedImage:
    """A picture that was decoded in full and written anew, without anybody's metadata.

    width, height: as it came, upright; what it was shrunk to for keeping may be less. kind: the extension it came with.
    """

    content: bytes
    content_type: str
    extension: str
    width: int
    height: int
    kind: str


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
    fit: tuple[int, int] | None = None,
    save: SavedAs = "same",
    field: str = "file",
) -> CheckedImage:
    """The picture, decoded and encoded again by a limited process: upright, in sRGB, its first frame, nothing hidden.

    max_pixels: width × height; read from the header, before anything is decoded.
    formats: of PNG, JPEG and WEBP, those that are welcome here.
    fit: width and height to shrink it to. save: what to write it as.
    field: the name under which a refusal is reported.
    Raises: ValidationRefused (422), ServiceUnavailable (503) when too many files are being read.
    """
    content = read_bounded(file, max_bytes, field=field)
    if _looks_like_markup(content):
        raise _refused(field, "SVG and other markup can carry scripts. Please save the picture as PNG or JPEG.")
    says = {
        "unreadable": f"This isn't a picture that can be read. Please use {_listed(formats)}.",
        "pixels": _too_many_pixels(max_pixels),
    }
    facts = _read("picture", content, field, says, formats=list(formats), max_pixels=max_pixels, fit=fit, save=save)
    return _image_of(facts, save)


def draw_pdf_page(
    content: bytes,
    *,
    dpi: int = 200,
    max_pixels: int = IMAGE_PIXELS,
    fit: tuple[int, int] | None = None,
    save: SavedAs = "png",
    field: str = "file",
) -> tuple[CheckedPdf, CheckedImage]:
    """A PDF of one page, and its picture, drawn by a limited process with no more than `max_pixels` dots.

    Raises: ValidationRefused (422), ServiceUnavailable (503).
    """
    if not is_pdf(content):
        raise _refused(field, "This isn't a PDF file.")
    facts = _read("render_pdf", content, field, dpi=dpi, max_pixels=max_pixels, fit=fit, save=save)
    return _pdf_of(content, facts["page"], field), _image_of(facts, save)


def is_pdf(content: bytes) -> bool:
    return content[:1024].lstrip().startswith(b"%PDF-")


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


def _read(
    verb: str, content: bytes, field: str, says: dict[str, str] | None = None, **arguments: Any
) -> dict[str, Any]:
    try:
        return read_file(verb, content, **arguments)
    except Unreadable as unreadable:
        raise _refused(field, {**_UNREADABLE, **(says or {})}[unreadable.reason]) from None


def _image_of(facts: dict[str, Any], save: SavedAs) -> CheckedImage:
    content_type, extension = _SAVED.get(save) or _KINDS[facts["kind"]]
    kind = "pdf" if facts["kind"] == "PDF" else _KINDS[facts["kind"]][1]
    return CheckedImage(facts["image"], content_type, extension, facts["width"], facts["height"], kind)


def _pdf_of(content: bytes, facts: dict[str, Any], field: str) -> CheckedPdf:
    pages = int(facts["pages"])
    if pages > 1:
        raise _refused(field, f"The PDF has {pages} pages; it may have one page.")
    return CheckedPdf(content=content, pages=pages, width=facts["width"], height=facts["height"])


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
