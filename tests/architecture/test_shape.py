"""Files stay short, names say what they hold, every app has the same parts."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, LAYERS, ROOT, SOURCE, python_files, shown, tree

LONGEST_FILE, LONGEST_FUNCTION = 600, 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "lib", "tools", "stuff"}
EVERYWHERE = [SOURCE, ROOT / "tests", ROOT / "scripts", ROOT / "bench", ROOT / "demo"]
# What every app has, whatever else of the tree it needs.
NEVER_ABSENT = {"README.md", "apps.py", "models", "migrations", "admin.py"}
# A face that only adds fields to another app's JSON has no routes.
WITHOUT_ROUTES = {"__init__.py", "event_fields.py"}
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def block(after: str) -> list[tuple[str, str]]:
    """The lines of the first fenced block behind a sentence: name, description."""
    text = ARCHITECTURE[ARCHITECTURE.index(after) :].split("```")[1]
    return [(line.split()[0].rstrip("/"), line) for line in text.strip().splitlines()]


TREE = {name for name, _ in block("Every app has the same files")}
FACES = {
    name: set(re.findall(r"[\w.]+\.py|\w+/(?=[,\s])", line))
    for name, line in block("Every app has the same files")
    if name in {"api", "web"}
}
OWN = {name: "+" in line for name, line in block("packages of its own")}


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


def folders() -> list[str]:
    """Every folder laid out like an app: the apps, those of integrations, and packages marked with a plus."""
    integrations = [f"integrations/{path.parent.name}" for path in SOURCE.glob("integrations/*/apps.py")]
    return [*APPS, *integrations, *(name for name, like_an_app in OWN.items() if like_an_app)]


@pytest.mark.parametrize("app", APPS)
def test_an_app_is_complete(app: str):
    assert [part for part in sorted(NEVER_ABSENT) if not (SOURCE / app / part).exists()] == []


@pytest.mark.parametrize("folder", folders())
def test_an_app_holds_nothing_but_the_tree(folder: str):
    allowed = TREE | {"__init__.py", "__pycache__", *(Path(name).name for name in OWN if name.startswith(f"{folder}/"))}
    assert sorted(path.name for path in (SOURCE / folder).iterdir() if path.name not in allowed) == []


@pytest.mark.parametrize("folder", folders())
@pytest.mark.parametrize("face", ["api", "web"])
def test_a_face_has_the_same_inside_everywhere(folder: str, face: str):
    inside = SOURCE / folder / face
    if not inside.exists():
        return
    modules = {path.name for path in inside.iterdir()} - {"__pycache__"}
    assert "urls.py" in modules or modules == WITHOUT_ROUTES
    allowed = FACES[face] | {"__init__.py", "__pycache__"}
    names = {f"{path.name}/" if path.is_dir() else path.name for path in inside.iterdir()}
    assert names - allowed - {"__pycache__/"} == set()


@pytest.mark.parametrize("folder", OWN)
def test_a_package_of_its_own_exists(folder: str):
    assert (SOURCE / folder).is_dir()


def is_there(name: str, before: str) -> bool:
    """Whether a file or folder exists: from `src/lyceum`, beside or above the one named before it, or in some app."""
    starts = [SOURCE, ROOT, *(SOURCE / before).parents, *(SOURCE / folder for folder in folders())]
    return any((start / name).exists() for start in starts if start.is_relative_to(ROOT))


def test_what_the_page_says_where_things_are_is_there():
    section = ARCHITECTURE.split("## Where is …?")[1].split("\n## ")[0]
    missing, seen = [], 0
    for line in section.splitlines():
        before = ""
        for name in re.findall(r"`([a-z_/]+\.py|[a-z_]+/[a-z_]+)`", line):
            seen += 1
            if not is_there(name, before):
                missing.append(name)
            before = name if "/" in name else before
    assert missing == []
    assert seen > 50


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
