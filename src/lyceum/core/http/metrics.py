"""Prometheus figures, for whoever holds METRICS_TOKEN. Without that setting the address does not exist."""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from lyceum.core.errors import NotFound
from lyceum.core.http.refusals import refusal_page
from lyceum.core.models.ledger import Delivery


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures to a bearer of the token; 401 to anyone else."""
    if not settings.METRICS_TOKEN:
        return refusal_page(request, NotFound())
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("A bearer token is needed.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    answer: HttpResponse = ExportToDjangoView(request)
    return answer


class Backlog(Collector):
    """How much durable work waits, and how much has been given up: the two figures to alarm on."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("lyceum_deliveries", "Deliveries of facts by status.", labels=["status"])
        unfinished = [Delivery.Status.PENDING, Delivery.Status.DEAD]
        try:
            rows = Delivery.objects.filter(status__in=unfinished).values_list("status").annotate(rows=Count("pk"))
            counts = dict.fromkeys((str(status) for status in unfinished), 0) | dict(rows)
        except DatabaseError:
            return
        for status, count in counts.items():
            gauge.add_metric([status], count)
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        # Said beforehand, so that registering asks the database nothing.
        return [GaugeMetricFamily("lyceum_deliveries", "Deliveries of facts by status.", labels=["status"])]


def register_backlog() -> None:
    """Add Lyceum's figures to the process's registry; called once, when the app is ready."""
    REGISTRY.register(Backlog())
