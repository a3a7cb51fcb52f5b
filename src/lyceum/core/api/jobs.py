"""Jobs as their owner polls them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import JOB
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import NotFound, ReauthenticationRequired
from lyceum.core.files.storage import DEFAULT_LINK_SECONDS, signed_link
from lyceum.core.fresh_sign_in import require_fresh_sign_in
from lyceum.core.models.job import Job
from lyceum.core.ownership import own
from lyceum.core.work.jobs import PERSONAL_LINK_SECONDS, find_job_kind, personal_kinds


class JobOutput(serializers.ModelSerializer[Job]):
    """One piece of long work: `result` and `download_url` are filled when it is completed."""

    schema_example: ClassVar[dict[str, Any]] = {
        "uuid": JOB,
        "id": JOB,
        "kind": "certificates.issue",
        "status": "completed",
        "total": 80,
        "result": {"issued": 79, "certificate_uuids": [], "refused": []},
        "download_url": None,
    }

    id = serializers.UUIDField(read_only=True)
    uuid = serializers.UUIDField(read_only=True)
    total = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="How many steps there are; null while unknown."
    )
    result = serializers.SerializerMethodField(
        help_text="The outcome, when it is completed. Null for an API key that may not read what the job is about."
    )
    download_url = serializers.SerializerMethodField(
        help_text="A signed link to a file, if the job makes one; it expires. Null for an API key, as `result`."
    )
    created_at = UtcDateTimeField(read_only=True)
    finished_at = UtcDateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            "uuid",
            "id",
            "kind",
            "status",
            "done",
            "total",
            "result",
            "download_url",
            "error",
            "created_at",
            "finished_at",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {}, "nullable": True})
    def get_result(self, job: Job) -> dict[str, Any] | None:
        return job.result if self._shows_outcome(job) else None

    def get_download_url(self, job: Job) -> str | None:
        if not job.file_key or job.status != Job.Status.COMPLETED or not self._shows_outcome(job):
            return None
        seconds = PERSONAL_LINK_SECONDS if job.kind in personal_kinds() else DEFAULT_LINK_SECONDS
        return signed_link(job.file_key, filename=job.file_name or "download", seconds=seconds)

    def _shows_outcome(self, job: Job) -> bool:
        kind, actor = find_job_kind(job.kind), self.context["actor"]
        return kind.shows_outcome_to(actor) if kind else actor.scopes is None


class JobView(ApiView):
    """Long work with progress, such as an export of one's data or issuing many certificates."""

    tag = "Jobs"

    audience = Audience.USER
    scope = "jobs"
    output_serializer_class = JobOutput
    refusals = {"get": (ReauthenticationRequired,)}

    def get(self, request: Any, **kwargs: Any) -> Response:
        """Get a job.

        Poll until `status` is `completed` or `failed`. Staff see everybody's, except those that gather a person's own
        data: these are for that person alone, no API key opens them, and once the file is there they want a sign-in of
        the last few minutes (403 `REAUTHENTICATION_REQUIRED`).
        """
        job = jobs_visible_to(self.actor).filter(pk=self.path_id()).first()
        if job is None:
            raise NotFound
        if job.kind in personal_kinds() and job.file_key:
            require_fresh_sign_in(self.actor, at=clock.real_now())
        return self.answer(job)


def jobs_visible_to(actor: Actor) -> Any:
    """Return the jobs that this actor started; staff see all but those that are personal."""
    mine = own(actor, "owner")
    rows = Job.objects.all() if actor.manages_everything else Job.objects.filter(mine)
    personal = Q(kind__in=personal_kinds())
    return rows.filter(~personal | mine if actor.scopes is None else ~personal)
