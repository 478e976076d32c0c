"""The SMART check: sixty goals as people write them, why each letter is given, and what a rewrite never does."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Prose
from bot.domain import goals
from bot.domain.goals import Entry, Measure
from tests.examples import examples

TODAY = date(2026, 11, 18)
PROSE = Prose()
LONG = "Lead the migration of every service that we have, one after the other, " * 30

# Each as it is typed, and the letters that it has.
GOALS = (
    ("Get better", "A"),
    ("Be more visible", "A"),
    ("Improve my communication", "A"),
    ("Become a better leader", "A"),
    ("I want to grow", "A"),
    ("Do great things", "A"),
    ("Be successful in my career", "A"),
    ("Work on myself", "A"),
    ("More impact", "A"),
    ("Some day have a nicer job", "A"),
    ("Maybe develop my skills", "A"),
    ("Get promoted", ""),
    ("Get promoted to senior engineer by end of Q2", "ST"),
    ("Promotion to staff", "S"),
    ("Be recognised for glue work", "S"),
    ("Get a raise of 10 %", "M"),
    ("I want a raise because I took over on-call", "SR"),
    ("My manager to notice my work", "S"),
    ("Be invited to the architecture board", "S"),
    ("Get hired at Contoso", "S"),
    ("Everyone to use the new template", "S"),
    ("Lead the migration", "SA"),
    ("Lead the migration by end of Q2", "SAT"),
    ("Lead the migration so that two teams are free by end of Q2", "SMART"),
    ("Learn Rust", "SA"),
    ("Learn Rust so that I can help the platform team by June", "SART"),
    ("Learn French with Amélie", "SA"),
    ("Learn to drive a forklift", "SA"),
    ("Reduce build time from 12 to 4 minutes by 31 March", "SMAT"),
    ("Reduce build time", "SA"),
    ("Cut support tickets by 30 %", "SMA"),
    ("Cut support tickets by 30 % by end of year because they wake us at night", "SMAR"),
    ("Double our test coverage", "SMA"),
    ("Answer support in under 2 hours", "SMA"),
    ("Publish three articles by end of year", "SMAT"),
    ("Pass the AWS exam in March 2027", "SMAT"),
    ("Earn €75,000 by end of 2027", "SMAT"),
    ("Save $1.5 million in hosting by Q3 2027", "SMAT"),
    ("Run 5 km", "SMA"),
    ("Mentor two juniors every week", "SMA"),
    ("Hold weekly office hours with Jürgen Müller", "SMA"),
    ("Ship the new search by Friday", "SMAT"),
    ("🚀🚀 Ship the new search 🚀🚀 by Friday", "SMAT"),
    ("Ship 🚀", "MA"),
    ("Write the design document for billing", "SMA"),
    ("Hand over on-call to Priya by 15 January 2027", "SMAT"),
    ("Take four weeks off in summer", "SMA"),
    ("Stop working at weekends", "SA"),
    ("Work from home on Fridays", "SA"),
    ("Leave the office at 17:00 every day", "SMA"),
    ("Give a talk at the Berlin meetup by 12 May 2027", "SMAT"),
    ("Speak at PyCon in order to be seen outside my team", "SMAR"),
    ("Die Migration mit Jürgen abschließen", "SA"),
    ("Besser werden", "SA"),
    ("Présenter le projet à François avant juin", "SA"),
    ("Führe 3 Interviews pro Woche", "SMA"),
    ("Close 12 deals in Q1 2027", "SMAT"),
    ("Hire two engineers by end of Q1", "SMAT"),
    ("Win the award for best newcomer", "S"),
    ("Keep my energy up", "A"),
    ("Set up a reading group for the team", "SMA"),
    ("Move to the data team by 1 September 2027", "SMAT"),
    ("Plan Q3", "SA"),
    ("Finish the certification as a step towards leading the security team by end of H1", "SMART"),
    ("Ask Ben for feedback after each release", "SMA"),
    ("Run a marathon", "SA"),
    ("Sign 3 customers by end of H1", "SMAT"),
    ("Read", "A"),
    ("Build trust with leadership", "SA"),
    (LONG, "SMA"),
    ("🎯 1 🎯", "MA"),
)

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=300)
spoken = texts.filter(lambda text: re.search(r"\w", text) is not None)


@pytest.mark.parametrize(("sentence", "letters"), GOALS)
def test_a_goal_has_the_letters_that_a_reader_would_give_it(sentence: str, letters: str) -> None:
    assert goals.check(goals.read(sentence, TODAY)).letters == letters


def test_there_are_sixty_goals_in_the_table() -> None:
    assert len({sentence for sentence, _ in GOALS}) >= 60


GIVEN = (
    (Entry("Get promoted", next_action="Hand in my case"), "A", "a_step"),
    (Entry("Get promoted", in_control="partly"), "A", "a_said"),
    (Entry("Lead the migration", in_control="no"), "A", "a_missing"),
    (Entry("Learn Rust", measure=Measure(target="3")), "M", "m_measure"),
    (Entry("Learn Rust", measure=Measure(baseline="3")), "M", "m_missing"),
    (Entry("Learn Rust", why="It pays"), "R", "r_why"),
    (Entry("Learn Rust", company_aim="Speed"), "R", "r_why"),
    (Entry("Learn Rust", own_value="Craft"), "R", "r_why"),
    (Entry("Learn Rust", deadline=TODAY), "T", "t_deadline"),
    (Entry("Reach level 3 by 2027"), "M", "m_number"),
    (Entry("Reach the goal of Q3 2027"), "M", "m_missing"),
)


@pytest.mark.parametrize(("entry", "letter", "because"), GIVEN)
def test_what_stands_in_the_fields_counts_too_and_says_why(entry: Entry, letter: str, because: str) -> None:
    (finding,) = [one for one in goals.check(entry).findings if one.letter == letter]
    assert finding.because == because
    assert PROSE.words("goals/smart").block(f"because_{because}")


def test_the_first_letter_that_is_missing_is_the_one_that_is_asked_for() -> None:
    missing = goals.check(goals.read("Get better", TODAY)).missing
    assert missing
    assert missing.letter == "S"
    whole = goals.read("Finish the certification as a step towards leading the team by end of H1", TODAY)
    assert goals.check(whole).missing is None


@pytest.mark.parametrize(
    ("letter", "answer", "expected"),
    [
        ("S", "speak up in every planning.", "Be more visible: speak up in every planning"),
        ("M", "from 0 to 4 talks", "Be more visible, from 0 to 4 talks"),
        ("A", "I ask for a slot", "Be more visible; my part: I ask for a slot"),
        ("R", "my work is known", "Be more visible, so that my work is known"),
        ("R", "because it is time", "Be more visible, because it is time"),
        ("T", "end of Q2", "Be more visible by end of Q2"),
        ("T", "in March", "Be more visible in March"),
        ("R", "R&D <knows>", "Be more visible, so that R&D <knows>"),
        ("R", "It is my promotion case.", "Be more visible, so that it is my promotion case"),
        ("R", "Because it's time.", "Be more visible, because it's time"),
        ("R", "So Priya hears of it", "Be more visible, so Priya hears of it"),
        ("R", "I'm heard", "Be more visible, so that I'm heard"),
        ("R", "Then I'm heard", "Be more visible, so that then I'm heard"),
        ("R", "KPIs are mine", "Be more visible, so that KPIs are mine"),
        ("R", "Priya Shah knows me", "Be more visible, so that Priya Shah knows me"),
        ("S", "Speak up in every planning.", "Be more visible: speak up in every planning"),
        ("A", "A talk in March", "Be more visible; my part: a talk in March"),
        ("M", "4 talks", "Be more visible, 4 talks"),
        ("T", "End of Q2", "Be more visible by end of Q2"),
        ("T", "Q2", "Be more visible by Q2"),
        ("T", "March", "Be more visible by March"),
        ("T", "Friday", "Be more visible by Friday"),
    ],
)
def test_a_rewrite_is_made_of_the_persons_own_words(letter: str, answer: str, expected: str) -> None:
    assert goals.rewritten(PROSE, letter, "Be more visible.", answer) == expected


def test_a_name_in_the_line_keeps_its_capital_in_the_answer() -> None:
    rewrite = goals.rewritten(PROSE, "R", "Take over billing from Ana", "Ana can lead.")
    assert rewrite == "Take over billing from Ana, so that Ana can lead"


def test_an_answer_is_kept_where_it_belongs() -> None:
    entry = Entry("Learn the language")
    measured = goals.answered(entry, "M", "from 0 to 3 services", None)
    assert measured.measure == Measure(None, "0", "3", "services")
    named = goals.answered(entry, "M", "tests that pass", None)
    assert named.measure == Measure("tests that pass")
    assert goals.answered(entry, "A", " a step ", None).next_action == "a step"
    assert goals.answered(entry, "R", "it pays", None).why == "it pays"
    assert goals.answered(entry, "T", "today", TODAY).deadline == TODAY
    assert goals.answered(entry, "S", "more", None) == entry


@given(statement=texts)
@examples(200)
def test_the_check_never_raises_and_always_gives_five_findings(statement: str) -> None:
    check = goals.check(Entry(statement))
    assert "".join(one.letter for one in check.findings) == goals.LETTERS
    assert (check.missing is None) == (check.letters == goals.LETTERS)


@given(statement=spoken, answer=spoken, letter=st.sampled_from(goals.LETTERS))
@examples(300)
def test_a_rewrite_holds_what_was_typed_and_no_digit_that_was_not(
    statement: str, answer: str, letter: str
) -> None:
    rewrite = goals.rewritten(PROSE, letter, statement, answer)
    assert statement.strip().rstrip(".,;:!").strip() in rewrite
    # A sentence that is continued may lose its first capital, and nothing else.
    assert answer.strip().strip(".,;:").strip().casefold() in rewrite.casefold()
    typed = re.findall(r"\d", statement + answer)
    assert sorted(re.findall(r"\d", rewrite)) == sorted(typed)
