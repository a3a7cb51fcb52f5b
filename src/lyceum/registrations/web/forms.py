"""The form by which people register: their name and address, the organizer's questions, their consent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from lyceum.core.ids import parse_id
from lyceum.core.plain_text import check_name
from lyceum.core.web import PageForm
from lyceum.events.models import EventCustomField, TicketType
from lyceum.events.models.choices import FieldType

UNDER = "custom_field_responses"
TICK = "Please tick this to go on."
CHOOSE = "Please choose one of these."


class RegisterForm(PageForm):
    """What a guest types; a signed-in person is asked for less."""

    service_names = {"name": "full_name"}

    full_name = forms.CharField(
        label="Full name",
        max_length=255,
        validators=[check_name],
        help_text="As it should stand on your certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Email",
        max_length=254,
        help_text="We send your confirmation and your certificate here.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(
        self,
        *args: Any,
        signed_in: bool,
        questions: Sequence[EventCustomField],
        tickets: Sequence[TicketType],
        certificates: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        if signed_in:
            del self.fields["full_name"], self.fields["email"]
        if len(tickets) > 1:
            self.fields["ticket_type"] = _ticket_choice(tickets)
        for question in questions:
            self.fields[f"{UNDER}-{question.pk}"] = _FIELDS[question.field_type](question)
        ask = _consent if certificates else _no_consent
        self.fields["allow_public_verification"] = ask(initial=signed_in)
        self.word_errors()

    def answers(self) -> dict[str, Any]:
        """Return {question id: answer} as the service takes it."""
        return {str(question.pk): self.cleaned_data[f"{UNDER}-{question.pk}"] for question in self.questions}

    def ticket_type_id(self) -> UUID | None:
        return parse_id(str(self.cleaned_data.get("ticket_type") or ""))


class NameForm(PageForm):
    """The name that a registration lacks."""

    full_name = forms.CharField(
        label="Full name",
        max_length=255,
        validators=[check_name],
        help_text="As it should stand on your certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ConsentForm(PageForm):
    """Whether whoever verifies the certificate sees more than that it stands."""

    def __init__(self, *args: Any, allowed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["allow_public_verification"] = _consent(initial=allowed)
        self.word_errors()


class CancelForm(PageForm):
    reason = forms.CharField(
        label="Why?",
        required=False,
        max_length=500,
        help_text="Only the organizer reads this.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _ticket_choice(tickets: Sequence[TicketType]) -> forms.Field:
    choices = [(str(ticket.pk), _ticket_words(ticket)) for ticket in tickets]
    initial = next((str(ticket.pk) for ticket in tickets if ticket.is_default), choices[0][0])
    return forms.ChoiceField(label="Kind of place", choices=choices, initial=initial, widget=forms.RadioSelect)


def _ticket_words(ticket: TicketType) -> str:
    parts = [ticket.name, ticket.description]
    if ticket.price_minor:
        parts.append(f"{ticket.price.major} {ticket.price.currency}")
    if ticket.remaining is not None:
        parts.append("none left" if ticket.remaining == 0 else f"{ticket.remaining} left")
    return " · ".join(part for part in parts if part)


def _consent(*, initial: bool) -> forms.Field:
    """Return the question whether others may see more. Who has no account hasn't been asked before: it isn't ticked."""
    field = forms.BooleanField(
        label="Whoever has my certificate's number may see my name and what I learned",
        help_text="Otherwise they only see whether the certificate is valid.",
        required=False,
        initial=initial,
    )
    field.plain_label = True  # type: ignore[attr-defined]
    return field


def _no_consent(*, initial: bool) -> forms.Field:
    return forms.BooleanField(required=False, initial=initial, widget=forms.HiddenInput)


def _common(question: EventCustomField) -> dict[str, Any]:
    return {
        "label": question.label,
        "required": question.required,
        "help_text": question.help_text,
        "initial": question.default_value or None,
    }


def _text(question: EventCustomField) -> forms.Field:
    widget = forms.TextInput(attrs={"placeholder": question.placeholder} if question.placeholder else {})
    return forms.CharField(max_length=1000, widget=widget, **_common(question))


def _textarea(question: EventCustomField) -> forms.Field:
    attrs = {"rows": 4, **({"placeholder": question.placeholder} if question.placeholder else {})}
    return forms.CharField(max_length=10000, widget=forms.Textarea(attrs=attrs), **_common(question))


def _options(question: EventCustomField) -> list[tuple[str, str]]:
    return [(str(option), str(option)) for option in question.options]


def _select(question: EventCustomField) -> forms.Field:
    blank = [("", question.placeholder or "Please choose")]
    field = forms.ChoiceField(choices=[*blank, *_options(question)], **_common(question))
    field.required_message = CHOOSE  # type: ignore[attr-defined]
    return field


def _radio(question: EventCustomField) -> forms.Field:
    field = forms.ChoiceField(choices=_options(question), widget=forms.RadioSelect, **_common(question))
    field.required_message = CHOOSE  # type: ignore[attr-defined]
    return field


def _multiselect(question: EventCustomField) -> forms.Field:
    common = _common(question)
    common["initial"] = [question.default_value] if question.default_value else None
    return forms.MultipleChoiceField(choices=_options(question), widget=forms.CheckboxSelectMultiple, **common)


def _checkbox(question: EventCustomField) -> forms.Field:
    common = _common(question)
    common["initial"] = question.default_value.lower() in {"true", "1", "yes", "on"}
    field = forms.BooleanField(**common)
    field.required_message = TICK  # type: ignore[attr-defined]
    return field


def _date(question: EventCustomField) -> forms.Field:
    return forms.CharField(max_length=10, widget=forms.DateInput(attrs={"type": "date"}), **_common(question))


def _number(question: EventCustomField) -> forms.Field:
    attrs: dict[str, str] = {"inputmode": "decimal"}
    if question.placeholder:
        attrs["placeholder"] = question.placeholder
    return forms.CharField(max_length=40, widget=forms.TextInput(attrs=attrs), **_common(question))


_FIELDS: dict[str, Callable[[EventCustomField], forms.Field]] = {
    FieldType.TEXT: _text,
    FieldType.TEXTAREA: _textarea,
    FieldType.SELECT: _select,
    FieldType.MULTISELECT: _multiselect,
    FieldType.CHECKBOX: _checkbox,
    FieldType.RADIO: _radio,
    FieldType.DATE: _date,
    FieldType.NUMBER: _number,
}
