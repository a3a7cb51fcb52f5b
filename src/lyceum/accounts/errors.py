"""What accounts refuses."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lyceum.core.errors import Refusal


class AuthenticationFailed(Refusal):
    code = "AUTHENTICATION_FAILED"
    status = 401
    message = "The email address and password don't match. Please check both and try again."


@dataclass(frozen=True)
class PasswordStep:
    """Whose password was right. `mark` names that password: once it has changed, the step is worth nothing."""

    user_id: UUID
    mark: str


class SecondFactorRequired(Refusal):
    """The password was right, and the account wants a code too.

    step: for the page that asks for the code; it is no part of the answer.
    """

    code = "SECOND_FACTOR_REQUIRED"
    status = 401
    message = "Please add the code of your authenticator app, or a recovery code."
    step: PasswordStep | None = None


class SecondFactorInvalid(Refusal):
    code = "SECOND_FACTOR_INVALID"
    status = 401
    message = "This code isn't right, or it was used already. Please wait for the next one and try again."


class SecondFactorActive(Refusal):
    code = "SECOND_FACTOR_ACTIVE"
    status = 409
    message = "Two-factor sign-in is on already. Please turn it off first, then set it up anew."


class SecondFactorNotStarted(Refusal):
    code = "SECOND_FACTOR_NOT_STARTED"
    status = 409
    message = "There is no set-up to confirm, or it is more than 15 minutes old. Please start again."


class SecondFactorNotActive(Refusal):
    code = "SECOND_FACTOR_NOT_ACTIVE"
    status = 409
    message = "Two-factor sign-in is off, so there is nothing to change."


class TokenInvalid(Refusal):
    code = "TOKEN_INVALID"
    status = 401
    message = "This sign-in is no longer valid. Please sign in again."


class TokenExpired(Refusal):
    code = "TOKEN_EXPIRED"
    status = 401
    message = "This sign-in has expired. Please refresh it or sign in again."


class LinkInvalid(Refusal):
    code = "INVALID_TOKEN"
    status = 400
    message = "This link isn't valid or was used already. Please ask for a new one."


class LinkExpired(Refusal):
    code = "TOKEN_EXPIRED"
    status = 400
    message = "This link has expired. Please ask for a new one."


class EmailTaken(Refusal):
    code = "EMAIL_TAKEN"
    status = 409
    message = "There is already an account with this address. Please sign in, or reset your password."


class AlreadyOrganizer(Refusal):
    code = "ALREADY_ORGANIZER"
    status = 409
    message = "You are an organizer already."


class AlreadyInstructor(Refusal):
    code = "ALREADY_INSTRUCTOR"
    status = 409
    message = "You are an instructor already."


class RoleNotHeld(Refusal):
    code = "INVALID_STATE"
    status = 409
    message = "You don't have this role, so there is nothing to give back."


class ActiveContent(Refusal):
    code = "ACTIVE_CONTENT"
    status = 409
    message = "You still have active content. Please finish, cancel or remove it first."


class TooManyApiKeys(Refusal):
    code = "TOO_MANY_API_KEYS"
    status = 409
    message = "You have as many API keys as one account can have. Please delete one first."
