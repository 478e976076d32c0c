"""The canary sings: what was typed is found wherever it must not be, and nothing else is taken for it."""

import logging
from types import SimpleNamespace

import pytest
from prometheus_client import Counter

from bot.core.clock import MovableClock
from bot.core.metrics import Metrics
from bot.sandbox import Sandbox
from tests.canary import Canary, own_words

TYPED = "Zebra quartz migration"


@pytest.fixture
def bird() -> Canary:
    made = Canary(Sandbox(MovableClock(), base_url="http://127.0.0.1"), Metrics())
    made.typed(f"  {TYPED.upper()} ", "short", None, 5)
    return made


def test_where_nothing_is_told_it_is_silent(bird: Canary) -> None:
    with bird:
        logging.getLogger("bot.tests").info("event.happened", extra={"kind": "check_in"})
    bird.check()


def test_it_sings_at_a_push_and_at_a_message_that_stays(bird: Canary) -> None:
    bird._sandbox.journal.note("call", method="chat.postMessage", args={"text": f"About {TYPED}"})
    room = SimpleNamespace(
        ephemerals={}, messages={1: SimpleNamespace(bot_id="B1", text="", blocks=[TYPED], metadata=None)}
    )
    bird._sandbox.world.conversations["C"] = room  # type: ignore[assignment]
    with pytest.raises(AssertionError, match="a message that stays, a push text"):
        bird.check()
    bird.details = True
    with pytest.raises(AssertionError, match="in: a push text"):
        bird.check()


def test_it_sings_at_a_log(bird: Canary) -> None:
    with bird:
        logging.getLogger("bot.tests").info(TYPED.replace(" ", "."), extra={"kind": "x"})
    bird._typed = {TYPED.casefold().replace(" ", ".")}
    with pytest.raises(AssertionError, match="in: a log"):
        bird.check()


def test_it_sings_at_a_metric(bird: Canary) -> None:
    # Our own counters take no such label, so this one goes past them.
    Counter("sayso_odd", "Odd", ["said"], registry=bird._metrics.registry).labels(said=TYPED).inc()
    with pytest.raises(AssertionError, match="in: a metric"):
        bird.check()


def test_our_own_words_are_nobodys_secret(bird: Canary) -> None:
    assert "no manager and no admin" in own_words()
    bird.typed("No manager and no admin")
    assert bird._typed == {TYPED.casefold()}
