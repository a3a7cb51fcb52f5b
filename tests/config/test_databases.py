"""What DATABASE_URL may say."""

from pathlib import Path

import pytest

from lyceum.config.env import Misconfigured, generated_secret
from lyceum.config.settings.databases import databases


def read(monkeypatch: pytest.MonkeyPatch, url: str) -> dict:
    monkeypatch.setenv("DATABASE_URL", url)
    return databases(Path("/data"))["default"]


def test_nothing_means_sqlite_in_the_data_folder(monkeypatch: pytest.MonkeyPatch):
    found = read(monkeypatch, "")
    assert (found["NAME"], found["OPTIONS"]["transaction_mode"]) == ("/data/lyceum.sqlite3", "IMMEDIATE")
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_a_server_with_everything(monkeypatch: pytest.MonkeyPatch):
    found = read(monkeypatch, "postgres://ly%40ceum:p%3Aw%2Fd@db.internal:6543/cpd%20main")
    names = ["USER", "PASSWORD", "HOST", "PORT", "NAME"]
    assert [found[name] for name in names] == ["ly@ceum", "p:w/d", "db.internal", "6543", "cpd main"]


def test_a_socket_file(monkeypatch: pytest.MonkeyPatch):
    found = read(monkeypatch, "postgres://postgres@/lyceum?host=/run/postgresql")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/run/postgresql", "", "lyceum")


@pytest.mark.parametrize("url", ["mysql://x/y", "lyceum", "http://db/lyceum"])
def test_anything_else_is_refused_at_start(monkeypatch: pytest.MonkeyPatch, url: str):
    with pytest.raises(Misconfigured, match="must start with postgres"):
        read(monkeypatch, url)


def test_a_generated_secret_stays_and_is_private(tmp_path: Path):
    first = generated_secret(tmp_path, "key")
    assert generated_secret(tmp_path, "key") == first
    assert len(first) >= 48
    assert (tmp_path / "secrets" / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["key"]
