"""From the bytes of a file to its text: encodings, and what is no text at all."""

import re

from bot.domain.imports._preview import MOST_BYTES, MOST_LINES, UnreadableError

# A file of many more lines than this for each win is none, and is not gone through.
LINES_OF_A_WIN = 20

# How files begin that hold no text: the sentence that explains each.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "is_pdf"),
    (b"PK\x03\x04", "is_archive"),
    (b"\x1f\x8b", "is_archive"),
    (b"7z\xbc\xaf", "is_archive"),
    (b"Rar!", "is_archive"),
    (b"\xd0\xcf\x11\xe0", "is_office"),
    (b"{\\rtf", "is_office"),
    (b"\x89PNG", "is_picture"),
    (b"\xff\xd8\xff", "is_picture"),
    (b"GIF8", "is_picture"),
    (b"RIFF", "is_picture"),
)
_ENCODED: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

# Signs that no text has; JSON can still spell some of them out.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 or, where it is neither, Latin-1; UnreadableError where it is no text."""
    if len(content) > MOST_BYTES:
        raise UnreadableError("too_big", limit=MOST_BYTES)
    for begins, words in _BEGINNINGS:
        if content.startswith(begins):
            raise UnreadableError(words)
    text = _decoded(content)
    if not text.strip():
        raise UnreadableError("is_empty")
    if _NO_TEXT.search(text):
        raise UnreadableError("is_binary")
    if _PAGE.match(text):
        raise UnreadableError("is_page")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES * LINES_OF_A_WIN:
        raise UnreadableError("too_many_lines", limit=MOST_LINES)
    return text


def clean(text: str) -> str:
    """A text without what cannot be shown or stored: control signs and halves of characters."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(content: bytes) -> str:
    marked = next((encoding for mark, encoding in _ENCODED if content.startswith(mark)), None)
    for encoding in filter(None, (marked, _unmarked(content), "utf-8", "cp1252")):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _unmarked(content: bytes) -> str | None:
    """UTF-16 without its mark: most of every second byte is nought."""
    if b"\x00" not in content[:1000] or len(content) % 2:
        return None
    even, odd = content[:1000:2].count(0), content[1:1000:2].count(0)
    if max(even, odd) * 4 < len(content[:1000]) or min(even, odd) * 4 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
