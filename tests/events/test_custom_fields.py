"""An event's questions, and the answers to them."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from lyceum.core.errors import MissingField, ValidationRefused
from lyceum.core.ids import new_id
from lyceum.events.models import EventCustomField
from lyceum.events.rules.custom_answers import read_answer, validate_answers
from tests.events.conftest import EVENTS
from tests.factories.events import CustomFieldFactory, EventFactory, PublishedEventFactory

DIET = {"label": "Diet", "field_type": "select", "options": ["None", "Vegan"], "required": True}


def field(kind: str, **values: Any) -> EventCustomField:
    return EventCustomField(id=new_id(), label="Q", field_type=kind, **values)


def refused(fields: list[EventCustomField], answers: Any) -> dict[str, Any]:
    with pytest.raises(ValidationRefused) as problem:
        validate_answers(fields, answers)
    return problem.value.details["custom_field_responses"]


@pytest.mark.parametrize(
    ("kind", "options", "value", "kept"),
    [
        ("text", [], "  Ada ", "Ada"),
        ("text", [], "👩‍⚕️ \u202babc", "👩‍⚕️ \u202babc"),
        ("textarea", [], "two\nlines", "two\nlines"),
        ("select", ["A", "B"], "B", "B"),
        ("radio", ["A", "B"], "A", "A"),
        ("multiselect", ["A", "Ü"], ["Ü", "A"], '["Ü", "A"]'),
        ("checkbox", [], True, "true"),
        ("checkbox", [], False, "false"),
        ("date", [], "2026-02-28", "2026-02-28"),
        ("number", [], 3, "3"),
        ("number", [], 2.5, "2.5"),
        ("number", [], "-0.75", "-0.75"),
    ],
)
def test_each_kind_keeps_its_answer(kind: str, options: list[str], value: Any, kept: str) -> None:
    one = field(kind, options=options)

    assert validate_answers([one], {str(one.pk): value}) == {one.pk: kept}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", ["x"]),
        ("text", {"a": 1}),
        ("text", "a\x00b"),
        ("text", "\ud800"),
        ("text", "x" * 1001),
        ("text", "two\nlines"),
        ("textarea", "x" * 10001),
        ("textarea", True),
        ("select", "C"),
        ("select", ["A"]),
        ("radio", "a"),
        ("multiselect", "A"),
        ("multiselect", ["A", "A"]),
        ("multiselect", ["C"]),
        ("multiselect", [["A"]]),
        ("multiselect", ["A"] * 1000),
        ("checkbox", "true"),
        ("checkbox", 1),
        ("date", "today"),
        ("date", "2026-02-30"),
        ("date", 20260101),
        ("date", "2026-01-01T00:00:00Z"),
        ("number", "many"),
        ("number", True),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", float("inf")),
        ("number", "1e999999"),
        ("number", "9" * 1000),
        ("number", [1]),
    ],
)
def test_a_wrong_answer_is_named(kind: str, value: Any) -> None:
    options = ["A", "B"] if kind in {"select", "radio", "multiselect"} else []
    one = field(kind, options=options)

    errors = refused([one], {str(one.pk): value})

    assert list(errors) == [str(one.pk)]


def test_numbers_keep_to_their_range() -> None:
    one = field("number", min_value=1, max_value=10)

    assert validate_answers([one], {str(one.pk): 10})[one.pk] == "10"
    for value in (0, 11, "0.999"):
        assert str(one.pk) in refused([one], {str(one.pk): value})


@pytest.mark.parametrize("blank", [None, "", "   ", []])
def test_a_required_answer_is_missed_with_400(blank: Any) -> None:
    one, other = field("text", required=True), field("checkbox", required=True)

    with pytest.raises(MissingField) as problem:
        validate_answers([one, other], {str(one.pk): blank, str(other.pk): False})

    assert problem.value.status == 400
    assert set(problem.value.details["custom_field_responses"]) == {str(one.pk), str(other.pk)}


@pytest.mark.parametrize("blank", [None, "", "   ", []])
def test_a_blank_optional_answer_is_none(blank: Any) -> None:
    one = field("text")

    assert validate_answers([one], {str(one.pk): blank}) == {}
    assert validate_answers([one], None) == {}


@pytest.mark.parametrize("key", ["0190b5a0-0000-7000-8000-000000000000", "nonsense", "", "\x00", "x" * 100_000])
def test_an_unknown_question_is_refused(key: str) -> None:
    errors = refused([field("text")], {key: "x"})

    assert list(errors.values()) == [["This event doesn't ask this question."]]
    assert max(map(len, errors)) <= 40


@pytest.mark.parametrize("answers", [[], "x", 5, [{"field": "x"}]])
def test_answers_that_are_no_object_are_refused(answers: Any) -> None:
    with pytest.raises(ValidationRefused):
        validate_answers([field("text")], answers)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    kind=st.sampled_from(["text", "textarea", "select", "multiselect", "checkbox", "radio", "date", "number"]),
    required=st.booleans(),
    value=ANYTHING | st.sampled_from(["A", "B", ["A"], ["B", "A"]]) | st.dates().map(date.isoformat),
)
def test_whatever_comes_is_kept_readable_or_refused(kind: str, required: bool, value: Any) -> None:
    one = field(kind, required=required, options=["A", "B"])
    try:
        kept = validate_answers([one], {str(one.pk): value})
    except ValidationRefused as refusal:
        named = list(refusal.details["custom_field_responses"])
        assert named == [str(one.pk)]
    else:
        assert not required or kept
        for text in kept.values():
            # What was kept is accepted again, unchanged.
            again = read_answer(kind, text)
            assert validate_answers([one], {str(one.pk): again}) == {one.pk: text}
            json.dumps(text).encode()


pytest_db = pytest.mark.django_db


@pytest_db
def test_all_kinds_can_be_asked(make: Any) -> None:
    kinds = ["text", "textarea", "select", "multiselect", "checkbox", "radio", "date", "number"]
    rows = [
        {"label": kind, "field_type": kind, "options": ["A", "B"] if kind in {"select", "multiselect", "radio"} else []}
        for kind in kinds
    ]

    assert [row["field_type"] for row in make(custom_fields=rows)["custom_fields"]] == kinds


@pytest_db
def test_questions_are_changed_arranged_and_removed(make: Any, client: APIClient) -> None:
    event = make(custom_fields=[DIET])
    address = f"{EVENTS}{event['uuid']}/custom-fields/"
    added = client.post(address, {"label": "Employer", "field_type": "text"}).json()
    diet = event["custom_fields"][0]["uuid"]

    assert client.patch(f"{address}{diet}/", {"label": "Food"}).json()["label"] == "Food"
    assert client.patch(f"{address}{diet}/", {"options": ["One"]}, format="json").status_code == 422
    order = {"order": [added["uuid"], diet]}
    assert [row["uuid"] for row in client.post(f"{address}reorder/", order).json()["results"]] == order["order"]
    assert client.post(f"{address}reorder/", {"order": [diet]}).status_code == 422
    assert client.delete(f"{address}{diet}/").status_code == 204
    assert [row["label"] for row in client.get(address).json()["results"]] == ["Employer"]
    assert EventCustomField.objects.count() == 1


@pytest_db
def test_a_published_events_questions_are_archived_not_deleted(client: APIClient, owner: Any) -> None:
    # C11
    event = PublishedEventFactory(owner=owner)
    kept, gone = CustomFieldFactory(event=event), CustomFieldFactory(event=event)
    address = f"{EVENTS}{event.pk}/"

    answer = client.patch(
        address, {"custom_fields": [{"uuid": str(kept.pk), "label": "Kept"}, DIET]}, format="json"
    ).json()

    assert [row["label"] for row in answer["custom_fields"]] == ["Kept", "Diet"]
    gone.refresh_from_db()
    assert gone.archived_at is not None
    assert EventCustomField.objects.count() == 3
    assert client.delete(f"{address}custom-fields/{kept.pk}/").status_code == 204
    kept.refresh_from_db()
    assert kept.archived_at is not None
    assert client.get(f"{address}custom-fields/{kept.pk}/").status_code == 404


@pytest_db
def test_the_kind_of_an_answered_question_stays(client: APIClient, owner: Any) -> None:
    # C11
    event = PublishedEventFactory(owner=owner)
    one = CustomFieldFactory(event=event)

    answer = client.patch(f"{EVENTS}{event.pk}/custom-fields/{one.pk}/", {"field_type": "number"})

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "FIELD_HAS_ANSWERS"


@pytest_db
def test_a_new_row_of_a_patch_needs_label_and_kind(make: Any, client: APIClient) -> None:
    event = make()

    for row in ({"label": "x"}, {"field_type": "text"}, {"uuid": str(uuid4()), "label": "x"}):
        response = client.patch(f"{EVENTS}{event['uuid']}/", {"custom_fields": [row]}, format="json")
        assert response.status_code in {400, 422}
    assert EventCustomField.objects.count() == 0


@pytest_db
def test_someone_elses_questions_are_absent(client: APIClient, make: Any) -> None:
    # A16, A17
    foreign = CustomFieldFactory(event=EventFactory())
    own = make()["uuid"]

    for event in (foreign.event_id, own):
        address = f"{EVENTS}{event}/custom-fields/{foreign.pk}/"
        assert client.get(address).status_code == 404
        assert client.patch(address, {"label": "x"}).status_code == 404
        assert client.delete(address).status_code == 404
    refused = client.patch(f"{EVENTS}{own}/", {"custom_fields": [{"uuid": str(foreign.pk)}]}, format="json")
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("kind", "default", "status"),
    [
        ("date", "soon", 422),
        ("date", "2030-05-01", 201),
        ("number", "many", 422),
        ("number", "3", 201),
        ("text", "x", 201),
    ],
)
def test_a_default_must_be_an_answer(client: APIClient, owner: Any, kind: str, default: str, status: int) -> None:
    event = EventFactory(owner=owner)
    body = {"label": "Q", "field_type": kind, "default_value": default}
    assert client.post(f"{EVENTS}{event.pk}/custom-fields/", body, format="json").status_code == status
