"""What holds for any value, not only for the ones somebody thought of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyceum.core.files.names import safe_filename
from lyceum.core.files.storage import LinkRefused, read_link, signed_link
from lyceum.core.ids import new_id, parse_id
from lyceum.core.ledger import FactBase
from lyceum.core.money import exponent, from_major, to_major
from lyceum.core.plain_text import one_line
from lyceum.core.tokens import digest, mint
from lyceum.integrations.email.rules.unsubscribe_links import read_unsubscribe, unsubscribe_path

AWARE = st.datetimes(timezones=st.just(UTC))


@dataclass(frozen=True)
class ParcelSent(FactBase):
    name: ClassVar[str] = "tests.parcel_sent"
    parcel_id: UUID
    sender_id: UUID | None
    weight: Decimal
    pieces: int
    note: str
    sent_at: datetime
    due_at: datetime | None
    fragile: bool = False


FACTS = st.builds(
    ParcelSent,
    parcel_id=st.uuids(),
    sender_id=st.none() | st.uuids(),
    weight=st.decimals(allow_nan=False, allow_infinity=False, places=3),
    pieces=st.integers(),
    note=st.text(),
    sent_at=AWARE,
    due_at=st.none() | AWARE,
    fragile=st.booleans(),
)


@given(FACTS)
def test_a_fact_comes_back_as_it_was(fact: ParcelSent) -> None:
    assert ParcelSent.from_data(fact.as_data()) == fact


def test_a_fact_of_an_older_version_can_still_be_read() -> None:
    fact = ParcelSent(new_id(), None, Decimal("1.5"), 1, "", datetime(2026, 1, 1, tzinfo=UTC), None)
    data = {**orjson.loads(orjson.dumps(fact.as_data())), "a_field_that_is_gone": 1}
    del data["fragile"]
    assert ParcelSent.from_data(data) == fact


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["EUR", "USD", "JPY", "KWD", "XXX"]))
def test_money_survives_the_way_out_and_in(minor: int, currency: str) -> None:
    major = to_major(minor, currency)
    assert from_major(major, currency) == minor
    assert -major.as_tuple().exponent == exponent(currency)


@given(st.text())
def test_only_an_identifier_is_an_identifier(text: str) -> None:
    found = parse_id(text)
    assert found is None or str(found) == text.lower()


@given(st.uuids())
def test_every_identifier_is_understood(value: UUID) -> None:
    assert parse_id(str(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "{" + "a" * 34 + "}",
        "urn:uuid:" + "a" * 27,
        "a" * 36,
        "٠" * 36,
        "-" * 36,
        "a" * 32 + "----",
        "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaa_aaaaa",
    ],
)
def test_what_pythons_own_reader_lets_through_is_no_identifier(text: str) -> None:
    assert parse_id(text) is None


@given(st.text(max_size=300), st.sampled_from(["csv", "pdf", ""]))
def test_any_text_makes_a_safe_name(text: str, extension: str) -> None:
    name = safe_filename(text, extension=extension)
    assert name.endswith(f".{extension}" if extension else name)
    assert 1 <= len(name) <= 105
    assert not set(name) & set('/\\"<>|:*?\r\n\x00;')
    assert not name.startswith((".", " "))
    assert name.isprintable()


@given(st.text(max_size=300))
def test_any_text_fits_in_a_header(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "\x00" not in line


@given(st.text(max_size=200))
def test_a_strangers_text_opens_nothing(text: str) -> None:
    with pytest.raises(LinkRefused):
        read_link(text)
    assert read_unsubscribe(text) is None


@given(st.text(max_size=200), st.text(max_size=200), st.booleans())
def test_a_link_says_what_it_was_made_for(key: str, filename: str, inline: bool) -> None:
    grant = read_link(signed_link(key, filename=filename, inline=inline).split("/files/")[1].rstrip("/"))
    assert (grant.key, grant.filename, grant.inline) == (key, filename, inline)


def test_a_token_of_one_purpose_is_none_of_another() -> None:
    file_token = signed_link("a.pdf", filename="a.pdf").split("/files/")[1].rstrip("/")
    mail_token = unsubscribe_path("a@example.org").split("/")[3]
    assert read_unsubscribe(file_token) is None
    with pytest.raises(LinkRefused):
        read_link(mail_token)


def test_secrets_are_long_and_never_the_same() -> None:
    minted = {mint()[0] for _ in range(200)}
    assert len(minted) == 200
    assert min(map(len, minted)) >= 43
    secret, hashed = mint("pre_")
    assert digest(secret) == hashed
    assert secret.startswith("pre_")


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert {value.version for value in made} == {7}
