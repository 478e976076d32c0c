"""R04: the message whose answer was lost lies under many others by the time it is looked for."""

from collections.abc import Callable

from bot.coach import Coach
from bot.sandbox import messages
from tests.chaos.crowd import Crowd, Seat, gathered
from tests.chaos.scale import Measured


async def test_a_message_that_lies_deep_under_what_its_reader_wrote_since_is_not_sent_again(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach]
) -> None:
    async with gathered(sqlite_url, make_coach, teams=1, members=1) as crowd:
        (seat,) = crowd.seats
        crowd.sandbox.faults.add("drop_after", method="chat.postMessage")
        await crowd.ask(crowd.seats)
        worker = crowd.worker()
        await worker.tick()
        writes(crowd, seat, lines=40)
        await crowd.carried(worker)
        sent = [message for message in crowd.got(seat) if message.metadata]
        states = await crowd.states()
    measured("R04", f"40 lines written since: {len(sent)} message, state {states[seat.member_id]}")
    assert len(sent) == 1


def writes(crowd: Crowd, seat: Seat, *, lines: int) -> None:
    """The person writes so many messages to Sayso."""
    world = crowd.sandbox.world
    for number in range(lines):
        message = messages.by_person(crowd.sandbox, world.people[seat.who.user_id], f"Line {number}")
        messages.post(crowd.sandbox, world.conversations[seat.dm], message)
