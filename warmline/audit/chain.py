"""The hash chain of the record, and the seal on its newest entry. No database here.

**Entry.** SHA-256 (FIPS 180-4) over ``warmline/audit/entry/1`` and then, each led by its length in bytes
(4 bytes, big-endian): the hash of the entry before (32 bytes), number (8 bytes, big-endian), time
(whole seconds since 1970 UTC, 8 bytes, big-endian), action, actor, second, object, rule, reason (UTF-8).
The lengths keep neighbouring fields apart. The very first entry follows 32 zero bytes.

**Head.** HMAC-SHA-256 (RFC 2104) over ``warmline/audit/head/1``, the newest number and hash, and the
number and hash of the last entry that was deleted for its age (0 and zero bytes if none was). Its key is
not in the database: who can write to the database alone can make new hashes, and no head that fits.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

ENCODING = 1
"""The version of what is written above; an entry carries the one it was made with."""
NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True)
class Fields:
    """What an entry's hash covers. ``previous`` is 64 hex digits, ``seconds`` since 1970 UTC."""

    previous: str
    number: int
    seconds: int
    action: str
    actor: str
    second: str
    object: str
    rule: str
    reason: str


def entry_hash(fields: Fields, *, encoding: int = ENCODING) -> str:
    """64 hex digits. Raises ``ValueError`` for an encoding nobody knows."""
    if encoding != ENCODING:
        raise ValueError("unknown encoding")
    texts = (
        fields.action,
        fields.actor,
        fields.second,
        fields.object,
        fields.rule,
        fields.reason,
    )
    parts = [
        bytes.fromhex(fields.previous),
        fields.number.to_bytes(8, "big"),
        fields.seconds.to_bytes(8, "big"),
        *(text.encode() for text in texts),
    ]
    led = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hashlib.sha256(b"warmline/audit/entry/1" + led).hexdigest()


def head_seal(key: bytes, *, number: int, hash_: str, pruned: int, pruned_hash: str) -> str:
    """64 hex digits under ``key``."""
    said = b"warmline/audit/head/1" + number.to_bytes(8, "big") + bytes.fromhex(hash_)
    said += pruned.to_bytes(8, "big") + bytes.fromhex(pruned_hash)
    return hmac.new(key, said, hashlib.sha256).hexdigest()
