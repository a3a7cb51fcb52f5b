"""`make run`: debugging on, secrets generated once into the data folder, nothing throttled."""

from lyceum.config.env import env, generated_secret, minutes_or_off
from lyceum.config.settings.base import *  # noqa: F403 -- a settings module extends the base one
from lyceum.config.settings.base import LYCEUM_DATA, THROTTLES, ZOOM_WEBHOOK_SECRET
from lyceum.config.settings.storages import storages
from lyceum.core.observability.logs import logging_config

DEBUG = env.bool("DEBUG", True)
SECRET_KEY = env.str("SECRET_KEY", "") or generated_secret(LYCEUM_DATA, "secret-key")
ZOOM_WEBHOOK_SECRET = ZOOM_WEBHOOK_SECRET or generated_secret(LYCEUM_DATA, "zoom-webhook-secret")
THROTTLES = {scope: env.str(f"THROTTLE_{scope.upper()}", "off") for scope in THROTTLES}
REAUTHENTICATION_MINUTES = minutes_or_off("REAUTHENTICATION_MINUTES", "off")
STORAGES = {
    "default": storages()["default"],
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LOGGING = logging_config(debug=True, folder=LYCEUM_DATA)
