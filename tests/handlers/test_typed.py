"""What Slack marks up on the way is read as it was typed."""

import pytest

from handlers.typed import as_typed, unwrap


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("Shipped it", "Shipped it"),
        ("R&amp;D: 3 &lt; 5", "R&D: 3 < 5"),
        ("&amp;lt; stays an entity", "&lt; stays an entity"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("<!channel> look", "@channel look"),
        ("<!subteam^S1|@search> helped", "@search helped"),
        ("with <@U123|priya>", "with @priya"),
        ("with <@U123>", "with @U123"),
        ("in <#C1|general>", "in #general"),
        ("see <https://x.test/a>", "see https://x.test/a"),
        ("see <https://x.test/a|x.test/a>", "see x.test/a"),
        ("see <https://x.test/a|the plan>", "see the plan https://x.test/a"),
        ("2 < 3 and 4 > 1", "2 < 3 and 4 > 1"),
    ],
)
def test_marked_up_text_reads_as_it_was_typed(sent: str, typed: str):
    assert as_typed(sent) == typed


async def test_a_win_keeps_the_characters_a_person_typed(slack, maya):
    await maya.says("/win Cut R&D costs: 3 < 5")
    assert "Cut R&amp;D costs: 3 &lt; 5" in await maya.reads()
    await maya.clicks("Edit")
    assert "Cut R&D costs: 3 < 5" in await maya.modal()


def test_payloads_without_text_are_left_alone():
    body: dict[str, object] = {"type": "block_actions", "message": {"text": None}, "event": "odd"}
    unwrap(body)
    assert body == {"type": "block_actions", "message": {"text": None}, "event": "odd"}
