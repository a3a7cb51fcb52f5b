"""Runs `pdf_worker.py`: strangers' PDFs are opened in a process that has little memory and little time."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

SECONDS: Final = 20
_WORKER = Path(__file__).with_name("pdf_worker.py")
_MESSAGES = {
    "password": "The PDF is protected with a password. Please save it without one.",
    "empty": "The PDF has no pages.",
    "damaged": "The PDF can't be read; it seems to be damaged.",
}


class PdfUnreadable(Exception):
    """The PDF can't be used; the text says why, for people."""


def run_pdf_process(verb: str, content: bytes, **arguments: int) -> dict[str, Any]:
    """What the worker found out about the PDF.

    verb: "inspect" → pages, width, height (points); "render" with dpi and max_pixels → image (PNG), width, height.
    Raises: PdfUnreadable, also when the process ran out of memory or time.
    """
    command = [sys.executable, "-I", str(_WORKER), verb, json.dumps(arguments)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise PdfUnreadable("The PDF takes too long to read. Please simplify it.") from None
    if done.returncode != 0:
        raise PdfUnreadable(_MESSAGES["damaged"])
    line, _, image = done.stdout.partition(b"\n")
    facts: dict[str, Any] = json.loads(line)
    if "refused" in facts:
        raise PdfUnreadable(_MESSAGES[facts["refused"]])
    return {**facts, "image": image}
