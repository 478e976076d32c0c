"""Counts of what happens, for Prometheus: never an id, never a text."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import timedelta
from itertools import accumulate
from typing import Self

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from bot.core.plain import word

_WITHIN = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


class Count(Counter):
    """A counter whose labels can only be short plain words; anything else is counted as `?`."""

    def labels(self, *values: object, **named: object) -> Self:
        return super().labels(*map(word, values), **{name: word(value) for name, value in named.items()})


class Durations(Collector):
    """A histogram of seconds that is only used on the event loop, so it needs no lock for each of them."""

    def __init__(self, name: str, meaning: str) -> None:
        self._name = name
        self._meaning = meaning
        self._bounds = Histogram.DEFAULT_BUCKETS
        self._within = [0] * len(self._bounds)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        self._within[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def collect(self) -> Iterable[Metric]:
        up_to = zip(map(floatToGoString, self._bounds), accumulate(self._within), strict=True)
        yield HistogramMetricFamily(self._name, self._meaning, buckets=list(up_to), sum_value=self._sum)


class Metrics:
    """All counts of one process in a registry of their own."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = self._count("requests", "Requests from Slack that were let in", "kind", "outcome")
        self.refusals = self._count("refusals", "Requests that were refused at the edge", "reason")
        self.refused = self._count(
            "refused", "Requests that were answered with what stands in the way", "type"
        )
        self.nudges = self._count("nudges", "Nudges by what became of them", "kind", "outcome")
        self.errors = self._count("errors", "Faults of ours by exception type", "type")
        self.send_errors = self._count(
            "send_errors", "Messages that did not go out, by Slack's word", "error"
        )
        self.send_seconds = Durations("sayso_send_seconds", "How long Slack took to accept a message")
        self.registry.register(self.send_seconds)
        self.taken = self._count(
            "messages_taken", "Messages taken on, by how long after their time that was", "within"
        )
        self.nudges_due = self._gauge("nudges_due", "Nudges that are due and not yet sent")
        self.oldest_due_seconds = self._gauge(
            "oldest_due_seconds", "How long the oldest due nudge has waited"
        )

    def late(self, span: timedelta, number: int) -> None:
        """Count messages that were taken on so long after their time."""
        within = next((name for name, bound in _WITHIN.items() if span <= bound), "more")
        self.taken.labels(within=within).inc(number)

    def render(self) -> bytes:
        """Everything in Prometheus' text format, of the type `content_type`."""
        return generate_latest(self.registry)

    def _count(self, name: str, meaning: str, *labels: str) -> Count:
        return Count(f"sayso_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(f"sayso_{name}", meaning, registry=self.registry)
