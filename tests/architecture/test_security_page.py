"""docs/security.md answers every requirement of the standard's levels 1 and 2, and names only what is there."""

import re

from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+\.\d+\.\d+)(?:–(\d+\.\d+\.\d+))? \| (.+?) \| (.*?) ?\| (.+?) \|$")
ROWS = [match for match in map(ROW.match, PAGE.splitlines()) if match]
STATES = {"held", "held by absence", "not yet", "operator", "not here"}
# OWASP ASVS 5.0.0: the last requirement of levels 1 and 2 in each section, after which those of level 3 come.
LAST = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 11, "6.3": 3, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 3, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
SETTINGS = (ROOT / ".env.example").read_text()


def answered() -> list[str]:
    """Every requirement that a row answers, in the order of the page."""
    found: list[str] = []
    for row in ROWS:
        section, _, first = row[1].rpartition(".")
        last = (row[2] or row[1]).rpartition(".")
        assert last[0] == section, row[0]
        found += [f"{section}.{number}" for number in range(int(first), int(last[2]) + 1)]
    return found


def test_every_requirement_is_answered_once_and_in_order():
    assert answered() == [f"{section}.{number}" for section, last in LAST.items() for number in range(1, last + 1)]


def test_every_row_is_understood():
    rows = [line for line in PAGE.splitlines() if re.match(r"\| \d+\.\d", line)]
    assert [line for line in rows if not ROW.match(line)] == []
    assert {row[5] for row in ROWS} <= STATES


def is_there(name: str) -> bool:
    """Say whether a test, a file or a setting that the page names exists."""
    path, _, test = name.partition("::")
    if test:
        return (ROOT / path).is_file() and re.search(
            rf"^(async )?def {test}\(", (ROOT / path).read_text(), re.M
        ) is not None
    if re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
        return re.search(rf"^#?{name}=", SETTINGS, re.M) is not None
    return (ROOT / path).is_file()


def test_what_holds_a_line_is_there():
    wrong = [f"{row[1]}: {name}" for row in ROWS for name in re.findall(r"`([^`]+)`", row[4]) if not is_there(name)]
    assert wrong == []
    assert [row[1] for row in ROWS if row[5] == "held" and not row[4].strip()] == []


def test_every_test_and_setting_named_anywhere_on_the_page_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?|[A-Z][A-Z0-9]*_[A-Z0-9_]+)`", PAGE)
    assert [name for name in named if not is_there(name)] == []
    assert len(named) > 100
