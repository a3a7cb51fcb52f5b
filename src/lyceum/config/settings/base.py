"""Settings that every set-up shares. Each value that an operator may change comes from the environment."""

from datetime import timedelta
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from lyceum.config import personal_data
from lyceum.config.api_page import OPENING, TAGS
from lyceum.config.env import ROOT, data_folder, env, environment, minutes_or_off
from lyceum.config.settings.databases import caches, databases
from lyceum.core.observability.logs import logging_config

# Lets `Manager[Event]` and the like stand in code that runs.
django_stubs_ext.monkeypatch()

LYCEUM_ENV = environment()
LYCEUM_DATA = data_folder()
DEBUG = False

HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
FRONTEND_URL = env.str("FRONTEND_URL", f"http://{HOST}:{PORT}")
# What was signed with these keys is still believed, while SECRET_KEY signs what is new.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [])
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "x-request-id"]
CORS_EXPOSE_HEADERS = ["retry-after", "x-request-id", "content-disposition"]
CORS_URLS_REGEX = r"^/api/.*$"

INSTALLED_APPS = [
    "lyceum.pages",
    "lyceum.pages.admin_app.LyceumAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "django_htmx",
    "lyceum.core",
    "lyceum.integrations.inbound",
    "lyceum.integrations.outbound",
    "lyceum.integrations.zoom",
    "lyceum.integrations.email",
    "lyceum.accounts",
    "lyceum.events",
    "lyceum.registrations",
    "lyceum.recordings",
    "lyceum.learning",
    "lyceum.certificates",
]

MIDDLEWARE = [
    "lyceum.core.http.middleware.EarlyMiddleware",
    "lyceum.core.observability.logs.RequestLogMiddleware",
    "lyceum.core.http.health.Liveness",
    "lyceum.core.http.public_answers.PublicAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "lyceum.core.http.pages_only.PageCSP",
    "lyceum.core.http.pages_only.PageSessions",
    "django.middleware.common.CommonMiddleware",
    "lyceum.core.http.bodies.BodyLimits",
    "lyceum.core.http.forgery.FormsFromHere",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lyceum.core.http.pages_only.PageAuthentication",
    "lyceum.accounts.web.middleware.PageStaffRights",
    "lyceum.core.http.pages_only.PageMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lyceum.core.http.pages_only.PageHtmx",
]

ROOT_URLCONF = "lyceum.config.urls"
WSGI_APPLICATION = "lyceum.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

DATABASES: dict[str, Any] = databases(LYCEUM_DATA)
CACHES: dict[str, Any] = caches(LYCEUM_DATA)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/account/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# What secrets are encrypted with in the database: the first encrypts, all decrypt, and so does SECRET_KEY.
ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS", [])
# "required": staff rights only where the sign-in was made with a second factor. What isn't "optional" counts as that.
STAFF_SECOND_FACTOR = env.str("STAFF_SECOND_FACTOR", "optional")

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(LYCEUM_DATA / "static"))
MEDIA_ROOT = LYCEUM_DATA / "media"
STORAGE_BACKEND = env.str("STORAGE_BACKEND", "local")
# How long a request's body may take to arrive.
REQUEST_BODY_SECONDS = env.float("REQUEST_BODY_SECONDS", 30.0)
# How large a body may be is judged by its route (core/http/bodies.py) before it is read. What is no upload stays in
# memory; an upload may have its file on disk while it is read, at most as large as the route states.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# How many proxies stand in front, and so how many X-Forwarded-For entries can be believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "lyceum.accounts.api.authentication.JWTAuthentication",
        "lyceum.accounts.api.authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["lyceum.core.api.permissions.AudiencePermission"],
    "DEFAULT_THROTTLE_CLASSES": ["lyceum.core.api.throttling.ScopeThrottle"],
    "DEFAULT_PAGINATION_CLASS": "lyceum.core.api.paging.Page",
    "PAGE_SIZE": 20,
    "DEFAULT_FILTER_BACKENDS": [
        "lyceum.core.api.filters.StrictFilterBackend",
        "lyceum.core.api.filters.SearchFilter",
        "lyceum.core.api.filters.StrictOrderingFilter",
    ],
    "DEFAULT_RENDERER_CLASSES": ["lyceum.core.http.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "lyceum.core.http.rendering.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "lyceum.core.api.schema.Schema",
    "EXCEPTION_HANDLER": "lyceum.core.api.refusals.refuse",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lyceum",
    "DESCRIPTION": OPENING,
    "TAGS": TAGS,
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Else the page has a stranger's server read the schema, to show a badge.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api(/v1)?",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "EventStatusEnum": "lyceum.events.models.choices.EventStatus",
        "EventTypeEnum": "lyceum.events.models.choices.EventType",
        "RevocationCategoryEnum": "lyceum.certificates.models.certificate.Certificate.Category",
        "SessionStatusEnum": "lyceum.events.models.choices.SessionStatus",
        "InvitationStatusEnum": "lyceum.events.models.choices.InvitationStatus",
        "ReminderStatusEnum": "lyceum.events.models.choices.ReminderStatus",
        "RegistrationStatusEnum": "lyceum.registrations.models.Registration.Status",
        "CertificateStatusEnum": "lyceum.certificates.models.Certificate.Status",
        "JobStatusEnum": "lyceum.core.models.Job.Status",
        "HeldRoleEnum": ["organizer", "instructor"],
        "PlaceRoleEnum": ["attendee", "organizer"],
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lyceum.core.api.schema_examples.add_examples",
    ],
    "PREPROCESSING_HOOKS": ["lyceum.core.api.schema.only_api"],
}
# What is held about a person is exported and erased in this order.
PERSONAL_DATA_ORDER = personal_data.ORDER

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.int("JWT_ACCESS_MINUTES", 15)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.int("JWT_REFRESH_DAYS", 7)),
    "AUTH_HEADER_TYPES": ("Bearer",),
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "user_uuid",
    "UPDATE_LAST_LOGIN": False,
}

# How long after typing the password the verbs that could cost somebody the account are open; None: always.
REAUTHENTICATION_MINUTES = minutes_or_off("REAUTHENTICATION_MINUTES", "15")

# Scope → "number/period" or "off".
THROTTLES = {
    "anon": env.str("THROTTLE_ANON", "100/hour"),
    "user": env.str("THROTTLE_USER", "1000/hour"),
    "auth_login": env.str("THROTTLE_AUTH_LOGIN", "5/hour"),
    "payment": env.str("THROTTLE_PAYMENT", "5/hour"),
    "public_read": env.str("THROTTLE_PUBLIC_READ", "3600/hour"),
}

# How long answers to visitors without credentials are kept in the memory of each web process, and in so many bytes.
PUBLIC_CACHE_SECONDS = env.int("PUBLIC_CACHE_SECONDS", 5)
PUBLIC_CACHE_BYTES = env.int("PUBLIC_CACHE_MEGABYTES", 32) * 1024 * 1024

ZOOM_CLIENT_ID = env.str("ZOOM_CLIENT_ID", "")
ZOOM_CLIENT_SECRET = env.str("ZOOM_CLIENT_SECRET", "")
ZOOM_WEBHOOK_SECRET = env.str("ZOOM_WEBHOOK_SECRET", "")
ZOOM_API_URL = env.str("ZOOM_API_URL", "https://api.zoom.us/v2")
ZOOM_OAUTH_URL = env.str("ZOOM_OAUTH_URL", "https://zoom.us/oauth")
WEBHOOK_MAX_BYTES = env.int("WEBHOOK_MAX_BYTES", 256 * 1024)
ATTENDANCE_SETTLE_MINUTES = env.int("ATTENDANCE_SETTLE_MINUTES", 10)
PAYMENT_HOLD_MINUTES = env.int("PAYMENT_HOLD_MINUTES", 30)

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "files")
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
# What a provider of django-anymail needs, for EMAIL_BACKEND=postmark and the like.
ANYMAIL = env.json("ANYMAIL", {})
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Lyceum <no-reply@localhost>")

CERTIFICATE_FONT_DIR = env.str("CERTIFICATE_FONT_DIR", "")
SENTRY_DSN = env.str("SENTRY_DSN", "")
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")
LOGGING: dict[str, Any] = logging_config(debug=False)
DEMO_DATA = env.bool("DEMO_DATA", True)
ADMIN_EMAIL = env.str("ADMIN_EMAIL", "")
ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", "")

REDIS_URL = env.str("REDIS_URL", "")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL)
# "inline" drains in tests by hand; "celery" wakes a worker.
WORK_MODE = "celery"
CELERY_APP = "lyceum.config.celery.app"

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": (),
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 86400
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lyceum.pages.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
BASE_DIR = ROOT
