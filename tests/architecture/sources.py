"""The project's files, for tests that read them."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lyceum"
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
# From high to low, those in one row side by side; brackets keep a place for an app that does not exist yet.
ROWS = [re.findall(r"\w+", row) for row in CONTRACTS["layers"]["layers"]]
LAYERS = [name for row in ROWS for name in row if (SOURCE / name).is_dir()]
APPS = [name for name in LAYERS if (SOURCE / name / "models").is_dir() and name != "core"]


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders or (SOURCE,):
        for path in sorted(folder.rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
