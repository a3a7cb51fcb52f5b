"""Jobs as their owner polls them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.response import Response

from lyceum.core.actors import Actor
from lyceum.core.api.fields import UtcDateTimeField
from lyceum.core.api.schema_values import JOB
from lyceum.core.api.views import ApiView, Audience
from lyceum.core.errors import NotFound
from lyceum.core.files.storage import signed_link
from lyceum.core.models.job import Job
from lyceum.core.ownership import own


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
    result = serializers.JSONField(read_only=True, allow_null=True, help_text="The outcome, when it is completed.")
    download_url = serializers.SerializerMethodField(
        help_text="A signed link to a file, if the job makes one; it expires."
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

    def get_download_url(self, job: Job) -> str | None:
        if not job.file_key or job.status != Job.Status.COMPLETED:
            return None
        return signed_link(job.file_key, filename=job.file_name or "download")


class JobView(ApiView):
    """Long work with progress, such as an export of one's data or issuing many certificates."""

    tag = "Jobs"

    audience = Audience.USER
    scope = "jobs"
    output_serializer_class = JobOutput

    def get(self, request: Any, **kwargs: Any) -> Response:
        """Get a job.

        Poll until `status` is `completed` or `failed`. Staff see everybody's.
        """
        job = jobs_visible_to(self.actor).filter(pk=self.path_id()).first()
        if job is None:
            raise NotFound
        return self.answer(job)


def jobs_visible_to(actor: Actor) -> Any:
    """Return the jobs that this actor started; staff see all."""
    return Job.objects.all() if actor.manages_everything else Job.objects.filter(own(actor, "owner"))
