"""Refusals: why something is not done, in one shape for the API, the pages and the admin."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """Base of every refusal. A subclass states its code, status and message, or fails at import."""

    code: ClassVar[str]
    status: ClassVar[int]
    message: ClassVar[str]
    # True where the same request may succeed a moment later: such an answer is never replayed.
    transient: ClassVar[bool] = False
    registry: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("code", "status", "message"):
            if not getattr(cls, name, None):
                raise TypeError(f"{cls.__name__} must state its {name}.")
        Refusal.registry[f"{cls.__module__}.{cls.__qualname__}"] = cls

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.text = message or self.message
        self.details = details
        super().__init__(self.text)

    def as_json(self) -> dict[str, Any]:
        """Return the error object of the API."""
        return {"error": {"code": self.code, "message": self.text, "status": self.status, "details": self.details}}


class ValidationRefused(Refusal):
    """Every required field is there, but a value is not acceptable."""

    code = "VALIDATION_ERROR"
    status = 422
    message = "Some values can't be accepted. Please correct them and try again."

    def __init__(self, errors: dict[str, Any], message: str | None = None) -> None:
        super().__init__(message)
        self.details = errors


class MissingField(ValidationRefused):
    """A required field is missing, null or blank."""

    status = 400
    message = "Something required is missing. Please fill it in and try again."


class ParseRefused(Refusal):
    code = "PARSE_ERROR"
    status = 400
    message = "The request's body can't be read. Please check its format and try again."


class NotAuthenticated(Refusal):
    code = "NOT_AUTHENTICATED"
    status = 401
    message = "Please sign in first."


class PermissionDenied(Refusal):
    code = "PERMISSION_DENIED"
    status = 403
    message = "Your account isn't allowed to do this."


class ReauthenticationRequired(Refusal):
    code = "REAUTHENTICATION_REQUIRED"
    status = 403
    message = "Please confirm that it is you: send your password along, or sign in again."


# What staff are told who signed in without a second factor where the settings require one.
STAFF_LACKS_SECOND_FACTOR = (
    "Staff rights need two-factor sign-in here. Please turn it on in your account, or sign in again with a code."
)


class EmailNotVerified(Refusal):
    code = "EMAIL_NOT_VERIFIED"
    status = 403
    message = "Please verify your email address first; the link is in your inbox."


class NotFound(Refusal):
    code = "NOT_FOUND"
    status = 404
    message = "There is nothing here, or it isn't visible to you."


class MethodNotAllowed(Refusal):
    code = "METHOD_NOT_ALLOWED"
    status = 405
    message = "This address doesn't offer that method."


class NotAcceptable(Refusal):
    code = "NOT_ACCEPTABLE"
    status = 406
    message = "This address can't answer in the format that was asked for."


class BodyTooSlow(Refusal):
    code = "REQUEST_TIMEOUT"
    status = 408
    transient = True
    message = "The request's body didn't arrive in time. Please try again on a better connection."


class InvalidState(Refusal):
    code = "INVALID_STATE"
    status = 409
    message = "This isn't possible in the current state."


class ChangedMeanwhile(Refusal):
    """Two changes at one moment: the database let the other one through."""

    code = "CHANGED_MEANWHILE"
    status = 409
    transient = True
    message = "Somebody changed this at the same moment. Please load it again and try once more."


class PayloadTooLarge(Refusal):
    code = "PAYLOAD_TOO_LARGE"
    status = 413
    message = "The request is too large."


class UnsupportedMediaType(Refusal):
    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    message = "This kind of content can't be read here. Please send JSON."


class RateLimited(Refusal):
    code = "RATE_LIMIT_EXCEEDED"
    status = 429
    transient = True
    message = "Too many requests. Please wait a little and try again."


class ServiceUnavailable(Refusal):
    code = "SERVICE_UNAVAILABLE"
    status = 503
    transient = True
    message = "This can't be done right now. Please try again in a few minutes."


class IdempotencyKeyReused(Refusal):
    code = "IDEMPOTENCY_KEY_REUSED"
    status = 409
    message = "This Idempotency-Key was used for a different request. Please use a new one."


class IdempotencyInProgress(Refusal):
    code = "IDEMPOTENCY_IN_PROGRESS"
    status = 409
    message = "The first request with this Idempotency-Key is still running. Please try again in a moment."
