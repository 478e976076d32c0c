"""How long a person waits for Home, the list, a search and look-alikes, however much they have logged.

Each figure is the median of ten, from the opening of the transaction to the drawn view, in one process without
a network. The peer is the least that any of it must do: the same wins opened by the cipher alone and looked through.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from rapidfuzz import fuzz

from benchmarks import databases
from benchmarks.addresses import async_url
from benchmarks.tables import number, print_machine, print_table
from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.core.prose import Prose
from bot.domain import goals, members, wins, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Metric, Source, Wanted
from bot.domain.workspaces import Installation
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from bot.storage.vault import Vault, new_master_key
from handlers import home

WHO = Principal("T0BENCH", "U0BENCH")
SIZES = ((0, 0), (100, 5), (1_000, 20), (10_000, 200))
ROUNDS = 10
LIMIT_MS = 300
DAYS = 1_500
WORDS = (
    *(
        "moved",
        "wrote",
        "fixed",
        "planned",
        "shipped",
        "mentored",
        "measured",
        "checkout",
        "migration",
        "search",
    ),
    *(
        "handbook",
        "platform",
        "colleagues",
        "customers",
        "onboarding",
        "billing",
        "report",
        "launch",
        "support",
    ),
    *("review", "budget", "team", "interviews", "design", "errors", "hours", "weeks"),
)

Deed = Callable[[MemberSession], Awaitable[Any]]


async def measure(address: str, key: str, size: tuple[int, int]) -> list[float]:
    """Milliseconds for each of the deeds, for an account of so many wins and goals."""
    settings = Settings.load(_env_file=None, database_url=SecretStr(address), master_keys=SecretStr(key))
    clock = SystemClock()
    coach = Coach(settings, clock, Database(async_url(address), clock), Vault(settings.keys), Prose())
    await fill(coach, *size)
    deeds: Sequence[Deed] = (
        lambda session: home.page(session, coach),
        lambda session: wins.page(session, size=8, wanted=Wanted(span="month", category="delivery")),
        lambda session: wins.page(session, size=8, wanted=Wanted(words="migratoin checkout")),
        wins.look_alikes,
    )
    figures = [await median_ms(coach, deed) for deed in deeds]
    await coach.database.close()
    return figures


async def median_ms(coach: Coach, deed: Deed) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        async with coach.session(WHO, present=False) as session:
            await deed(session)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def fill(coach: Coach, many_wins: int, many_goals: int) -> None:
    """An account of some years: wins with results and numbers, goals with measures and milestones."""
    async with coach.database.system() as session:
        await workspaces.connect(
            session, coach.vault, Installation(WHO.team_id, "xoxb-bench", "U0SAYSO", "B0SAYSO")
        )
        await members.admit(session, coach.vault, WHO, Profile(zone="Europe/Berlin"))
    async with coach.session(WHO) as session:
        today = members.today(session)
        await wins.log_all(session, [entry(number, today) for number in range(many_wins)], Source.IMPORT)
        for made in range(many_goals):
            given = goals.read(f"Move {made} services to the new platform by end of next quarter", today)
            goal = await goals.begin(session, given)
            await goals.add_milestones(
                session, goal, [goals.Step(1, f"Half of {made}", today + timedelta(days=30))]
            )


def entry(made: int, today: date) -> wins.Entry:
    return wins.entry(
        " ".join(random.Random(made).choices(WORDS, k=8)),
        today - timedelta(days=made % DAYS),
        result=f"Support answers {made % 90} questions less a week",
        metric=Metric("Load time", str(made % 40 + 2), str(made % 3 + 1), "s"),
        category=list(wins.Category)[made % 8].value,
        project=f"Migration {made % 12}",
    )


def texts(given: wins.Entry) -> Sequence[str]:
    return [
        str(text) for text in (given.title, given.result, given.project, given.metric and given.metric.line)
    ]


def bare_ms(many: int) -> float:
    """The same texts opened by the cipher and looked through for a word, and nothing else."""
    cipher = AESGCM(bytes(32))
    sealed = [
        cipher.encrypt(made.to_bytes(12, "big"), text.encode(), None)
        for made in range(many)
        for text in texts(entry(made, date(2026, 1, 1)))
    ]
    began = time.perf_counter()
    for place, blob in enumerate(sealed):
        text = cipher.decrypt((place // 4).to_bytes(12, "big"), blob, None).decode()
        fuzz.partial_ratio("migratoin", text, score_cutoff=78)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--databases", default="sp", help="s for SQLite, p for PostgreSQL")
    given = arguments.parse_args()
    print_machine()
    key = new_master_key()
    keys = Settings.load(_env_file=None, master_keys=SecretStr(key)).keys
    with tempfile.TemporaryDirectory() as folder, databases.kinds(Path(folder), given.databases) as kinds:
        for kind in kinds:
            rows = []
            for size in SIZES:
                with databases.migrated(kind, Vault(keys)) as address:
                    figures = asyncio.run(measure(address, key, size))
                bare, share = bare_ms(size[0]), figures[0] / LIMIT_MS
                rows.append([f"{size[0]:,} / {size[1]}", *map(number, figures), number(bare), f"{share:.2f}"])
            print_table(
                f"An account on {kind.name}, milliseconds, medians of {ROUNDS}",
                [
                    "wins / goals",
                    "Home",
                    "filtered list",
                    "search",
                    "look-alikes",
                    "bare look",
                    f"Home of {LIMIT_MS}",
                ],
                rows,
            )


if __name__ == "__main__":
    main()
