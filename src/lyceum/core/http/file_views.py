"""The address behind every signed file link: `/files/<token>/`."""

import logging

from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from lyceum.core.errors import NotFound, ServiceUnavailable
from lyceum.core.files import storage
from lyceum.core.files.names import safe_filename
from lyceum.core.http.refusals import refusal_page

log = logging.getLogger(__name__)

_GONE = "This link doesn't work, or its time is over. Please ask for a new one where you found it."


@require_safe
def serve_file(request: HttpRequest, token: str) -> FileResponse | HttpResponse:
    """Send the file a link stands for; the link is the permission, so nobody has to be signed in.

    Answers 404 for a link that was changed or has expired, and for a file that is gone; 503 when the storage is out
    of reach.
    """
    try:
        grant = storage.read_link(token)
        store = storage.file_store()
        # Asked first, because a remote storage opens lazily and would fail while the answer is under way.
        size = store.size(grant.key)
        file = store.open(grant.key, "rb")
    except (storage.LinkRefused, FileNotFoundError, IsADirectoryError, ValueError, SuspiciousFileOperation):
        return refusal_page(request, NotFound(_GONE))
    except Exception:
        log.exception("file_storage_failed")
        return refusal_page(request, ServiceUnavailable())
    content_type = storage.content_type_of(grant.key)
    inline = grant.inline and content_type in storage.INLINE_TYPES
    name = safe_filename(grant.filename, extension=grant.key.rsplit(".", 1)[-1])
    response = FileResponse(file, as_attachment=not inline, filename=name, content_type=content_type)
    response.block_size = 64 * 1024
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    if content_type != "application/pdf":
        # Browsers' PDF viewers do not start inside a sandbox.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    patch_cache_control(response, private=True, no_store=True)
    return response
