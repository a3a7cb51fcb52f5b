"""Ask an index of advisories whether a requirement has a known weakness. Exit 1 when one has, unless it is excepted.

What runs is asked about: requirements/run.lock, by name and version. Where no index can be reached, or it knows none of
these packages, this says so and passes: a machine without the internet must still be able to check a change.
Exceptions stand in requirements/advisories.toml, each with its reason and the day until which it holds.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "run.lock"
EXCEPTIONS = ROOT / "requirements" / "advisories.toml"
# The first that answers about any package is believed.
SERVICES = ("pypi", "osv")
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Finding:
    """A weakness of a package that we use, by every name that it has."""

    package: str
    version: str
    ids: tuple[str, ...]
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        way_out = f"use {' or '.join(self.fixed_in)}" if self.fixed_in else "there is no fixed version yet"
        return f"{self.package} {self.version}: {', '.join(self.ids)}; {way_out}"


@dataclass(frozen=True)
class Report:
    """What an index said: the packages that it knows, those that it doesn't, and what it found."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]
    findings: tuple[Finding, ...]


def main() -> int:
    report = ask()
    if report is None:
        print("skipped: no index of advisories can be reached from here, so no requirement was looked up.")
        return 0
    if report.unknown:
        print(f"not looked up, because the index doesn't know them: {', '.join(report.unknown)}")
    excepted, today = read_exceptions(EXCEPTIONS.read_text()), datetime.now(UTC).date()
    left = [finding for finding in report.findings if not is_excepted(finding, excepted, today)]
    for finding in left:
        print(finding)
    print(f"{len(report.known)} requirements looked up, {len(left)} of {len(report.findings)} weaknesses to mend.")
    return 1 if left else 0


def ask() -> Report | None:
    """Return what the first index says that knows any of our packages."""
    for service in SERVICES:
        command = [
            Path(sys.executable).with_name("pip-audit"), "--requirement", LOCK, "--require-hashes", "--disable-pip",
            "--vulnerability-service", service, "--format", "json", "--progress-spinner", "off",
        ]  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 -- a fixed list of arguments
                command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
            )
        except subprocess.TimeoutExpired:
            continue
        report = read_report(done.stdout)
        if report is not None and report.known:
            return report
    return None


def read_report(text: str) -> Report | None:
    """Return what pip-audit wrote, or None when it could ask nobody."""
    try:
        rows: list[dict[str, Any]] = json.loads(text)["dependencies"]
    except (ValueError, KeyError):
        return None
    known = [row for row in rows if "skip_reason" not in row]
    findings = [
        Finding(row["name"], row["version"], (one["id"], *one.get("aliases", [])), tuple(one.get("fix_versions", [])))
        for row in known
        for one in row.get("vulns", [])
    ]
    unknown = tuple(row["name"] for row in rows if "skip_reason" in row)
    return Report(tuple(row["name"] for row in known), unknown, tuple(findings))


def read_exceptions(text: str) -> list[dict[str, Any]]:
    """Return the exceptions; each says id, package, reason and until."""
    rows: list[dict[str, Any]] = tomllib.loads(text).get("exception", [])
    for row in rows:
        if set(row) != {"id", "package", "reason", "until"} or not str(row["reason"]).strip():
            raise SystemExit(f"An exception in {EXCEPTIONS.name} needs id, package, reason and until: {row}")
    return rows


def is_excepted(finding: Finding, exceptions: Iterable[dict[str, Any]], today: date) -> bool:
    """Say whether somebody has looked at this and given a reason that still holds today."""
    return any(
        row["package"] == finding.package and row["id"] in finding.ids and today <= row["until"] for row in exceptions
    )


if __name__ == "__main__":
    sys.exit(main())
