"""The arithmetic of proof: commitments, the server's tag, the log chain.

`docs/protocol.md` names every input. All of it is HMAC-SHA-256 and SHA-256 over `lp`, so that no
two different lists of items ever make the same bytes. `tests/protocol/vectors.json` holds
examples that the page's own code is tested with, too.
"""

import hashlib
import hmac
import struct
from typing import Final

U64_MAX: Final = 2**64 - 1

_TAG_ITEMS: Final = struct.Struct(">I14s" + 6 * "IQ" + "I16sI32s")


def lp(*items: bytes | str | int) -> bytes:
    """Each item as u32-BE length ‖ bytes; strings as UTF-8, integers as u64-BE.

    Raises ValueError for an integer outside 0…2^64−1.
    """
    parts: list[bytes] = []
    for item in items:
        data = _to_bytes(item)
        parts.append(len(data).to_bytes(4, "big"))
        parts.append(data)
    return b"".join(parts)


def unlp(whole: bytes) -> list[bytes]:
    """The items of an `lp`; raises ValueError unless every byte belongs to exactly one."""
    items: list[bytes] = []
    at = 0
    while at < len(whole):
        start = at + 4
        at = start + int.from_bytes(whole[at:start], "big")
        if start > len(whole) or at > len(whole):
            raise ValueError("cut short")
        items.append(whole[start:at])
    return items


def message_header(room: int, epoch: int, seat: int, cid: bytes) -> bytes:
    """hdr: where a message belongs and who sent it."""
    return lp("warmline/1 hdr", room, epoch, seat, cid)


def commitment(kf: bytes, header: bytes, padded: bytes) -> bytes:
    """c = HMAC-SHA-256(Kf, lp(hdr, P)), 32 bytes.

    Raises ValueError unless Kf has exactly 32 bytes: HMAC treats k and k‖00 alike.
    """
    if len(kf) != 32:
        raise ValueError("Kf has exactly 32 bytes")
    return hmac.digest(kf, lp(header, padded), "sha256")


def commitment_holds(c: bytes, kf: bytes, header: bytes, padded: bytes) -> bool:
    """Whether c commits to these words in this place; False, too, for a Kf of another length."""
    return len(kf) == 32 and hmac.compare_digest(c, commitment(kf, header, padded))


def tag(
    key: bytes, kid: int, room: int, epoch: int, seat: int, seq: int, ms: int, cid: bytes, c: bytes
) -> bytes:
    """The server's word that this message got this number at this instant (ms), 32 bytes.

    Raises ValueError unless cid has 16 bytes and c 32.
    """
    if len(cid) != 16 or len(c) != 32:
        raise ValueError("cid has 16 bytes, c has 32")
    # lp("warmline/1 tag", kid, room, epoch, seat, seq, ms, cid, c), in one go: once a message.
    items = _TAG_ITEMS.pack(
        14, b"warmline/1 tag", 8, kid, 8, room, 8, epoch, 8, seat, 8, seq, 8, ms, 16, cid, 32, c
    )  # fmt: skip
    return hmac.digest(key, items, "sha256")


def tag_holds(
    given: bytes,
    key: bytes,
    kid: int,
    room: int,
    epoch: int,
    seat: int,
    seq: int,
    ms: int,
    cid: bytes,
    c: bytes,
) -> bool:
    """Whether `given` is the tag of exactly this message."""
    return hmac.compare_digest(given, tag(key, kid, room, epoch, seat, seq, ms, cid, c))


def log_start(room: int) -> bytes:
    """X(0) of a room's log chain."""
    return hashlib.sha256(lp("warmline/1 log", room)).digest()


def log_next(previous: bytes, seq: int, seat: int, epoch: int, cid: bytes, c: bytes) -> bytes:
    """X(i) from X(i−1) and message number i."""
    return hashlib.sha256(lp(previous, seq, seat, epoch, cid, c)).digest()


def _to_bytes(item: bytes | str | int) -> bytes:
    if isinstance(item, bytes):
        return item
    if isinstance(item, str):
        return item.encode()
    if not 0 <= item <= U64_MAX:
        raise ValueError("integers are u64")
    return item.to_bytes(8, "big")
