"""What core's own tables, and those of Django beside them, hold about a person."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Func, Q, QuerySet, TextField

from lyceum.core.files import storage
from lyceum.core.models import Delivery, Fact, IdempotencyKey, Job, PeriodicRun
from lyceum.core.personal_data import Held, Person, about_nobody, names_address, register_personal_data

_UNFINISHED = (Job.Status.QUEUED, Job.Status.RUNNING)


def answers_about(person: Person) -> QuerySet[IdempotencyKey]:
    """Return what the person was answered, and the answers to others in which a proven address stands."""
    perhaps = Q(pk__in=[])
    for email in person.emails:
        perhaps |= Q(answer_text__icontains=_in_bytes(email))
    found = IdempotencyKey.objects.annotate(answer_text=_as_text("answer")).filter(perhaps)
    naming = [
        pk
        for pk, answer in found.values_list("pk", "answer")
        if names_address(bytes(answer or b"").decode(errors="replace"), person.emails)
    ]
    return IdempotencyKey.objects.filter(Q(caller=f"user:{person.user_id}") | Q(pk__in=naming))


def admin_entries_about(person: Person) -> QuerySet[LogEntry]:
    """Return what staff did to the account, and whatever else in staff's log names a proven address."""
    perhaps = Q(pk__in=[])
    for email in person.emails:
        perhaps |= Q(object_repr__icontains=email) | Q(change_message__icontains=email)
    found = LogEntry.objects.filter(perhaps).values_list("pk", "object_repr", "change_message")
    naming = [pk for pk, *said in found if names_address("\n".join(said), person.emails)]
    return LogEntry.objects.filter(Q(object_id=str(person.user_id)) | Q(pk__in=naming))


def _as_text(column: str) -> Func:
    """Return a column of bytes as a text that can be searched: ASCII as it is, the rest as each database writes it."""
    postgres = connection.vendor == "postgresql"
    template = "encode(%(expressions)s, 'escape')" if postgres else "CAST(%(expressions)s AS TEXT)"
    return Func(column, template=template, output_field=TextField())


def _in_bytes(text: str) -> str:
    """Return a text as `_as_text` would show it."""
    if connection.vendor != "postgresql":
        return text
    return "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in text.encode())


ANSWERS = Held(
    IdempotencyKey,
    rows=answers_about,
    withheld=dict.fromkeys(
        ("caller", "key_hash", "path_hash", "body_hash", "answer", "content_type"),
        "A copy, kept for a day, of an answer that was given; what it was made of is exported.",
    ),
    deleted=True,
)
JOBS = Held(
    Job,
    rows=lambda person: Job.objects.filter(owner_id=person.user_id).order_by("created_at"),
    file="jobs",
    exported=("id", "kind", "status", "done", "total", "created_at", "finished_at"),
    withheld=dict.fromkeys(("args", "result", "error"), "Ids of rows that are exported, and how the work went.")
    | dict.fromkeys(("file_key", "file_name"), "Where a download is stored."),
    erased_by_app=("args", "result", "file_key", "file_name", "error"),
    kept=dict.fromkeys(("kind", "status"), "That there was such work, and whether it was done."),
)
ADMIN_LOG = Held(
    LogEntry,
    rows=admin_entries_about,
    withheld=dict.fromkeys(("object_id", "object_repr", "change_message"), "What staff did, in staff's own log."),
    erased={"object_repr": "", "change_message": ""},
    kept={"object_id": "The id of a row; it names nobody once the row doesn't."},
)


def erase_plainly(held: Held, person: Person, *, at: datetime) -> None:
    """Erase rows of a model that has no `updated_at`."""
    held.rows(person).update(**held.erased)


def erase_jobs(person: Person, *, at: datetime) -> None:
    """Stop what still runs for the person, and remove what their jobs told and stored.

    A worker that is at one of them finds its claim lost: it stores nothing more, and removes what it has stored.
    Locks: Job.
    """
    rows = list(JOBS.rows(person).select_for_update().order_by("pk"))
    for row in rows:
        if row.status in _UNFINISHED:
            row.status, row.due_at, row.lease_until, row.finished_at = Job.Status.FAILED, None, None, at
        if row.file_key:
            transaction.on_commit(partial(storage.delete, row.file_key))
        row.args, row.result, row.file_key, row.file_name, row.error = {}, None, "", "", ""
        row.save()


about_nobody(
    "Ids, states and moments; who did what when stays as history, and an account's own is exported as such.", Fact
)
about_nobody("Ids, states and errors of work to do; they go when it is long done.", Delivery, PeriodicRun)
about_nobody("What the product is made of: its models, and what staff may do.", ContentType, Permission, Group)
about_nobody(
    "A browser's cookie: ids, and how a registration just made stands. The account's own go with its devices.", Session
)
register_personal_data("repeats", held=(ANSWERS,))
register_personal_data("jobs", held=(JOBS,), erase=erase_jobs)
register_personal_data("admin-log", held=(ADMIN_LOG,), erase=partial(erase_plainly, ADMIN_LOG))
