"""Rich text: the leaves, the lines that hold them, and the block around them."""

from collections.abc import Mapping

from bot.sandbox.blocks.objects import URL
from bot.sandbox.blocks.schema import Rule, array, choice, flag, kind, record, string, tagged, whole

_FLAGS = ("bold", "italic", "strike", "underline", "code", "highlight", "client_highlight", "unlink")
_STYLE: Mapping[str, Rule] = {"style": record({}, dict.fromkeys(_FLAGS, flag))}
_BORDER: Mapping[str, Rule] = {"border": choice(0, 1)}
_NAME = string(1)

LEAVES: Mapping[str, Rule] = {
    "text": kind({"text": _NAME}, _STYLE),
    "link": kind({"url": URL}, {"text": string(), "unsafe": flag, **_STYLE}),
    "user": kind({"user_id": _NAME}, _STYLE),
    "usergroup": kind({"usergroup_id": _NAME}, _STYLE),
    "team": kind({"team_id": _NAME}, _STYLE),
    "channel": kind({"channel_id": _NAME}, _STYLE),
    "emoji": kind({"name": _NAME}, {"skin_tone": whole(), "unicode": string(), **_STYLE}),
    "broadcast": kind({"range": choice("here", "channel", "everyone")}, _STYLE),
    "color": kind({"value": _NAME}, _STYLE),
    "date": kind({"timestamp": whole(), "format": _NAME}, {"url": URL, "fallback": string(), **_STYLE}),
}

_LEAF = tagged(LEAVES)
_SECTION = kind({"elements": array(_LEAF)})

LINES: Mapping[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_list": kind(
        {"style": choice("bullet", "ordered"), "elements": array(tagged({"rich_text_section": _SECTION}), 1)},
        {"indent": whole(0, 8), "offset": whole(0), **_BORDER},
    ),
    "rich_text_preformatted": kind({"elements": array(_LEAF)}, {"language": string(), **_BORDER}),
    "rich_text_quote": kind({"elements": array(_LEAF)}, _BORDER),
}

RICH_TEXT = kind({"elements": array(tagged(LINES))}, {"block_id": string(1, 255)})
