"""The form a draft is made from, and what is said before it can open."""

from collections.abc import Mapping
from typing import Any

from bot.core.periods import Period
from bot.core.prose import Prose, Words
from bot.domain import pitches, proofs
from bot.domain.pitches import Audience, Proof
from bot.domain.proofs import Offer
from handlers import kit
from handlers.kit import Block
from handlers.pitches._ids import Ids
from handlers.wins import Ids as Wins


def form(
    prose: Prose, audience: Audience, offer: Offer, key: str, typed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The form with the best wins of a window chosen; `key` names this one form through all its changes."""
    words = prose.words("pitches/form", audience=audience)
    return kit.modal(
        words.title,
        [
            kit.context(words.private),
            _audience_field(prose, words, audience),
            _period_field(prose, words, offer),
            *_wins_field(prose, audience, offer),
            *_said_fields(words, typed or {}),
        ],
        callback=Ids.DRAFT,
        submit=words.submit,
        close=words.close,
        carried={"form": key},
    )


def period_words(prose: Prose, window: str, period: Period) -> str:
    """How a window is named for good: November 2026."""
    return prose.words("pitches/periods", window=window, period=period).said.plain


def ready(prose: Prose, audience: Audience) -> kit.Message:
    """Said where a form cannot open by itself."""
    words, about = prose.words("pitches/start"), prose.words(audience.words).about
    start = kit.actions(kit.button(words.open, Ids.NEW, audience.name))
    return kit.Message(about, [kit.section(words.ready), start], title=words.title)


def no_wins(prose: Prose) -> kit.Message:
    words = prose.words("pitches/start")
    log = kit.actions(kit.button(words.log, Wins.LOG, style="primary"))
    return kit.Message(words.no_wins_text, [kit.section(words.no_wins), log], title=words.title)


def _audience_field(prose: Prose, words: Words, chosen: Audience) -> Block:
    options = [kit.option(prose.words(one.words).choice, one.name) for one in pitches.AUDIENCES.values()]
    return kit.choice_field(
        "audience", words.audience, options, chosen=chosen.name, optional=False, action=Ids.AUDIENCE
    )


def _period_field(prose: Prose, words: Words, offer: Offer) -> Block:
    names = prose.words("pitches/periods")
    options = [kit.option(names.block(window), window) for window in proofs.WINDOWS]
    return kit.choice_field(
        "period", words.period, options, chosen=offer.window, optional=False, action=Ids.PERIOD
    )


def _wins_field(prose: Prose, audience: Audience, offer: Offer) -> list[Block]:
    picked = proofs.pick(offer.proofs, audience.proofs)
    shown = proofs.offered(offer.proofs, picked)
    words = prose.words("pitches/form", audience=audience, shown=len(shown), total=len(offer.proofs))
    if not shown:
        return [kit.section(words.none_in_period)]
    field = kit.many_field(
        "wins",
        words.wins,
        [_option(prose, proof) for proof in shown],
        chosen=[proof.win_id for proof in picked],
        hint=words.wins_hint,
    )
    field["optional"] = False
    left_out = [kit.context(words.some_left_out)] if len(shown) < len(offer.proofs) else []
    return [kit.renewed(field, f"{audience.name}.{offer.window}"), *left_out]


def _option(prose: Prose, proof: Proof) -> Any:
    words = prose.words("pitches/form", proof=proof)
    return kit.option(proof.title, proof.win_id, words.win_in_list)


def _said_fields(words: Words, typed: Mapping[str, Any]) -> list[Block]:
    return [
        kit.text_field(
            "ask",
            words.ask,
            initial=typed.get("ask"),
            placeholder=words.ask_example,
            hint=words.ask_hint,
        ),
        kit.context(words.future_hint),
        *(kit.text_field(name, words.block(name), initial=typed.get(name)) for name in pitches.FUTURE),
    ]
