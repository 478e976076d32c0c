"""Modals: submitted and closed."""

from typing import TYPE_CHECKING

from bot.sandbox import views
from bot.sandbox.acts import Act, act_with, open_view
from bot.sandbox.acts.filling import objections, put
from bot.sandbox.delivery import NOT_SENT, Answer
from bot.sandbox.refusals import CannotError, Refusal
from bot.sandbox.world import Json, Person, View

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

TROUBLE = "We had some trouble connecting. Try again?"
_INVALID = "invalid_response"


async def submit(sandbox: "Sandbox", person: Person, given: Json) -> tuple[dict[str, str], Answer]:
    """`{"view_id", "values"}`; gives back the errors now shown in the form, and what became of the delivery."""
    view = _top(sandbox, person, given.get("view_id"))
    put(sandbox, person, view.body["blocks"], view.values, given.get("values") or {})
    view.errors = objections(view)
    sandbox.world.touch([person.id])
    if view.errors:
        return view.errors, NOT_SENT
    act = act_with(sandbox, person, view.app_id)
    payload = act.payload("view_submission") | {
        "trigger_id": act.trigger(),
        "view": views.shape(view),
        "response_urls": [],
    }
    answer = await act.send(payload)
    if answer.answered:
        answer = _carried_out(act, view, answer)
    if answer.error:
        sandbox.world.notify(person, TROUBLE)
    return view.errors, answer


def _top(sandbox: "Sandbox", person: Person, view_id: object) -> View:
    view = open_view(sandbox, person, view_id)
    if not person.modals or person.modals[-1] is not view:
        raise CannotError("view_not_on_top", "Only the modal on top can be submitted.")
    return view


def _carried_out(act: Act, view: View, answer: Answer) -> Answer:
    try:
        _respond(act, view, answer.body)
    except Refusal as refusal:
        act.sandbox.journal.note("control", call="view_submission refused", answer=refusal.answer)
        return Answer(answered=True, error=_INVALID, body=answer.body, took_ms=answer.took_ms)
    return answer


def _respond(act: Act, view: View, body: object) -> None:
    """Carry out the response_action; an empty answer closes this view and shows the one below."""
    if not isinstance(body, dict) or not body:
        if isinstance(body, str) and body.strip():
            raise Refusal(_INVALID)
        _close(act, view)
        return
    match body.get("response_action"):
        case "errors":
            _show_errors(act, view, body.get("errors"))
        case "clear":
            _clear(act)
        case "update":
            views.change(act.sandbox.world, view, views.checked(body.get("view"), "modal"))
        case "push":
            views.push_modal(
                act.sandbox, act.installation, act.person, views.checked(body.get("view"), "modal")
            )
        case _:
            raise Refusal(_INVALID)


def _show_errors(act: Act, view: View, errors: object) -> None:
    inputs = {block.get("block_id") for block in view.body["blocks"] if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refusal(_INVALID)
    view.errors = {str(block_id): str(text) for block_id, text in errors.items()}
    act.sandbox.world.touch([act.person.id])


def _close(act: Act, view: View) -> None:
    # The app may have changed the stack while it answered.
    if view in act.person.modals:
        act.person.modals.remove(view)
    views.forget(act.sandbox.world, view)
    act.sandbox.world.touch([act.person.id])


def _clear(act: Act) -> None:
    for view in act.person.modals:
        views.forget(act.sandbox.world, view)
    act.person.modals = []
    act.sandbox.world.touch([act.person.id])


async def close(sandbox: "Sandbox", person: Person, given: Json) -> Answer:
    """`{"view_id", "clear"?}`: one modal, or with `clear` (or `clear_on_close`) the whole stack."""
    view = open_view(sandbox, person, given.get("view_id"))
    act = act_with(sandbox, person, view.app_id)
    cleared = bool(given.get("clear")) or bool(view.body.get("clear_on_close"))
    if cleared:
        _clear(act)
    else:
        _close(act, view)
    if not view.body.get("notify_on_close"):
        return NOT_SENT
    return await act.send(act.payload("view_closed") | {"view": views.shape(view), "is_cleared": cleared})
