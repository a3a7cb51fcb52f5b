"""Routes of the certificates API."""

from django.urls import path

from lyceum.certificates.api.views.certificates import EventCertificateViewSet, MyCertificateViewSet
from lyceum.certificates.api.views.templates import TemplateViewSet
from lyceum.certificates.api.views.verification import VerifyView

_event = "events/<str:event_uuid>/certificates/"

urlpatterns = [
    path("templates/", TemplateViewSet.as_view({"get": "list", "post": "create"}), name="templates"),
    path(
        "templates/<str:uuid>/",
        TemplateViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="template",
    ),
    path(
        "templates/<str:uuid>/set-default/", TemplateViewSet.as_view({"post": "set_default"}), name="template-default"
    ),
    path("templates/<str:uuid>/versions/", TemplateViewSet.as_view({"get": "versions"}), name="template-versions"),
    path(
        "templates/<str:uuid>/preview/",
        TemplateViewSet.as_view({"get": "preview", "post": "draw"}),
        name="template-preview",
    ),
    path("templates/<str:uuid>/duplicate/", TemplateViewSet.as_view({"post": "duplicate"}), name="template-duplicate"),
    path("templates/<str:uuid>/restore/", TemplateViewSet.as_view({"post": "restore"}), name="template-restore"),
    path(_event, EventCertificateViewSet.as_view({"get": "list"}), name="event-certificates"),
    path(f"{_event}issue/", EventCertificateViewSet.as_view({"post": "issue"}), name="event-certificates-issue"),
    path(f"{_event}summary/", EventCertificateViewSet.as_view({"get": "summary"}), name="event-certificates-summary"),
    path(f"{_event}export/", EventCertificateViewSet.as_view({"get": "export"}), name="event-certificates-export"),
    path(f"{_event}<str:uuid>/", EventCertificateViewSet.as_view({"get": "retrieve"}), name="event-certificate"),
    path(
        f"{_event}<str:uuid>/revoke/",
        EventCertificateViewSet.as_view({"post": "revoke"}),
        name="event-certificate-revoke",
    ),
    path("public/certificates/verify/<str:certificate_id>/", VerifyView.as_view(), name="verify-certificate"),
    path("users/me/certificates/", MyCertificateViewSet.as_view({"get": "list"}), name="my-certificates"),
    path("users/me/certificates/<str:uuid>/", MyCertificateViewSet.as_view({"get": "retrieve"}), name="my-certificate"),
    path(
        "users/me/certificates/<str:uuid>/download/",
        MyCertificateViewSet.as_view({"get": "download", "post": "download"}),
        name="my-certificate-download",
    ),
    path("certificates/", MyCertificateViewSet.as_view({"get": "list"}), name="certificates"),
    path("certificates/<str:uuid>/", MyCertificateViewSet.as_view({"get": "retrieve"}), name="certificate"),
    path(
        "certificates/<str:uuid>/mark-downloaded/",
        MyCertificateViewSet.as_view({"post": "mark_downloaded"}),
        name="certificate-mark-downloaded",
    ),
]
