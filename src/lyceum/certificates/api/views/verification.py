"""Anybody may verify a certificate."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.response import Response

from lyceum.certificates.api.outputs import VerificationOutput
from lyceum.certificates.errors import CertificateUnknown
from lyceum.certificates.services.verify import verify_certificate
from lyceum.core.api.views import ApiView, Audience


class VerifyView(ApiView):
    """Says whether a certificate stands. Its number is printed on it, and in its QR code.

    A holder who has not agreed to more is shown by number and status alone (`details_private`).
    """

    tag = "Certificates"
    schema_path_words: ClassVar = {"certificate_id": "The number that is printed on the certificate."}
    schema_examples: ClassVar = {"get": {"valid": True, "status": "issued", "details_private": False}}

    audience = Audience.ANYONE
    throttle_scope_name = "public_read"
    output_serializer_class = VerificationOutput
    refusals: ClassVar = {"get": (CertificateUnknown,)}

    def get(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Verify a certificate by its number.

        An unknown number answers 404, with `valid: false` beside the error.
        """
        found = verify_certificate(certificate_id=str(self.kwargs["certificate_id"]), at=self.at)
        if not found.known:
            return Response({"valid": False, **CertificateUnknown().as_json()}, status=404)
        return self.answer(found)
