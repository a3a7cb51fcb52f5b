"""What a mail provider reports about mails, checked and read by django-anymail."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailImproperlyInstalled,
    AnymailInsecureWebhookWarning,
    AnymailWebhookValidationFailure,
)
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.utils.module_loading import import_string

from lyceum.core.errors import ParseRefused, ServiceUnavailable
from lyceum.integrations.email.errors import ReportNotSigned
from lyceum.integrations.inbound.models.inbound_delivery import SUBJECT_LENGTH
from lyceum.integrations.inbound.ports import NewDelivery, SignedRequest

REPORTS: Final = "email"
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
OUTCOMES: Final = frozenset(_OUTCOMES.values())
# A provider that gave up for another reason than the address says nothing about the address.
_HARD: Final = frozenset(["bounced", "invalid"])
_UNREADABLE: Final = (SuspiciousOperation, LookupError, TypeError, ValueError, AttributeError, RecursionError)
_KIND_KEYS: Final = frozenset(["type", "event", "bounce_type"])
# SparkPost's classes that pass: undetermined, full, too large, timed out, DNS and the like.
_SOFT_CLASSES: Final = frozenset(["20", "21", "22", "23", "24", "40", "60", "70", "100"])


@dataclass(frozen=True, slots=True)
class MailReport:
    """What became of one mail. bounce_type: hard or soft, for a bounce."""

    provider_message_id: str
    outcome: str
    bounce_type: str
    received_at: datetime


class ProviderReports:
    """The chosen provider's webhooks as a source of the inbox: one delivery for each mail that is reported on.

    What is stored has ids only, so that there is nobody to forget.
    """

    name = REPORTS

    def verify(self, request: SignedRequest, *, at: datetime) -> None:
        """Check the request as the chosen provider signs it.

        Raises: ReportNotSigned (401), also while no provider is chosen; ServiceUnavailable (503) where its secret
            is missing.
        """
        reader = _reader()
        try:
            reader.run_validators(request)
        except (AnymailWebhookValidationFailure, *_UNREADABLE) as error:
            # Some providers sign within the body, which may be anything.
            raise ReportNotSigned from error

    def read(self, request: SignedRequest, *, at: datetime) -> list[NewDelivery]:
        """Return what the request tells about mails.

        Raises: ParseRefused (400).
        """
        try:
            events = list(_reader().parse_events(request))
        except (AnymailConfigurationError, *_UNREADABLE) as error:
            raise ParseRefused from error
        return [_delivery(event, at) for event in events if event.event_type in _OUTCOMES and event.message_id]

    def interpret(self, payload: Mapping[str, Any], *, received_at: datetime) -> MailReport:
        """Return a stored report."""
        return MailReport(
            provider_message_id=payload["message_id"],
            outcome=payload["outcome"],
            bounce_type=payload["bounce_type"],
            received_at=received_at,
        )

    def redact(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return the payload as it is: it names nobody."""
        return dict(payload)


def _delivery(event: Any, at: datetime) -> NewDelivery:
    outcome, message_id = _OUTCOMES[event.event_type], _stored_text(event.message_id)
    bounce_type = _bounce_type(event) if outcome == "bounced" else ""
    return NewDelivery(
        external_id=_content_key(event, outcome, bounce_type),
        event_type=outcome,
        occurred_at=event.timestamp if event.timestamp and event.timestamp.tzinfo else at,
        subject=message_id,
        payload={
            "provider": settings.EMAIL_BACKEND,
            "message_id": message_id,
            "outcome": outcome,
            "bounce_type": bounce_type,
        },
    )


def _stored_text(value: Any) -> str:
    """Return a provider's id as every database takes it."""
    return str(value).encode("utf-8", "ignore").decode().replace("\x00", "")[:SUBJECT_LENGTH]


def _content_key(event: Any, outcome: str, bounce_type: str) -> str:
    """Return what two copies of one report share, whatever else the provider sends with each."""
    about = [settings.EMAIL_BACKEND, event.message_id, outcome, bounce_type, event.timestamp]
    # Without a key of its own, a report is known by all that it says.
    about.append(event.event_id or event.esp_event)
    return hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).hexdigest()


def _bounce_type(event: Any) -> str:
    reason = getattr(event, "reject_reason", None)
    hard = event.event_type == "bounced" and reason in (None, *_HARD) and not _is_soft(event.esp_event)
    return "hard" if hard else "soft"


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
