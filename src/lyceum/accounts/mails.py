"""The mails of accounts. Who a mail is for, and its secret, are found out when it is sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from lyceum.accounts.models import EmailToken, User
from lyceum.accounts.ports import About, Recipient
from lyceum.accounts.services.email_tokens import LIFETIMES, mint_token
from lyceum.accounts.services.notify import notify
from lyceum.core import clock
from lyceum.core.links import absolute
from lyceum.core.models import Job
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import MailContent, mail_kind

VERIFICATION = "accounts.verification"
PASSWORD_RESET = "accounts.password_reset"  # noqa: S105 -- the name of a mail
PASSWORD_CHANGED = "accounts.password_changed"  # noqa: S105 -- as above
WELCOME = "accounts.welcome"
EXPORT_READY = "accounts.export_ready"
ACCOUNT_DELETED = "accounts.account_deleted"
ADDRESS_CHANGED = "accounts.address_changed"
SECOND_FACTOR = "accounts.second_factor"
EXPORT_LINK_DAYS = 7


class SecondFactorNews(StrEnum):
    """What an owner is told about two-factor sign-in, so that nobody else's doing stays unnoticed."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REMOVED = "removed"
    CODES_RENEWED = "codes_renewed"
    CODE_USED = "code_used"
    GUESSED = "guessed"


_NEWS: Final[dict[SecondFactorNews, str]] = {
    SecondFactorNews.ENABLED: "Two-factor sign-in is on",
    SecondFactorNews.DISABLED: "Two-factor sign-in is off",
    SecondFactorNews.REMOVED: "Your second factor was removed",
    SecondFactorNews.CODES_RENEWED: "You have new recovery codes",
    SecondFactorNews.CODE_USED: "A recovery code was used",
    SecondFactorNews.GUESSED: "Somebody is trying to sign in to your account",
}


def send_verification(user: User) -> None:
    """Mail a new account the link that proves its address; without the name, which may be a stranger's joke."""
    notify(VERIFICATION, Recipient(user.email, user_id=user.pk), at=clock.now())


def ask_for_verification(email: str) -> None:
    """Write down that this address wants a link; whether it gets one is decided at sending."""
    notify(VERIFICATION, Recipient(email), at=clock.now())


def ask_for_password_reset(email: str) -> None:
    """Write down that this address wants a reset; whether it gets one is decided at sending."""
    notify(PASSWORD_RESET, Recipient(email), at=clock.now())


def send_welcome(user: User) -> None:
    notify(WELCOME, user.recipient, About(user.pk), at=clock.now())


def send_password_changed(user: User) -> None:
    """Tell the owner, so that somebody else's change doesn't stay unnoticed."""
    notify(PASSWORD_CHANGED, user.recipient, About(user.pk), at=clock.now())


def send_second_factor(user: User, news: SecondFactorNews, *, left: int = 0, reason: str = "") -> None:
    """Tell the owner what happened to the second factor of the account."""
    params = {"news": news.value, "left": left, "reason": reason}
    notify(SECOND_FACTOR, user.recipient, About(user.pk), at=clock.now(), params=params)


@transaction.atomic
def send_export_ready(user: User, job: Job) -> None:
    """Tell that an archive is ready, unless the account was deleted while it was gathered.

    Locks: User.
    """
    if User.objects.select_for_update(no_key=True).filter(pk=user.pk, is_active=True).exists():
        notify(EXPORT_READY, user.recipient, About(job.pk), at=clock.now())


def send_address_changed(user: User, old_address: str) -> None:
    """Tell the address that an account had until now."""
    notify(ADDRESS_CHANGED, Recipient(old_address, user_id=user.pk), at=clock.now())


def send_account_deleted(email: str, *, proven: bool) -> None:
    """Confirm a deletion to the address that the account had; proven or not decides what goes with this last mail."""
    notify(ACCOUNT_DELETED, Recipient(email), params={"proven": proven}, at=clock.now())


@mail_kind(VERIFICATION, secret=True)
def build_verification(log: EmailLog, *, at: datetime) -> MailContent | None:
    """The link that proves an address, or nothing where no account waits for one."""
    waiting = User.objects.filter(email_verified_at__isnull=True)
    user = _held_account(waiting, log)
    return _with_secret(
        log,
        user,
        EmailToken.Purpose.VERIFY_EMAIL,
        subject="Please verify your email address",
        template="accounts/mail/verification",
        page="/verify-email/",
    )


@mail_kind(PASSWORD_RESET, secret=True)
def build_password_reset(log: EmailLog, *, at: datetime) -> MailContent | None:
    """The link that sets a new password, or nothing where there is no account."""
    user = _held_account(User.objects.all(), log)
    return _with_secret(
        log,
        user,
        EmailToken.Purpose.RESET_PASSWORD,
        subject="Reset your password",
        template="accounts/mail/password_reset",
        page="/reset-password/",
    )


@mail_kind(PASSWORD_CHANGED, dedupe_minutes=0)
def build_password_changed(log: EmailLog, *, at: datetime) -> MailContent | None:
    return _plain(log, subject="Your password was changed", template="accounts/mail/password_changed")


@mail_kind(SECOND_FACTOR, dedupe_minutes=0)
def build_second_factor(log: EmailLog, *, at: datetime) -> MailContent | None:
    user = _person(log)
    if user is None:
        return None
    subject = _NEWS[SecondFactorNews(log.params["news"])]
    context = {
        "name": user.get_short_name(),
        "subject": subject,
        **log.params,
        "reset_url": absolute("/forgot-password/"),
    }
    return MailContent(subject=subject, template="accounts/mail/second_factor", context=context)


@mail_kind(WELCOME)
def build_welcome(log: EmailLog, *, at: datetime) -> MailContent | None:
    return _plain(log, subject="Welcome to Lyceum", template="accounts/mail/welcome")


@mail_kind(EXPORT_READY)
def build_export_ready(log: EmailLog, *, at: datetime) -> MailContent | None:
    """The link to a gathered archive; None when the archive is gone again."""
    user = _person(log)
    if user is None or log.about_id is None:
        return None
    job = Job.objects.filter(pk=log.about_id, owner_id=user.pk).exclude(file_key="").first()
    if job is None:
        return None
    # A page, not the file: a mail is read by more people than its recipient.
    link = absolute(f"/account/data/{job.pk}/")
    context = {"name": user.get_short_name(), "link": link, "days": EXPORT_LINK_DAYS}
    return MailContent(subject="Your data is ready", template="accounts/mail/export_ready", context=context)


@mail_kind(ACCOUNT_DELETED, dedupe_minutes=0, last=True)
def build_account_deleted(log: EmailLog, *, at: datetime) -> MailContent | None:
    return MailContent(subject="Your account is deleted", template="accounts/mail/account_deleted")


@mail_kind(ADDRESS_CHANGED, dedupe_minutes=0)
def build_address_changed(log: EmailLog, *, at: datetime) -> MailContent | None:
    return MailContent(subject="The address of your account was changed", template="accounts/mail/address_changed")


def _person(log: EmailLog) -> User | None:
    if log.user_id is None:
        return None
    found: User | None = User.objects.filter(pk=log.user_id, is_active=True).first()
    return found


def _plain(log: EmailLog, *, subject: str, template: str) -> MailContent | None:
    user = _person(log)
    if user is None:
        return None
    context = {
        "name": user.get_short_name(),
        "reset_url": absolute("/forgot-password/"),
        "home_url": absolute("/"),
    }
    return MailContent(subject=subject, template=template, context=context)


def _held_account(accounts: QuerySet[User], log: EmailLog) -> User | None:
    """Return the account of the mail's address, locked: an erasure under way is waited for, and then there is none.

    Locks: User.
    """
    found = accounts.select_for_update(of=("self",), no_key=True)
    return found.filter(email=log.recipient_email, is_active=True).first()


def _with_secret(
    log: EmailLog, user: User | None, purpose: EmailToken.Purpose, *, subject: str, template: str, page: str
) -> MailContent | None:
    if user is None:
        return None
    # The row was written for an address; now that it is somebody's, it is exported and erased with them.
    EmailLog.objects.filter(pk=log.pk).update(user_id=user.pk)
    secret = mint_token(user, purpose=purpose, at=clock.real_now())
    if secret is None:
        return None
    hours = int(LIFETIMES[purpose].total_seconds() // 3600)
    # No name: whoever typed this address may have written anything there.
    context = {"link": absolute(f"{page}?token={secret}"), "hours": hours, "reset_url": absolute("/forgot-password/")}
    return MailContent(subject=subject, template=template, context=context)
