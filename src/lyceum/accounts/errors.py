"""What accounts refuses."""

from lyceum.core.errors import Refusal


class AuthenticationFailed(Refusal):
    code = "AUTHENTICATION_FAILED"
    status = 401
    message = "The email address and password don't match. Please check both and try again."


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
