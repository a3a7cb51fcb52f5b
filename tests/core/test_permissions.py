"""What the product writes belongs to its own account, and what an older version left is closed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from lyceum.core.files.permissions import close_to_others, readable_by_everybody, write_privately
from tests.architecture.sources import ROOT

OPEN = {
    "lyceum.sqlite3": "rows", "lyceum.sqlite3-wal": "newer rows", "lyceum.sqlite3-shm": "", "demo-accounts.json": "[]",
    "secrets/secret-key": "key", "mail/1.eml": "a link", "media/proofs/1.pdf": "a name", "logs/lyceum.jsonl": "{}",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _mask_of_before() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.fixture
def left_open(tmp_path: Path) -> Path:
    """A data folder as an older version left it, and beside it what is the operator's own."""
    folder = tmp_path / "data"
    for name, text in (OPEN | {"static/pages.css": "", "operators-own.txt": ""}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def modes(folder: Path) -> dict[str, str]:
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): oct(path.lstat().st_mode & 0o777) for path in paths}


def test_what_was_left_open_is_closed(left_open: Path) -> None:
    assert modes(left_open)["lyceum.sqlite3"] == "0o666"
    assert close_to_others(left_open) == 14
    assert modes(left_open) == {
        **dict.fromkeys(OPEN, "0o600"),
        **dict.fromkeys([".", "secrets", "mail", "media", "media/proofs", "logs"], "0o700"),
        "static": "0o777", "static/pages.css": "0o666", "operators-own.txt": "0o666",
    }  # fmt: skip
    assert close_to_others(left_open) == 0


def test_links_are_not_followed_and_what_everybody_shares_is_left(left_open: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("theirs")
    (left_open / "mail" / "link.eml").symlink_to(outside)
    (left_open / "migrated").symlink_to(tmp_path)
    left_open.chmod(0o1777)
    close_to_others(left_open)
    assert outside.stat().st_mode & 0o777 == 0o666
    assert left_open.stat().st_mode & 0o1777 == 0o1777


def test_files_are_private_but_for_what_is_published(tmp_path: Path) -> None:
    write_privately()
    (tmp_path / "ours").write_text("")
    with readable_by_everybody():
        (tmp_path / "everybodys").write_text("")
    (tmp_path / "ours-again").write_text("")
    assert modes(tmp_path) | {".": ""} == {".": "", "ours": "0o600", "everybodys": "0o644", "ours-again": "0o600"}


def test_what_is_published_is_collected_for_everybody(settings: Any, tmp_path: Path) -> None:
    write_privately()
    (tmp_path / "from" / "pages").mkdir(parents=True)
    (tmp_path / "from" / "pages" / "one.css").write_text("")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [tmp_path / "from"]
    settings.STATIC_ROOT = str(tmp_path / "to")
    call_command("collectstatic", interactive=False, verbosity=0)
    assert modes(tmp_path / "to") == {".": "0o755", "pages": "0o755", "pages/one.css": "0o644"}


def test_preparing_production_writes_privately(left_open: Path, tmp_path: Path) -> None:
    for path in left_open.glob("lyceum.sqlite3*"):
        path.unlink()
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    environment = {
        "PATH": os.environ["PATH"], "LYCEUM_ENV": "production", "LYCEUM_DATA": str(left_open), "EMAIL_BACKEND": "smtp",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdef", "ALLOWED_HOSTS": "cpd.example.org",
        "CORS_ALLOWED_ORIGINS": "https://cpd.example.org", "FRONTEND_URL": "https://cpd.example.org",
        "STATIC_ROOT": str(tmp_path / "static"),
    }  # fmt: skip
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "prepare"], env=environment, cwd=tmp_path, check=True)
    found = modes(left_open)
    ours = {name: mode for name, mode in found.items() if not name.startswith(("static", "operators-own"))}
    assert ours["lyceum.sqlite3"] == "0o600"
    assert set(ours.values()) == {"0o600", "0o700"}


@pytest.mark.parametrize(
    "name", ["manage.py", *(f"src/lyceum/config/{name}.py" for name in ("wsgi", "celery", "serve"))]
)
def test_every_way_to_start_begins_with_it(name: str) -> None:
    """Before Django opens logs and databases."""
    text = (ROOT / name).read_text()
    assert 0 < text.index("write_privately()\n") < text.index("os.environ.setdefault(")
