"""What happens before the product serves."""

from pathlib import Path
from typing import Any

import pytest

from lyceum.pages.management.commands import prepare

pytestmark = pytest.mark.django_db


def test_the_pages_files_are_collected_where_they_are_missing(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    done: list[str] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **_options: done.append(name))
    prepare.Command().handle(stamp=None)
    assert done == ["collectstatic", "ensure_admin"]
    (tmp_path / "staticfiles.json").write_text("{}")
    done.clear()
    prepare.Command().handle(stamp=None)
    assert done == ["ensure_admin"]
    (tmp_path / "staticfiles.json").unlink()
    settings.DEBUG = True
    done.clear()
    prepare.Command().handle(stamp=None)
    assert done == ["ensure_admin"]
