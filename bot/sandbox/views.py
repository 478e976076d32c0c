"""Views: modals in a stack of three and Home tabs, with hashes, external ids and what was typed into them."""

from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox import names
from bot.sandbox.blocks import view_problems
from bot.sandbox.contents import parsed_json
from bot.sandbox.elements import is_empty, state_values
from bot.sandbox.filled import filled_view
from bot.sandbox.refusals import Refusal, explained, invalid
from bot.sandbox.world import Installation, Json, Person, Values, View, World

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

MOST_STACKED = 3
_HASH_LENGTH = 8


def checked(given: Any, kind: Literal["modal", "home"]) -> Json:
    """The view an app gave, or a Refusal that says what is wrong with it."""
    if given is None or given == "":
        raise explained("invalid_arguments", "missing required field: view")
    view = parsed_json(given, "invalid_arguments")
    if problems := view_problems(view):
        raise invalid(problems)
    if view["type"] != kind:
        raise explained("invalid_arguments", f"the view must be of type {kind} [json-pointer:/view/type]")
    return filled_view(view)


def open_modal(sandbox: "Sandbox", installation: Installation, person: Person, body: Json) -> View:
    """Show a modal; one that was open until now is gone."""
    world = sandbox.world
    view = _new(world, installation, person, "modal", body)
    for old in person.modals:
        forget(world, old)
    person.modals = [view]
    world.touch([person.id])
    return view


def push_modal(sandbox: "Sandbox", installation: Installation, person: Person, body: Json) -> View:
    """Put a modal on top of the one that is open."""
    world = sandbox.world
    if not person.modals or person.modals[-1].app_id != installation.app.id:
        raise Refusal("not_found")
    if len(person.modals) >= MOST_STACKED:
        raise Refusal("push_limit_reached")
    below = person.modals[-1]
    view = _new(world, installation, person, "modal", body)
    view.root_id, view.previous_id = below.root_id, below.id
    person.modals.append(view)
    world.touch([person.id])
    return view


def publish_home(sandbox: "Sandbox", installation: Installation, person: Person, body: Json) -> View:
    world = sandbox.world
    view = person.homes.get(installation.app.id)
    if view:
        change(world, view, body)
    else:
        view = _new(world, installation, person, "home", body)
        person.homes[installation.app.id] = view
    world.touch([person.id])
    return view


def change(world: World, view: View, body: Json) -> None:
    """Give a view new content."""
    _claim_external_id(world, view, body)
    view.values = _carried_over(view, body["blocks"])
    view.body, view.errors, view.hash = body, {}, new_hash(world)
    world.touch([view.user_id])


def _carried_over(view: View, blocks: list[Json]) -> Values:
    """What stands in inputs whose block_id, action_id and type stay: Slack keeps it, and with it the first
    initial value, over whatever initial value the new view brings.
    """
    before = state_values(view.body["blocks"], view.values)
    carried: Values = {}
    for block_id, fields in state_values(blocks, {}).items():
        for action_id, fresh in fields.items():
            old = before.get(block_id, {}).get(action_id)
            touched = action_id in view.values.get(block_id, {})
            if old and old["type"] == fresh["type"] and (touched or not is_empty(old)):
                carried.setdefault(block_id, {})[action_id] = old
    return carried


def forget(world: World, view: View) -> None:
    world.views.pop(view.id, None)
    _release_external_id(world, view)


def new_hash(world: World) -> str:
    return f"{world.seconds()}.{names.unguessable()[:_HASH_LENGTH]}"


def check_hash(view: View, given: str | None) -> None:
    if given and given != view.hash:
        raise Refusal("hash_conflict")


def shape(view: View, *, with_state: bool = True) -> Json:
    """A view object; payloads carry what stands in its inputs, the Web API's answers do not."""
    body = view.body
    state = state_values(body["blocks"], view.values) if with_state else {}
    return {
        "id": view.id,
        "team_id": view.team_id,
        "type": view.kind,
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": state},
        "hash": view.hash,
        "title": body.get("title"),
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": view.app_id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": view.team_id,
        "bot_id": view.bot_id,
    }


def _new(
    world: World, installation: Installation, person: Person, kind: Literal["modal", "home"], body: Json
) -> View:
    view_id = names.fresh("V")
    view = View(
        id=view_id,
        app_id=installation.app.id,
        team_id=installation.team_id,
        user_id=person.id,
        bot_id=installation.bot_id,
        kind=kind,
        body=body,
        hash=new_hash(world),
        root_id=view_id,
    )
    _claim_external_id(world, view, body)
    world.views[view.id] = view
    return view


def _claim_external_id(world: World, view: View, body: Json) -> None:
    if external_id := body.get("external_id"):
        key = (view.app_id, view.team_id, external_id)
        if world.external_ids.get(key) not in (None, view):
            raise Refusal("duplicate_external_id")
        _release_external_id(world, view)
        world.external_ids[key] = view


def _release_external_id(world: World, view: View) -> None:
    if external_id := view.body.get("external_id"):
        key = (view.app_id, view.team_id, external_id)
        if world.external_ids.get(key) is view:
            del world.external_ids[key]
