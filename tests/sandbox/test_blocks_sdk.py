"""The validator agrees with slack_sdk's models: it takes what they build and refuses what their validators refuse."""

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as kit
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.views import View

from bot.sandbox.blocks import message_problems, view_problems

OPTION = kit.Option(text="First", value="first")
OTHER = kit.Option(text="Second", value="second", description="The other one")
SURE = kit.ConfirmObject(title="Sure?", text="It goes away.", confirm="Delete", deny="Keep", style="danger")
PARTS = kit.RichTextElementParts
LINE = kit.RichTextSectionElement(
    elements=[
        PARTS.Text(text="Shipped", style=PARTS.TextStyle(bold=True)),
        PARTS.Emoji(name="tada"),
        PARTS.User(user_id="U1"),
        PARTS.Channel(channel_id="C1"),
        PARTS.Link(url="https://example.com", text="here"),
        PARTS.UserGroup(usergroup_id="S1"),
        PARTS.Team(team_id="T1"),
        PARTS.Date(timestamp=1_628_633_820, format="{date}"),
        PARTS.Broadcast(range="here"),
        PARTS.Color(value="#ff0000"),
    ]
)
RICH = kit.RichTextBlock(
    elements=[
        LINE,
        kit.RichTextListElement(elements=[LINE], style="bullet", indent=0),
        kit.RichTextQuoteElement(elements=[PARTS.Text(text="Said")]),
        kit.RichTextPreformattedElement(elements=[PARTS.Text(text="code")], border=0),
    ]
)

ELEMENTS: list[Any] = [
    kit.ButtonElement(text="Undo", action_id="wins.undo", value="7", style="danger", confirm=SURE),
    kit.LinkButtonElement(text="Open", url="https://example.com"),
    kit.CheckboxesElement(action_id="a", options=[OPTION, OTHER], initial_options=[OTHER]),
    kit.RadioButtonsElement(action_id="a", options=[OPTION, OTHER], initial_option=OPTION),
    kit.OverflowMenuElement(action_id="a", options=[OPTION, OTHER]),
    kit.DatePickerElement(action_id="a", initial_date="2026-11-20", placeholder="When"),
    kit.TimePickerElement(action_id="a", initial_time="09:30"),
    kit.StaticSelectElement(
        action_id="a", options=[OPTION, OTHER], initial_option=OTHER, placeholder="Which"
    ),
    kit.StaticSelectElement(action_id="a", option_groups=[kit.OptionGroup(label="All", options=[OPTION])]),
    kit.StaticMultiSelectElement(action_id="a", options=[OPTION], max_selected_items=2),
    kit.ExternalDataSelectElement(action_id="a", placeholder="Which", min_query_length=2),
    kit.ExternalDataMultiSelectElement(action_id="a", placeholder="Which"),
    kit.UserSelectElement(action_id="a", initial_user="U1"),
    kit.UserMultiSelectElement(action_id="a", initial_users=["U1"]),
    kit.ConversationSelectElement(action_id="a", filter=kit.ConversationFilter(include=["im", "public"])),
    kit.ConversationMultiSelectElement(action_id="a"),
    kit.ChannelSelectElement(action_id="a", initial_channel="C1"),
    kit.ChannelMultiSelectElement(action_id="a", initial_channels=["C1"]),
]
INPUTS: list[Any] = [
    kit.PlainTextInputElement(action_id="a", multiline=True, max_length=300, initial_value="Shipped"),
    kit.NumberInputElement(action_id="a", is_decimal_allowed=False, min_value="1", max_value="5"),
    kit.EmailInputElement(action_id="a", placeholder="you@example.com"),
    kit.UrlInputElement(action_id="a", focus_on_load=True),
    kit.RichTextInputElement(action_id="a", initial_value=RICH),
    kit.DateTimePickerElement(action_id="a", initial_date_time=1_628_633_820),
]
BLOCKS: list[Any] = [
    kit.SectionBlock(text="*Saved*", fields=["a", "b"], block_id="wins"),
    kit.DividerBlock(),
    kit.HeaderBlock(text="This week"),
    kit.ContextBlock(elements=[kit.MarkdownTextObject(text="a"), kit.PlainTextObject(text="b", emoji=True)]),
    kit.ContextBlock(elements=[kit.ImageElement(image_url="https://example.com/a.png", alt_text="A chart")]),
    kit.ImageBlock(image_url="https://example.com/a.png", alt_text="A chart", title="Wins"),
    kit.ImageBlock(slack_file={"id": "F1"}, alt_text="A chart"),
    kit.MarkdownBlock(text="**Saved**"),
    kit.VideoBlock(
        title="A talk",
        alt_text="a",
        video_url="https://example.com/v",
        thumbnail_url="https://example.com/a.png",
    ),
    kit.FileBlock(external_id="F1"),
    kit.CallBlock(call_id="R1"),
    kit.TableBlock(rows=[[{"type": "raw_text", "text": "Wins"}]], column_settings=[{"align": "right"}]),
    kit.ContextActionsBlock(
        elements=[
            kit.FeedbackButtonsElement(
                action_id="a",
                positive_button=kit.FeedbackButtonObject(text="Good", value="1"),
                negative_button=kit.FeedbackButtonObject(text="Bad", value="0"),
            )
        ]
    ),
    RICH,
]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.type)
def test_elements_that_the_sdk_builds_are_taken(element: Any) -> None:
    assert message_problems([kit.SectionBlock(text="Saved", accessory=element).to_dict()]) == []
    assert message_problems([kit.ActionsBlock(elements=[element]).to_dict()]) == []


@pytest.mark.parametrize("element", INPUTS, ids=lambda element: element.type)
def test_inputs_that_the_sdk_builds_are_taken(element: Any) -> None:
    block = kit.InputBlock(label="Title", hint="In a few words", element=element, optional=True)
    view = View(
        type="modal", title="Log a win", submit="Save", close="Close", callback_id="wins.log", blocks=[block]
    )
    assert view_problems(view.to_dict()) == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.type)
def test_blocks_that_the_sdk_builds_are_taken(block: Any) -> None:
    assert message_problems([block.to_dict()]) == []


def unchecked(model: JsonObject, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a model would send if the SDK did not look."""
    monkeypatch.setattr(JsonObject, "validate_json", lambda _: None)
    return model.to_dict()


REFUSED: list[Any] = [
    kit.SectionBlock(text="a" * 3001),
    kit.SectionBlock(fields=["a"] * 11),
    kit.SectionBlock(),
    kit.SectionBlock(text="a", block_id="b" * 256),
    kit.HeaderBlock(text="a" * 151),
    kit.MarkdownBlock(text="a" * 12_001),
    kit.ImageBlock(image_url="https://example.com/" + "a" * 3000, alt_text="a"),
    kit.ImageBlock(image_url="https://example.com/a", alt_text="a" * 2001),
    kit.ImageBlock(image_url="https://example.com/a", alt_text="a", title="a" * 2001),
    kit.ActionsBlock(elements=[kit.ButtonElement(text="a")] * 26),
    kit.ContextBlock(elements=[kit.PlainTextObject(text="a")] * 11),
    kit.InputBlock(label="a" * 2001, element=kit.PlainTextInputElement()),
    kit.InputBlock(label="a", hint="a" * 2001, element=kit.PlainTextInputElement()),
    kit.ActionsBlock(elements=[kit.ButtonElement(text="a" * 76)]),
    kit.ActionsBlock(elements=[kit.ButtonElement(text="a", value="a" * 2001)]),
    kit.ActionsBlock(elements=[kit.ButtonElement(text="a", url="https://example.com/" + "a" * 3000)]),
    kit.ActionsBlock(elements=[kit.ButtonElement(text="a", style="loud")]),
    kit.ActionsBlock(elements=[kit.ButtonElement(text="a", action_id="a" * 256)]),
    kit.ActionsBlock(elements=[kit.DatePickerElement(initial_date="20 November")]),
    kit.ActionsBlock(elements=[kit.TimePickerElement(initial_time="25:00")]),
    kit.ActionsBlock(elements=[kit.StaticSelectElement(options=[OPTION] * 101)]),
    kit.ActionsBlock(elements=[kit.OverflowMenuElement(options=[OPTION] * 6)]),
    kit.ActionsBlock(elements=[kit.UserSelectElement(placeholder="a" * 151)]),
]


@pytest.mark.parametrize("block", REFUSED)
def test_what_the_sdk_refuses_is_refused(block: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SlackObjectFormationError):
        block.to_dict()
    assert message_problems([unchecked(block, monkeypatch)]) != []


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "a" * 25},
        {"close": "a" * 25},
        {"submit": "a" * 25},
        {"private_metadata": "a" * 3001},
        {"callback_id": "a" * 256},
        {"blocks": []},
        {"blocks": [kit.DividerBlock()] * 101},
        {"type": "window"},
        {"type": "home", "submit": "Save"},
    ],
    ids=" ".join,
)
def test_views_that_the_sdk_refuses_are_refused(
    fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = View(**({"type": "modal", "title": "Log a win", "blocks": [kit.DividerBlock()]} | fields))
    with pytest.raises(SlackObjectFormationError):
        view.to_dict()
    assert view_problems(unchecked(view, monkeypatch)) != []
