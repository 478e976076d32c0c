"""Text as Slack shows it: escaped, clipped, and cut into pieces."""

from bot.core.prose import Phrase


def plain(text: str) -> str:
    """Text for a plain_text object."""
    return text.plain if isinstance(text, Phrase) else text


def escaped(text: str) -> str:
    """Text for mrkdwn; a Phrase is escaped already."""
    if isinstance(text, Phrase):
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Text within a limit, with an ellipsis where something was left out.

    The cut never lies inside an entity, which would show as half of one.
    """
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    start = cut.rfind("&", -6)
    return (cut[:start] if start >= 0 and ";" not in cut[start:] else cut) + "…"


def pieces(text: str, limit: int) -> list[tuple[str, str]]:
    """A text cut into pieces of at most `limit` characters, each with the white space that followed it.

    All parts put together are the text. A cut lies at the end of a line, else between words, else anywhere.
    """
    found = []
    while len(text) > limit:
        ends = (text.rfind(sign, limit // 2, limit + 1) for sign in "\n ")
        end = next((end for end in ends if end > 0), limit)
        piece, rest = text[:end].rstrip(), text[end:].lstrip()
        found.append((piece, text[len(piece) : len(text) - len(rest)]))
        text = rest
    return [*found, (text, "")]
