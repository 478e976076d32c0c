"""The house rules for storage: models and migrations agree, and a person's data has an owner."""

import importlib
import pkgutil
from pathlib import Path

import bot
from bot.core.clock import SystemClock
from bot.storage import migrate
from bot.storage.base import Owned, Record
from bot.storage.database import Database

NOBODYS = {
    "Canary": "tells whether the keys belong to this database",
    "Handled": "remembers ids of requests, not what was in them",
    "Member": "is the owner itself",
    "UsedState": "is a browser's way to Slack and back, before anybody is known",
    "Stop": "is an operator's word about a workspace or all of them",
    "Workspace": "belongs to the team that installed the app",
}


def every_model() -> dict[str, type]:
    """All mapped classes, with every module of ours imported first."""
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        if found.name.startswith(("bot.storage", "bot.domain")) and ".migrations" not in found.name:
            importlib.import_module(found.name)
    return {mapper.class_.__name__: mapper.class_ for mapper in Record.registry.mappers}


async def test_a_fresh_database_has_what_the_models_say(tmp_path: Path) -> None:
    every_model()
    database = Database(f"sqlite+turns:///{tmp_path}/fresh.db", SystemClock())
    await migrate.upgrade(database.engine)
    different = await migrate.differences(database.engine)
    await database.close()
    assert not different, "\n".join(["", "Write a migration for:", *map(str, different)])


def test_a_persons_records_are_owned() -> None:
    loose = [
        name for name, model in every_model().items() if not issubclass(model, Owned) and name not in NOBODYS
    ]
    assert not loose, "\n".join(
        [
            f"{name} is not Owned: nobody's session would guard it. If it is nobody's, say why in NOBODYS."
            for name in loose
        ]
    )


def test_what_is_nobodys_exists() -> None:
    assert sorted(set(NOBODYS) - set(every_model())) == []
