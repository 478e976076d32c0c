"""Acts: what a person does in Slack, and what the app is sent because of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.delivery import Answer, Parcel
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import App, Conversation, Installation, Json, Person, View

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Act:
    """A person about to do something with an app."""

    sandbox: "Sandbox"
    person: Person
    installation: Installation

    @property
    def app(self) -> App:
        return self.installation.app

    def trigger(self) -> str:
        return self.sandbox.triggers.issue(self.app, self.person)

    def payload(self, kind: str) -> Json:
        """What every interactive payload holds."""
        workspace = self.sandbox.world.workspaces[self.person.team_id]
        return {
            "type": kind,
            "user": {
                "id": self.person.id,
                "username": self.person.name,
                "name": self.person.name,
                "team_id": self.person.home_team_id,
            },
            "api_app_id": self.app.id,
            "token": self.app.verification_token,
            "team": {"id": workspace.id, "domain": workspace.domain},
            "enterprise": {"id": workspace.org.id, "name": workspace.org.name} if workspace.org else None,
            "is_enterprise_install": self.installation.org is not None,
        }

    async def send(self, payload: Json) -> Answer:
        return await self.sandbox.dispatch.send(Parcel(self.app, self.person.team_id, "interactive", payload))


def person_called(sandbox: "Sandbox", user_id: str) -> Person:
    person = sandbox.world.people.get(user_id)
    if person is None:
        raise CannotError(
            "user_not_found", f"Nobody has the id {user_id}; see GET /sandbox/world.", NOT_FOUND
        )
    return person


def conversation_of(sandbox: "Sandbox", person: Person, channel: object) -> Conversation:
    found = sandbox.world.conversations.get(str(channel))
    if found is None or person.id not in found.members:
        detail = f"{person.real_name} is in no conversation {channel}; see what the person sees."
        raise CannotError("channel_not_found", detail, NOT_FOUND)
    return found


def act_with(sandbox: "Sandbox", person: Person, app_id: object) -> Act:
    installation = sandbox.world.workspaces[person.team_id].installations.get(str(app_id))
    if installation is None:
        raise CannotError(
            "app_not_found", f"No app {app_id} is installed where {person.real_name} is.", NOT_FOUND
        )
    return Act(sandbox, person, installation)


def open_view(sandbox: "Sandbox", person: Person, view_id: object) -> View:
    """A modal or Home view that the person has before them."""
    view = sandbox.world.views.get(str(view_id))
    if view is None or view.user_id != person.id:
        raise CannotError("view_not_found", f"{person.real_name} has no view {view_id} open.", NOT_FOUND)
    return view


def channel_shape(conversation: Conversation) -> Json:
    name = {"im": "directmessage", "group": "privategroup"}.get(conversation.kind, conversation.name)
    return {"id": conversation.id, "name": name}
