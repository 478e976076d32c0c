"""The form a draft is made from, the smaller one that changes its wins, and what is said before they can open."""

from collections.abc import Mapping
from typing import Any

from bot.core.periods import Period
from bot.core.prose import Phrase, Prose, Words
from bot.domain import pitches, proofs
from bot.domain.pitches import FUTURE, Field, Kind, Pitch, PitchVersion, Proof, Wanted
from bot.domain.proofs import Offer
from handlers import kit
from handlers.goals import Ids as Goals
from handlers.kit import Block
from handlers.pitches._ids import Ids
from handlers.wins import Ids as Wins


def form(
    prose: Prose,
    kind: Kind,
    offer: Offer,
    key: str,
    typed: Mapping[str, Any] | None = None,
    capture_id: str | None = None,
) -> dict[str, Any]:
    """The form with the best wins of a window chosen; `key` names this one form through all its changes.

    What was typed into fields that this kind has not is kept as a capture until another kind asks for it.
    """
    words, typed = prose.words("pitches/form", kind=kind), typed or {}
    first = [field for field in kind.fields if field.name not in FUTURE]
    ahead = [field for field in kind.fields if field.name in FUTURE]
    return kit.modal(
        words.title,
        [
            kit.context(words.private),
            _kind_field(prose, words, kind),
            *_fields(prose, kind, first, typed),
            *_goal_field(words, kind, offer),
            _period_field(prose, words, offer, Ids.PERIOD),
            *_wins_field(prose, kind, offer),
            *([kit.context(words.future_hint)] if kind.looks_ahead else []),
            *_fields(prose, kind, ahead, typed),
        ],
        callback=Ids.DRAFT,
        submit=words.submit,
        close=words.close,
        carried={"form": key} | ({"capture": capture_id} if capture_id else {}),
    )


def wins_form(
    prose: Prose, pitch: Pitch, version: PitchVersion, offer: Offer, chosen: list[str] | None = None
) -> dict[str, Any]:
    """Other wins for a draft that is there already; with none `chosen`, those that say the most."""
    words = prose.words("pitches/form", kind=pitch.row)
    edited = [kit.context(words.edits_stay)] if version.made_by in {pitches.EDITED, pitches.MENDED} else []
    return kit.modal(
        words.wins_title,
        [
            *edited,
            _period_field(prose, words, offer, Ids.WINS_PERIOD),
            *_wins_field(prose, pitch.row, offer, chosen),
        ],
        callback=Ids.REPICK,
        submit=words.submit,
        close=words.close,
        carried={"pitch": pitch.id, "newest": version.number},
    )


def period_words(prose: Prose, window: str, period: Period) -> str:
    """How a window is named for good: November 2026."""
    return prose.words("pitches/periods", window=window, period=period).said.plain


def ready(prose: Prose, kind: Kind) -> kit.Message:
    """Said where a form cannot open by itself."""
    words, about = prose.words("pitches/start"), prose.words(kind.words).about
    start = kit.actions(kit.button(words.open, Ids.NEW, kind.name))
    return kit.Message(about, [kit.section(words.ready), start], title=words.title)


def no_wins(prose: Prose, said: str = "") -> kit.Message:
    """Why nothing can be drafted yet; what was said with the command is given back."""
    words = prose.words("pitches/start")
    first = kit.button(words.log, Wins.LOG, style="primary")
    other = kit.button(words.other, Ids.NEW, "agenda")
    blocks = [*(kit.verbatim(said) if said else []), kit.section(words.no_wins), kit.actions(first, other)]
    return kit.Message(words.no_wins_text, blocks, title=words.title)


def asked(prose: Prose, kind: Kind, what: str, field: str) -> Phrase | None:
    """The label, the example or the hint of a field, in the words of the kind or else in those of all."""
    block = f"{what}_{field}"
    for words in (prose.words(kind.words), prose.words("pitches/fields")):
        if block in words.names:
            return words.block(block)
    return None


def because(prose: Prose, proof: Proof, wanted: Wanted) -> list[Phrase]:
    """What speaks for a win, in words."""
    category = prose.words("wins/categories").block(proof.category).plain if proof.category else None
    words = prose.words("pitches/reasons", category=category)
    return [words.block(reason) for reason in pitches.reasons(proof, wanted)]


def _fields(prose: Prose, kind: Kind, fields: list[Field], typed: Mapping[str, Any]) -> list[Block]:
    return [
        kit.text_field(
            field.name,
            asked(prose, kind, "label", field.name) or Phrase(""),
            initial=typed.get(field.name),
            placeholder=asked(prose, kind, "example", field.name),
            hint=asked(prose, kind, "hint", field.name),
            optional=not field.required,
            multiline=field.lines,
        )
        for field in fields
    ]


def _kind_field(prose: Prose, words: Words, chosen: Kind) -> Block:
    options = [kit.option(prose.words(one.words).choice, one.name) for one in pitches.KINDS.values()]
    return kit.choice_field("kind", words.kind, options, chosen=chosen.name, optional=False, action=Ids.KIND)


def _goal_field(words: Words, kind: Kind, offer: Offer) -> list[Block]:
    if not offer.goals:
        none = kit.section(words.no_goals, accessory=kit.button(words.set_goal, Goals.NEW))
        return [none] if kind.needs_goal else []
    options = [kit.option(said, goal_id) for goal_id, said in offer.goals]
    field = kit.choice_field(
        "goal",
        words.which_goal if kind.needs_goal else words.goal,
        options,
        chosen=offer.wanted.goal_id,
        placeholder=words.choose,
        optional=not kind.needs_goal,
        action=Ids.GOAL,
    )
    return [field]


def _period_field(prose: Prose, words: Words, offer: Offer, action: Ids) -> Block:
    names = prose.words("pitches/periods")
    options = [kit.option(names.block(window), window) for window in proofs.WINDOWS]
    return kit.choice_field(
        "period", words.period, options, chosen=offer.window, optional=False, action=action
    )


def _wins_field(prose: Prose, kind: Kind, offer: Offer, chosen: list[str] | None = None) -> list[Block]:
    """The wins to choose from, with what speaks for each; the best of them are chosen at first."""
    some = pitches.pick(offer.proofs, kind.proofs, offer.wanted)
    picked = some if chosen is None else [one for one in offer.proofs if one.win_id in chosen]
    shown = pitches.offered(offer.proofs, picked)
    words = prose.words("pitches/form", kind=kind, shown=len(shown), total=len(offer.proofs))
    if not shown:
        return [kit.section(words.none_in_period)]
    field = kit.many_field(
        "wins",
        words.wins,
        [_option(prose, proof, offer.wanted) for proof in shown],
        chosen=[proof.win_id for proof in picked],
        hint=words.wins_hint,
    )
    field["optional"] = not kind.least
    left_out = [kit.context(words.some_left_out)] if len(shown) < len(offer.proofs) else []
    return [kit.renewed(field, f"{kind.name}.{offer.window}.{offer.wanted.goal_id}"), *left_out]


def _option(prose: Prose, proof: Proof, wanted: Wanted) -> Any:
    words = prose.words("pitches/form", proof=proof, because=because(prose, proof, wanted))
    return kit.option(proof.title, proof.win_id, words.win_in_list)
