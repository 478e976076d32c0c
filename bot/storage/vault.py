"""Sealing: a key for each owner, wrapped by a list of master keys, AES-256-GCM throughout.

Blobs are `version (1 byte) | nonce (12) | ciphertext and tag`; wrapped keys carry the first four
bytes of the master key's SHA-256 after the version, so that the right master key is found at once.
Nonces are random (NIST SP 800-38D §8.2.2): an owner's key stays far below 2^32 uses.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
MARK_BYTES = 16
MASTER_MARK_BYTES = 4
_VERSION = b"\x01"
_NONCE = 12


class WrongKeyError(ValueError):
    """The master keys do not open what was sealed, or a sealed value was moved or changed."""


class Sealer:
    """Seals and opens the texts of one owner."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        # Marks have a key of their own, which follows from the owner's.
        self._mark_key = hmac.digest(key, b"sayso marks", "sha256")

    def seal(self, text: str, place: str) -> bytes:
        """Seal `text` so that it opens only at `place` (table, column, owner and row)."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def mark(self, text: str) -> bytes:
        """A keyed hash (HMAC-SHA256, cut to 128 bits): equal for equal texts of one owner, and nothing else."""
        return hmac.digest(self._mark_key, text.encode(), "sha256")[:MARK_BYTES]

    def open(self, blob: bytes, place: str) -> str:
        """Open a blob; WrongKeyError if it was sealed with another key or for another place."""
        if blob[:1] != _VERSION:
            raise WrongKeyError("This value was sealed by a newer version of Sayso.")
        try:
            return self._cipher.decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], place.encode()).decode()
        except (InvalidTag, ValueError):  # a blob cut short has no whole nonce
            raise WrongKeyError("A sealed value does not open with this key.") from None


class Vault:
    """Makes, wraps and unwraps owners' keys with the master keys; the first one is current."""

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        if not master_keys or any(len(key) != KEY_BYTES for key in master_keys):
            raise WrongKeyError("A master key is 32 bytes.")
        self._current = master_keys[0]
        self._masters = {_mark(key): AESGCM(key) for key in master_keys}
        self._vouching = [hmac.digest(key, b"sayso vouches", "sha256") for key in master_keys]

    def new_key(self, owner: str) -> bytes:
        """A fresh key for `owner`, wrapped by the current master key."""
        return self._wrap(AESGCM.generate_key(bit_length=8 * KEY_BYTES), owner)

    def sealer(self, wrapped: bytes, owner: str) -> Sealer:
        """The owner's sealer; WrongKeyError when no master key opens the wrapped key."""
        return Sealer(self._unwrap(wrapped, owner))

    def rewrap(self, wrapped: bytes, owner: str) -> bytes:
        """The same key of the owner, wrapped by the current master key; WrongKeyError as for `sealer`."""
        return self._wrap(self._unwrap(wrapped, owner), owner)

    def vouch(self, said: bytes) -> bytes:
        """A proof (HMAC-SHA256) that this installation said so, with a key that follows from the current master key."""
        return hmac.digest(self._vouching[0], said, "sha256")

    def vouched(self, said: bytes, proof: bytes) -> bool:
        """Whether `vouch` made this proof, here or in a process with another order of the same keys."""
        return any(hmac.compare_digest(hmac.digest(key, said, "sha256"), proof) for key in self._vouching)

    @property
    def marks(self) -> list[bytes]:
        """What wrapped keys bear after their first byte, for each master key; the current one is first."""
        return list(self._masters)

    def hash_key(self) -> bytes:
        """A key for hashing ids in logs; follows from the current master key, opens nothing."""
        return sha256(b"sayso log ids|" + self._current).digest()

    def _unwrap(self, wrapped: bytes, owner: str) -> bytes:
        mark, nonce = wrapped[1 : 1 + MASTER_MARK_BYTES], wrapped[1 + MASTER_MARK_BYTES :][:_NONCE]
        master = self._masters.get(mark)
        if wrapped[:1] != _VERSION or master is None:
            raise WrongKeyError("None of the master keys opens this database.")
        try:
            return master.decrypt(nonce, wrapped[1 + MASTER_MARK_BYTES + _NONCE :], owner.encode())
        except (InvalidTag, ValueError):  # a blob cut short has no whole nonce
            raise WrongKeyError("A wrapped key does not belong to its owner.") from None

    def _wrap(self, key: bytes, owner: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return (
            _VERSION
            + _mark(self._current)
            + nonce
            + AESGCM(self._current).encrypt(nonce, key, owner.encode())
        )


def new_master_key() -> str:
    """A new master key as it is written into SAYSO_MASTER_KEYS (base64url, 32 bytes)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _mark(key: bytes) -> bytes:
    return sha256(key).digest()[:MASTER_MARK_BYTES]
