"""Six words as a page draws them, and what it makes of them, by another library than the page's."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from warmline.protocol import base64url
from warmline.protocol.tags import lp

LIST = Path(__file__).resolve().parent.parent / "warmline" / "people" / "data" / "words.txt"


@cache
def listed() -> tuple[str, ...]:
    return tuple(LIST.read_text(encoding="ascii").split())


def draw() -> str:
    return " ".join(secrets.choice(listed()) for _place in range(6))


def made_of(words: str, label: str = "warmline/1 come-back") -> bytes:
    """HKDF-SHA-256 of plain small words, whatever is between them: 32 bytes."""
    secret = "".join(letter for letter in words.lower() if letter.isalpha())
    return HKDF(SHA256(), length=32, salt=None, info=lp(label)).derive(secret.encode())


def sent(words: str) -> str:
    """What a page sends of them for coming back."""
    return base64url.encode(made_of(words))
