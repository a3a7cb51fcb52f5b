"""The first minute: which Python, which index, what is done already."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path)
    monkeypatch.setattr(module, "BIN", tmp_path / "bin")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE", "UV_FIND_LINKS", "UV_HTTP_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    return module


def test_it_needs_nothing_but_the_standard_library():
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import runpy; runpy.run_path({str(ROOT / 'scripts/bootstrap.py')!r})",
    ]
    subprocess.run(command, check=True)


def test_what_is_installed_is_known_by_its_locks(bootstrap: ModuleType, tmp_path: Path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert not bootstrap.is_ready("run")
    bootstrap.stamp_path("run").write_text(bootstrap.stamp("run"))
    assert bootstrap.is_ready("run")
    assert not bootstrap.is_ready("dev")
    bootstrap.stamp_path("run").write_text("an older lock")
    assert not bootstrap.is_ready("run")


def test_an_environment_for_development_can_run(bootstrap: ModuleType, tmp_path: Path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    bootstrap.stamp_path("dev").write_text(bootstrap.stamp("dev"))
    assert bootstrap.is_ready("run")


def test_uv_is_told_what_pip_was_told(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch):
    options = {"index-url": "proto://mirror/simple", "extra-index-url": "a b", "default-timeout": "180", "quiet": "1"}
    monkeypatch.setattr(bootstrap, "pip_options", lambda: options)
    environment = bootstrap.uv_environment()
    assert environment["UV_DEFAULT_INDEX"] == "proto://mirror/simple"
    assert environment["UV_INDEX"] == "a b"
    assert environment["UV_HTTP_TIMEOUT"] == "180"
    assert environment["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_uvs_own_settings_stand(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "proto://ours/simple")
    monkeypatch.setattr(bootstrap, "pip_options", lambda: {"index-url": "proto://other/simple"})
    environment = bootstrap.uv_environment()
    assert environment["UV_DEFAULT_INDEX"] == "proto://ours/simple"
    assert "UV_INDEX_STRATEGY" not in environment or environment["UV_INDEX_STRATEGY"] != "unsafe-best-match"


def test_pips_words_are_read_with_the_environment_winning(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch):
    listing = (
        ":env:.index-url='proto://env/simple'\nglobal.extra-index-url='a\\nb'\nglobal.index-url='proto://file/simple'\n"
    )
    answer = subprocess.CompletedProcess([], 0, stdout=listing)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_args, **_options: answer)
    assert bootstrap.pip_options() == {"index-url": "proto://env/simple", "extra-index-url": "a b"}


def test_an_unknown_word_is_answered_with_the_usage(bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]):
    assert bootstrap.main(["everything"]) == 2
    assert "bootstrap.py run|dev" in capsys.readouterr().err
