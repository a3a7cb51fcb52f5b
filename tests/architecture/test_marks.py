"""What touches the differences between the two databases is marked, so that `make test` runs it on SQLite too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

MODULES = sorted((ROOT / "tests").rglob("test_*.py"))
# Migrations; commits of its own; what the database refuses; the connection itself; threads; whole writes; search.
DIFFERENCES = re.compile(
    r"MigrationExecutor|import migrate\b|transaction=True|OperationalError|IntegrityError|DatabaseError|"
    r"from django\.db import [^\n]*\bconnections?\b|threading\.Thread|at_once\(|select_for_update|\.bulk_create\(|"
    r"[?&\"]search[=\"]"
)
# Whole modules that run on one database alone, or in `.ci/run` alone, which runs everything on both.
ELSEWHERE = {"postgres", "slow", "scaled"}


def marks_of(module: Path) -> set[str]:
    """Return the marks that a module gives all of its tests."""
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            return set(re.findall(r"pytest\.mark\.(\w+)", ast.unparse(node.value)))
    return set()


def touches_a_difference(module: Path) -> bool:
    return module.parent.name == "journeys" or bool(DIFFERENCES.search(module.read_text()))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_module_that_touches_a_difference_is_marked(module: Path) -> None:
    marks = marks_of(module)
    if module != Path(__file__) and not marks & ELSEWHERE and touches_a_difference(module):
        assert "both_databases" in marks


def test_it_is_a_part_that_is_marked() -> None:
    marked = [module for module in MODULES if "both_databases" in marks_of(module)]
    assert 40 < len(marked) < len(MODULES) * 2 // 3
