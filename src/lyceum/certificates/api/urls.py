"""Routes of the certificates API."""

from django.urls import path

from lyceum.certificates.api.views.certificates import EventCertificateViewSet, MyCertificateViewSet
from lyceum.certificates.api.views.templates import TemplateViewSet
from lyceum.certificates.api.views.verification import VerifyView

_event = "events/<str:event_uuid>/certificates/"

_template = TemplateViewSet.as_view
_certificate = EventCertificateViewSet.as_view
_mine = MyCertificateViewSet.as_view
# The addresses that the aliases below stand for.
_MY_LIST = "GET /api/v1/users/me/certificates/"
_MY_ONE = f"{_MY_LIST}{{uuid}}/"

urlpatterns = [
    path("templates/", _template({"get": "list", "post": "create"}), name="templates"),
    path(
        "templates/<str:uuid>/",
        _template({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="template",
    ),
    path("templates/<str:uuid>/set-default/", _template({"post": "set_default"}), name="template-default"),
    path("templates/<str:uuid>/versions/", _template({"get": "versions"}), name="template-versions"),
    path(
        "templates/<str:uuid>/preview/",
        _template({"get": "preview", "post": "draw"}),
        name="template-preview",
    ),
    path("templates/<str:uuid>/duplicate/", _template({"post": "duplicate"}), name="template-duplicate"),
    path("templates/<str:uuid>/restore/", _template({"post": "restore"}), name="template-restore"),
    path(_event, _certificate({"get": "list"}), name="event-certificates"),
    path(f"{_event}issue/", _certificate({"post": "issue"}), name="event-certificates-issue"),
    path(f"{_event}summary/", _certificate({"get": "summary"}), name="event-certificates-summary"),
    path(f"{_event}export/", _certificate({"get": "export"}), name="event-certificates-export"),
    path(f"{_event}<str:uuid>/", _certificate({"get": "retrieve"}), name="event-certificate"),
    path(
        f"{_event}<str:uuid>/revoke/",
        _certificate({"post": "revoke"}),
        name="event-certificate-revoke",
    ),
    path("public/certificates/verify/<str:certificate_id>/", VerifyView.as_view(), name="verify-certificate"),
    path("users/me/certificates/", _mine({"get": "list"}), name="my-certificates"),
    path("users/me/certificates/<str:uuid>/", _mine({"get": "retrieve"}), name="my-certificate"),
    path(
        "users/me/certificates/<str:uuid>/download/",
        _mine(
            {"get": "download", "post": "download"},
            alias_of={"POST": f"{_MY_ONE}download/"},
        ),
        name="my-certificate-download",
    ),
    path(
        "certificates/",
        _mine({"get": "list"}, alias_of={"GET": _MY_LIST}),
        name="certificates",
    ),
    path(
        "certificates/<str:uuid>/",
        _mine({"get": "retrieve"}, alias_of={"GET": _MY_ONE}),
        name="certificate",
    ),
    path(
        "certificates/<str:uuid>/mark-downloaded/",
        _mine({"post": "mark_downloaded"}),
        name="certificate-mark-downloaded",
    ),
]
