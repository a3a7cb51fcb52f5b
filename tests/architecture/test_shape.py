"""Files stay short, names say what they hold, every app has the same parts."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, LAYERS, ROOT, SOURCE, python_files, shown, tree

LONGEST_FILE, LONGEST_FUNCTION = 600, 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "lib", "tools", "stuff"}
EVERYWHERE = [SOURCE, ROOT / "tests", ROOT / "scripts", ROOT / "bench", ROOT / "demo"]
PARTS = [
    "README.md",
    "__init__.py",
    "apps.py",
    "models",
    "selectors.py",
    "services",
    "errors.py",
    "facts.py",
    "admin.py",
]
FACES = ["api/urls.py", "web/urls.py", "migrations/0001_initial.py"]


def test_no_file_is_longer_than_600_lines():
    files = {shown(path): len(path.read_text().splitlines()) for path in python_files(*EVERYWHERE)}
    assert {name: lines for name, lines in files.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines():
    found = {}
    for path in python_files(*EVERYWHERE):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found[f"{shown(path)}:{node.name}"] = lines
    assert found == {}


def test_a_modules_name_says_what_it_holds():
    paths = [*python_files(*EVERYWHERE), *(path for path in SOURCE.rglob("*") if path.is_dir())]
    assert [shown(path) for path in paths if path.stem in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("app", APPS)
def test_an_app_is_complete(app: str):
    missing = [part for part in [*PARTS, *FACES] if not (SOURCE / app / part).exists()]
    assert missing == []


@pytest.mark.parametrize("layer", [layer for layer in LAYERS if layer != "config"])
def test_a_readme_says_what_a_layer_owns(layer: str):
    own = SOURCE / layer
    folders = [path.parent for path in own.glob("*/__init__.py")] if layer == "integrations" else [own]
    assert [shown(folder) for folder in folders if not (folder / "README.md").exists()] == []


def test_every_layer_has_chosen_its_row():
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages == set(LAYERS)


def reasonless(path: Path) -> list[str]:
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.search(r"#\s*noqa(?::[ A-Z0-9,]+)?(?P<rest>.*)$", line)
        if match and not re.search(r"--\s*\w", match["rest"]):
            found.append(f"{shown(path)}:{number}")
    return found


def test_an_exception_from_a_rule_gives_its_reason():
    assert [place for path in python_files(*EVERYWHERE) for place in reasonless(path)] == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")
    found = []
    for folder in (SOURCE, ROOT / "tests", ROOT / "scripts", ROOT / "docs", ROOT / "bench"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".md", ".css", ".js"} and "static/pages/vendor" not in str(path):
                found += [shown(path) for line in path.read_text().splitlines() if marks.search(line)]
    assert found == []


def test_the_two_lists_of_layers_agree():
    text = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r'containers = \["lyceum"\]\nlayers = \[(.*?)\]', text, re.DOTALL)
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed[1]) == LAYERS
