"""The pages of certificates."""

from django.urls import URLPattern, URLResolver, path

from lyceum.certificates.web.views import certificates as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("verify/", views.VerifyPage.as_view(), name="verify"),
    path("verify/<str:certificate_id>/", views.VerifiedPage.as_view(), name="verified"),
    path("account/certificates/<str:key>/download/", views.DownloadPage.as_view(), name="own-certificate"),
]
