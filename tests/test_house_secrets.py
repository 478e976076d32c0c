"""No secret is in the tree: nothing has the shape of a key or a token that somebody could use."""

import re
from collections.abc import Iterator

import pytest

from bot.storage.vault import new_master_key
from tests.house import ROOT, agree
from tests.test_house import files

# Documented shapes: of Slack's tokens and hooks, of our master keys, and of what else people paste by mistake.
SHAPES = {
    "a token of Slack's": rb"xox[abeoprs]-(?:\d-)?\d{9,}-[\w-]{20,}",
    "an app-level token of Slack's": rb"xapp-\d-A[A-Z0-9]{8,}-\d{9,}-[0-9a-f]{40,}",
    "a hook of Slack's": rb"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/\w{20,}",
    "a master key": rb"(?<![\w/+-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43}=(?![\w=])",
    "a private key": rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a key of a cloud": rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a token of a code host": rb"\bgh[opsu]_\w{36}|\bglpat-[\w-]{20}",
    "a password in an address": rb"postgres(?:ql)?://\w+:(?!password@|secret@|\{)[^@\s/\"'<{]{8,}@(?!localhost|127\.)",
}
PICTURES = {".png", ".gif", ".ico", ".woff2"}


def found(content: bytes) -> Iterator[str]:
    return (what for what, shape in SHAPES.items() if re.search(shape, content))


def test_no_file_holds_a_secret() -> None:
    agree(
        [
            f"{path.relative_to(ROOT)} holds what looks like {what}; take it out and renew it."
            for path in files()
            if path.suffix not in PICTURES and path.name != ".env"
            for what in found(path.read_bytes())
        ]
    )


# Put together here, so that this file does not hold what it looks for.
@pytest.mark.parametrize(
    "secret",
    [
        f"xox{'b'}-{'1' * 12}-{'2' * 12}-{'aB3' * 8}",
        f"xapp-1-{'A0' * 5}-{'1' * 12}-{'0f' * 30}",
        f"{'Qw3' * 14}e=",
        f"SAYSO_MASTER_KEYS={'Ab1' * 14}x=",
        f"-----BEGIN {'RSA'} PRIVATE KEY-----",
        f"AKIA{'Q' * 16}",
        f"ghp_{'a1' * 18}",
    ],
    ids=["slack", "app", "key", "setting", "private", "cloud", "host"],
)
def test_what_is_a_secret_would_be_found(secret: str) -> None:
    assert list(found(f"some = '{secret}'\n".encode()))


def test_a_new_master_key_would_be_found() -> None:
    assert list(found(f"some = '{new_master_key()}'\n".encode()))
