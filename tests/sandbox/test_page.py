"""The page as the server draws it: what a person reads at each address."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.core.clock import StoppedClock
from bot.core.prose import Prose
from bot.sandbox.page import facts, moments, routes
from bot.sandbox.page.voice import Voice
from bot.sandbox.world import Json, World
from tests.sandbox.page_fixtures import MANIFEST, NOW, Answer, Town, get, mrkdwn, option, plain


@pytest.fixture
def town() -> Town:
    return Town().with_app()


PROSE = Prose()  # shared, so that each template is compiled once


def served(town: Town) -> Starlette:
    return Starlette(routes=routes(town.sandbox, PROSE))


def at(town: Town, path: str = "/", **how: Any) -> Answer:
    return get(served(town), path, **how)


def html(town: Town, path: str = "/", **cookies: str) -> str:
    answer = at(town, path, cookie="; ".join(f"{name}={value}" for name, value in cookies.items()))
    assert answer.status == 200, path
    return answer.text


def words(drawn: str) -> str:
    """What is read: no tags, one space between words."""
    shown = re.sub(r"<(template|noscript|svg)\b.*?</\1>", " ", drawn, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", shown)).split())


def shows(town: Town, path: str = "/") -> str:
    return words(html(town, path))


def of_maya(town: Town, rest: str = "") -> str:
    return f"/as/{town.maya.id}{rest}"


# Addresses


def test_the_start_is_the_first_persons_conversation_with_the_first_app(town: Town) -> None:
    answer = at(town, "/")
    assert answer.path == of_maya(town, f"/{town.dm}")
    assert "very beginning of your messages with Sayso" in words(answer.text)


def test_every_answer_forbids_everything_from_elsewhere(town: Town) -> None:
    for path in ("/", of_maya(town), "/as/U0NOBODY"):
        policy = at(town, path, follow=False).headers["content-security-policy"]
        assert policy.startswith("default-src 'self';")


def test_nothing_is_loaded_from_elsewhere_and_no_style_or_script_stands_in_the_page(town: Town) -> None:
    town.says(
        "x", [{"type": "image", "block_id": "i", "image_url": "https://a.example/x.png", "alt_text": "Map"}]
    )
    drawn = html(town)
    assert re.findall(r'(?:src|<link[^>]*href)="(?!/static/)[^"]*"', drawn) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src)", drawn) == []
    assert "Map Not loaded here; opens elsewhere" in words(drawn)


@pytest.mark.parametrize(
    "path", ["/as/U0NOBODY", "/as/U0NOBODY/D1", "/as/{maya}/D0NONE", "/as/{maya}/app/A0/home"]
)
def test_an_address_where_nothing_is_says_so(town: Town, path: str) -> None:
    answer = at(town, path.format(maya=town.maya.id))
    assert answer.status == 404
    assert "There is nothing at this address" in answer.text


def test_an_unknown_tab_is_nowhere_and_the_messages_tab_is_the_conversation(town: Town) -> None:
    app = town.installation.app.id
    assert at(town, of_maya(town, f"/app/{app}/attic")).status == 404
    assert at(town, of_maya(town, f"/app/{app}/messages")).path == of_maya(town, f"/{town.dm}")


def test_an_app_with_a_home_alone_is_opened_there() -> None:
    only_home = {"app_home": {"home_tab_enabled": True, "messages_tab_enabled": False}}
    town = Town().with_app({**MANIFEST, "features": {**MANIFEST["features"], **only_home}})
    assert at(town, "/").path.endswith("/home")
    assert "Messages</a>" not in html(town)


def test_a_world_without_people_says_how_to_get_some() -> None:
    town = Town()
    town.world = World(StoppedClock(NOW))
    assert "Nobody lives here yet" in shows(town)
    assert "curl -X POST http://127.0.0.1:3939/sandbox/people" in shows(town)


def test_a_world_without_apps_says_how_to_register_one() -> None:
    assert "curl -X POST http://127.0.0.1:3939/sandbox/apps" in shows(Town())


def test_the_static_files_are_there(town: Town) -> None:
    for name in ("page.css", "page.js", "icon.svg", "chevron.svg"):
        assert at(town, f"/static/{name}").status == 200


# The window


def test_the_page_says_that_it_is_a_stand_in(town: Town) -> None:
    assert "<title>Sayso · Maya Okafor · Local Slack</title>" in html(town)
    assert "A stand-in on this computer" in shows(town)


def test_everybody_of_both_workspaces_can_be_switched_to(town: Town) -> None:
    people = shows(town).split("Harbor Studio")
    assert "Daniel Reyes New York, 04:00 admin" in people[-2]
    assert "Kenji Sato No time zone" in people[-2]
    assert "Ana Kowalska Auckland, 22:00 admin" in people[-1]
    assert "Standup Bot" not in html(town)


def test_what_is_unread_is_counted_except_where_one_is(town: Town) -> None:
    town.says("News")
    town.says("More")
    assert "2 unread messages" in shows(town, of_maya(town, f"/{town.team.general}"))
    assert "unread message" not in shows(town, of_maya(town, f"/{town.dm}"))


def test_the_theme_comes_from_its_cookie(town: Town) -> None:
    assert 'data-theme="dark"' in html(town, theme="dark")
    assert "data-theme" not in html(town, theme='"><script>').split("<body")[0]


def test_the_composer_knows_the_commands_and_shortcuts_of_the_manifest(town: Town) -> None:
    read = shows(town)
    assert "/win [what you did] Save something you did" in read
    assert "Sayso Log a win Opens the form" in read
    assert "Save as win Sayso" in read


def test_a_tab_one_cannot_write_in_says_so() -> None:
    home = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True, "home_tab_enabled": True}
    town = Town().with_app({**MANIFEST, "features": {**MANIFEST["features"], "app_home": home}})
    assert "Sending messages to Sayso is turned off." in shows(town, of_maya(town, f"/{town.dm}"))
    assert 'id="composer"' not in html(town, of_maya(town, f"/{town.dm}"))


def test_the_home_tab_teaches_until_there_is_a_view(town: Town) -> None:
    home = of_maya(town, f"/app/{town.installation.app.id}/home")
    assert "Nothing here yet" in shows(town, home)
    town.publishes([{"type": "header", "block_id": "h", "text": plain("Good morning, Maya")}])
    assert "Good morning, Maya" in shows(town, home)


def test_the_about_tab_lists_what_the_manifest_offers(town: Town) -> None:
    read = shows(town, of_maya(town, f"/app/{town.installation.app.id}/about"))
    assert "/pitch manager Draft the message to your manager" in read
    assert "Save as win in a message’s menu" in read


# Messages


def test_messages_stand_under_their_local_day(town: Town) -> None:
    town.clock.move_to(datetime(2026, 11, 18, 23, 30, tzinfo=UTC))
    town.says("Late on Wednesday, early on Thursday in Berlin")
    town.clock.move_to(NOW)
    town.says("This morning")
    assert re.search(r"Yesterday .*00:30.*early on Thursday.*Today .*10:00.*This morning", shows(town))


def test_one_author_is_named_once_for_messages_that_follow_one_another(town: Town) -> None:
    town.writes("One")
    town.writes("Two")
    town.later(minutes=6)
    town.writes("Three")
    assert html(town).count("<strong>Maya Okafor</strong></p>") == 0
    assert len(re.findall(r'class="byline"><strong>Maya Okafor', html(town))) == 2


def test_what_only_one_person_sees_is_marked_so(town: Town) -> None:
    town.says("Saved: *It*", ephemeral_to=town.maya.id)
    assert re.search(r"Only visible to you .*Saved: It", shows(town))


def test_a_reply_stands_under_what_it_answers(town: Town) -> None:
    parent = town.says("The question")
    town.says("Something else")
    town.writes("The answer", thread_ts=parent.ts)
    assert re.search(r"The question.*The answer.*Something else", shows(town))
    assert 'aria-label="1 reply"' in html(town)


def test_an_edited_message_and_a_broadcast_are_shown_as_such(town: Town) -> None:
    town.writes("Hello &lt;!channel&gt; <!here>").edited = {"user": town.maya.id, "ts": "1"}
    assert "Hello <!channel> @here (edited)" in shows(town)


def test_a_notice_of_slack_itself_explains_what_failed(town: Town) -> None:
    town.world.notify(town.maya, "/win failed with the error “operation_timeout”", town.dm)
    read = shows(town)
    assert re.search(r"Only visible to you Local Slack 10:00 /win failed with the error", read)
    assert "took longer than three seconds" in read
    assert "took longer" not in shows(town, of_maya(town, f"/{town.team.general}"))


def test_files_are_shown_as_pictures_or_as_cards(town: Town) -> None:
    town.writes(
        "",
        files=[town.file("plan.pdf", b"x" * 2000), town.file("map.png", b"x"), town.file("x.svg", b"<svg/>")],
    )
    drawn = html(town)
    assert "plan.pdf PDF · 2.0 kB" in words(drawn)
    assert re.search(r'<img src="/sandbox/people/\w+/files/\w+" alt="map.png">', drawn)
    assert 'download="x.svg"' in drawn
    assert 'alt="x.svg"' not in drawn


def test_nobodys_words_become_markup(town: Town) -> None:
    bad = '<img src=x onerror="alert(1)">\'"'
    town.maya.real_name = bad
    town.writes(bad)
    town.says(bad, [{"type": "header", "block_id": bad, "text": plain(bad)}, button(bad, bad)])
    drawn = html(town)
    assert "<img src=x" not in drawn
    assert words(drawn).count("<img src=x onerror") >= 4


def test_two_hundred_messages_are_drawn_with_their_buttons(town: Town) -> None:
    for number in range(200):
        blocks = [
            {"type": "section", "block_id": "s", "text": mrkdwn(f"*Number {number}* :tada:")},
            button("b", "Edit"),
        ]
        town.says("x", blocks)
        town.later(minutes=1)
    drawn = words(get(served(town), of_maya(town, f"/{town.dm}")).text)
    assert all(f"Number {number}" in drawn for number in range(200))
    assert drawn.count("Edit") >= 200


# Block Kit


def button(action_id: str, text: str, **more: Any) -> Json:
    element = {"type": "button", "action_id": action_id, "text": plain(text), **more}
    return {"type": "actions", "block_id": f"of-{action_id}", "elements": [element]}


def field(element: Json, block_id: str = "b", **more: Any) -> Json:
    return {
        "type": "input", "block_id": block_id, "label": plain("Label"), "element": {"action_id": "a", **element}, **more,
    }  # fmt: skip


def drawn(town: Town, *blocks: Json) -> str:
    town.opens({"type": "modal", "title": plain("Form"), "submit": plain("Save"), "blocks": list(blocks)})
    return html(town).split('<dialog class="modal" id="v_2d')[1].split("</dialog>")[0]


@pytest.mark.parametrize(
    ("block", "read"),
    [
        ({"type": "header", "text": plain("A *plain* title")}, "A *plain* title"),
        ({"type": "section", "text": mrkdwn("*Bold*"), "fields": [mrkdwn("_a_"), plain("_b_")]}, "Bold a _b_"),
        ({"type": "context", "elements": [mrkdwn("small"), {"type": "image", "image_url": "https://a.example", "alt_text": "A face"}]}, "small"),
        ({"type": "markdown", "text": "# Title\n- **one**"}, "Title one"),
        ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}]}]}, "rich"),
        ({"type": "video", "title": plain("Film"), "alt_text": "How it works", "title_url": "https://a.example", "author_name": "Ada"}, "Film Video by Ada: How it works"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "Win"}], [{"type": "raw_text", "text": "<b>"}]], "column_settings": [None]}, "Win <b>"),
        ({"type": "carousel"}, "Unsupported block: carousel"),
        ({"type": "actions", "elements": [{"type": "hologram", "action_id": "h"}]}, "Unsupported element: hologram"),
        ({"type": "file", "external_id": "ABC"}, "File from another place: ABC"),
    ],
)  # fmt: skip
def test_a_block_is_read(town: Town, block: Json, read: str) -> None:
    assert read in words(drawn(town, {"block_id": "b", **block}))


@pytest.mark.parametrize(
    ("element", "has"),
    [
        ({"type": "plain_text_input", "initial_value": 'a "b"', "max_length": 9}, 'value="a &#34;b&#34;"'),
        ({"type": "plain_text_input", "multiline": True, "initial_value": "<a>\nb"}, "&lt;a&gt;\nb</textarea>"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "1", "max_value": "5"}, 'step="any" min="1" max="5"'),
        ({"type": "number_input", "is_decimal_allowed": False}, 'step="1"'),
        ({"type": "email_text_input"}, 'type="email"'),
        ({"type": "url_text_input"}, 'type="url"'),
        ({"type": "datepicker", "initial_date": "2026-11-20"}, 'type="date" value="2026-11-20"'),
        ({"type": "timepicker", "initial_time": "15:00"}, 'type="time" value="15:00"'),
        ({"type": "datetimepicker", "initial_date_time": int(NOW.timestamp())}, 'type="datetime-local" value="2026-11-20T10:00"'),
        ({"type": "static_select", "options": [option("a", "A"), option("b", "B")], "initial_option": option("b", "B")}, '<option value="b" selected>B'),
        ({"type": "static_select", "option_groups": [{"label": plain("Group"), "options": [option("a", "A")]}]}, '<optgroup label="Group">'),
        ({"type": "multi_static_select", "options": [option("a", "A")], "initial_options": [option("a", "A")], "max_selected_items": 2}, 'value="a" checked'),
        ({"type": "users_select"}, ">Priya Nair</option>"),
        ({"type": "multi_users_select"}, "<span>Priya Nair</span>"),
        ({"type": "channels_select"}, "># general</option>"),
        ({"type": "conversations_select"}, "># general</option>"),
        ({"type": "checkboxes", "options": [option("a", "A", description=plain("More of it"))]}, "<small>More of it</small>"),
        ({"type": "radio_buttons", "options": [option("a", "A")], "initial_option": option("a", "A")}, 'type="radio"'),
        ({"type": "file_input", "filetypes": ["pdf", "png"], "max_files": 1}, 'type="file" accept=".pdf,.png"'),
    ],
)  # fmt: skip
def test_an_input_is_drawn(town: Town, element: Json, has: str) -> None:
    assert has in drawn(town, field(element))


def test_a_field_is_labelled_described_and_tied_to_its_error(town: Town) -> None:
    block = field({"type": "plain_text_input"}, "title", hint=plain("One line."))
    view = town.opens({"type": "modal", "title": plain("Form"), "submit": plain("Save"), "blocks": [block]})
    view.errors = {"title": "Say what you did."}
    page = html(town)
    key = "v_2dV0MODAL-title-a"
    assert f'<label class="label" for="{key}">' in page
    assert f'aria-describedby="{key}-hint {key}-error" aria-invalid="true" aria-required="true"' in page
    assert f'id="{key}-error" role="alert">Say what you did.</p>' in page


def test_what_the_sandbox_holds_for_a_field_outranks_what_it_started_with(town: Town) -> None:
    block = field({"type": "plain_text_input", "initial_value": "first"})
    view = town.opens({"type": "modal", "title": plain("Form"), "submit": plain("Save"), "blocks": [block]})
    view.values = {"b": {"a": {"type": "plain_text_input", "value": "second"}}}
    assert 'value="second"' in html(town)


@pytest.mark.parametrize(
    ("config", "dispatch"),
    [
        ({}, 'data-dispatch="enter"'),
        ({"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}, 'data-dispatch="character"'),
    ],
)  # fmt: skip
def test_an_input_that_dispatches_says_when(town: Town, config: Json, dispatch: str) -> None:
    assert dispatch in drawn(town, field({"type": "plain_text_input", **config}, dispatch_action=True))
    assert "data-dispatch" not in drawn(Town().with_app(), field({"type": "plain_text_input"}))


def test_a_button_carries_its_style_its_link_and_its_question(town: Town) -> None:
    confirm = {
        "title": plain("Undo"),
        "text": mrkdwn("Forget *it*?"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    page = drawn(town, button("a", "Undo", style="danger", confirm=confirm, value="7"))
    assert re.search(r'class="btn btn-danger".*data-value="7"', page)
    assert '"text": "Forget it?"' in page
    linked = drawn(Town().with_app(), button("a", "Open", url="https://a.example"))
    assert 'href="https://a.example" target="_blank"' in linked
    assert "javascript:" not in drawn(Town().with_app(), button("a", "Open", url="javascript:alert(1)"))


def test_an_overflow_is_a_menu(town: Town) -> None:
    menu = {"type": "overflow", "action_id": "o", "options": [option("e", "Edit"), option("u", "Undo")]}
    page = drawn(town, {"type": "section", "block_id": "b", "text": mrkdwn("x"), "accessory": menu})
    assert 'aria-haspopup="menu"' in page
    assert page.count('role="menuitem"') == 2


def test_modals_are_stacked_lowest_first(town: Town) -> None:
    town.opens({"type": "modal", "title": plain("Below"), "blocks": []}, "V0ONE")
    town.opens({"type": "modal", "title": plain("Above"), "close": plain("Back"), "blocks": []}, "V0TWO")
    assert re.search(r"Below .*Close .*Above .*Back", shows(town))
    assert html(town).count('aria-label="Back"') == 1


# Times


@pytest.mark.parametrize(
    ("now", "friday"),
    [
        ("2026-11-18T09:00", "2026-11-20T15:00+01:00"),
        ("2026-11-20T13:59", "2026-11-20T15:00+01:00"),
        ("2026-11-20T14:00", "2026-11-27T15:00+01:00"),
        ("2026-10-24T09:00", "2026-10-30T15:00+01:00"),
        ("2026-03-27T20:00", "2026-04-03T15:00+02:00"),
    ],
)
def test_the_next_friday_is_three_in_the_afternoon_where_the_person_is(now: str, friday: str) -> None:
    voice = Voice(zone=moments.zone("Europe/Berlin"), now=datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert moments.next_friday(voice) == datetime.fromisoformat(friday)


def test_tomorrow_is_the_same_time_of_day_even_when_the_clocks_change() -> None:
    voice = Voice(zone=moments.zone("Europe/Berlin"), now=datetime(2026, 10, 24, 9, tzinfo=UTC))
    assert voice.local(moments.tomorrow(voice)).hour == voice.local(voice.now).hour


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(seconds=20), ""),
        (timedelta(minutes=1), "1 minute ahead of the real time"),
        (timedelta(hours=-3), "3 hours behind the real time"),
        (timedelta(days=8), "8 days ahead of the real time"),
    ],
)
def test_a_moved_clock_says_how_far(gap: timedelta, said: str) -> None:
    assert moments.moved_words(NOW + gap, NOW) == said


def test_the_page_shows_when_the_clock_is_not_the_real_time(town: Town) -> None:
    place = facts.Place(town.maya.id, conversation_id=town.dm)
    moved, still = (
        facts.gathered(town.world, place, real_now=NOW - gap) for gap in (timedelta(days=1), timedelta())
    )
    assert moved
    assert still
    assert (moved["clock"]["moved"], still["clock"]["moved"]) == ("1 day ahead of the real time", "")
    assert "Fri 20 Nov 2026 , 10:00" in shows(town)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc"])
def test_a_zone_nobody_knows_is_read_as_utc(name: str | None) -> None:
    assert moments.zone(name).key == "UTC"
