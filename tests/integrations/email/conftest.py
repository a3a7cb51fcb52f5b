"""Mail kinds of these tests, with templates of their own."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.email.desk import DESK, HTML, TEXT, Desk


@pytest.fixture
def desk(tmp_path: Path, settings: Any) -> Iterator[Desk]:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "trial.html").write_text(HTML)
    (folder / "trial.txt").write_text(TEXT)
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [folder]
    settings.TEMPLATES = templates
    DESK.behave = None
    DESK.built = []
    yield DESK
    DESK.behave = None
