"""How wide letters are, roughly, and lines that fit: for pictures that are drawn without asking a font."""

import re
import unicodedata
from functools import cache

# In parts of the letters' size, as Source Sans has them and rather more than less.
_NARROW, _SLIM, _USUAL, _BROAD, _FULL = 0.28, 0.37, 0.53, 0.64, 1.02
_WIDTHS = {
    **dict.fromkeys("iljI.,:;'|!’‘·", _NARROW),
    **dict.fromkeys('ftr()[]{}/\\-–" ', _SLIM),
    **dict.fromkeys("mwMW@%&—…", 0.87),
}
_ELLIPSIS = "…"
# XML has no place for these; some letters come in two halves that mean nothing alone.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def writable(text: str) -> str:
    """The text on one line, without signs that no picture can hold."""
    return " ".join(_UNWRITABLE.sub("", text).split())


def width(text: str, size: float) -> float:
    """About how wide a text is at a size."""
    return sum(map(_width, text)) * size


def clipped(text: str, size: float, most: float) -> str:
    """The text, cut with an ellipsis where it is wider."""
    if width(text, size) <= most:
        return text
    while text and width(text + _ELLIPSIS, size) > most:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def wrapped(text: str, size: float, most: float, lines: int) -> list[str]:
    """The text in at most so many lines of a width; the last one is cut where more is left."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < lines - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= most:
            line = f"{line} {words.pop(0)}"
        if width(line, size) > most:
            kept = _head(line, size, most)
            words.insert(0, line[len(kept) :])
            line = kept
        found.append(line)
    return [*found, clipped(" ".join(words), size, most)] if words else found


def _head(word: str, size: float, most: float) -> str:
    """As much of a long word as fits; one letter at least."""
    end = next((end for end in range(len(word), 1, -1) if width(word[:end], size) <= most), 1)
    return word[:end]


@cache
def _width(sign: str) -> float:
    if sign in _WIDTHS:
        return _WIDTHS[sign]
    if unicodedata.combining(sign):
        return 0
    if unicodedata.east_asian_width(sign) in "WF" or ord(sign) >= 0x1F000:  # noqa: PLR2004 - where pictures begin
        return _FULL
    return _BROAD if sign.isupper() else _USUAL
