"""What an operator may set is documented, production is strict, the schema and migrations are complete."""

import os
import re
import secrets
import subprocess
import sys

import pytest
from django.core.management import call_command
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from lyceum.core.management.commands import facts, jobs
from tests.architecture.sources import ROOT, SOURCE, python_files

READ = re.compile(r'(?:\benv\.\w+|\brequired|\bminutes_or_off)\(\s*f?"([A-Z][A-Z0-9_]+)"')
# Reserved for parts that come later, or read by compose.yaml itself.
NOT_READ_BY_US = {
    "PAYMENT_PROVIDER", "MOCK_PAYMENT_SUCCESS_RATE", "MOCK_PAYMENT_PROCESSING_DELAY", "STRIPE_PUBLIC_KEY",
    "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL", "SEARCH_BACKEND", "ELASTICSEARCH_URL",
    "POSTGRES_PASSWORD",
}  # fmt: skip
GOOD = {
    "LYCEUM_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ALLOWED_HOSTS": "cpd.example.org",
    "CORS_ALLOWED_ORIGINS": "https://cpd.example.org",
    "FRONTEND_URL": "https://cpd.example.org",
    "ENCRYPTION_KEYS": secrets.token_urlsafe(48),
    "STAFF_SECOND_FACTOR": "required",
    "EMAIL_BACKEND": "smtp",
}


def documented() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M))


def test_every_setting_is_documented():
    read = {name for path in python_files(SOURCE) for name in READ.findall(path.read_text())}
    assert read | NOT_READ_BY_US == documented()


def test_every_setting_stands_in_the_operators_book():
    text = (ROOT / "docs" / "operations.md").read_text()
    assert {name for name in documented() if f"`{name}`" not in text} == set()


def manage(tmp_path, *arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {**GOOD, "LYCEUM_DATA": str(tmp_path), "PATH": os.environ["PATH"]}
    for name, value in changes.items():
        if value is None:
            del environment[name]
        else:
            environment[name] = value
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_deploy_check_is_clean(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ENCRYPTION_KEYS": None}, "core.W001"),
        ({"STAFF_SECOND_FACTOR": None}, "accounts.W001"),
        ({"STAFF_SECOND_FACTOR": "optional"}, "accounts.W001"),
    ],
)
def test_the_deploy_check_warns(tmp_path, changes: dict[str, str | None], says: str):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **changes)
    assert done.returncode != 0
    assert says in done.stderr


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ENCRYPTION_KEYS": "short"}, "core.E001"),
        ({"ENCRYPTION_KEYS": "ab" * 30}, "core.E001"),
        ({"STAFF_SECOND_FACTOR": "yes"}, "accounts.E001"),
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
        ({"CORS_ALLOWED_ORIGINS": " "}, "CORS_ALLOWED_ORIGINS is not set"),
        ({"FRONTEND_URL": None}, "FRONTEND_URL is not set"),
        (
            {"EMAIL_BACKEND": None},
            "EMAIL_BACKEND is not set. Production needs it; see .env.example. Say how mail",
        ),
        ({"EMAIL_BACKEND": " "}, "EMAIL_BACKEND is not set"),
        ({"EMAIL_BACKEND": "pigeon"}, "EMAIL_BACKEND is 'pigeon'"),
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 60}, "SECRET_KEY is too short or a published default"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS is too short or a published default"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short or a published default"),
        ({"SECRET_KEY": "ab" * 30}, "SECRET_KEY is too short or a published default"),
        ({"LYCEUM_ENV": "prod"}, "it must be development, test or production"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must start with"),
        ({"STORAGE_BACKEND": "ftp"}, "STORAGE_BACKEND must be"),
    ],
)
def test_production_refuses_to_start(tmp_path, changes: dict[str, str | None], says: str):
    done = manage(tmp_path, "check", **changes)
    assert done.returncode != 0
    assert says in done.stderr


def test_mails_go_to_files_in_production_only_when_it_is_said_outright(tmp_path):
    assert manage(tmp_path, "check", EMAIL_BACKEND="files").returncode == 0


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


def test_the_schema_is_made_without_a_warning(capsys):
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    GENERATOR_STATS.emit_summary()
    assert capsys.readouterr().err == ""
    assert not GENERATOR_STATS


def test_the_table_of_facts_is_current():
    written = (ROOT / "docs" / "facts.md").read_text()
    assert written.rstrip("\n") == facts.table().rstrip("\n"), "run: manage.py facts > docs/facts.md"


def test_the_table_of_what_runs_by_itself_is_current():
    written = (ROOT / "docs" / "jobs.md").read_text()
    assert written.rstrip("\n") == jobs.table().rstrip("\n"), "run: manage.py jobs > docs/jobs.md"
