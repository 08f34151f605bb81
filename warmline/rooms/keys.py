"""Keys of a room, as far as the server has to do with them: it passes on, counts epochs, forgets.

The design is docs/encryption.md, §1 and §2. Nothing here can open anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.protocol import base64url, clock, epochs, topics
from warmline.rooms.models import Epoch, Room, Seat

SHARE_BYTES = 32
FORGET_SHARE_AFTER = timedelta(minutes=10)
SEEN_AGAIN_AFTER = timedelta(seconds=30)


class Seated(msgspec.Struct):
    """A live seat; ``pk`` is null until its page has come."""

    seat: int
    role: str
    pk: str | None


class Committed(msgspec.Struct):
    """An epoch as one seat gets it; ``mine`` is null when nothing was sealed to it."""

    header: str
    mine: str | None
    confirm: str


class KeyState(msgspec.Struct):
    seats: list[Seated]
    commits: list[Committed]


def hello(seat: Seat, pk: bytes) -> bytes:
    """A page has come with a new key; gives the seat's new resume share (32 bytes).

    Raises ``bad_key`` unless ``pk`` is a point of P-256, 65 bytes uncompressed.
    """
    _check_point(pk)
    share = secrets.token_bytes(SHARE_BYTES)
    Seat.objects.live().filter(pk=seat.pk).update(
        public_key=pk, resume_share=share, seen_at=clock.now()
    )
    publish(topics.room(seat.room_id), "keys")
    return share


def resume(seat: Seat) -> bytes | None:
    """The share again, for the same tab's next page; None when it was destroyed."""
    if seat.resume_share is None or seat.revoked_at or _is_forgotten(seat, clock.now()):
        return None
    Seat.objects.filter(pk=seat.pk).update(seen_at=clock.now())
    return bytes(seat.resume_share)


def seen(seat: Seat) -> None:
    """The seat's page is there."""
    now = clock.now()
    if seat.seen_at is None or now - seat.seen_at > SEEN_AGAIN_AFTER:
        Seat.objects.live().filter(pk=seat.pk).update(seen_at=now)


def state(seat: Seat, after: int) -> KeyState:
    """Who is seated with which key, and the epochs past a number."""
    seats = Seat.objects.live().filter(room=seat.room_id).order_by("number")
    found = Epoch.objects.filter(room=seat.room_id, number__gt=after).order_by("number")
    return KeyState(
        [Seated(one.number, one.role, _written(one.public_key)) for one in seats],
        [
            Committed(
                base64url.encode(bytes(one.header)),
                one.sealed.get(str(seat.number)),
                base64url.encode(bytes(one.confirm)),
            )
            for one in found
        ],
    )


def commit(seat: Seat, *, header: bytes, sealed: Sequence[bytes], confirm: bytes) -> bool:
    """Store the next epoch; False when another was first.

    Raises ``bad_epoch`` when it is not about this room, its live seats and the keys they have now.
    """
    meant = _checked(seat, header, sealed, confirm)
    with transaction.atomic():
        taken = (
            Room.objects.open()
            .filter(pk=seat.room_id, epoch=meant.epoch - 1)
            .update(epoch=meant.epoch)
        )
        if not taken:
            return False
        _check_seats(meant)
        _check_committer(meant)
        Epoch.objects.create(
            room_id=seat.room_id,
            number=meant.epoch,
            header=header,
            confirm=confirm,
            sealed={
                str(member.seat): base64url.encode(one)
                for member, one in zip(meant.roster, sealed, strict=True)
            },
        )
    publish(topics.room(seat.room_id), "keys")
    return True


def forget_shares(now: datetime) -> int:
    """Destroy the shares of pages not seen for 10 minutes; gives how many."""
    late = Seat.objects.exclude(resume_share=None).filter(seen_at__lt=now - FORGET_SHARE_AFTER)
    return late.update(resume_share=None)


def _is_forgotten(seat: Seat, now: datetime) -> bool:
    return seat.seen_at is None or now - seat.seen_at > FORGET_SHARE_AFTER


def _checked(seat: Seat, header: bytes, sealed: Sequence[bytes], confirm: bytes) -> epochs.Header:
    try:
        meant = epochs.read(header)
    except ValueError as problem:
        raise _bad_epoch() from problem
    right_sizes = len(confirm) == epochs.HASH_BYTES and all(
        len(one) == epochs.SEALED_BYTES for one in sealed
    )
    is_ours = meant.room == seat.room_id and meant.committer == seat.number and meant.epoch >= 1
    if not (right_sizes and is_ours and len(sealed) == len(meant.roster)):
        raise _bad_epoch()
    return meant


def _check_seats(meant: epochs.Header) -> None:
    """A page may be a moment behind; then it asks again. A seat that is gone is never let in."""
    live = {(one.seat, one.role) for one in _seated(meant.room)}
    if any((member.seat, member.role) not in live for member in meant.roster):
        raise _bad_epoch()


def _check_committer(meant: epochs.Header) -> None:
    """Only who holds the newest epoch's keys makes the next; pages would refuse anybody else's.

    When nobody does any more, all begin again.
    """
    newest = Epoch.objects.filter(room=meant.room, number=meant.epoch - 1).first()
    if newest is None:
        return
    now = {(member.seat, member.pk) for member in _seated(meant.room)}
    holders = {(one.seat, one.pk) for one in epochs.read(bytes(newest.header)).roster} & now
    if holders and meant.committer not in {seat for seat, _pk in holders}:
        raise _bad_epoch()


def _seated(room: int) -> list[epochs.Member]:
    """Live seats whose pages have come."""
    return [
        epochs.Member(one.number, one.role, bytes(one.public_key))
        for one in Seat.objects.live().filter(room=room)
        if one.public_key
    ]


def _check_point(pk: bytes) -> None:
    try:
        if len(pk) != epochs.PK_BYTES:
            raise ValueError("length")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), pk)
    except ValueError as problem:
        raise DomainError(
            "bad_key", _("This page could not make its key. Please reload it.")
        ) from problem


def _bad_epoch() -> DomainError:
    return DomainError("bad_epoch", _("This page is not up to date. Please reload it."))


def _written(pk: bytes | memoryview | None) -> str | None:
    return None if pk is None else base64url.encode(bytes(pk))
