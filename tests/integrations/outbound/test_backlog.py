"""What operators watch: how much waits, and how much was given up."""

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from lyceum.core.http.metrics import BacklogCollector
from lyceum.core.work.backlogs import Backlog, register_backlog
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.outbound.models import OutboundCall

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def figures() -> str:
    registry = CollectorRegistry()
    registry.register(BacklogCollector())
    return generate_latest(registry).decode()


def call(**more: Any) -> None:
    OutboundCall.objects.create(**{"kind": "k", "vendor": "zoom", "requested_at": AT} | more)


def test_what_waits_and_what_failed_is_counted() -> None:
    call(due_at=AT), call(due_at=AT)
    call(status="answered", answer_due_at=AT)
    call(status="failed"), call(status="unhandled")
    call(status="completed")
    delivery = {"source": "zoom", "event_type": "t", "occurred_at": AT, "received_at": AT}
    InboundDelivery.objects.create(**delivery, external_id="1", due_at=AT)
    InboundDelivery.objects.create(**delivery, external_id="2", status="failed", due_at=AT)
    InboundDelivery.objects.create(**delivery, external_id="3", status="failed")
    InboundDelivery.objects.create(**delivery, external_id="4", status="completed")
    shown = figures()
    assert 'lyceum_outbound_calls{status="waiting",vendor="zoom"} 2.0' in shown
    assert 'lyceum_outbound_calls{status="answered",vendor="zoom"} 1.0' in shown
    assert 'lyceum_outbound_calls{status="failed",vendor="zoom"} 2.0' in shown
    assert 'lyceum_inbound_deliveries{source="zoom",status="waiting"} 2.0' in shown
    assert 'lyceum_inbound_deliveries{source="zoom",status="failed"} 1.0' in shown
    assert 'lyceum_deliveries{status="dead"} 0.0' in shown
    assert 'lyceum_deliveries{status="pending"} 0.0' in shown


def test_a_figure_has_one_name() -> None:
    with pytest.raises(TypeError):
        register_backlog(Backlog("lyceum_deliveries", "", (), dict))
