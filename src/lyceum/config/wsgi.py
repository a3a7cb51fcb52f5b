"""Django as a WSGI application; `asgi.py` puts what granian serves around it."""

import os

from django.core.wsgi import get_wsgi_application

from lyceum.core.files.permissions import write_privately

write_privately()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")
application = get_wsgi_application()

from lyceum.config.celery import app as celery_app  # noqa: E402 -- Django comes first; requests wake workers through it

__all__ = ["application", "celery_app"]
