"""The project's files, for tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lyceum"
# From high to low; a new app must choose its row (and pyproject.toml's layers must say the same).
LAYERS = ["config", "pages", "certificates", "registrations", "events", "accounts", "integrations", "core"]
APPS = ["certificates", "registrations", "events", "accounts"]


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
