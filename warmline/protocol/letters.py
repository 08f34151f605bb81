"""What the server may compute about letters: ids of keys, and the sizes of what it keeps closed.

The rest happens in pages: `frontend/src/lib/keys/letter.ts`, `docs/encryption.md` §7.
"""

from __future__ import annotations

import hashlib
from typing import Final

from warmline.protocol import base64url
from warmline.protocol.tags import lp

KEY_LABEL: Final = "warmline/1 letter key"
KEY_ID_BYTES, KEY_ID_LETTERS = 16, 22
COPY_BYTES: Final = 65 + 32 + 16
"""A letter's key for one reader: encapsulated key, the key, GCM's tag."""
WRAPPED_BYTES: Final = 12 + 32 + 16
"""A letter's key under the six words: iv, the key, GCM's tag."""
WORDS_BYTES: Final = 32
"""What a page makes of six words, for coming back and for finding a letter."""


def key_id_of(public_key: bytes) -> str:
    """base64url of the first 16 bytes of SHA-256(lp("warmline/1 letter key", pk)): 22 letters.

    Computed from the key, so that nobody can put another key under an id.
    """
    return base64url.encode(hashlib.sha256(lp(KEY_LABEL, public_key)).digest()[:KEY_ID_BYTES])


def from_words(written: str) -> bytes:
    """What a page made of six words, from base64url; raises ValueError for anything but 32 bytes."""
    made = base64url.decode(written)
    if len(made) != WORDS_BYTES:
        raise ValueError("not 32 bytes")
    return made
