"""Words that only a coordinator's page opens: sealed with a key that is not in the database.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. What a sealed text belongs to is bound in as
associated data, so that it cannot be moved to another row. The key is in the installation's secrets.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
NONCE = 12
PAD = 256
"""Texts are filled up to a multiple of so many bytes: a row's size tells little of their length."""


class Unreadable(Exception):
    """The key is another one, or the bytes were changed or moved. Says nothing else."""


def seal(text: str, *, what: str, row: int) -> bytes:
    """``text`` for one row of a kind (``"report"``, ``"appeal"``): version, nonce, ciphertext."""
    plain = text.encode() + b"\x80"
    plain += bytes(-len(plain) % PAD)
    nonce = os.urandom(NONCE)
    return VERSION + nonce + _cipher().encrypt(nonce, plain, _bound_to(what, row))


def unseal(sealed: bytes | memoryview, *, what: str, row: int) -> str:
    """The text again. Raises :class:`Unreadable`."""
    sealed = bytes(sealed)
    nonce, ciphertext = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    if sealed[:1] != VERSION or len(ciphertext) < PAD:
        raise Unreadable
    try:
        plain = _cipher().decrypt(nonce, ciphertext, _bound_to(what, row))
    except InvalidTag:
        raise Unreadable from None
    return plain.rstrip(b"\x00")[:-1].decode()


def _cipher() -> AESGCM:
    return AESGCM(settings.INSTALLATION.secrets.seal)


def _bound_to(what: str, row: int) -> bytes:
    return b"warmline/1 sealed " + what.encode() + b"\x00" + row.to_bytes(8, "big")
