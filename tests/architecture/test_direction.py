"""High imports low, rows point down, vendors stay in their folders."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey
from importlinter.cli import lint_imports

from tests.architecture.sources import ROOT, ROWS, SOURCE, imported_modules, python_files, shown

READING = "core/files/reading_worker.py"
# A vendor's library → the only folder (below src/lyceum) that may import it.
VENDORS = {
    "requests": None,
    "stripe": "integrations/stripe",
    "httpx": "integrations",
    "tenacity": "integrations",
    "anymail": "integrations/email",
    "boto3": "integrations/storage",
    "botocore": "integrations/storage",
    "google.cloud": "integrations/storage",
    "sentry_sdk": "core/observability/reporting.py",
    "typst": "certificates/rendering",
    "fontTools": "certificates/rendering",
    # What decodes strangers' files: a program of its own, with little memory and little time.
    "pypdfium2": READING,
    "pikepdf": READING,
    "PIL": READING,
}
SOFTWARE_WITHOUT_ADDRESSES = ["uv.lock", "run.lock", "dev.lock", "run.in", "dev.in"]


def layer_of(module: str) -> int:
    return next(number for number, row in enumerate(ROWS) if module.split(".")[1] in row)


def test_the_layers_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def foreign_keys() -> Iterator[tuple[str, str, str]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey):
                modules = model.__module__, field.related_model.__module__
                if all(module.startswith("lyceum.") for module in modules):
                    yield *modules, f"{model.__name__}.{field.name}"


def test_rows_point_down_the_layers():
    assert [name for of, to, name in foreign_keys() if layer_of(of) > layer_of(to)] == []


def test_core_names_no_app():
    apps_above = [name for row in ROWS[:-1] for name in row]
    mention = re.compile(rf"\blyceum\.({'|'.join(apps_above)})\b")
    assert [shown(path) for path in python_files(SOURCE / "core") if mention.search(path.read_text())] == []


FACELESS = re.compile(
    r"/(rules|services|models|ledger|work)/|/(selectors|policies|facts|ports|reactions|jobs|mails)\.py$"
)


def test_rules_and_verbs_are_free_of_http():
    wrong = [
        f"{shown(path)} imports {module}"
        for path in python_files()
        if FACELESS.search(shown(path))
        for module in imported_modules(path)
        if module.startswith(("django.http", "django.shortcuts", "django.views"))
    ]
    assert wrong == []


def vendor_imports() -> Iterator[tuple[Path, str, str]]:
    for path in python_files():
        for module in imported_modules(path):
            for vendor in VENDORS:
                if module == vendor or module.startswith(f"{vendor}."):
                    yield path, vendor, module


def test_a_vendor_is_imported_in_its_own_folder_only():
    wrong = []
    for path, vendor, module in vendor_imports():
        folder = VENDORS[vendor]
        if folder is None or not str(path.relative_to(SOURCE)).startswith(folder):
            wrong.append(f"{shown(path)} imports {module}")
    assert wrong == []


def test_what_decodes_uploads_is_run_and_never_imported():
    inside = [shown(path) for path in python_files() if "lyceum.core.files.reading_worker" in imported_modules(path)]
    started = [shown(path) for path in python_files() if "reading_worker.py" in path.read_text()]
    assert inside == []
    assert started == ["src/lyceum/core/files/reading_process.py"]
    # Whatever else can decode a picture or a document is not there to be called.
    others = {"cv2", "imageio", "pypdf", "fitz", "wand", "PyPDF2", "tifffile", "cairosvg", "skimage"}
    assert [shown(path) for path in python_files() if others & set(imported_modules(path))] == []


def test_locks_carry_hashes_and_no_addresses():
    for name in SOFTWARE_WITHOUT_ADDRESSES:
        text = (ROOT / "requirements" / name).read_text()
        assert (
            re.findall(r"(?:https?|file)://\S+|^\s*-(?:i|f)\b.*|^\s*--(?:index|extra|find|trusted).*", text, re.M) == []
        )
    for name in ("uv.lock", "run.lock", "dev.lock"):
        text = (ROOT / "requirements" / name).read_text()
        pinned = re.findall(r"^([a-z0-9._\[\],-]+)==", text, re.M | re.I)
        assert len(pinned) == len(re.findall(r"^[a-z0-9._\[\],-]+==.*\\\n\s+--hash=sha256:", text, re.M | re.I)) > 0


def test_what_runs_is_what_is_tested():
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text()
        return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", text, re.M | re.I))

    run, dev = pins("run.lock"), pins("dev.lock")
    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}
