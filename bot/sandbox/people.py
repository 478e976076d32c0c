"""People as Slack's Web API and events describe them: user and team objects."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.sandbox import names
from bot.sandbox.world import Json, Person, Workspace, World

SLACKBOT = "USLACKBOT"
_COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "235e5b")


def new_person(
    workspace: Workspace,
    name: str,
    real_name: str,
    tz: str | None,
    *flags: str,
    home: Workspace | None = None,
) -> Person:
    """A person whose id depends on the workspace's domain and the name."""
    user_id = names.derived("U", workspace.domain, name)
    home_id = home.id if home else workspace.id
    return Person(user_id, workspace.id, name, real_name, tz, home_id, set(flags))


def user_shape(world: World, person: Person, *, locale: bool = False) -> Json:
    """A user object; a deactivated member's lacks most fields, as Slack's does."""
    base = {
        "id": person.id,
        "team_id": person.home_team_id,
        "name": person.name,
        "deleted": person.deactivated,
        "profile": _profile(world, person),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.deactivated:
        return base
    shape = base | _standing(person) | _zone(world, person)
    return shape | ({"locale": person.locale} if locale else {})


def _standing(person: Person) -> Json:
    guest = "guest" in person.flags
    shape = {
        "color": _COLORS[sum(person.id.encode()) % len(_COLORS)],
        "real_name": person.real_name,
        "is_admin": "admin" in person.flags,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": guest,
        "is_ultra_restricted": guest,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    return shape | ({"is_stranger": True} if "stranger" in person.flags else {"has_2fa": False})


def _zone(world: World, person: Person) -> Json:
    if person.tz is None:
        return {}
    local = world.now().astimezone(ZoneInfo(person.tz))
    offset = local.utcoffset() or timedelta()
    return {
        "tz": person.tz,
        "tz_label": local.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()),
    }


def _profile(world: World, person: Person) -> Json:
    first, _, last = person.real_name.partition(" ")
    profile = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "first_name": first,
        "last_name": last,
        "title": "",
        "phone": "",
        "skype": "",
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": names.secret(12, person.id),
        "team": person.home_team_id,
    }
    if person.app_id:
        installation = world.workspaces[person.team_id].installations.get(person.app_id)
        profile |= {"api_app_id": person.app_id, "always_active": False}
        profile |= {"bot_id": installation.bot_id} if installation else {}
    return profile


def slackbot(workspace: Workspace) -> Json:
    """Slackbot stands in every users.list, and says that it is no bot."""
    name = {"real_name": "Slackbot", "display_name": "Slackbot", "team": workspace.id}
    return {
        "id": SLACKBOT,
        "team_id": workspace.id,
        "name": "slackbot",
        "deleted": False,
        "color": "757575",
        "real_name": "Slackbot",
        "tz": "America/Los_Angeles",
        "tz_label": "Pacific Standard Time",
        "tz_offset": -28800,
        "profile": name | {"always_active": True, "fields": None},
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }


def team_shape(workspace: Workspace) -> Json:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "url": f"https://{workspace.domain}.slack.com/",
        "domain": workspace.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "avatar_base_url": "https://ca.slack-edge.com/",
        "is_verified": False,
    }


def known(world: World, team_id: str, user_id: str) -> Person | None:
    """The person with that id, where this workspace may know of them."""
    person = world.people.get(user_id)
    return person if person and person.team_id == team_id else None
