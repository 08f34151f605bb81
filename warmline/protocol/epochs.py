"""What an epoch of a room's keys fixes, as bytes that everybody hashes alike.

The server reads a header only to see that it is about this room, these seats and these keys; it can open
nothing. `docs/encryption.md` §2 has the rules that a seat's own page checks.
"""

import hashlib
from typing import Final

import msgspec

from warmline.protocol.frames import EPOCH_MAX, ID_MAX
from warmline.protocol.tags import lp, unlp

LABEL: Final = "warmline/1 epoch"
PK_BYTES: Final = 65
HASH_BYTES: Final = 32
SEALED_BYTES: Final = 65 + 32 + 16  # encapsulated key, secret, GCM's tag
ITEMS_BEFORE_SEATS: Final = 7


class Member(msgspec.Struct, frozen=True):
    """A seat and the public key it has in this epoch (65 bytes, uncompressed point)."""

    seat: int
    role: str
    pk: bytes


class Header(msgspec.Struct, frozen=True):
    """`previous` is H(e−1), empty for the first epoch; `x` the log chain at number `up_to`."""

    room: int
    epoch: int
    committer: int
    previous: bytes
    up_to: int
    x: bytes
    roster: tuple[Member, ...]

    def written(self) -> bytes:
        """lp(label, room, e, committer, H(e−1) or "", log number, X there, then seat, role, pk …)."""
        seats = [item for one in self.roster for item in (one.seat, one.role, one.pk)]
        return lp(
            LABEL, self.room, self.epoch, self.committer, self.previous, self.up_to, self.x, *seats
        )

    def hash(self) -> bytes:
        """H(e), 32 bytes."""
        return hashlib.sha256(self.written()).digest()


def read(written: bytes) -> Header:
    """The one header that these bytes are; raises ValueError for anything else."""
    items = unlp(written)
    if len(items) <= ITEMS_BEFORE_SEATS or (len(items) - ITEMS_BEFORE_SEATS) % 3:
        raise ValueError("not a header: number of items")
    _label, room, epoch, committer, previous, up_to, x = items[:ITEMS_BEFORE_SEATS]
    seats = items[ITEMS_BEFORE_SEATS:]
    header = Header(
        _integer(room),
        _integer(epoch),
        _integer(committer),
        previous,
        _integer(up_to),
        x,
        tuple(_member(seats[i], seats[i + 1], seats[i + 2]) for i in range(0, len(seats), 3)),
    )
    if not 1 <= header.epoch <= EPOCH_MAX:
        raise ValueError("not a header: epoch")
    numbers = [member.seat for member in header.roster]
    if len(x) != HASH_BYTES or len(previous) not in {0, HASH_BYTES}:
        raise ValueError("not a header: hashes")
    if numbers != sorted(set(numbers)) or header.written() != written:
        raise ValueError("not a header: order or spelling")
    return header


def _member(seat: bytes, role: bytes, pk: bytes) -> Member:
    if len(pk) != PK_BYTES:
        raise ValueError("not a header: key")
    return Member(_integer(seat), role.decode(), pk)


def _integer(item: bytes) -> int:
    value = int.from_bytes(item, "big")
    if len(item) != 8 or value > ID_MAX:
        raise ValueError("not a header: integer")
    return value
