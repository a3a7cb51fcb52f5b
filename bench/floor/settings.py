"""Bare Django and DRF over the product's tables: no middleware, no authentication, no throttles."""

from lyceum.config.settings import *  # noqa: F403 -- the product's database and apps
from lyceum.config.settings import REST_FRAMEWORK as PRODUCT

ROOT_URLCONF = "bench.floor.urls"
MIDDLEWARE = []
WORK_MODE = "inline"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": PRODUCT["DEFAULT_RENDERER_CLASSES"],
    "DEFAULT_PARSER_CLASSES": PRODUCT["DEFAULT_PARSER_CLASSES"],
    "UNAUTHENTICATED_USER": None,
}
