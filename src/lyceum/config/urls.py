"""Every address of the product."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from lyceum.accounts.api.urls import alias_urlpatterns as account_aliases
from lyceum.pages.web.errors import nowhere

# Tried in this order, so the busiest come first.
APPS_WITH_API = [
    "integrations.zoom", "integrations.email", "registrations", "core", "accounts", "events", "certificates",
]  # fmt: skip
APPS_WITH_PAGES = ["accounts", "events", "registrations", "certificates", "integrations.email", "pages"]

# ReDoc writes its styles as it runs, and searches in a worker that it makes itself.
redoc = csp_replace({"style-src": [SELF, UNSAFE_INLINE], "worker-src": [SELF, "blob:"]})(
    SpectacularRedocView.as_view(url_name="schema")
)

v1 = [path("", include(f"lyceum.{app}.api.urls")) for app in APPS_WITH_API]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(v1)),
    path("api/", include(account_aliases)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="swagger-ui"),
    path("api/redoc/", redoc, name="redoc"),
    path("admin/", admin.site.urls),
    path("", include("lyceum.core.http.urls")),
    *(path("", include(f"lyceum.{app}.web.urls")) for app in APPS_WITH_PAGES),
]
if settings.DEBUG:
    urlpatterns.append(path("dev/", include("lyceum.config.dev_urls")))
    # Last of all: with DEBUG on Django would answer unknown addresses with a page of its own.
    urlpatterns.append(re_path("", nowhere))

handler400 = "lyceum.pages.web.errors.bad_request"
handler403 = "lyceum.pages.web.errors.permission_denied"
handler404 = "lyceum.pages.web.errors.not_found"
handler500 = "lyceum.pages.web.errors.server_error"
