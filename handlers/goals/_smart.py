"""The SMART check as a person sees it: the five at a glance, one question, and the rewrite as a difference."""

from bot.core.prose import Phrase, Prose
from bot.domain import goals
from bot.domain.goals import Finding, Goal
from handlers import kit
from handlers.goals._ids import Ids
from handlers.kit import Block

# So much of each line is shown where the two stand one below the other.
SHOWN = 1200


def shown(prose: Prose, goal: Goal) -> list[Block]:
    """The five letters, and the question for the first that is missing; never a reason not to save."""
    check = goals.check(goals.entry_of(goal))
    marks = kit.context(Phrase(" · ".join(_mark(prose, finding) for finding in check.findings)))
    missing = check.missing
    if missing is None:
        return [marks]
    name = missing.letter.lower()
    known = prose.words("goals/smart")
    words = prose.words(
        "goals/smart",
        question=known.block(f"question_{name}"),
        because=known.block(f"because_{missing.because}"),
    )
    answer = kit.button(words.answer, Ids.ANSWER, f"{missing.letter}:{goal.id}")
    return [marks, kit.section(words.asks, accessory=answer)]


def difference(prose: Prose, goal: Goal, rewrite: str, capture_id: str, *, kept: bool) -> kit.Message:
    """The old line struck through and the new one, to be accepted or not; the answer may be `kept` anyway."""
    old = prose.words("goals/smart", statement=_one_line(goal.statement))
    new = prose.words("goals/smart", statement=_one_line(rewrite))
    choice = kit.actions(
        kit.button(new.take, Ids.TAKE, capture_id, style="primary"), kit.button(new.keep, Ids.KEEP, goal.id)
    )
    blocks = [
        kit.context(new.difference_kept if kept else new.difference_only),
        kit.section(Phrase(f"{old.before}\n{new.after}")),
        choice,
    ]
    return kit.Message(new.difference_text, blocks, title=new.difference_title)


def _mark(prose: Prose, finding: Finding) -> Phrase:
    known = prose.words("goals/smart")
    words = prose.words("goals/smart", name=known.block(f"name_{finding.letter.lower()}"))
    return words.has if finding.ok else words.lacks


def _one_line(text: str) -> str:
    # A line that is struck through ends with its line, and begins and ends with a sign of its own.
    return kit.clip(" ".join(text.replace("~", "-").split()), SHOWN)
