"""Known weaknesses fail the build where they can be looked up; where they can't, that is said."""

import importlib.util
import json
from datetime import date
from typing import Any

import pytest

from tests.architecture.sources import ROOT

spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
assert spec is not None
assert spec.loader is not None
audit: Any = importlib.util.module_from_spec(spec)
__import__("sys").modules["audit"] = audit
spec.loader.exec_module(audit)

WEAK = {"id": "PYSEC-2026-7", "aliases": ["CVE-2026-1234"], "fix_versions": ["5.2.20"], "description": "…"}
FOUND = {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": [WEAK]}], "fixes": []}
CLEAN = {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": []}, {"name": "amqp", "skip_reason": "…"}]}
NOBODY = {"dependencies": [{"name": "django", "skip_reason": "Dependency not found"}]}
EXCEPTION = '[[exception]]\nid = "CVE-2026-1234"\npackage = "django"\nreason = "Not reached."\nuntil = 2026-12-31\n'


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (FOUND, 1, "django 5.2.19: PYSEC-2026-7, CVE-2026-1234; use 5.2.20"),
        (CLEAN, 0, "1 requirements looked up, 0 of 0 weaknesses to mend."),
        (NOBODY, 0, "skipped: no index of advisories can be reached"),
        (None, 0, "skipped: no index of advisories can be reached"),
    ],
)
def test_what_an_index_says_decides(
    answer: Any, status: int, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Done:
        stdout = "Network is unreachable" if answer is None else json.dumps(answer)

    monkeypatch.setattr(audit.subprocess, "run", lambda *_arguments, **_options: Done)
    assert audit.main() == status
    assert says in capsys.readouterr().out


def test_an_exception_holds_until_its_day() -> None:
    [finding] = audit.read_report(json.dumps(FOUND)).findings
    exceptions = audit.read_exceptions(EXCEPTION)
    assert audit.is_excepted(finding, exceptions, date(2026, 12, 31))
    assert not audit.is_excepted(finding, exceptions, date(2027, 1, 1))
    assert not audit.is_excepted(finding, audit.read_exceptions(EXCEPTION.replace("django", "flask")), date(2026, 1, 1))
    with pytest.raises(SystemExit, match="needs id, package, reason and until"):
        audit.read_exceptions(EXCEPTION.replace('reason = "Not reached."\n', ""))


def test_the_exceptions_are_understood() -> None:
    assert all(row["until"] for row in audit.read_exceptions((ROOT / "requirements" / "advisories.toml").read_text()))
    assert "scripts/audit.py" in (ROOT / ".ci" / "run").read_text()
