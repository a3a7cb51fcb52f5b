"""Forms of pages. A form only reads what was typed; the service decides, and its refusal is shown in the form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from lyceum.core.errors import Refusal, ValidationRefused
from lyceum.core.plain_text import check_one_line

REQUIRED = "Please fill this in."


def keep_to_one_line(fields: Iterable[forms.Field]) -> None:
    """Have every text field but those of several lines, and passwords, refuse line breaks and invisible characters."""
    for field in fields:
        several = isinstance(field.widget, forms.Textarea | forms.PasswordInput)
        if isinstance(field, forms.CharField) and not several and check_one_line not in field.validators:
            field.validators.append(check_one_line)


class PageForm(forms.Form):
    """A form without browser validation, whose field errors can come from a service."""

    # What the service calls a field that has another name here.
    service_names: dict[str, str] = {}
    error_title = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word_errors()

    def word_errors(self) -> None:
        """Give every field its messages and its limits; a form that adds fields later calls this again."""
        keep_to_one_line(self.fields.values())
        for field in self.fields.values():
            field.error_messages["required"] = getattr(field, "required_message", REQUIRED)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = "Please write an address like name@example.org."
            elif isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = "Please choose one of the options."

    def refuse(self, refusal: Refusal) -> None:
        """Show a service's refusal: beside the fields it names, else above the form."""
        self.is_valid()
        shown = False
        if isinstance(refusal, ValidationRefused):
            for name, messages in refusal.details.items():
                shown = self._show(self.service_names.get(name, name), messages) or shown
        if not shown:
            self.error_title = "That didn't work"
            self.add_error(None, refusal.text)

    def _show(self, name: str, messages: Any) -> bool:
        if isinstance(messages, dict):
            shown = [self._show(self.service_names.get(key, f"{name}-{key}"), value) for key, value in messages.items()]
            return any(shown)
        texts = [str(text) for text in messages] if isinstance(messages, list | tuple) else [str(messages)]
        target = name if name in self.fields else NON_FIELD_ERRORS
        self.add_error(None if target == NON_FIELD_ERRORS else target, texts)
        return True
