"""Every text that an input takes is one line, unless it says that it is several; names of people hold no addresses."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from rest_framework import serializers

import lyceum
from lyceum.accounts.models import User
from lyceum.core.api.fields import CharField, MultilineField, NameField, PasswordField
from lyceum.core.plain_text import NO_NAME, NOT_ON_ONE_LINE, check_name, check_one_line
from lyceum.core.web import PageForm
from tests.architecture.inputs import input_classes

pytestmark = pytest.mark.both_databases

# What somebody is called, whichever input asks for it; of a template's, a file's or a key's own name it isn't said.
NAMES = {"first_name", "last_name", "full_name", "attendee_name"}


def classes_in(ending: str, base: type) -> Iterator[type]:
    for module in pkgutil.walk_packages(lyceum.__path__, "lyceum."):
        if module.name.endswith(ending):
            for found in vars(importlib.import_module(module.name)).values():
                if isinstance(found, type) and issubclass(found, base) and found.__module__ == module.name:
                    yield found


def fields_of(field: Any) -> Iterator[Any]:
    """Yield a field, and those that it is made of."""
    yield field
    for inner in (*getattr(field, "_declared_fields", {}).values(), getattr(field, "child", None)):
        if inner is not None:
            yield from fields_of(inner)


INPUTS = input_classes()
FORMS = sorted(classes_in(".forms", forms.BaseForm), key=lambda found: found.__qualname__)


def test_there_are_inputs_and_forms():
    assert len(INPUTS) > 30
    assert len(FORMS) >= 8


@pytest.mark.parametrize("made", INPUTS, ids=lambda made: made.__name__)
def test_every_text_of_an_input_is_a_field_of_ours(made: type[serializers.Serializer[Any]]):
    # An address of mail or of a page is one line by its form.
    formed = serializers.EmailField | serializers.URLField
    for name, whole in made._declared_fields.items():  # type: ignore[attr-defined]
        for field in fields_of(whole):
            if isinstance(field, serializers.CharField) and not isinstance(field, formed):
                assert isinstance(field, MultilineField | PasswordField), name
        if name in NAMES or getattr(whole, "source", None) in NAMES:
            assert isinstance(whole, NameField), name


def test_one_line_is_what_a_field_is_unless_it_says_otherwise():
    assert check_one_line in CharField(max_length=5).validators
    assert check_name in NameField(max_length=5).validators
    assert check_one_line not in MultilineField(max_length=5).validators


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_is_one_that_keeps_to_one_line(form: type[forms.BaseForm]):
    assert issubclass(form, PageForm)
    for name, field in form.base_fields.items():
        if name in NAMES:
            assert check_name in field.validators, name


def test_a_form_checks_fields_that_it_gets_later():
    form = PageForm({"line": "a\nb", "text": "a\nb"})
    form.fields["line"] = forms.CharField()
    form.fields["text"] = forms.CharField(widget=forms.Textarea)
    form.word_errors()
    assert form.errors == {"line": [NOT_ON_ONE_LINE]}


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["a\u2028b", "evil.com", "http://a.b"])
def test_staff_are_held_to_it_too(typed: str):
    request = RequestFactory().get("/admin/")
    request.user = User(is_staff=True, is_superuser=True)
    model_admin = admin.site._registry[User]
    for obj in (None, User(email="a@example.org")):
        form_class = model_admin.get_form(request, obj)
        form = form_class({"email": "a@example.org", "first_name": typed, "last_name": "x"})
        assert "first_name" in form.errors


@pytest.mark.parametrize(
    "typed",
    [
        "Zoë Ångström", "Müller-Lüdenscheidt", "O'Neil", "D’Arcy", "J.R. Smith", "J.R.R.Tolkien", "St. John", "St.John",
        "Dr. med. habil. Wei", "Sammy Davis Jr.", "Martin.Co", "Dr.De Boer", "Maria.De Souza",
        "María José", "李小龍", "محمد\u200cعلی", "שלום\u200f",
        "\u202bسارة", "👩\u200d🚀 Ø", "N. de la Cruz", "Jean-Luc (Jean)", "Anne & Bob", "Ada @d",
        "Van der Berg, MSc, PhD",
    ],
)  # fmt: skip
def test_people_are_called_so(typed: str):
    check_name(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "https://evil.example", "http:evil", "www.evil.example", "evil.com", "Win at EVIL.COM now", "evil.io/x",
        "evil.co/x", "evil.example", "login.evil.top", "//evil", "mailto:a", "javascript:alert(1)", "x?token=abc",
        "ada@evil.com", "ada@clinic.dental", "Ada (ada@clinic)", "ada＠clinic",
        "evil。example/login", "ｅｖｉｌ．ｅｘａｍｐｌｅ", "192.168.0.1/a", "Win at evil.de now",
    ],
)  # fmt: skip
def test_people_are_not_called_so(typed: str):
    with pytest.raises(ValidationError, match=NO_NAME):
        check_name(typed)


@pytest.mark.parametrize("code", [0, 7, 9, 0xA, 0xD, 0x1B, 0x7F, 0x85, 0x2028, 0x2029, 0x202D, 0x202E,
                                  0x200B, 0x2060, 0xFEFF, 0xFFF9])  # fmt: skip
def test_no_line_holds_it(code: int):
    with pytest.raises(ValidationError, match=NOT_ON_ONE_LINE):
        check_one_line(f"a{chr(code)}b")


def test_what_nobody_sees_is_no_line():
    for typed in ("\u200d\u200d", "\u200f"):
        with pytest.raises(ValidationError):
            check_one_line(typed)
    check_one_line("")


def test_long_text_is_judged_at_once():
    """Whoever sends a megabyte mustn't be able to keep a worker busy with it."""
    for typed in ("x" * 1_000_000, "a." * 500_000, "http " * 200_000, "https" + " " * 500_000):
        check_one_line(typed)
        check_name(typed)
