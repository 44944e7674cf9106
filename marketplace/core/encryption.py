"""Keeps short secrets unreadable in the database: AES-256-GCM under a key derived from ENCRYPTION_KEY."""

import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12


class Unreadable(Exception):
    """The ciphertext is damaged, belongs to another row, or was written under another key."""


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"minshi field encryption").derive(secret.encode())
    return AESGCM(key)


def encrypt(text: str, *, context: str) -> bytes:
    """Return version byte + nonce + ciphertext. `context` names the row and field and is needed again to decrypt."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + _cipher(settings.ENCRYPTION_KEY).encrypt(nonce, text.encode(), context.encode())


def decrypt(sealed: bytes, *, context: str) -> str:
    """Return the text that was encrypted for this context; raise Unreadable otherwise."""
    sealed = bytes(sealed)
    if sealed[:1] != VERSION:
        raise Unreadable("unknown version")
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(settings.ENCRYPTION_KEY).decrypt(nonce, ciphertext, context.encode()).decode()
    except InvalidTag as error:
        raise Unreadable("wrong key, wrong row or damaged") from error
