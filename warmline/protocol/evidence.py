"""What a report reveals of a talk, as bytes that everybody hashes alike. `docs/protocol.md` has the formats.

The server sees items, which hold no words, and checks its own tags in them. What was said stays sealed to
keyholders, two of whom open it together.
"""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from warmline.protocol.frames import ID_MAX
from warmline.protocol.tags import lp, unlp

ITEMS_LABEL: Final = "warmline/1 items"
EVIDENCE_LABEL: Final = "warmline/1 evidence"
STATEMENT_LABEL: Final = "warmline/1 statement"
MOST_ITEMS: Final = 50
FEWEST_KEYHOLDERS: Final = 2
SEAL_BYTES: Final = 65 + 16  # HPKE: encapsulated key and GCM's tag
DEK_BYTES: Final = 32
KEY_ID_BYTES: Final = 16
INNER_BYTES: Final = SEAL_BYTES + DEK_BYTES
BLOB_BYTES: Final = SEAL_BYTES + INNER_BYTES
STATEMENT_BLOCK: Final = 256
STATEMENT_MOST: Final = (
    SEAL_BYTES + 32 * STATEMENT_BLOCK
)  # 2,000 characters of 4 bytes, and one more
_FIELDS: Final = 8
_PER_OPENING: Final = 4 + 4 + 32  # two lengths, Kf
_AROUND: Final = 12 + 16 + 4 + len("warmline/1 openings")  # iv, GCM's tag, label
_P_BLOCK: Final = 128
_P_MOST: Final = 46 * _P_BLOCK


class Item(msgspec.Struct, frozen=True):
    """What proves one message: everything that the server's tag covers, and the tag (32 bytes)."""

    seq: int
    seat: int
    epoch: int
    cid: bytes
    ms: int
    kid: int
    c: bytes
    tag: bytes


def write_items(room: int, items: Sequence[Item]) -> bytes:
    """lp(label, room, then per message: seq, seat, e, cid, ms, key id, C, T)."""
    fields: list[bytes | int] = []
    for one in items:
        fields += (one.seq, one.seat, one.epoch, one.cid, one.ms, one.kid, one.c, one.tag)
    return lp(ITEMS_LABEL, room, *fields)


def read_items(written: bytes) -> tuple[int, list[Item]]:
    """The room and the items; raises ValueError for bytes that no page of ours writes.

    From 1 to 50 items, their numbers strictly ascending.
    """
    label, room, *fields = unlp(written)
    if label != ITEMS_LABEL.encode() or len(fields) % _FIELDS:
        raise ValueError("not a list of items")
    if not 1 <= len(fields) // _FIELDS <= MOST_ITEMS:
        raise ValueError("not a list of items: how many")
    items = [_item(fields[at : at + _FIELDS]) for at in range(0, len(fields), _FIELDS)]
    if any(later.seq <= one.seq for one, later in itertools.pairwise(items)):
        raise ValueError("not a list of items: order")
    return _integer(room), items


def associated(report: int, items: bytes, key_ids: Sequence[bytes]) -> bytes:
    """A: what everything sealed of a report's evidence is bound to, and every seal's info."""
    digest = hashlib.sha256(items).digest()
    return lp(EVIDENCE_LABEL, report, digest, *sorted(key_ids))


def statement_info(report: int, key_id: bytes) -> bytes:
    """The info under which a statement is sealed to one keyholder."""
    return lp(STATEMENT_LABEL, report, key_id)


def ordered(key_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Every ordered pair of two, in the order in which a page sends what it sealed to them."""
    ids = sorted(key_ids)
    return ((outer, inner) for outer in ids for inner in ids if inner != outer)


def fits(sealed: bytes, items: int) -> bool:
    """Whether so many bytes can hold the words of so many messages."""
    words = len(sealed) - _AROUND - items * _PER_OPENING
    return words % _P_BLOCK == 0 and items * _P_BLOCK <= words <= items * _P_MOST


def is_statement(sealed: bytes) -> bool:
    """Whether so many bytes can be a sealed statement."""
    return len(sealed) % STATEMENT_BLOCK == SEAL_BYTES and (
        SEAL_BYTES < len(sealed) <= STATEMENT_MOST
    )


def _item(fields: list[bytes]) -> Item:
    seq, seat, epoch, cid, ms, kid, c, tag = fields
    if len(cid) != 16 or len(c) != 32 or len(tag) != 32:
        raise ValueError("not an item")
    return Item(
        _integer(seq), _integer(seat), _integer(epoch), cid, _integer(ms), _integer(kid), c, tag
    )


def _integer(item: bytes) -> int:
    value = int.from_bytes(item, "big")
    if len(item) != 8 or value > ID_MAX:
        raise ValueError("not an integer")
    return value
