"""Counts: what Prometheus reads, and that neither an id nor a text gets into it."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.core.metrics import Metrics


def figures(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(metrics.render().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_what_happens_is_counted_by_kind_and_outcome():
    metrics = Metrics()
    metrics.requests.labels(kind="command", outcome="answered").inc()
    metrics.requests.labels(kind="command", outcome="answered").inc()
    metrics.refusals.labels(reason="signature").inc()
    metrics.refused.labels(type="NotFound").inc()
    metrics.nudges.labels(kind="check_in", outcome="sent").inc()
    metrics.errors.labels(type="ValueError").inc()
    read = figures(metrics)
    assert read["sayso_requests_total", (("kind", "command"), ("outcome", "answered"))] == 2
    assert read["sayso_refusals_total", (("reason", "signature"),)] == 1
    assert read["sayso_refused_total", (("type", "NotFound"),)] == 1
    assert read["sayso_nudges_total", (("kind", "check_in"), ("outcome", "sent"))] == 1
    assert read["sayso_errors_total", (("type", "ValueError"),)] == 1


def test_what_is_due_can_be_read():
    metrics = Metrics()
    metrics.nudges_due.set(7)
    metrics.oldest_due_seconds.set(12.5)
    read = figures(metrics)
    assert read["sayso_nudges_due", ()] == 7
    assert read["sayso_oldest_due_seconds", ()] == 12.5


def test_the_process_itself_is_measured():
    names = {name for name, _ in figures(Metrics())}
    assert {"process_resident_memory_bytes", "python_info"} <= names


def test_two_sets_of_counts_do_not_meet():
    one, other = Metrics(), Metrics()
    one.refused.labels("Busy").inc()
    assert ("sayso_refused_total", (("type", "Busy"),)) not in figures(other)


@pytest.mark.parametrize(
    "private", ["U0123ABCDEF", "I asked for a raise", "xoxb-1-2", "", "x" * 80, 17, "a\nb"]
)
def test_an_id_or_a_text_never_becomes_a_label(private):
    metrics = Metrics()
    metrics.errors.labels(type=private).inc()
    assert figures(metrics)["sayso_errors_total", (("type", "?"),)] == 1
    assert f'"{private}"' not in metrics.render().decode()
