"""`Idempotency-Key`: a repeated POST gets the first one's answer for a day."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.response import Response

from lyceum.core import clock
from lyceum.core.errors import IdempotencyInProgress, IdempotencyKeyReused, ValidationRefused
from lyceum.core.http.client_address import client_address
from lyceum.core.models.idempotency import IdempotencyKey

KEPT = timedelta(hours=24)
# A request that has not answered by then died with its process; the next one with its key takes over.
ABANDONED = timedelta(seconds=90)
_SALT = "lyceum.core.api.idempotency"


class Replayed(Exception):
    """Carries a stored answer past the view."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()


class IdempotentMixin:
    """Makes every POST of a view repeatable, except where the answer must never be stored."""

    answers_stored: ClassVar[bool] = True
    _idempotency_key: IdempotencyKey | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.method == "POST" and "Idempotency-Key" in request.headers and self._stores(request):
            self._idempotency_key = begin(request, at=clock.real_now())

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Replayed):
            return exc.response
        try:
            return super().handle_exception(exc)  # type: ignore[misc]
        except Exception:
            self._forget()
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self._idempotency_key is not None:
            self._keep(response)
        return response

    def _stores(self, request: Request) -> bool:
        return self.answers_stored and "/auth/" not in request.path

    def _keep(self, response: Any) -> None:
        transient = getattr(response, "transient", False)
        if transient or response.status_code == 429 or response.status_code >= 500 or response.streaming:
            self._forget()
        elif isinstance(response, Response):
            response.add_post_render_callback(self._store)
        else:
            self._store(response)

    def _store(self, response: Any) -> None:
        key = self._idempotency_key
        if key is None:
            return
        # Whoever deletes their account is answered too, and what they were answered is erased by then.
        IdempotencyKey.objects.filter(pk=key.pk).update(
            status=response.status_code,
            answer=bytes(response.content),
            content_type=response.get("Content-Type", "")[:100],
            updated_at=clock.now(),
        )

    def _forget(self) -> None:
        if self._idempotency_key is not None:
            self._idempotency_key.delete()
            self._idempotency_key = None


def begin(request: Request, *, at: datetime) -> IdempotencyKey:
    """Claim the key for this request.

    Raises: Replayed with the stored answer, IdempotencyKeyReused (409), IdempotencyInProgress (409).
    """
    raw = request.headers["Idempotency-Key"]
    if not 1 <= len(raw) <= 255:
        raise ValidationRefused({"Idempotency-Key": ["Please send 1 to 255 characters."]})
    identity = {
        "caller": _caller(request),
        "key_hash": _hash(raw.encode("utf-8", "surrogateescape")),
        "path_hash": _hash(request.get_full_path().encode("utf-8", "surrogateescape")),
    }
    body_hash = _body_hash(request)
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(**identity, body_hash=body_hash, expires_at=at + KEPT)
    except IntegrityError:
        return _meet(identity, body_hash, at)


@transaction.atomic
def _meet(identity: dict[str, str], body_hash: str, at: datetime) -> IdempotencyKey:
    key = IdempotencyKey.objects.select_for_update().filter(**identity).first()
    if key is None:
        raise IdempotencyInProgress
    # Both on the real clock: the row's own times are on the product's, which development moves.
    abandoned = key.status is None and key.expires_at - KEPT + ABANDONED <= at
    if key.expires_at <= at or abandoned:
        key.delete()
        return IdempotencyKey.objects.create(**identity, body_hash=body_hash, expires_at=at + KEPT)
    if key.body_hash != body_hash:
        raise IdempotencyKeyReused
    if key.status is None:
        raise IdempotencyInProgress
    response = HttpResponse(bytes(key.answer or b""), status=key.status, content_type=key.content_type or None)
    response["Idempotent-Replayed"] = "true"
    raise Replayed(response)


def _caller(request: Request) -> str:
    user = request.user
    if user and user.is_authenticated:
        return f"user:{user.pk}"
    # Keyed, because all addresses of a network can be tried.
    return f"address:{salted_hmac(_SALT, client_address(request), algorithm='sha256').hexdigest()}"


def _body_hash(request: Request) -> str:
    """What the request says. Of a form with files, its parts: a repeat has a new boundary between them."""
    if not (request.content_type or "").startswith("multipart/"):
        return _hash(request._request.body)  # noqa: SLF001 -- the raw bytes, before any parser
    digest, form = hashlib.sha256(), cast(QueryDict, request.data)
    for name, values in sorted(form.lists()):
        for value in values:
            digest.update(f"{name!r} {getattr(value, 'name', value)!r}".encode())
            if isinstance(value, UploadedFile):
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
    return digest.hexdigest()


def _hash(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
