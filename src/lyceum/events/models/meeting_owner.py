"""Whose an online meeting is: the vendor's account that runs it, and the number that organizers write into events."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from lyceum.core.models import Record
from lyceum.events.models.meeting import Provider


class Proof(models.TextChoices):
    """How it is known that a vendor's account is an organizer's. Ordered: a later one outweighs an earlier one."""

    # A meeting of the account was held while the organizer's event with its number was on.
    RAN = "ran"
    # Its host has joined, signed in at the vendor with the organizer's verified address.
    ADDRESS = "address"
    # Staff have said so.
    STAFF = "staff"


class MeetingHost(Record):
    """One user of a vendor's account, who hosts meetings, and the organizer here to whom their meetings belong.

    What the vendor reports of this host's meetings goes to this organizer's events alone once it is proven; until then
    to whoever holds the meeting's number, without the names of those who aren't registered there.
    """

    provider = models.CharField(max_length=20, choices=Provider, default=Provider.ZOOM)
    account_id = models.CharField(max_length=100)
    host_id = models.CharField(max_length=100)
    # Null where staff gave it up. Then, and once the organizer's account is deleted, it is nobody's until proven anew.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting_hosts"
    )
    proof = models.CharField(max_length=10, choices=Proof, default=Proof.RAN)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "account_id", "host_id"], name="meeting_host_once"),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="meeting_host_provider_known"),
            models.CheckConstraint(condition=Q(proof__in=Proof.values), name="meeting_host_proof_known"),
            models.CheckConstraint(condition=~Q(account_id="") & ~Q(host_id=""), name="meeting_host_named"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} host {self.host_id} of {self.account_id}"


class MeetingNumberQuerySet(models.QuerySet["MeetingNumber"]):
    def of(self, number: str) -> Self:
        """Keep the row of this number."""
        return self.filter(provider=Provider.ZOOM, number=number)


class MeetingNumber(Record):
    """A meeting's number, and the organizer whose events may have it: who entered it first, or whose host has used it.

    One row for each number, so that two organizers who enter it at the same moment can't both get it.
    """

    provider = models.CharField(max_length=20, choices=Provider, default=Provider.ZOOM)
    number = models.CharField(max_length=20)
    # Null once it was given up: the next one to enter it gets it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Who has used it at the vendor, as far as that was reported. The number is that host's owner's for good.
    host = models.ForeignKey(MeetingHost, null=True, blank=True, on_delete=models.SET_NULL, related_name="numbers")
    since = models.DateTimeField()

    objects = MeetingNumberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="meeting_number_once"),
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="meeting_number_provider_known"),
            models.CheckConstraint(condition=~Q(number=""), name="meeting_number_not_blank"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} meeting {self.number}"
