"""The people and workspaces a fresh sandbox starts with."""

from bot.sandbox.people import new_person
from bot.sandbox.world import World


def seed(world: World) -> None:
    """Two workspaces; the first person of the first is who the page shows at the start.

    A world that has workspaces already is left alone.
    """
    if world.workspaces:
        return
    juniper = world.add_workspace("Juniper Works", "juniper")
    harbor = world.add_workspace("Harbor Studio", "harbor")
    members = [
        new_person(juniper, "maya", "Maya Okafor", "Europe/Berlin"),
        new_person(juniper, "daniel", "Daniel Reyes", "America/New_York", "admin"),
        new_person(juniper, "priya", "Priya Nair", "Asia/Kolkata"),
        new_person(juniper, "kenji", "Kenji Sato", None),
        new_person(juniper, "lena", "Lena Fischer", "Europe/Zurich", "guest"),
        new_person(juniper, "tom", "Tom Baker", "Europe/London", "deactivated"),
        new_person(juniper, "standup", "Standup Bot", "America/Los_Angeles", "bot"),
        new_person(juniper, "olu", "Olu Adeyemi", "Africa/Lagos", "stranger", home=harbor),
        new_person(harbor, "ana", "Ana Kowalska", "Pacific/Auckland", "admin"),
        new_person(harbor, "sam", "Sam Lee", "America/Los_Angeles"),
    ]
    for person in members:
        world.add_person(person)
    # Strangers are known to a workspace because they share a channel with somebody in it.
    shared = world.add_channel(juniper, "launch-with-harbor")
    for person in (members[0], members[1], members[7]):
        world.join(person, shared)
