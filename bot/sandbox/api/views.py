"""views.*: modals opened and pushed by trigger, views changed, Home published."""

from bot.sandbox import views
from bot.sandbox.api.call import Call, Method
from bot.sandbox.people import known
from bot.sandbox.refusals import Refusal, explained
from bot.sandbox.triggers import Trigger
from bot.sandbox.world import Json, View


def open_(call: Call) -> Json:
    trigger = _trigger(call)
    body = views.checked(call.args.get("view"), "modal")
    view = views.open_modal(call.sandbox, call.installation, trigger.person, body)
    trigger.exchanged = True
    return _answer(view)


def push(call: Call) -> Json:
    trigger = _trigger(call)
    body = views.checked(call.args.get("view"), "modal")
    view = views.push_modal(call.sandbox, call.installation, trigger.person, body)
    trigger.exchanged = True
    return _answer(view)


def _trigger(call: Call) -> Trigger:
    given = call.text("trigger_id") or call.text("interactivity_pointer")
    if not given:
        raise explained("invalid_arguments", "missing required field: trigger_id")
    trigger = call.sandbox.triggers.peek(call.app, given)
    if trigger.person.team_id != call.team_id:
        raise Refusal("invalid_trigger_id")
    return trigger


def update(call: Call) -> Json:
    view = _found(call)
    body = views.checked(call.args.get("view"), view.kind)
    views.check_hash(view, call.text("hash"))
    views.change(call.world, view, body)
    return _answer(view)


def _found(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise explained("invalid_arguments", "missing required field: view_id")
    key = (call.app.id, call.team_id, external_id)
    view = call.world.views.get(view_id) if view_id else call.world.external_ids.get(key)
    if view is None or (view.app_id, view.team_id) != (call.app.id, call.team_id):
        raise Refusal("not_found")
    return view


def publish(call: Call) -> Json:
    body = views.checked(call.args.get("view"), "home")
    person = known(call.world, call.team_id, call.needed("user_id"))
    if person is None or person.is_bot or person.deactivated:
        raise explained("invalid_arguments", "invalid `user_id`")
    if not call.app.home.get("home_tab_enabled"):
        raise Refusal("not_enabled")
    current = person.homes.get(call.app.id)
    if call.text("hash") and (current is None or current.hash != call.text("hash")):
        raise Refusal("hash_conflict")
    return _answer(views.publish_home(call.sandbox, call.installation, person, body))


def _answer(view: View) -> Json:
    return {"view": views.shape(view, with_state=False)}


METHODS = {
    "views.open": Method(open_),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
