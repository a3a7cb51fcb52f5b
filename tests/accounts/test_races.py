"""What happens when two requests come at once. Each test fails when its lock is taken away."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction

from lyceum.accounts.models import ApiKey, EmailToken, RecoveryCode, SecondFactor, User, UserSession
from lyceum.accounts.security.tokens import TokenPair
from lyceum.accounts.services.api_keys import MAX_KEYS, create_api_key, revoke_api_key
from lyceum.accounts.services.email_tokens import mint_token
from lyceum.accounts.services.leave import delete_account, request_export
from lyceum.accounts.services.locking import lock_user
from lyceum.accounts.services.passwords import change_password, reset_password
from lyceum.accounts.services.recovery_codes import issue_codes
from lyceum.accounts.services.renew_recovery_codes import renew_recovery_codes
from lyceum.accounts.services.roles import give_up_role, take_role
from lyceum.accounts.services.second_factor import confirm_second_factor, remove_second_factor
from lyceum.accounts.services.sessions import MAX_SESSIONS, end_session, open_session
from lyceum.accounts.services.sign_in import refresh_tokens, sign_in
from lyceum.accounts.services.sign_up import register_user, verify_email
from lyceum.core import clock
from lyceum.core.actors import Actor
from lyceum.core.errors import Refusal
from lyceum.core.models import Fact, Job
from tests.factories.accounts import (
    PASSWORD,
    ApiKeyFactory,
    SecondFactorFactory,
    StaffFactory,
    UnverifiedUserFactory,
    UserFactory,
    UserSessionFactory,
    app_code,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 8


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Run the work in threads that start together; a refusal is its code, anything else raises."""
    gate = Barrier(threads)

    def run(number: int) -> Any:
        try:
            gate.wait()
            return work(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_a_verification_link_works_once() -> None:
    user = UnverifiedUserFactory()
    token = mint_token(user, purpose=EmailToken.Purpose.VERIFY_EMAIL, at=clock.real_now()) or ""
    outcomes = at_once(lambda _: verify_email(token=token, keep_session=None, at=clock.real_now()))
    assert Counter(outcome for outcome in outcomes if isinstance(outcome, str)) == {"INVALID_TOKEN": THREADS - 1}
    assert Fact.objects.filter(name="accounts.email_verified").count() == 1


def test_a_reset_link_works_once() -> None:
    user = UserFactory()
    token = mint_token(user, purpose=EmailToken.Purpose.RESET_PASSWORD, at=clock.real_now()) or ""
    outcomes = at_once(
        lambda number: reset_password(token=token, new_password=f"a-new-passphrase-{number}", at=clock.real_now())
    )
    winners = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, User)]
    assert len(winners) == 1
    user.refresh_from_db()
    assert user.check_password(f"a-new-passphrase-{winners[0]}")
    assert Fact.objects.filter(name="accounts.password_changed").count() == 1


def test_of_several_reset_links_one_works() -> None:
    user = UserFactory()
    at = clock.real_now()
    tokens = [mint_token(user, purpose=EmailToken.Purpose.RESET_PASSWORD, at=at) or "" for _ in range(5)]
    outcomes = at_once(
        lambda number: reset_password(token=tokens[number], new_password=f"a-new-passphrase-{number}", at=at), 5
    )
    assert sum(isinstance(outcome, User) for outcome in outcomes) == 1
    assert Fact.objects.filter(name="accounts.password_changed").count() == 1


def test_a_role_is_taken_and_given_up_once() -> None:
    user = UserFactory()
    actor, at = Actor.of(user), clock.now()
    taken = at_once(lambda _: take_role(user_id=user.pk, role="organizer", actor=actor, at=at))
    assert taken.count("ALREADY_ORGANIZER") == THREADS - 1
    assert Fact.objects.filter(name="accounts.role_taken").count() == 1
    given = at_once(lambda _: give_up_role(user_id=user.pk, role="organizer", actor=actor, at=at))
    assert given.count("INVALID_STATE") == THREADS - 1
    assert Fact.objects.filter(name="accounts.role_given_up").count() == 1


def test_one_export_is_gathered() -> None:
    user = UserFactory()
    actor, at = Actor.of(user), clock.now()
    jobs = at_once(lambda _: request_export(user_id=user.pk, actor=actor, at=at).pk)
    assert len(set(jobs)) == 1
    assert Job.objects.count() == 1


def test_an_account_is_deleted_once() -> None:
    user = UserFactory()
    actor, at = Actor.of(user), clock.real_now()

    def leave(_: int) -> Any:
        delete_account(user_id=user.pk, password=PASSWORD, address="", actor=actor, at=at)

    outcomes = at_once(leave)
    assert outcomes.count(None) == 1
    assert outcomes.count("NOT_AUTHENTICATED") == THREADS - 1
    assert Fact.objects.filter(name="accounts.account_deleted").count() == 1


def test_a_device_and_a_key_are_ended_once() -> None:
    user = UserFactory()
    actor, at = Actor.of(user), clock.real_now()
    session, key = UserSessionFactory(user=user), ApiKeyFactory(user=user)
    ended = at_once(lambda _: end_session(session_id=session.pk, actor=actor, at=at))
    assert Counter(ended) == {None: 1, "NOT_FOUND": THREADS - 1}
    revoked = at_once(lambda _: revoke_api_key(api_key_id=key.pk, actor=actor, at=at))
    assert Counter(revoked) == {None: 1, "NOT_FOUND": THREADS - 1}
    assert Fact.objects.filter(name="accounts.api_key_revoked").count() == 1


def test_a_refresh_token_works_once() -> None:
    signed_in = open_session(user=UserFactory(), address="", user_agent="", at=clock.real_now())
    outcomes = at_once(lambda _: refresh_tokens(refresh=signed_in.refresh, at=clock.real_now()))
    assert sum(isinstance(outcome, TokenPair) for outcome in outcomes) == 1
    assert outcomes.count("TOKEN_INVALID") == THREADS - 1
    assert UserSession.objects.get().end_reason == "replayed"
    assert Fact.objects.filter(name="accounts.refresh_token_replayed").count() == 1


def test_an_address_is_taken_once() -> None:
    def register(number: int) -> Any:
        return register_user(
            email="ada@example.org",
            password=PASSWORD,
            first_name="Ada",
            last_name=str(number),
            address="192.0.2.1",
            user_agent="",
            at=clock.real_now(),
        )

    outcomes = at_once(register)
    assert outcomes.count("EMAIL_TAKEN") == THREADS - 1
    assert User.objects.count() == 1
    assert UserSession.objects.count() == 1


def test_no_sign_in_outlives_the_password_it_was_made_with() -> None:
    user = UserFactory()
    actor, at = Actor.of(user), clock.real_now()

    def work(number: int) -> Any:
        if number == 0:
            change_password(
                user_id=user.pk,
                old_password=PASSWORD,
                new_password="another-long-passphrase",
                keep_session=None,
                address="",
                actor=actor,
                at=at,
            )
        else:
            sign_in(email=user.email, password=PASSWORD, address="", user_agent="", at=at)

    for _ in range(5):
        User.objects.filter(pk=user.pk).update(password=user.password)
        at_once(work)
        assert not UserSession.objects.alive(at).exists()


def test_ten_devices_at_most() -> None:
    user = UserFactory()
    for _ in range(MAX_SESSIONS - 1):
        open_session(user=user, address="", user_agent="", at=clock.real_now())
    at_once(lambda _: open_session(user=user, address="", user_agent="", at=clock.real_now()))
    assert UserSession.objects.alive(clock.real_now()).count() == MAX_SESSIONS


def test_twenty_keys_at_most() -> None:
    user = UserFactory()
    ApiKeyFactory.create_batch(MAX_KEYS - 1, user=user)
    outcomes = at_once(lambda number: make_key(user, name=str(number)))
    assert outcomes.count("TOO_MANY_API_KEYS") == THREADS - 1
    assert ApiKey.objects.count() == MAX_KEYS


def make_key(user: User, *, name: str = "Sync") -> Any:
    return create_api_key(
        name=name,
        scopes=["events:read"],
        expires_at=None,
        password="",
        address="",
        user=user,
        actor=Actor.of(user),
        at=clock.real_now(),
    )


def while_resetting(user: User, late: Callable[[], Any]) -> Any:
    """Begin something while a reset of the password holds the account, and return what became of it."""
    token = mint_token(user, purpose=EmailToken.Purpose.RESET_PASSWORD, at=clock.real_now()) or ""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        reset_password(token=token, new_password="the-owners-new-passphrase", at=clock.real_now())
        outcome = pool.submit(lambda: at_once(lambda _: late(), 1)[0])
        wait_for_lock()
    return outcome.result(30)


def wait_for_lock() -> None:
    """Wait until another connection waits for a row that this one holds."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waits for a lock.")


def test_no_key_outlives_the_reset_that_it_raced() -> None:
    user = UserFactory()
    assert while_resetting(user, lambda: make_key(user)) == "NOT_AUTHENTICATED"
    assert not ApiKey.objects.exists()


def test_a_change_does_not_undo_the_reset_that_it_raced() -> None:
    user = UserFactory()

    def change() -> Any:
        return change_password(
            user_id=user.pk,
            old_password=PASSWORD,
            new_password="the-strangers-passphrase",
            keep_session=None,
            address="",
            actor=Actor.of(user),
            at=clock.real_now(),
        )

    assert while_resetting(user, change) == "NOT_AUTHENTICATED"
    user.refresh_from_db()
    assert user.check_password("the-owners-new-passphrase")


def test_a_code_opens_one_session_however_many_come_at_once() -> None:
    factor = SecondFactorFactory()
    email, code = factor.user.email, app_code()

    def enter(_: int) -> Any:
        return sign_in(email=email, password=PASSWORD, code=code, address="", user_agent="", at=clock.real_now())

    outcomes = at_once(enter)
    assert outcomes.count("SECOND_FACTOR_INVALID") == THREADS - 1
    assert UserSession.objects.count() == 1


def test_a_recovery_code_opens_one_session_however_many_come_at_once() -> None:
    factor = SecondFactorFactory()
    code, *_ = issue_codes(factor)
    email = factor.user.email

    def enter(_: int) -> Any:
        return sign_in(email=email, password=PASSWORD, code=code, address="", user_agent="", at=clock.real_now())

    outcomes = at_once(enter)
    assert outcomes.count("SECOND_FACTOR_INVALID") == THREADS - 1
    assert UserSession.objects.count() == 1
    assert Fact.objects.filter(name="accounts.recovery_code_used").count() == 1


def test_no_session_without_a_code_outlives_turning_it_on() -> None:
    user = UserFactory()
    actor, at = Actor.of(user), clock.real_now()

    def work(number: int) -> Any:
        if number:
            return sign_in(email=user.email, password=PASSWORD, address="", user_agent="", at=at)
        return confirm_second_factor(
            user_id=user.pk, code=app_code(), keep_session=None, address="", actor=actor, at=clock.real_now()
        )

    for _ in range(5):
        SecondFactor.objects.all().delete()
        SecondFactorFactory(user=user, started_at=at, confirmed_at=None)
        at_once(work)
        assert not UserSession.objects.alive(at).exists()


def test_it_is_turned_on_once() -> None:
    factor = SecondFactorFactory(started_at=clock.real_now(), confirmed_at=None)
    actor, code = Actor.of(factor.user), app_code()

    def confirm(_: int) -> Any:
        return confirm_second_factor(
            user_id=factor.user_id, code=code, keep_session=None, address="", actor=actor, at=clock.real_now()
        )

    assert at_once(confirm).count("SECOND_FACTOR_NOT_STARTED") == THREADS - 1
    assert RecoveryCode.objects.count() == 10
    assert Fact.objects.filter(name="accounts.second_factor_enabled").count() == 1


def test_codes_made_anew_at_once_leave_one_set() -> None:
    factor = SecondFactorFactory()
    actor = Actor.of(factor.user)

    def renew(_: int) -> Any:
        return renew_recovery_codes(
            user_id=factor.user_id, password=PASSWORD, address="", actor=actor, at=clock.real_now()
        )

    assert len(at_once(renew)) == THREADS
    assert RecoveryCode.objects.count() == 10


def test_it_is_removed_once() -> None:
    factor = SecondFactorFactory()
    actor = Actor.of(StaffFactory())

    def remove(_: int) -> Any:
        remove_second_factor(
            user_id=factor.user_id, reason="other", is_superuser=True, actor=actor, at=clock.real_now()
        )

    assert Counter(at_once(remove)) == {None: 1, "SECOND_FACTOR_NOT_ACTIVE": THREADS - 1}
    assert Fact.objects.filter(name="accounts.second_factor_removed").count() == 1


def test_rows_that_point_to_an_account_are_written_while_it_is_locked() -> None:
    """Their foreign key is checked at the commit; a lock that it waits for could wait for them in turn."""
    user = UserFactory()

    def point_to_it(_: int) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        UserSessionFactory(user=User(pk=user.pk))
        return "written"

    with transaction.atomic():
        lock_user(user.pk)
        assert at_once(point_to_it, 1) == ["written"]


def test_guesses_at_once_do_not_slip_through(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"auth_login": "5/hour"}
    user = UserFactory()

    def guess(number: int) -> Any:
        password = f"wrong-password-{number}"
        return sign_in(email=user.email, password=password, address="192.0.2.1", user_agent="", at=clock.real_now())

    assert Counter(at_once(guess, 16)) == {"AUTHENTICATION_FAILED": 5, "RATE_LIMIT_EXCEEDED": 11}
