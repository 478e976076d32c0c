"""`sayso export`: a member's document, written into a file that only its owner may read."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from bot.coach import Coach
from bot.core.errors import Invalid
from bot.documents import formats
from bot.domain import brag, members
from bot.domain.brag import Facts, Request
from bot.storage.identity import Principal

# Two days are written as FIRST..LAST.
BETWEEN = ".."
EVERYTHING = "json"
ONLY_MINE = 0o600


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for; `format` may be empty, and the file's ending decides then."""

    file: Path
    member: str
    format: str = ""
    period: str = "this_quarter"
    audience: str = brag.MANAGER.name
    private: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether JSON is wanted, which holds all there is."""
        return EVERYTHING in {
            self.format,
            "" if self.format else self.file.suffix.casefold().removeprefix("."),
        }


async def export_everything(coach: Coach, wanted: Wanted) -> None:
    """Write all wins and goals as JSON, private ones too; Invalid for somebody who is no member."""
    async with coach.session(await _member(coach, wanted), present=False) as session:
        everything = await brag.everything(session)
    _write(wanted.file, everything.encode())


async def export(coach: Coach, wanted: Wanted) -> tuple[Facts, formats.Made]:
    """Write a document; Invalid where there is nothing to write, and then no file is touched."""
    format_ = formats.format_(wanted.format or _ending(wanted.file))
    who = await _member(coach, wanted)
    async with coach.session(who, present=False) as session:
        window, *days = _period(wanted.period)
        period = brag.span(window, members.today(session), *days)
        audience = brag.audience(wanted.audience)
        facts = await brag.gather(session, Request(period, window, audience, private=wanted.private))
    made = await coach.press.make(format_, coach.prose, facts)
    _write(wanted.file, made.content)
    return facts, made


def principal(member: str) -> Principal:
    """`TEAM:USER`, as Slack names them; Invalid for anything else."""
    team_id, _, user_id = member.partition(":")
    if not (team_id and user_id):
        raise Invalid("member", "no_such_member", member=member)
    return Principal(team_id, user_id)


async def _member(coach: Coach, wanted: Wanted) -> Principal:
    who = principal(wanted.member)
    async with coach.database.system() as session:
        if await members.find(session, who) is None:
            raise Invalid("member", "no_such_member", member=wanted.member)
    return who


def _ending(file: Path) -> str:
    endings = {one.ending: name for name, one in formats.FORMATS.items()}
    return endings.get(file.suffix.removeprefix(".").casefold(), "")


def _period(said: str) -> tuple[str, ...]:
    if BETWEEN in said:
        return (brag.DATES, *said.split(BETWEEN, 1))
    return (said.strip().casefold().replace(" ", "_"),)


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, ONLY_MINE), "wb") as opened:
        # A file that was there keeps what others may do with it; a device or a pipe belongs to somebody else.
        if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            os.fchmod(opened.fileno(), ONLY_MINE)
            opened.truncate()
        opened.write(content)
