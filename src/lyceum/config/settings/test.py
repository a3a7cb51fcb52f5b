"""The test suite: fast hashing, work drained by hand, throttles as shipped but lifted unless a test asks."""

import tempfile
from pathlib import Path

from lyceum.config.env import env
from lyceum.config.settings.base import *  # noqa: F403 -- a settings module extends the base one
from lyceum.config.settings.base import DATABASES, THROTTLES

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 50
LYCEUM_DATA = Path(env.str("LYCEUM_DATA", "") or tempfile.mkdtemp(prefix="lyceum-tests-"))
MEDIA_ROOT = LYCEUM_DATA / "media"
if not env.str("DATABASE_URL", ""):
    DATABASES["default"]["NAME"] = ":memory:"
FRONTEND_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
THROTTLES = dict.fromkeys(THROTTLES, "off")
# The tests of kept answers turn it on; the others read what they have just written outright.
PUBLIC_CACHE_SECONDS = 0
REAUTHENTICATION_MINUTES = None
WORK_MODE = "inline"
EMAIL_BACKEND = "memory"
ZOOM_WEBHOOK_SECRET = "zoom-test-secret"  # noqa: S105 -- tests sign with it
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# pytest captures what is logged; the tests of logs configure it themselves.
LOGGING = {"version": 1, "disable_existing_loggers": False}
