"""Ids and secrets: derived ones stay the same from one start to the next, fresh ones are only unique."""

import hashlib
import secrets
import uuid

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 10


def derived(prefix: str, *parts: str) -> str:
    """An id such as U03K7Q2M9XA that depends on `parts` alone."""
    number = int.from_bytes(_digest(prefix, *parts)[:12], "big")
    return prefix + "0" + _base36(number)[: _ID_LENGTH - 1]


def fresh(prefix: str) -> str:
    """An id that nothing else has, now or after a restart."""
    return prefix + "0" + _base36(secrets.randbits(96))[: _ID_LENGTH - 1]


def digits(length: int, *parts: str) -> str:
    number = int.from_bytes(_digest("digits", *parts), "big")
    return str(number).rjust(length, "1")[:length]


def secret(length: int, *parts: str) -> str:
    """A derived secret in lower-case hex; the sandbox guards nothing, so it may be derivable."""
    return _digest("secret", *parts).hex()[:length]


def bot_token(app_id: str, team_id: str, generation: int = 0) -> str:
    parts = (app_id, team_id, str(generation))
    return f"xoxb-{digits(12, team_id)}-{digits(13, *parts)}-{secret(24, *parts)}"


def refresh_token(token: str) -> str:
    return f"xoxe-1-{secret(64, token, 'refresh')}"


def app_token(app_id: str) -> str:
    return f"xapp-1-{app_id}-{digits(13, app_id)}-{secret(64, app_id)}"


def client_id(app_id: str) -> str:
    return f"{digits(12, 'client')}.{digits(13, app_id, 'client')}"


def unguessable() -> str:
    """A one-time word: tickets, upload keys, codes."""
    return secrets.token_hex(16)


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x00".join(parts).encode(errors="surrogatepass")).digest()


def _base36(number: int) -> str:
    letters = []
    while number:
        number, index = divmod(number, 36)
        letters.append(_BASE36[index])
    return "".join(reversed(letters)).rjust(_ID_LENGTH, "0")


def envelope() -> str:
    return str(uuid.uuid4())
