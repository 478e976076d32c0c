"""The vault: what is sealed opens with its key, at its place and unchanged, and in no other way."""

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.vault import KEY_BYTES, Sealer, Vault, WrongKeyError, new_master_key
from tests.examples import examples

PLACE = "wins.title|maya|1"


def sealer() -> Sealer:
    return Sealer(secrets.token_bytes(KEY_BYTES))


def master() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


@given(text=st.text(st.characters(codec="utf-8")), place=st.text(st.characters(codec="utf-8")))
@examples(60)
def test_what_was_sealed_opens_at_its_place(text: str, place: str) -> None:
    one = sealer()
    assert one.open(one.seal(text, place), place) == text


def test_the_sealed_text_holds_no_part_of_the_text() -> None:
    assert b"canary" not in sealer().seal("a canary in the coal mine", PLACE)


def test_the_same_text_is_sealed_differently_each_time() -> None:
    one = sealer()
    assert len({one.seal("same", PLACE) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("wins.result|maya|1", id="another column"),
        pytest.param("captures.title|maya|1", id="another table"),
        pytest.param("wins.title|daniel|1", id="another member"),
        pytest.param("wins.title|maya|2", id="another row"),
        pytest.param("", id="nowhere"),
    ],
)
def test_a_blob_that_was_moved_does_not_open(place: str) -> None:
    one = sealer()
    with pytest.raises(WrongKeyError):
        one.open(one.seal("secret", PLACE), place)


def test_a_blob_does_not_open_with_another_key() -> None:
    with pytest.raises(WrongKeyError):
        sealer().open(sealer().seal("secret", PLACE), PLACE)


def test_a_blob_with_any_bit_changed_does_not_open() -> None:
    one = sealer()
    blob = one.seal("secret", PLACE)
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(WrongKeyError):
            one.open(bytes(changed), PLACE)


def test_a_blob_cut_short_anywhere_does_not_open() -> None:
    one = sealer()
    blob = one.seal("secret", PLACE)
    for length in range(len(blob)):
        with pytest.raises(WrongKeyError):
            one.open(blob[:length], PLACE)


def test_an_owners_key_unwraps_to_the_same_sealer() -> None:
    vault = Vault([master()])
    wrapped = vault.new_key("maya")
    blob = vault.sealer(wrapped, "maya").seal("secret", PLACE)
    assert vault.sealer(wrapped, "maya").open(blob, PLACE) == "secret"


def test_every_owner_has_a_key_of_their_own() -> None:
    vault = Vault([master()])
    blob = vault.sealer(vault.new_key("maya"), "maya").seal("secret", PLACE)
    with pytest.raises(WrongKeyError):
        vault.sealer(vault.new_key("daniel"), "daniel").open(blob, PLACE)


def test_a_wrapped_key_given_to_another_owner_does_not_unwrap() -> None:
    vault = Vault([master()])
    with pytest.raises(WrongKeyError):
        vault.sealer(vault.new_key("maya"), "daniel")


def test_a_wrapped_key_cut_short_or_changed_does_not_unwrap() -> None:
    vault = Vault([master()])
    wrapped = vault.new_key("maya")
    for broken in [wrapped[:length] for length in range(len(wrapped))] + [wrapped[:-1] + b"\x00\x00"]:
        with pytest.raises(WrongKeyError):
            vault.sealer(broken, "maya")


def test_an_older_master_key_still_unwraps_while_the_first_one_wraps() -> None:
    old, new = master(), master()
    wrapped_before = Vault([old]).new_key("maya")
    both = Vault([new, old])
    blob = both.sealer(wrapped_before, "maya").seal("secret", PLACE)
    assert Vault([old]).sealer(wrapped_before, "maya").open(blob, PLACE) == "secret"
    wrapped_after = both.new_key("daniel")
    Vault([new]).sealer(wrapped_after, "daniel")
    with pytest.raises(WrongKeyError):
        Vault([old]).sealer(wrapped_after, "daniel")


def test_a_master_key_that_was_taken_away_no_longer_opens() -> None:
    wrapped = Vault([master()]).new_key("maya")
    with pytest.raises(WrongKeyError):
        Vault([master()]).sealer(wrapped, "maya")


@pytest.mark.parametrize("keys", [[], [b""], [b"short"], [bytes(31)], [bytes(33)], [bytes(32), b"short"]])
def test_a_vault_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(WrongKeyError):
        Vault(keys)


def test_a_new_master_key_is_32_random_bytes_as_text() -> None:
    keys = {new_master_key() for _ in range(20)}
    assert len(keys) == 20
    assert {len(base64.urlsafe_b64decode(key)) for key in keys} == {KEY_BYTES}


def test_the_key_for_hashing_log_ids_opens_nothing_and_follows_from_the_first_key() -> None:
    first, second = master(), master()
    hashing = Vault([first, second]).hash_key()
    assert hashing == Vault([first]).hash_key() != Vault([second]).hash_key()
    assert hashing not in {first, second}
    with pytest.raises(WrongKeyError):
        Vault([hashing]).sealer(Vault([first]).new_key("maya"), "maya")


def test_no_error_quotes_what_was_sealed() -> None:
    one = sealer()
    with pytest.raises(WrongKeyError) as refused:
        one.open(one.seal("a canary", PLACE), "elsewhere")
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
