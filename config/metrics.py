"""`/metrics`: how much is asked, how long it takes, and what waits, in Prometheus' text form.

Labels come from closed sets alone (names of routes, methods, classes of answers, kinds of work), so
that neither an address somebody invents nor the name of a provider ever makes a series. Requests
are counted by each process of the web server in files that they share; queues are read when asked.
"""

import os
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.queues import Queues, measured_queues
from providers.doors import public

# Set by config/gunicorn.py before the library is loaded: the folder that its workers share.
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE: Final = "none"
# What machines ask all day long; neither counted nor written down.
PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
SECONDS: Final = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 10.0)

OWN = CollectorRegistry()
REQUESTS = Counter(
    "clausier_requests", "Requests answered.", ("route", "method", "status"), registry=OWN
)
DURATIONS = Histogram(
    "clausier_request_seconds",
    "Seconds until the answer was ready.",
    ("route",),
    buckets=SECONDS,
    registry=OWN,
)


def is_probe(request: HttpRequest) -> bool:
    return request.path in PROBES


def route_of(request: HttpRequest) -> str:
    """The name of the route, never the address; static files and unknown addresses have none."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else NO_ROUTE


def count_request(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    route = route_of(request)
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.labels(route, method, f"{response.status_code // 100}xx").inc()
    DURATIONS.labels(route).observe(seconds)


@public()
def metrics(request: HttpRequest) -> HttpResponse:
    """Without `METRICS_TOKEN` the page does not exist; with it, the bearer of the token reads."""
    known = settings.METRICS_TOKEN
    if not known:
        raise Http404
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), known):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE)


def _registry() -> CollectorRegistry:
    """Made anew for each reading, as the library asks where several processes count."""
    registry = CollectorRegistry()
    if os.environ.get(SHARED_FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Process())
    registry.register(_Queues(measured_queues()))
    return registry


class _Process(Collector):
    """What this process counted, where it is alone."""

    def collect(self) -> Iterator[Metric]:
        yield from OWN.collect()


class _Queues(Collector):
    def __init__(self, found: Queues) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        """One family a figure; a figure that could not be read is left out."""
        for name, (help_, labels, values) in self._found.figures.items():
            family = GaugeMetricFamily(f"clausier_{name}", help_, labels=labels)
            for key, value in sorted(values.items()):
                family.add_metric(list(key), value)
            yield family
