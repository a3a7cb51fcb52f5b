"""Production: closed by default; it does not start without its secrets, with DEBUG, or with a default key."""

from lyceum.config.env import Misconfigured, env, required
from lyceum.config.settings.base import *  # noqa: F403 -- a settings module extends the base one
from lyceum.config.settings.base import ALLOWED_HOSTS, SECRET_KEY_FALLBACKS
from lyceum.config.settings.storages import storages

if env.bool("DEBUG", False):
    raise Misconfigured("DEBUG is on. Production never runs with it; unset DEBUG.")
DEBUG = False
SECRET_KEY = required("SECRET_KEY")
_DEFAULTS = ("django-insecure", "only-for-tests", "change-me")
for _name, _keys in (("SECRET_KEY", [SECRET_KEY]), ("SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS)):
    if any(len(key) < 50 or len(set(key)) < 5 or key.startswith(_DEFAULTS) for key in _keys):
        raise Misconfigured(f"{_name} is too short or a published default. Make one with 50 random characters.")
required("ALLOWED_HOSTS")
# The health checks of a container ask from within it.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]
required("CORS_ALLOWED_ORIGINS")
FRONTEND_URL = required("FRONTEND_URL")
EMAIL_BACKEND = required(
    "EMAIL_BACKEND",
    "Say how mail leaves: smtp, with EMAIL_HOST and its like, or a provider's name, with ANYMAIL. Outright `files` "
    "sends nothing and keeps every mail, with the links that sign people in, in LYCEUM_DATA/mail.",
)
STORAGES = storages()

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.int("TRUSTED_PROXIES", 0) else None
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
