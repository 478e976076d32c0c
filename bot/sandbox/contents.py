"""A message's content as an app gives it: read, checked as Slack checks it, and sanitized."""

import json
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import message_problems
from bot.sandbox.filled import filled
from bot.sandbox.refusals import Refusal, explained, invalid
from bot.sandbox.world import Json

MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
MOST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
_CONTROL = re.compile(r"<(?:[@#!]|https?://|mailto:|tel:)[^<>]*>|&(?:amp|lt|gt);")


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None


def read(args: Json, *, most_text: int | None = None, needed: bool = True) -> Content:
    """The content of chat.* arguments or of a response. Texts past 40,000 characters are cut off,
    as Slack does, unless `most_text` says from where on they are refused.
    """
    text = args.get("text")
    text = "" if text is None else str(text)
    blocks = _blocks(args.get("blocks"))
    attachments = _array(args.get("attachments"), "invalid_attachments")
    if args.get("markdown_text"):
        text, blocks = _markdown(args, text, blocks)
    if needed and not (text.strip() or blocks or attachments):
        raise Refusal("no_text")
    if most_text and len(text) > most_text:
        raise Refusal("msg_too_long")
    if attachments and len(attachments) > MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    return Content(escaped(text[:MOST_TEXT]), blocks, attachments or None, _metadata(args.get("metadata")))


def escaped(text: str) -> str:
    """The text with stray `& < >` as entities; mentions, links and entities stay as they are."""
    parts, end = [], 0
    for control in _CONTROL.finditer(text):
        parts += [typed(text[end : control.start()]), control.group()]
        end = control.end()
    return "".join([*parts, typed(text[end:])])


def typed(text: str) -> str:
    """What a person typed, as Slack stores and sends it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(given: Any) -> list[Json] | None:
    blocks = _array(given, "invalid_blocks_format")
    if blocks is None:
        return None
    if problems := message_problems(blocks):
        raise invalid(problems)
    return filled(blocks) or None


def _array(given: Any, error: str) -> list[Json] | None:
    if given is None or given == "":
        return None
    parsed = parsed_json(given, error)
    if not isinstance(parsed, list):
        raise Refusal(error)
    return parsed


def parsed_json(given: Any, error: str) -> Any:
    """Arguments hold JSON as text in a form, and as it is in a JSON body."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        raise Refusal(error) from None


def _markdown(args: Json, text: str, blocks: list[Json] | None) -> tuple[str, list[Json]]:
    if text or blocks:
        raise Refusal("markdown_text_conflict")
    markdown = str(args["markdown_text"])
    if len(markdown) > MOST_MARKDOWN:
        raise Refusal("msg_too_long")
    return markdown, filled([{"type": "markdown", "text": markdown}])


def _metadata(given: Any) -> Json | None:
    if given is None or given == "":
        return None
    metadata = parsed_json(given, "invalid_metadata_format")
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        raise explained("invalid_metadata_format", "missing required field: event_type")
    if not isinstance(metadata.get("event_payload"), dict):
        raise explained("invalid_metadata_format", "missing required field: event_payload")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}
