"""Gathering everything held about a person into one ZIP."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from lyceum.accounts import mails
from lyceum.accounts.models import User
from lyceum.accounts.services.leave import EXPORT_KIND
from lyceum.core.files import storage
from lyceum.core.files.names import safe_filename
from lyceum.core.models import Job
from lyceum.core.personal_data import export_person
from lyceum.core.work.jobs import job_kind

KEPT = timedelta(days=7)
_READ_ME = """This is everything Lyceum holds about you, gathered at {at}.

Each .json file is one kind of data. Times are in UTC.
"""


@job_kind(EXPORT_KIND, says="Gathers all that is held about a person into an archive to download.", personal=True)
def gather(job: Job, *, progress: Callable[..., None], at: datetime) -> dict[str, Any]:
    """Write the ZIP and keep it for seven days. Starting again simply gathers anew."""
    user = User.objects.filter(pk=job.owner_id).first()
    if user is None:
        return {"files": 0}
    with tempfile.TemporaryFile() as archive:
        count = _write(archive, user, at, progress)
        archive.seek(0)
        job.file_key = storage.store("exports", archive, content_type="application/zip")
    job.file_name = "my-data.zip"
    mails.send_export_ready(user, job)
    return {"files": count}


def _write(archive: Any, user: User, at: datetime, progress: Callable[..., None]) -> int:
    count = 0
    with zipfile.ZipFile(archive, "w", compression=zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("READ-ME.txt", _READ_ME.format(at=at.isoformat()))
        for name, rows in export_person(user.person):
            bundle.writestr(safe_filename(name, extension="json"), _as_json(rows))
            count += 1
            progress(done=count)
        if storage.exists(user.avatar_key):
            bundle.writestr(f"avatar.{user.avatar_key.rpartition('.')[2]}", storage.read(user.avatar_key))
    return count


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def purge_exports(at: datetime) -> int:
    """Remove archives that are a week old."""
    old = Job.objects.filter(kind=EXPORT_KIND, finished_at__lt=at - KEPT).exclude(file_key="")
    return sum(drop_archive(job) for job in old[:500])


def drop_archive(job: Job) -> int:
    storage.delete(job.file_key)
    job.file_key = ""
    job.save(update_fields=["file_key", "updated_at"])
    return 1
