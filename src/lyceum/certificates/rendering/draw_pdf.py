"""Typst, kept warm: one compiler for each thread, one folder of sources and pictures for each machine."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
import typst
from django.conf import settings

from lyceum.certificates.rendering.fonts import loaded_fonts
from lyceum.certificates.rendering.typst_data import Content, Layout, drawing

STANDARDS: Final[list[Any]] = ["a-2a", "ua-1"]
_SOURCES: Final = Path(__file__).parent / "designs"
_local = threading.local()


class RenderingFailed(Exception):
    """Typst couldn't make a conforming PDF; the text says why. Trying again with the same data fails again."""


def render_pdf(content: Content, layout: Layout) -> bytes:
    """Return one page as a PDF that conforms to PDF/A-2a and PDF/UA-1: the same bytes for the same arguments.

    Raises: RenderingFailed.
    """
    return _compiled(
        content, layout, format="pdf", pdf_standards=STANDARDS, timestamp=int(content.issued_at.timestamp())
    )


def render_png(content: Content, layout: Layout, *, width: int = 1200) -> bytes:
    """Return the page as a PNG for looking at on screens.

    width: in pixels.
    Raises: RenderingFailed.
    """
    points = layout.page.width * layout.page.scale
    return _compiled(content, layout, format="png", ppi=72 * width / points)


def keep_picture(key: str, extension: str, read: Callable[[str], bytes]) -> str:
    """Return the name under which the renderer finds a stored picture; `read(key)` is asked once for each machine.

    key: never changes its content.
    """
    name = f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.{extension}"
    path = _folder() / name
    if not path.exists():
        _write(path, read(key))
    return f"/{name}"


def _compiled(content: Content, layout: Layout, **options: Any) -> bytes:
    data = orjson.dumps(drawing(content, layout), option=orjson.OPT_SORT_KEYS).decode()
    try:
        made = _compiler().compile(sys_inputs={"data": data}, **options)
    except typst.TypstError as error:
        raise RenderingFailed(error.message) from error
    return made if isinstance(made, bytes) else b"".join(made or [])


def _compiler() -> typst.Compiler:
    compiler = getattr(_local, "compiler", None)
    if compiler is None:
        folder = _folder()
        compiler = typst.Compiler(
            str(folder / "certificate.typ"), root=str(folder), font_paths=loaded_fonts(), ignore_system_fonts=True
        )
        _local.compiler = compiler
    return compiler


@cache
def _folder() -> Path:
    """Return the folder with the sources of this version, made when missing."""
    sources = sorted(_SOURCES.glob("*.typ"))
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    folder = Path(settings.LYCEUM_DATA) / "cache" / "certificates" / version
    folder.mkdir(parents=True, exist_ok=True)
    for source in sources:
        _write(folder / source.name, source.read_bytes())
    return folder


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    temporary.write_bytes(content)
    temporary.replace(path)
