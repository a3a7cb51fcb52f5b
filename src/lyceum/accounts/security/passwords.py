"""What a new password must be."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lyceum.accounts.models import User
from lyceum.core.errors import ValidationRefused


def check_new_password(password: str, *, user: User, field: str = "password") -> None:
    """Refuse a password that Django's validators refuse (12 characters at least).

    Raises: ValidationRefused (422) under the input's name.
    """
    try:
        validate_password(password, user=user)
    except ValidationError as error:
        raise ValidationRefused({field: [str(message) for message in error.messages]}) from None
