"""Certificates below an event, and one's own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from lyceum.certificates import selectors
from lyceum.certificates.api.filters import CertificateFilter, EventCertificateFilter
from lyceum.certificates.api.inputs import IssueInput, RevokeInput
from lyceum.certificates.api.outputs import (
    CertificateListOutput,
    CertificateOutput,
    DownloadOutput,
    IssueOutput,
    IssuingSummaryOutput,
    MyCertificateOutput,
)
from lyceum.certificates.errors import AlreadyRevoked, CertificateRevoked, NoPdf, NoTemplate
from lyceum.certificates.exports import EXPORT_HEADER, export_rows
from lyceum.certificates.services.download import download_certificate, mark_downloaded
from lyceum.certificates.services.issue import issue_certificates
from lyceum.certificates.services.revoke import revoke_certificate
from lyceum.core.api.jobs import JobOutput
from lyceum.core.api.views import ApiViewSet, Audience
from lyceum.core.exports.tables import stream_table
from lyceum.core.models import Job


class EventCertificateViewSet(ApiViewSet):
    """The certificates of one of the organizer's own events. None can be deleted or edited; one can be revoked and
    issued again.
    """

    tag = "Certificates"
    schema_examples: ClassVar = {
        "revoke": {
            "status": "revoked",
            "revoked_at": "2027-04-02T13:20:00Z",
            "revocation_category": "error",
            "revocation_reason": "The name was misspelt; a new certificate follows.",
        }
    }

    audience = Audience.ORGANIZER
    scope = "certificates"
    shows_people = ("list", "retrieve", "revoke", "export")
    filterset_class = EventCertificateFilter
    search_fields = ("certificate_id", "award__person_name", "award__person_email")
    ordering_fields = ("issued_at", "event_date", "status", "created_at")
    ordering = ("-issued_at",)
    refusals: ClassVar = {"issue": (NoTemplate,), "revoke": (AlreadyRevoked,)}
    input_serializers: ClassVar = {"issue": IssueInput, "revoke": RevokeInput}
    output_serializers: ClassVar = {
        "list": CertificateListOutput,
        "issue": IssueOutput,
        "summary": IssuingSummaryOutput,
        "export": None,
    }
    output_serializer_class = CertificateOutput
    success_statuses: ClassVar[dict[str, Any]] = {"issue": (200, 202), "revoke": 200}
    schema_answers: ClassVar = {"issue": {202: JobOutput}}
    schema_parameters: ClassVar = {
        "export": [OpenApiParameter("export_format", str, enum=["csv", "xlsx"], description="csv unless told.")]
    }

    def list(self, request: HttpRequest, **kwargs: Any) -> Response:
        """List an event's certificates.

        The newest come first. `in_doubt=true` names those whose ground a later correction took away: they stand until
        you revoke them.
        """
        return self.page(selectors.certificates_of(self.actor, self.path_id("event_uuid")))

    def retrieve(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Get one certificate of an event."""
        return self.answer(selectors.find_certificate(self.actor, self.path_id("event_uuid"), self.path_id()))

    def issue(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Issue certificates.

        To the registrations named, or, without `registration_uuids`, to everybody who has earned one. Rows that can't
        have one are named in `refused`. For more than 50 the answer is 202 with a job to poll.
        """
        event_id = self.path_id("event_uuid")
        # An absent list means all, an empty one nobody.
        given = self.read_input()
        outcome = issue_certificates(
            event_id=event_id, actor=self.actor, at=self.at, registration_ids=given.get("registration_uuids"),
            template_id=given.get("template_uuid"), send_notification=given["send_notification"],
        )  # fmt: skip
        if isinstance(outcome, Job):
            return Response(JobOutput(outcome, context=self.get_serializer_context()).data, status=202)
        return self.answer(outcome.as_data())

    def revoke(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Revoke a certificate.

        For good. Whoever checks it sees that it was revoked, and the category.
        """
        event_id, certificate_id, given = self.path_id("event_uuid"), self.path_id(), self.read_input()
        revoke_certificate(
            certificate_id=certificate_id, event_id=event_id, actor=self.actor, at=self.at, reason=given["reason"],
            category=given["category"], notify=given["notify_attendee"],
        )  # fmt: skip
        return self.answer(selectors.find_certificate(self.actor, event_id, certificate_id))

    def summary(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Count an event's certificates.

        Who attended, who has earned one, and how many are issued.
        """
        return self.answer(selectors.certificate_summary(self.actor, self.path_id("event_uuid")))

    def export(self, request: HttpRequest, **kwargs: Any) -> StreamingHttpResponse:
        """Download an event's certificates as a table.

        Takes the filters of the list.
        """
        found = self.filter_queryset(selectors.certificates_of(self.actor, self.path_id("event_uuid")))
        kind = self.request.query_params.get("export_format", "csv")
        return stream_table(export_rows(found), EXPORT_HEADER, kind=kind, filename="certificates")


class MyCertificateViewSet(ApiViewSet):
    """The certificates of the person who is signed in."""

    tag = "Your certificates"

    audience = Audience.USER
    scope = "certificates"
    filterset_class = CertificateFilter
    search_fields = ("certificate_id", "award__subject_title")
    ordering_fields = ("issued_at", "event_date", "created_at")
    ordering = ("-issued_at",)
    refusals: ClassVar = {"download": (NoPdf, CertificateRevoked)}
    output_serializers: ClassVar = {"download": DownloadOutput}
    output_serializer_class = MyCertificateOutput
    success_statuses: ClassVar = {"download": 200, "mark_downloaded": 200}

    def list(self, request: HttpRequest, **kwargs: Any) -> Response:
        """List your certificates.

        The newest come first.
        """
        return self.page(selectors.own_certificates(self.actor))

    def retrieve(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Get one of your certificates."""
        return self.answer(selectors.find_own_certificate(self.actor, self.path_id()))

    def download(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Get a link to the PDF of your certificate.

        The link is signed and expires. It is counted as a download.
        """
        link = download_certificate(certificate_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer({"download_url": link})

    def mark_downloaded(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Count a download of your certificate.

        For programs that fetched the PDF by `pdf_url`.
        """
        certificate = mark_downloaded(certificate_id=self.path_id(), actor=self.actor, at=self.at)
        return self.answer(certificate)
