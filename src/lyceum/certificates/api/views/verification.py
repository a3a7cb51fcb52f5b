"""Anybody may check a certificate."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.response import Response

from lyceum.certificates.api.outputs import VerificationOutput
from lyceum.certificates.errors import CertificateUnknown
from lyceum.certificates.services.verifying import verify_certificate
from lyceum.core.api.views import ApiView, Audience


class VerifyView(ApiView):
    """public/certificates/verify/{certificate_id}/"""

    audience = Audience.ANYONE
    throttle_scope_name = "public_read"
    output_serializer_class = VerificationOutput
    refusals: ClassVar = {"get": (CertificateUnknown,)}

    def get(self, request: HttpRequest, **kwargs: Any) -> Response:
        """Tell whether a certificate stands. An unknown one answers 404 with `valid: false`."""
        found = verify_certificate(certificate_id=str(self.kwargs["certificate_id"]), at=self.at)
        if not found.known:
            return Response({"valid": False, **CertificateUnknown().as_json()}, status=404)
        return self.answer(found)
