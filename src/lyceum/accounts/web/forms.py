"""What people type on the pages of accounts."""

from __future__ import annotations

from typing import Any

from django import forms

from lyceum.core.plain_text import check_name
from lyceum.core.web import PageForm

EMAIL_LENGTH = 254
NAME_LENGTH = 150
PASSWORD_LENGTH = 128
CODE_LENGTH = 64
NEW_PASSWORD_HELP = "At least 12 characters. Several unrelated words make a good one."  # noqa: S105 -- a hint


def _email(**attrs: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", **attrs})
    return forms.EmailField(label="Email", max_length=EMAIL_LENGTH, widget=widget)


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=PASSWORD_LENGTH, strip=False, widget=widget, help_text=help_text)


class SignInForm(PageForm):
    email = _email(autocomplete="username")
    password = _password("Password", "current-password")


class SignUpForm(PageForm):
    first_name = forms.CharField(
        label="First name",
        max_length=NAME_LENGTH,
        validators=[check_name],
        help_text="Your names as they should stand on your certificates.",
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=NAME_LENGTH,
        validators=[check_name],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = _email()
    password = _password("Password", "new-password", NEW_PASSWORD_HELP)


class AddressForm(PageForm):
    email = _email()


class NewPasswordForm(PageForm):
    new_password = _password("New password", "new-password", NEW_PASSWORD_HELP)


class ChangePasswordForm(PageForm):
    old_password = _password("Current password", "current-password")
    new_password = _password("New password", "new-password", NEW_PASSWORD_HELP)


class OwnPasswordForm(PageForm):
    password = _password("Your password", "current-password")


class AppCodeForm(PageForm):
    code = forms.CharField(
        label="Code",
        max_length=CODE_LENGTH,
        help_text="The six digits that your authenticator app shows now.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class RecoveryCodeForm(PageForm):
    code = forms.CharField(
        label="Recovery code",
        max_length=CODE_LENGTH,
        help_text="One of the ten codes that you kept, such as 7k2m-9qtf-x0c4-hw8d. Each works once.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class EmptyForm(PageForm):
    """A button."""
