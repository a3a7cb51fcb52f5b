"""No column that names a file is forgotten: files that nothing names are removed."""

import re

from django.apps import apps
from django.db.models import CharField, FileField, TextField

from lyceum.core.files.unused import naming_columns
from lyceum.core.models.fields import StoredFileField
from tests.architecture.sources import SOURCE, python_files

# What sounds like a file's name, and is none.
NO_FILE = {
    "accounts.ApiKey.key_hash",
    "accounts.User.organizer_logo_url",
    "accounts.UserSession.web_session_key",
    "certificates.Certificate.pdf_error",
    "core.IdempotencyKey.key_hash",
    "core.IdempotencyKey.path_hash",
    "core.Job.file_name",
    "email.EmailLog.dedupe_key",
    "outbound.OutboundCall.dedupe_key",
    "registrations.AttendanceMark.participant_key",
    "registrations.AttendanceRecord.participant_key",
    "sessions.Session.session_key",
}
SOUNDS_LIKE_A_FILE = re.compile(
    r"(^|_)(key|file|image|picture|photo|avatar|cover|logo|pdf|archive|attachment|document|video|path)(_|$)"
)


def test_every_column_that_sounds_like_a_file_names_one_or_is_listed():
    sounding = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, CharField | TextField | FileField)
        and SOUNDS_LIKE_A_FILE.search(field.name)
        and not field.choices
    }
    naming = {f"{model._meta.label}.{name}" for model, name in naming_columns()}
    assert sounding - naming == NO_FILE
    assert naming <= sounding
    assert len(naming) >= 9


def test_what_is_stored_is_kept_in_such_a_column():
    """Whatever is assigned straight from the storage is a column that names files."""
    names = {name for _, name in naming_columns()}
    assigned = set()
    for path in python_files(SOURCE):
        assigned |= set(re.findall(r"\.(\w+) = (?:storage\.store|kept\.keep)\(", path.read_text()))
    assert assigned <= names
    assert len(assigned) >= 6


def test_only_the_product_s_own_files_field_is_used():
    fields = [
        field for model in apps.get_models() for field in model._meta.local_fields if isinstance(field, FileField)
    ]
    assert fields == []
    assert StoredFileField(max_length=10).deconstruct()[1] == "django.db.models.CharField"
