"""Sealing, keyed hashes and tables of lawful moves."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.base import crypto
from hotline.base.crypto import CannotOpen, Keyring
from hotline.base.states import IllegalMove, Machine


@given(st.binary(max_size=2000), st.binary(max_size=50))
def test_what_was_sealed_opens_again_at_its_own_place(plain: bytes, place: bytes) -> None:
    key = crypto.new_key()
    assert crypto.unseal(key, crypto.seal(key, plain, place), place) == plain


def test_a_sealed_value_opens_nowhere_else_and_not_when_altered() -> None:
    key = crypto.new_key()
    sealed = crypto.seal(key, b"number", b"row 1")
    for other_key, value, place in (
        (key, sealed, b"row 2"),
        (crypto.new_key(), sealed, b"row 1"),
        (key, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"row 1"),
        (key, b"", b"row 1"),
    ):
        with pytest.raises(CannotOpen):
            crypto.unseal(other_key, value, place)


def test_equal_values_are_sealed_differently() -> None:
    key = crypto.new_key()
    assert crypto.seal(key, b"same", b"p") != crypto.seal(key, b"same", b"p")


def test_a_rotated_keyring_seals_with_the_new_key_and_opens_the_old() -> None:
    old, new = (base64.b64encode(crypto.new_key()).decode() for _ in range(2))
    data_key = crypto.new_key()
    before = Keyring.parse(f"k1:{old}")
    key_id, wrapped = before.wrap(data_key, b"r")
    after = Keyring.parse(f"k2:{new},k1:{old}")
    assert after.unwrap(key_id, wrapped, b"r") == data_key
    assert after.wrap(data_key, b"r")[0] == "k2"
    with pytest.raises(CannotOpen):
        Keyring.parse(f"k2:{new}").unwrap(key_id, wrapped, b"r")


def test_a_keyed_hash_depends_on_the_key() -> None:
    number = "+16615550123"
    assert crypto.keyed_hash(b"a" * 32, number) == crypto.keyed_hash(b"a" * 32, number)
    assert crypto.keyed_hash(b"a" * 32, number) != crypto.keyed_hash(b"b" * 32, number)


def test_a_machine_refuses_a_move_that_its_table_does_not_have() -> None:
    machine = Machine(
        "lamp", {"off": {"press": "on"}, "on": {"press": "off", "break": "broken"}, "broken": {}}
    )
    assert machine.next("off", "press") == "on"
    assert machine.is_end("broken")
    with pytest.raises(IllegalMove):
        machine.next("broken", "press")


def test_a_machine_that_leads_to_an_unlisted_state_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Machine("lamp", {"off": {"press": "nowhere"}})
