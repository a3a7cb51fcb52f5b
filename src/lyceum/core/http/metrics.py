"""Prometheus figures, for whoever holds METRICS_TOKEN. Without that setting the address does not exist."""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from lyceum.core.errors import NotFound
from lyceum.core.http.refusals import refusal_page
from lyceum.core.work.backlogs import backlogs


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


class BacklogCollector(Collector):
    """How much durable work waits, and how much has been given up: the figures to alarm on."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for backlog in backlogs():
            gauge = GaugeMetricFamily(backlog.name, backlog.says, labels=backlog.labels)
            try:
                counts = backlog.count()
            except DatabaseError:
                return
            for values, count in counts.items():
                gauge.add_metric(values, count)
            yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        # Said beforehand, so that registering asks the database nothing.
        return [GaugeMetricFamily(backlog.name, backlog.says, labels=backlog.labels) for backlog in backlogs()]


def collect_backlogs() -> None:
    """Add Lyceum's figures to the process's registry; called once, when the app is ready."""
    REGISTRY.register(BacklogCollector())
