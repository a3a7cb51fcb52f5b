"""What a mail provider reports about mails, checked and read by django-anymail."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailImproperlyInstalled,
    AnymailInsecureWebhookWarning,
    AnymailWebhookValidationFailure,
)
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.module_loading import import_string

from lyceum.core.errors import ParseRefused, Refusal, ServiceUnavailable

_VIEWS: Final = {
    "brevo": "BrevoTrackingWebhookView",
    "mailersend": "MailerSendTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "mandrill": "MandrillCombinedWebhookView",
    "postal": "PostalTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
    "unisender_go": "UnisenderGoTrackingWebhookView",
}
# Others (queued, deferred, an automatic reply) change nothing about a mail.
_OUTCOMES: Final = {
    "delivered": "delivered",
    "opened": "opened",
    "clicked": "clicked",
    "bounced": "bounced",
    "rejected": "bounced",
    "complained": "spam",
    "unsubscribed": "unsubscribed",
}
# A provider that gave up for another reason than the address says nothing about the address.
_HARD: Final = frozenset(["bounced", "invalid"])
_UNREADABLE: Final = (SuspiciousOperation, LookupError, TypeError, ValueError, AttributeError)
_KIND_KEYS: Final = frozenset(["type", "event", "bounce_type"])
# SparkPost's classes that pass: undetermined, full, too large, timed out, DNS and the like.
_SOFT_CLASSES: Final = frozenset(["20", "21", "22", "23", "24", "40", "60", "70", "100"])


class ReportNotSigned(Refusal):
    """Nobody whom we know has sent this."""

    code = "SIGNATURE_INVALID"
    status = 401
    message = "This report isn't signed as the mail provider signs it. Please check the secret."


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mail. `bounce_type`: hard or soft, for a bounce."""

    provider_message_id: str
    outcome: str
    bounce_type: str = ""


def read_reports(request: HttpRequest) -> list[Report]:
    """Return what the chosen provider tells with this request.

    Raises: ReportNotSigned (401), also while no provider is chosen; ServiceUnavailable (503) where its secret is
        missing; ParseRefused (400).
    """
    reader = _reader()
    try:
        reader.run_validators(request)
    except AnymailWebhookValidationFailure as failure:
        raise ReportNotSigned from failure
    except _UNREADABLE as error:
        # Some providers sign within the body, which may be anything.
        raise ReportNotSigned from error
    try:
        events = list(reader.parse_events(request))
    except (
        AnymailConfigurationError,
        SuspiciousOperation,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise ParseRefused from error
    return [report for report in map(_report, events) if report is not None]


def _reader() -> Any:
    name = _VIEWS.get(settings.EMAIL_BACKEND)
    if name is None:
        raise ReportNotSigned("No mail provider is chosen here, so nobody can report.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AnymailInsecureWebhookWarning)
            reader = import_string(f"anymail.webhooks.{settings.EMAIL_BACKEND}.{name}")()
    except (AnymailConfigurationError, AnymailImproperlyInstalled, ImportError) as error:
        raise ServiceUnavailable("The mail provider's secret isn't set up here.") from error
    if reader.warn_if_no_basic_auth and not reader.basic_auth:
        raise ServiceUnavailable("The mail provider's secret isn't set up here.")
    return reader


def _report(event: Any) -> Report | None:
    outcome = _OUTCOMES.get(event.event_type)
    if outcome is None or not event.message_id:
        return None
    reason = getattr(event, "reject_reason", None)
    hard = event.event_type == "bounced" and reason in (None, *_HARD) and not _is_soft(event.esp_event)
    return Report(str(event.message_id), outcome, ("hard" if hard else "soft") if outcome == "bounced" else "")


def _is_soft(said: Any) -> bool:
    """Say whether the provider's own words call a bounce temporary, which the common form doesn't tell."""
    if not isinstance(said, Mapping):
        return False
    for key, value in said.items():
        name, word = str(key).lower(), str(value).lower()
        if name in _KIND_KEYS and (word.startswith("soft") or word == "transient"):
            return True
        if (name == "hard_bounce" and word == "false") or (name == "bounce_class" and word in _SOFT_CLASSES):
            return True
        if isinstance(value, Mapping) and _is_soft(value):
            return True
    return False
