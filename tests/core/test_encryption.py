"""Secrets in the database: readable with the right key and for the right purpose, and moved to a new key."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lyceum.core.encryption import Unreadable, decrypt, encrypt, reencrypt
from tests.factories.accounts import TOTP_SECRET, SecondFactorFactory

OLD, NEW = "the-older-key-" + "o1l2d3" * 5, "the-newer-key-" + "n4e5w6" * 5
PURPOSE = "tests.vendor"


def test_what_is_stored_shows_nothing_and_can_be_read() -> None:
    stored = encrypt("s3cret-Tökén", purpose=PURPOSE)
    assert "s3cret" not in stored
    assert stored != encrypt("s3cret-Tökén", purpose=PURPOSE)
    assert decrypt(stored, purpose=PURPOSE) == "s3cret-Tökén"


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-4] + "AAA=", lambda _: "", lambda _: "plain text", lambda _: "é"]
)
def test_what_was_changed_is_not_read(spoil: Any) -> None:
    with pytest.raises(Unreadable):
        decrypt(spoil(encrypt("secret", purpose=PURPOSE)), purpose=PURPOSE)


def test_one_purpose_is_not_passed_off_as_another() -> None:
    with pytest.raises(Unreadable):
        decrypt(encrypt("secret", purpose="tests.other"), purpose=PURPOSE)


def test_the_first_key_encrypts_and_all_decrypt(settings: Any) -> None:
    by_secret_key = encrypt("one", purpose=PURPOSE)
    settings.ENCRYPTION_KEYS = [OLD]
    by_old = encrypt("two", purpose=PURPOSE)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert [decrypt(text, purpose=PURPOSE) for text in (by_secret_key, by_old)] == ["one", "two"]
    by_new = reencrypt(by_old, purpose=PURPOSE)
    assert by_new != by_old
    assert reencrypt(by_new, purpose=PURPOSE) == by_new
    settings.ENCRYPTION_KEYS = [NEW]
    assert decrypt(by_new, purpose=PURPOSE) == "two"
    with pytest.raises(Unreadable):
        decrypt(by_old, purpose=PURPOSE)


def test_an_older_secret_key_still_decrypts(settings: Any) -> None:
    stored = encrypt("one", purpose=PURPOSE)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-one-" + "x" * 50, [settings.SECRET_KEY]
    assert decrypt(stored, purpose=PURPOSE) == "one"


@pytest.mark.django_db
def test_every_stored_secret_moves_to_the_newest_key(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    factors = [SecondFactorFactory() for _ in range(3)]
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("reencrypt", stdout=out)
    assert out.getvalue() == "3 secrets were encrypted with the newest key.\n"
    settings.ENCRYPTION_KEYS = [NEW]
    for factor in factors:
        factor.refresh_from_db()
        assert factor.read_secret() == TOTP_SECRET
    out = StringIO()
    call_command("reencrypt", stdout=out)
    assert out.getvalue() == "0 secrets were encrypted with the newest key.\n"


@pytest.mark.django_db
def test_a_secret_whose_key_is_gone_is_told_and_left(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    factor = SecondFactorFactory()
    before = factor.secret
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="1 secrets can't be read"):
        call_command("reencrypt", stdout=StringIO())
    factor.refresh_from_db()
    assert factor.secret == before
