"""The rules of asking, pure: how much may be asked of whom, and what a line after `/feedback` says."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core import dates, lexicon
from bot.core.errors import Invalid

# So many requests reach a colleague in a month, whoever asks; so many a day one person sends; so many are open
# between two people.
A_MONTH = 3
A_DAY = 10
A_PAIR = 3
MONTH = timedelta(days=30)

PEOPLE = 5
QUESTIONS = 2
TEXT_LENGTH = 3000

# What is suggested as a theme, each with its words in templates/feedback/<name>.txt.
THEMES = (
    "feedback/communication",
    "feedback/leadership",
    "feedback/quality",
    "feedback/reliability",
    "feedback/teamwork",
)

_ABOUT = re.compile(r"(?:^|\s)about\s+(?P<topic>\S.*)$", re.IGNORECASE | re.DOTALL)
_NAMES = re.compile(r"^(?:@\S+[\s,;]*(?:and\s+)?)+", re.IGNORECASE)
_FROM = re.compile(
    r"^(?:from|by)\s+(?P<who>[^:,\n]{1,80}?)\s*[:,]\s*(?P<text>\S.*)$", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Entry:
    """What a person asks for, checked and tidied; the caller has made sure that win and goal are theirs."""

    topic: str
    questions: Sequence[str]
    due_on: date | None = None
    win_id: str | None = None
    goal_id: str | None = None


@dataclass(frozen=True)
class Praise:
    """Something kind that was heard: the words, who said them, and when."""

    text: str
    who: str | None
    on: date


def entry(
    topic: str,
    questions: Sequence[str | None],
    due_on: date | None = None,
    *,
    win_id: str | None = None,
    goal_id: str | None = None,
) -> Entry:
    """Check and tidy what was typed; Invalid names the field and says what to do."""
    asked = list(dict.fromkeys(tidy for one in questions if (tidy := (one or "").strip())))
    if not asked:
        raise Invalid("question_1", "request_without_question")
    if len(asked) > QUESTIONS:
        raise Invalid("own", "too_many_questions")
    for field, text in (("topic", topic), *(("own", one) for one in asked)):
        if len(text) > TEXT_LENGTH:
            raise Invalid(field, "too_long", limit=TEXT_LENGTH)
    if not any(sign.isalnum() for sign in topic):
        raise Invalid("topic", "request_without_topic")
    return Entry(topic.strip(), asked, due_on, win_id, goal_id)


def too_much(*, of_giver: int, of_pair: int) -> str | None:
    """Why a colleague cannot be asked now, by what reached them in a month and what is open between the two."""
    if of_pair >= A_PAIR:
        return "open_between_you"
    return "has_enough" if of_giver >= A_MONTH else None


def topic_of(line: str) -> str:
    """What a line such as "@daniel about the launch" asks about."""
    about = _ABOUT.search(line)
    return about["topic"].strip() if about else _NAMES.sub("", line).strip()


def praise(line: str, today: date) -> Praise:
    """A typed line as praise: "from Priya: great talk yesterday" names who said it, and when. Invalid without words."""
    named = _FROM.match(line.strip())
    text = (named["text"] if named else line).strip()
    if not any(sign.isalnum() for sign in text):
        raise Invalid("text", "praise_without_words")
    if len(text) > TEXT_LENGTH:
        raise Invalid("text", "too_long", limit=TEXT_LENGTH)
    found = dates.found_in(text, today, prefer="past")
    return Praise(text, named["who"].strip() if named else None, min(found.on, today) if found else today)


def suggested(text: str) -> Sequence[str]:
    """The names of the themes whose words stand in a text."""
    return [theme.partition("/")[2] for theme in THEMES if lexicon.pattern(theme).search(text)]


def themes_in(text: str | None, *, most: int = 8) -> list[str]:
    """Themes as they are typed into one field, with commas between them, each once."""
    tidy = (" ".join(one.split())[:60] for one in re.split(r"[,;\n]", text or ""))
    return list({one.casefold(): one for one in tidy if one}.values())[:most]


def answers_of(texts: Sequence[str | None], questions: Collection[str]) -> list[str]:
    """What was answered, in the order of the questions; Invalid where nothing was, or it is too long."""
    answers = [(text or "").strip() for text in texts][: len(questions)]
    for number, text in enumerate(answers):
        if len(text) > TEXT_LENGTH:
            raise Invalid(f"answer_{number}", "too_long", limit=TEXT_LENGTH)
    if not any(sign.isalnum() for text in answers for sign in text):
        raise Invalid("answer_0", "answer_without_words")
    return answers
