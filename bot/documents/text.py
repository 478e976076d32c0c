"""A person's text made fit for files: what no format can hold is left out, and it is cut into paragraphs and lines."""

import re
import unicodedata

# Line ends of every kind; a tab is a space.
_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# XML, and so DOCX and HTML, cannot hold these at all: controls, halves of a character, and those that stand for none.
_NOBODYS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNFIT = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NOBODYS}]")


def clean(text: str) -> str:
    """The text with plain line ends and without what no file can hold; nothing that can be read is lost."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _UNFIT.sub("", text).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def paragraphs(text: str) -> list[list[str]]:
    """The paragraphs of a text, each as its lines; empty ones are left out."""
    parts = re.split(r"\n\s*\n", clean(text))
    return [lines for part in parts if (lines := [line.strip() for line in part.split("\n") if line.strip()])]


def reads_leftward(text: str) -> bool:
    """Whether the first letter that has a direction is of a script that is written from right to left."""
    directions = (unicodedata.bidirectional(sign) for sign in text)
    first = next((one for one in directions if one in {"L", "R", "AL"}), "L")
    return first != "L"
