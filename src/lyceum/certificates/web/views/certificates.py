"""The pages on which anybody verifies a certificate, and its holder fetches it."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

from lyceum.certificates.rules.certificate_ids import read_certificate_id
from lyceum.certificates.services.download import download_certificate
from lyceum.certificates.services.verify import verify_certificate
from lyceum.certificates.web.forms import NumberForm
from lyceum.certificates.web.wording import fact_lines, outcome_of
from lyceum.core.errors import NotFound
from lyceum.core.ids import parse_id
from lyceum.core.links import absolute
from lyceum.core.web import PageView


class VerifyPage(PageView):
    """Asks for the number; an answer has an address of its own, which can be kept."""

    template = "certificates/verify.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if "certificate_id" not in request.GET:
            return self.show(form=NumberForm())
        form = NumberForm(request.GET)
        if not form.is_valid():
            return self.show_refused(form)
        typed = form.cleaned_data["certificate_id"]
        known = read_certificate_id(typed)
        if known is None:
            form.add_error("certificate_id", "This number can't be right. Please compare it with the paper once more.")
            return self.show_refused(form)
        return HttpResponseRedirect(f"/verify/{quote(known)}/")


class VerifiedPage(PageView):
    """Tells whether the certificate with this number stands.

    The code on the paper leads here. A program, which asks for JSON, is redirected to the API.
    """

    template = "certificates/verified.html"

    def get(self, request: HttpRequest, certificate_id: str) -> HttpResponse:
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            return HttpResponseRedirect(f"/api/v1/public/certificates/verify/{quote(certificate_id, safe='')}/")
        code = read_certificate_id(certificate_id)
        if code is not None and code != certificate_id:
            return HttpResponseRedirect(f"/verify/{quote(code)}/")
        found = verify_certificate(certificate_id=certificate_id, at=self.at)
        outcome = outcome_of(found)
        response = self.show(
            status=outcome.status,
            outcome=outcome,
            facts=fact_lines(found),
            certificate_id=found.certificate_id,
            canonical=absolute(request.path),
        )
        # A revocation must show at once, and somebody's name must not stay in a shared cache.
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        patch_vary_headers(response, ["Accept"])
        return response


class DownloadPage(PageView):
    """Leads to one's own PDF by a signed link that soon expires."""

    sign_in_needed = True

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        certificate_id = parse_id(key)
        if certificate_id is None:
            raise NotFound
        link = download_certificate(certificate_id=certificate_id, actor=self.actor, at=self.at)
        return HttpResponseRedirect(link)
