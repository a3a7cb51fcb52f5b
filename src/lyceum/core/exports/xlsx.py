"""A streaming XLSX writer.

openpyxl's write-only mode collects the whole sheet in a temporary file before the first byte can go
out, which for 100,000 rows keeps a person waiting for longer than proxies do. A workbook is a ZIP of a
few small XML files, and `zipfile` writes to a stream, so the rows leave as they are read.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from typing import Final
from xml.sax.saxutils import escape

Cell = str | int | float | Decimal | bool | None

# Source: Excel specifications and limits, support.microsoft.com (rows of a sheet, characters of a cell).
MAX_ROWS: Final = 1_048_576
MAX_TEXT: Final = 32_767
_EXACT_INTEGER = 10**15
_ROWS_PER_CHUNK = 200
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# `_x000D_` in a sheet is Excel's own escape for a character, so one that was typed is escaped itself.
_LITERAL_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_HEAD = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_TAIL = "</sheetData></worksheet>"
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
    '<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
    '<xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


class _Outbox(io.RawIOBase):
    """What `zipfile` writes into: keeps the bytes only until they are taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(memoryview(data))  # type: ignore[arg-type]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def stream_xlsx(rows: Iterable[Sequence[Cell]], *, max_rows: int = MAX_ROWS) -> Iterator[bytes]:
    """The rows as a workbook, a chunk at a time; the first row is the header, set bold and kept in view.

    max_rows: of one sheet, header included; further rows go to further sheets under the same header.
    """
    outbox = _Outbox()
    # A buffered wrapper is not needed: `zipfile` notices that it cannot seek and writes descriptors.
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        sheets = 0
        for sheet_rows in _sheets(iter(rows), max_rows):
            sheets += 1
            yield from _write_sheet(archive, outbox, sheets, sheet_rows)
        for name, text in _frame(sheets):
            archive.writestr(name, text)
    yield outbox.take()


def _sheets(rows: Iterator[Sequence[Cell]], max_rows: int) -> Iterator[Iterator[Sequence[Cell]]]:
    header = next(rows, [])
    following = list(islice(rows, 1))
    yield chain([header], following, islice(rows, max_rows - 1 - len(following)))
    while following := list(islice(rows, 1)):
        yield chain([header], following, islice(rows, max_rows - 2))


def _write_sheet(
    archive: zipfile.ZipFile, outbox: _Outbox, number: int, rows: Iterator[Sequence[Cell]]
) -> Iterator[bytes]:
    with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as member:
        member.write(_SHEET_HEAD.encode())
        style = ' s="1"'
        while batch := list(islice(rows, _ROWS_PER_CHUNK)):
            parts = []
            for row in batch:
                parts.append(f"<row>{''.join([_cell(value, style) for value in row])}</row>")
                style = ""
            member.write("".join(parts).encode())
            if chunk := outbox.take():
                yield chunk
        member.write(_SHEET_TAIL.encode())


def _cell(value: Cell, style: str) -> str:
    if value is None or value == "":
        return f"<c{style}/>"
    if isinstance(value, bool):
        return f'<c t="b"{style}><v>{int(value)}</v></c>'
    if isinstance(value, (int, float, Decimal)) and isfinite(value) and -_EXACT_INTEGER < value < _EXACT_INTEGER:
        return f"<c{style}><v>{value:f}</v></c>" if isinstance(value, Decimal) else f"<c{style}><v>{value}</v></c>"
    text = _LITERAL_ESCAPE.sub("_x005F_", _fitting(_ILLEGAL.sub("", str(value))))
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _fitting(text: str) -> str:
    """The text, cut where Excel would call the file damaged; it counts in UTF-16 units."""
    if len(text) <= MAX_TEXT // 2:
        return text
    return text.encode("utf-16-le")[: MAX_TEXT * 2].decode("utf-16-le", errors="ignore")


def _frame(sheets: int) -> Iterator[tuple[str, str]]:
    numbers = range(1, sheets + 1)
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_CONTENT}.sheet.main+xml"/><Override PartName="/xl/styles.xml" '
        f'ContentType="{_CONTENT}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_CONTENT}.worksheet+xml"/>'
            for n in numbers
        )
        + "</Types>",
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    yield "xl/styles.xml", _STYLES
