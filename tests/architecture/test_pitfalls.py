"""Every fault number that a test carries stands on docs/pitfalls.md, and every row there names a test that is there."""

import functools
import io
import re
import tokenize
from pathlib import Path

from tests.architecture.sources import ROOT

TESTS = ROOT / "tests"
NUMBER = re.compile(r"\b[A-H]\d\d\b")
ROW = re.compile(r"^\| ([A-H]\d\d) \| (.+) \| `([\w/]+\.py)::(\w+)` \|$")
PAGE = (ROOT / "docs" / "pitfalls.md").read_text()
ROWS = [match for match in map(ROW.match, PAGE.splitlines()) if match]


def comments(path: Path) -> list[str]:
    """A file's comments and docstrings."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return [
        token.string
        for token in tokens
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.string.startswith('"""'))
    ]


@functools.cache
def carried() -> dict[str, set[str]]:
    """Each number with the files that carry it."""
    found: dict[str, set[str]] = {}
    for path in TESTS.rglob("*.py"):
        if path != Path(__file__):
            for number in {number for text in comments(path) for number in NUMBER.findall(text)}:
                found.setdefault(number, set()).add(str(path.relative_to(TESTS)))
    return found


def test_every_number_stands_on_the_page_once():
    listed = [row[1] for row in ROWS]
    assert sorted(listed) == sorted(carried())


def test_every_row_is_understood():
    rows = [line for line in PAGE.splitlines() if re.match(r"\| [A-H]\d", line)]
    assert [line for line in rows if not ROW.match(line)] == []


def test_every_test_named_is_there_and_in_a_file_that_carries_the_number():
    wrong = [
        row[1]
        for row in ROWS
        if row[3] not in carried().get(row[1], set()) or f"def {row[4]}(" not in (TESTS / row[3]).read_text()
    ]
    assert wrong == []
