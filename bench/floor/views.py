"""The bare views: the same rows as the product writes, and nothing the product promises."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lyceum.core import clock
from lyceum.core.ids import new_id
from lyceum.core.ledger.reactions import reactions_to
from lyceum.core.models import Delivery, Fact
from lyceum.events.models import Event, TicketType
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.registrations.facts import RegistrationConfirmed
from lyceum.registrations.models import Registration


class BareIn(serializers.Serializer[Any]):
    email = serializers.EmailField()
    name = serializers.CharField(max_length=255)


class BareOut(serializers.ModelSerializer[Registration]):
    class Meta:
        model = Registration
        fields = ("id", "status")


class BareRegistrationView(APIView):
    """One registration, its fact, its deliveries and the two counters, in one transaction, the counters last."""

    def post(self, request: Request, event: UUID) -> Response:
        data = BareIn(data=request.data)
        data.is_valid(raise_exception=True)
        now = clock.now()
        with transaction.atomic():
            ticket = TicketType.objects.get(event_id=event, is_default=True)
            row = Registration.objects.create(
                event_id=event,
                ticket_type=ticket,
                email=data.validated_data["email"],
                full_name=data.validated_data["name"],
                status="confirmed",
                registered_at=now,
            )
            fact = Fact.objects.create(
                name=RegistrationConfirmed.name,
                about_id=row.id,
                actor_kind="anonymous",
                data={"registration_id": str(row.id), "event_id": str(event)},
                occurred_at=now,
            )
            Delivery.objects.bulk_create(
                Delivery(fact=fact, reaction=name, due_at=now) for name in reactions_to(RegistrationConfirmed)
            )
            Event.objects.filter(pk=event).update(
                seats_taken=F("seats_taken") + 1, registration_count=F("registration_count") + 1
            )
            TicketType.objects.filter(pk=ticket.pk).update(sold=F("sold") + 1)
        return Response(BareOut(row).data, status=201)


# What the organizer's list shows of a row.
LISTED = (
    "email", "full_name", "status", "certificate_issued", "waitlist_sequence", "registered_at", "created_at",
    "updated_at", "deleted_at", "source", "notes", "acknowledged_at", "user__email", "user__full_name", "event__title",
    "attendance__attended", "attendance__updated_at", "attendance__percent", "attendance__checked_in_at",
)  # fmt: skip


def bare_registrations(request: HttpRequest, event: UUID) -> HttpResponse:
    """Read fifty registrations and how many there are, as Django does, and write them as the organizer's list does."""
    rows = Registration.objects.filter(event=event)
    shown = rows.select_related("user", "event", "attendance").only(*LISTED).order_by("-registered_at", "-id")[:50]
    body = {"count": rows.count(), "next": None, "previous": None, "total_pages": 1, "current_page": 1}
    return JsonResponse({**body, "page_size": 50, "results": [_listed(row) for row in shown]})


def _listed(row: Registration) -> dict[str, Any]:
    user, attendance = row.user if row.acknowledged_at else None, getattr(row, "attendance", None)
    return {
        "id": row.pk,
        "uuid": row.pk,
        "email": row.email,
        "full_name": row.full_name,
        "status": row.status,
        "attended": attendance is not None and attendance.attended,
        "certificate_issued": row.certificate_issued,
        "waitlist_position": row.waitlist_sequence,
        "registered_at": row.registered_at,
        "created_at": row.created_at,
        "updated_at": max(row.updated_at, attendance.updated_at) if attendance else row.updated_at,
        "is_deleted": row.deleted_at is not None,
        "user": {"id": user.pk, "uuid": user.pk, "email": user.email, "full_name": user.full_name} if user else None,
        "event_title": row.event.title,
        "guest_email": "" if user else row.email,
        "guest_name": "" if user else row.full_name,
        "registration_source": row.source,
        "attendance_percent": attendance.percent if attendance else 0,
        "checked_in_at": attendance.checked_in_at if attendance else None,
        "notes": row.notes,
    }


@csrf_exempt
def bare_webhook(request: HttpRequest) -> HttpResponse:
    """Check the signature, insert one row."""
    body = request.body
    message = b"v0:" + request.headers["x-zm-request-timestamp"].encode() + b":" + body
    signature = "v0=" + hmac.new(settings.ZOOM_WEBHOOK_SECRET.encode(), message, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers["x-zm-signature"]):
        return HttpResponse(status=401)
    insert_delivery(json.loads(body), hashlib.sha256(body).hexdigest())
    return HttpResponse(b"{}", content_type="application/json")


def insert_delivery(payload: dict[str, Any], key: str) -> None:
    """Insert the row that the product's inbox inserts."""
    now = clock.now()
    InboundDelivery.objects.create(id=new_id(), **delivery_columns(payload, key, now))


def delivery_columns(payload: dict[str, Any], key: str, now: Any) -> dict[str, Any]:
    """Return the columns of one delivery."""
    what = payload["payload"]["object"]
    return {
        "source": "zoom",
        "event_type": payload["event"],
        "external_id": key,
        "subject": str(what["id"]),
        "occurrence": what["uuid"],
        "payload": payload["payload"],
        "occurred_at": now,
        "received_at": now,
        "due_at": now,
    }
