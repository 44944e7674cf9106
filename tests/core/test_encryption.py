"""Secrets in the database: readable only with the key and for the row they were written for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.encryption import Unreadable, decrypt, encrypt


@given(st.text(max_size=60))
def test_what_goes_in_comes_out(text: str) -> None:
    assert decrypt(encrypt(text, context="row:1"), context="row:1") == text


def test_the_text_does_not_show_and_never_looks_the_same_twice() -> None:
    first, second = (encrypt("6222021234567890123", context="row:1") for _ in range(2))
    assert first != second
    assert b"6222021234567890123" not in first


def test_another_row_cannot_use_it() -> None:
    with pytest.raises(Unreadable):
        decrypt(encrypt("6222", context="row:1"), context="row:2")


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(encrypt("6222", context="row:1"))
    sealed[-1] ^= 1
    with pytest.raises(Unreadable):
        decrypt(bytes(sealed), context="row:1")


def test_another_key_cannot_read_it(settings: object) -> None:
    sealed = encrypt("6222", context="row:1")
    settings.ENCRYPTION_KEY = "another key"
    with pytest.raises(Unreadable):
        decrypt(sealed, context="row:1")


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(Unreadable):
        decrypt(b"", context="row:1")
