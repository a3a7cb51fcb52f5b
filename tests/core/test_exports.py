"""Exports: streamed, flat in memory, and harmless in a spreadsheet."""

import csv
import io
import subprocess
import sys
import textwrap
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.http import StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from lyceum.core.errors import ValidationRefused
from lyceum.core.exports.tables import neutral_text, stream_table
from lyceum.core.exports.xlsx import stream_xlsx
from lyceum.core.files.names import safe_filename


def body(response: StreamingHttpResponse) -> bytes:
    return b"".join(response)  # type: ignore[arg-type]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.rows]


def test_a_csv_has_a_byte_order_mark_and_quotes_what_needs_it() -> None:
    response = stream_table([["Zoë, Ltd", 'say "hi"', "two\nlines"]], ["A", "B", "C"], kind="csv", filename="people")
    content = body(response)
    assert content == (b"\xef\xbb\xbfA,B,C\r\n" + '"Zoë, Ltd","say ""hi""","two\nlines"\r\n'.encode())
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_values_keep_their_kind() -> None:
    row = [
        1,
        Decimal("2.50"),
        True,
        None,
        datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2))),
        date(2026, 3, 1),
        uuid.UUID(int=7),
        ["a", "b"],
        -5,
    ]
    header = list("abcdefghi")
    assert read_csv(body(stream_table([row], header, kind="csv", filename="x")))[1] == [
        "1", "2.50", "true", "", "2026-03-01T10:00:00Z", "2026-03-01",
        "00000000-0000-0000-0000-000000000007", "a; b", "-5",
    ]  # fmt: skip
    assert read_xlsx(body(stream_table([row], header, kind="xlsx", filename="x")))[1] == [
        1, 2.5, True, None, "2026-03-01T10:00:00Z", "2026-03-01",
        "00000000-0000-0000-0000-000000000007", "a; b", -5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff@x",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "\ufe62x",
        "\x00=1",
        "\u202e=1",
        '=HYPERLINK("http://evil","x")',
    ],
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    for kind, read in (("csv", read_csv), ("xlsx", read_xlsx)):
        cell = read(body(stream_table([[text]], ["Name"], kind=kind, filename="x")))[1][0]
        assert cell.startswith("'")
    sheet = openpyxl.load_workbook(
        io.BytesIO(body(stream_table([[text]], ["Name"], kind="xlsx", filename="x")))
    ).worksheets[0]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("text", ["", "Anne", "a=b", "3-4", "o'Neill", "名前", "👩‍⚕️", "5 = 5"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert neutral_text(text) == text


def test_a_header_that_an_organizer_wrote_is_neutralised_too() -> None:
    assert read_csv(body(stream_table([], ["=cmd|' /C calc'!A0"], kind="csv", filename="x")))[0][0].startswith("'=")


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_any_text_can_be_exported_and_read_back(rows: list[list[str]]) -> None:
    for row in read_csv(body(stream_table(rows, ["a", "b"], kind="csv", filename="x"))):
        assert len(row) == 2
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row if cell)
    assert len(read_xlsx(body(stream_table(rows, ["a", "b"], kind="xlsx", filename="x")))) == len(rows) + 1


def test_text_comes_back_from_a_workbook_as_it_was() -> None:
    texts = ["a & <b>", "two\nlines", " spaced ", "😀 ünï مرحبا", "x" * 40_000]
    cells = [row[0] for row in read_xlsx(body(stream_table([[t] for t in texts], ["h"], kind="xlsx", filename="x")))]
    assert cells[1:5] == texts[:4]
    assert len(cells[5]) == 32_767


def test_a_typed_escape_of_excel_is_not_taken_for_one() -> None:
    content = body(stream_table([["_x000D_ stays"]], ["h"], kind="xlsx", filename="x"))
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "_x005F_x000D_ stays" in sheet


def test_control_characters_and_lone_surrogates_do_not_break_a_file() -> None:
    nasty = "a\x00b\x07c\ud800d\uffffe"
    assert read_csv(body(stream_table([[nasty]], ["h"], kind="csv", filename="x")))[1] == ["abcde"]
    assert read_xlsx(body(stream_table([[nasty]], ["h"], kind="xlsx", filename="x")))[1] == ["abcde"]


def test_rows_beyond_a_sheet_go_to_the_next_one_under_the_same_header() -> None:
    content = b"".join(stream_xlsx([["h"], *[[n] for n in range(5)]], max_rows=3))
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    assert [[c.value for c in s["A"]] for s in workbook.worksheets] == [["h", 0, 1], ["h", 2, 3], ["h", 4]]
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_an_empty_table_is_its_header() -> None:
    assert read_csv(body(stream_table([], ["a", "b"], kind="csv", filename="x"))) == [["a", "b"]]
    assert read_xlsx(body(stream_table([], ["a", "b"], kind="xlsx", filename="x"))) == [["a", "b"]]


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValidationRefused) as refused:
        stream_table([], ["a"], kind="pdf", filename="x")
    assert refused.value.details == {"export_format": ["Choose csv or xlsx."]}


def test_a_query_that_fails_fails_before_the_answer_begins() -> None:
    def rows() -> Iterator[list[str]]:
        raise RuntimeError("database gone")
        yield []

    with pytest.raises(RuntimeError):
        stream_table(rows(), ["a"], kind="csv", filename="x")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_are_read_while_the_answer_is_sent(kind: str) -> None:
    read = 0

    def rows() -> Iterator[list[str]]:
        nonlocal read
        for number in range(50_000):
            read += 1
            yield [str(uuid.uuid5(uuid.NAMESPACE_URL, str(number)))]

    chunks = iter(stream_table(rows(), ["a"], kind=kind, filename="x"))
    for _ in range(2):
        next(chunks)
    assert read < 10_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_thousand_rows_stay_far_below_64_mib(kind: str) -> None:
    script = f"""
        import resource, django
        from django.conf import settings
        settings.configure(SECRET_KEY="x")
        from lyceum.core.exports.tables import stream_table
        def rows():
            for n in range(100_000):
                yield [n, f"Person {{n}}", f"person{{n}}@example.org", "=1", None, True, "confirmed", "x" * 60]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sent = sum(len(c) for c in stream_table(rows(), list("abcdefgh"), kind="{kind}", filename="x"))
        assert sent > 1_000_000
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert float(done.stdout) < 16


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("Spring Course", "Spring Course.csv"),
        ("Spring.csv", "Spring.csv"),
        ("../../etc/passwd", "-..-etc-passwd.csv"),
        ('a"\r\nX-Evil: 1', "a- X-Evil- 1.csv"),
        ("\u202egnp.exe", "gnp.exe.csv"),
        ("", "export.csv"),
        ("...", "export.csv"),
        ("CON", "export.csv"),
        ("\x00\ud800", "export.csv"),
        ("é" * 300, "é" * 100 + ".csv"),
    ],
)
def test_file_names_are_safe(given_name: str, expected: str) -> None:
    assert safe_filename(given_name, extension="csv", fallback="export") == expected


def test_a_name_in_any_script_reaches_the_browser() -> None:
    response = stream_table([], ["a"], kind="csv", filename="Fortbildung für Ärztinnen 名")
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Fortbildung%20f%C3%BCr%20%C3%84rztinnen%20%E5%90%8D.csv"
    )
