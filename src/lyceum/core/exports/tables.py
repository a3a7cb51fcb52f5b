"""Tables for spreadsheets, sent while they are read: memory stays flat whatever the length."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Literal

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from lyceum.core.errors import ValidationRefused
from lyceum.core.exports.xlsx import stream_xlsx
from lyceum.core.files.names import safe_filename

ExportKind = Literal["csv", "xlsx"]
Row = Sequence[Any]
Cell = str | int | float | Decimal | bool | None

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM = b"\xef\xbb\xbf"
# Rows put together before they are sent; a chunk for each row costs more than the row.
_ROWS_PER_CHUNK = 200
_TRIGGERS = frozenset("=+-@")
_LEADING_CONTROLS = frozenset("\t\r\n")


def stream_table(rows: Iterable[Row], header: Sequence[str], *, kind: str, filename: str) -> StreamingHttpResponse:
    """A download of `rows` under `header`, as CSV (UTF-8 with BOM) or XLSX.

    rows: read lazily, once; give `queryset.iterator(chunk_size=...)`. The first row is read before
        the answer starts, so a query that fails is an ordinary error and not a broken download.
    kind: "csv" or "xlsx", as the caller sent it.
    filename: any text, with or without an ending.
    Raises: ValidationRefused (422) for another kind.
    """
    encoders: dict[str, Callable[[Iterable[Row]], Iterator[bytes]]] = {"csv": stream_csv, "xlsx": stream_sheet}
    if kind not in encoders:
        raise ValidationRefused(errors={"export_format": ["Choose csv or xlsx."]})
    iterator = iter(rows)
    first = list(islice(iterator, 1))
    response = StreamingHttpResponse(encoders[kind](chain([header], first, iterator)), content_type=CONTENT_TYPES[kind])
    name = safe_filename(filename, extension=kind, fallback="export")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def stream_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as CSV, a chunk at a time, beginning with the byte order mark that Excel needs."""
    yield BOM
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    iterator = iter(rows)
    while batch := list(islice(iterator, _ROWS_PER_CHUNK)):
        writer.writerows([[_csv_text(cell_value(value)) for value in row] for row in batch])
        yield buffer.getvalue().encode("utf-8", errors="replace")
        buffer.seek(0)
        buffer.truncate()


def stream_sheet(rows: Iterable[Row]) -> Iterator[bytes]:
    """The rows as one XLSX workbook, a chunk at a time."""
    return stream_xlsx([cell_value(value) for value in row] for row in rows)


def cell_value(value: object) -> Cell:
    """Return what a cell holds for a value: numbers stay numbers, times are ISO 8601 in UTC, text is harmless."""
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return neutral_text("; ".join(str(item) for item in value))
    return neutral_text(str(value))


def neutral_text(text: str) -> str:
    """The text, made safe for a spreadsheet: what it would run gets an apostrophe in front.

    A cell is dangerous when its first visible character, fullwidth forms included, is one of = + - @,
    or when it starts with a tab or a line break. Characters that no cell may hold (NUL and
    other controls) are dropped first, so that they cannot hide one.
    """
    if not text.isprintable():
        text = "".join(
            character for character in text if character in _LEADING_CONTROLS or not _is_unprintable(character)
        )
    if text[:1] in _LEADING_CONTROLS and text:
        return f"'{text}"
    return f"'{text}" if _first_visible(text) in _TRIGGERS else text


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff"


def _first_visible(text: str) -> str:
    for character in text:
        if character.isspace() or unicodedata.category(character) in {"Cf", "Zs", "Zl", "Zp", "Cc"}:
            continue
        return unicodedata.normalize("NFKC", character)[:1]
    return ""


def _csv_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
