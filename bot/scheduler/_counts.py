"""How what becomes of nudges is counted."""

from collections import Counter
from collections.abc import Iterable

from bot.core.metrics import Metrics


def count(metrics: Metrics, kinds: Iterable[str], outcome: str) -> None:
    """Count nudges of these kinds with an outcome."""
    for kind, number in Counter(kinds).items():
        metrics.nudges.labels(kind=kind, outcome=outcome).inc(number)
