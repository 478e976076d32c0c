"""What `sayso import` does: shows what a member's file holds, asks, and saves it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.coach import Coach
from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose, Words
from bot.domain import imports, members, privacy
from bot.domain.imports import MOST_BYTES, Likeness, Preview, Problem
from bot.domain.privacy import Found
from bot.storage.identity import Principal

Say = Callable[[str], None]


class RefusedError(Exception):
    """What stands in the way: a sentence of templates/importing.j2, and its facts."""

    def __init__(self, words: str, **facts: object) -> None:
        super().__init__(words)
        self.words = words
        self.facts = facts


class Importing:
    """What is found goes to `say`, and what stands in the way or is not taken to `warn`; `ask` wants a yes."""

    def __init__(self, coach: Coach, say: Say, warn: Say, ask: Callable[[str], bool]) -> None:
        self._coach = coach
        self._say = say
        self._warn = warn
        self._ask = ask
        self._prose = Prose()

    async def bring(self, path: str, member: str, *, columns: str | None, dry_run: bool, yes: bool) -> int:
        """Show what a file holds and save it; the exit code."""
        try:
            who = member_called(member)
            if (whole := self._account(path)) is not None:
                return await self._bring_account(path, who, whole, dry_run=dry_run, yes=yes)
            name, found, marked = await self._read(path, who, columns_called(columns))
        except RefusedError as refused:
            return self._refuse(refused.words, **refused.facts)
        self._show(name, found, marked)
        number = len(found.entries) - len(marked)
        wanted = not dry_run and bool(number or found.goals)
        if wanted and (yes or self._ask(self._words(count=number).save.plain)):
            return await self._save(who, name, found, marked)
        return self._tell("nothing_saved")

    def _account(self, path: str) -> Found | None:
        try:
            return privacy.found_in(_content(path, privacy.MOST_BYTES))
        except Invalid as fault:
            raise RefusedError("refused", name=Path(path).name, why=self._reason(Problem.of(fault))) from None

    async def _bring_account(
        self, path: str, who: Principal, whole: Found, *, dry_run: bool, yes: bool
    ) -> int:
        """Add what is not there of an export of everything."""
        try:
            async with self._coach.session(who, present=False) as session:
                packed = privacy.pack(whole, await privacy.known(session, whole))
        except NotFound:
            raise RefusedError("no_such_member", member=f"{who.team_id}:{who.user_id}") from None
        count = sum(packed.head["new"].values())
        self._tell("account", name=Path(path).name, count=count, head=packed.head)
        if dry_run or not count or not (yes or self._ask(self._words(count=count).add.plain)):
            return self._tell("nothing_saved")
        async with self._coach.session(who, present=False) as session:
            kept = await privacy.keep(session, packed)
        while kept.state == "open":
            async with self._coach.session(who, present=False) as session:
                kept = await privacy.save_next(session, kept.id)
        return self._tell("added", count=kept.total)

    async def _read(
        self, path: str, who: Principal, columns: Mapping[str, str | int]
    ) -> tuple[str, Preview, Mapping[int, Likeness]]:
        try:
            async with self._coach.session(who, present=False) as session:
                today = members.today(session)
        except NotFound:
            raise RefusedError("no_such_member", member=f"{who.team_id}:{who.user_id}") from None
        name = Path(path).name
        found = imports.read(_content(path), name, today, columns or None)
        if found.problem:
            raise RefusedError("refused", name=name, why=self._reason(found.problem))
        async with self._coach.session(who, present=False) as session:
            known = await imports.known(session, found.lines)
        return name, found, imports.marks(found.lines, known)

    async def _save(self, who: Principal, name: str, found: Preview, marked: Mapping[int, Likeness]) -> int:
        packed = imports.pack(name, found, marked)
        async with self._coach.session(who, present=False) as session:
            kept = await imports.keep(session, packed)
        while kept.state == "open":
            async with self._coach.session(who, present=False) as session:
                kept = await imports.save_next(session, kept.id)
        return self._tell("saved", kept=kept)

    def _show(self, name: str, found: Preview, marked: Mapping[int, Likeness]) -> None:
        for place, line in enumerate(found.lines):
            if line.entry:
                facts = {"line": line, "like": marked.get(place)}
                self._tell("line", **facts)
        for line in found.broken:
            if line.problem:
                self._refuse("broken", number=line.number, why=self._reason(line.problem))
        self._tell("found", name=name, found=found, alike=len(marked))

    def _reason(self, problem: Problem) -> str:
        for name in ("imports/problems", "errors"):
            words = self._prose.words(name, **problem.facts)
            if problem.words in words.names:
                return words.block(problem.words).plain
        return problem.words

    def _words(self, **facts: object) -> Words:
        return self._prose.words("importing", **facts)

    def _tell(self, words: str, **facts: object) -> int:
        self._say(self._words(**facts).block(words).plain)
        return 0

    def _refuse(self, words: str, **facts: object) -> int:
        self._warn(self._words(**facts).block(words).plain)
        return 1


def member_called(text: str) -> Principal:
    """`T…:U…` as a member's ids."""
    team, _, user = text.partition(":")
    if not team.strip() or not user.strip():
        raise RefusedError("no_such_spelling")
    return Principal(team.strip(), user.strip())


def columns_called(text: str | None) -> dict[str, str | int]:
    """`title=What,date=When` by part."""
    found: dict[str, str | int] = {}
    for pair in filter(None, (text or "").split(",")):
        part, sign, column = pair.partition("=")
        named = imports.part_called(part)
        if not sign or named is None:
            raise RefusedError("no_such_columns", parts=sorted(imports.parts()))
        found[named] = column.strip()
    return found


def _content(path: str, most: int = MOST_BYTES) -> bytes:
    """The beginning of a file, long enough to see that it is too long."""
    with Path(path).open("rb") as file:
        return file.read(most + 1)
