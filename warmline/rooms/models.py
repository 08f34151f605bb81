"""A place where people talk: rooms, seats, messages and the talk clock.

The gateway writes messages, ``last_seq`` and the talk clock, Django everything else: one writer a fact.
``docs/architecture.md`` lists the columns both use, and ``tests/contract`` holds them together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics


class Way(models.TextChoices):
    """How two people talk."""

    TEXT = "text", _lazy("text")
    VOICE = "voice", _lazy("voice")
    VIDEO = "video", _lazy("video")


WAYS_ON: tuple[Way, ...] = (Way.TEXT,)
"""The ways this version carries; a sign language implies video and is offered once video is on."""


class RoomQuerySet(models.QuerySet["Room"]):
    def open(self) -> RoomQuerySet:
        return self.filter(closed_at=None)

    def closed(self) -> RoomQuerySet:
        return self.exclude(closed_at=None)


class Room(models.Model):
    """Where people talk, for as long as it is open and its time is not over."""

    class Purpose(models.TextChoices):
        TALK = "talk"
        DEBRIEF = "debrief"
        LETTER = "letter"

    id = RandomIdField()
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    epoch = models.IntegerField(default=0)
    last_seq = models.IntegerField(default=0, editable=False)
    granted_ms = models.BigIntegerField(null=True)

    objects = RoomQuerySet.as_manager()

    def __str__(self) -> str:
        return f"room {self.id}"

    @classmethod
    def make(
        cls, *, purpose: Purpose, granted: timedelta | None, seats: list[tuple[str, Person]]
    ) -> Room:
        """A room with its clock and its seats, numbered from 1 in the order given as (role, person)."""
        with transaction.atomic():
            room = cls.objects.create(
                purpose=purpose,
                granted_ms=None if granted is None else granted // timedelta(milliseconds=1),
            )
            TalkClock.objects.create(room=room)
            Seat.objects.bulk_create(
                Seat(room=room, number=number, role=role, person=person)
                for number, (role, person) in enumerate(seats, start=1)
            )
        return room

    def grant(self, more: timedelta) -> None:
        """Add time to the talk clock's limit."""
        Room.objects.filter(pk=self.pk).update(
            granted_ms=F("granted_ms") + more // timedelta(milliseconds=1)
        )
        publish(topics.room(self.pk), "granted")

    def close(self) -> bool:
        """No more messages; True for the caller who closed it."""
        closed = bool(Room.objects.open().filter(pk=self.pk).update(closed_at=clock.now()))
        if closed:
            publish(topics.room(self.pk), "closed")
        return closed

    def forget_messages(self) -> None:
        """Delete what was said, and the keys sealed for it."""
        Message.objects.filter(room=self).delete()
        Epoch.objects.filter(room=self).delete()


class SeatQuerySet(models.QuerySet["Seat"]):
    def live(self) -> SeatQuerySet:
        return self.filter(revoked_at=None)


class Seat(models.Model):
    """A person's place in a room; ``number`` is how the room knows it.

    ``card_country``: a crisis card with this country's numbers is on its screen; empty for none.
    ``public_key``: the public key of its page. ``resume_share``: the server's half of what a reload needs;
    destroyed when the seat is left, or not seen for 10 minutes.
    """

    id = RandomIdField()
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="seats")
    number = models.SmallIntegerField()
    role = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="seats")
    taken_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    card_country = models.CharField(max_length=2, blank=True, default="")
    public_key = models.BinaryField(max_length=65, null=True)
    resume_share = models.BinaryField(max_length=32, null=True)
    seen_at = models.DateTimeField(null=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="seat_number_once")]

    def __str__(self) -> str:
        return f"seat {self.number} of {self.room_id}"

    def leave(self) -> None:
        """Gone for good: the socket is closed, and with the last one the messages go."""
        now = clock.now()
        Seat.objects.filter(pk=self.pk, left_at=None).update(
            left_at=now, revoked_at=now, resume_share=None
        )
        publish(topics.room(self.room_id), "revoked", seat=self.number)
        if not Seat.objects.filter(room=self.room_id, left_at=None).exists():
            self.room.forget_messages()


class Message(models.Model):
    """What was said, as the page sent it: opaque to the server."""

    pk = models.CompositePrimaryKey("room_id", "seq")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    seq = models.IntegerField()
    seat = models.SmallIntegerField()
    epoch = models.IntegerField()
    cid = models.BinaryField(max_length=16)
    c = models.BinaryField(max_length=32)
    body = models.BinaryField()
    sent_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seat", "cid"], name="message_stored_once")
        ]

    def __str__(self) -> str:
        return f"message {self.seq} of {self.room_id}"


class Epoch(models.Model):
    """Keys of a room from one change of its seats to the next. Sealed: the server can open none.

    ``sealed``: for each seat's number, as a string, what was sealed to its page (base64url).
    """

    pk = models.CompositePrimaryKey("room_id", "number")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="epochs")
    number = models.IntegerField()
    header = models.BinaryField()
    sealed = models.JSONField()
    confirm = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"epoch {self.number} of {self.room_id}"


class TalkClock(models.Model):
    """How much of its time a room has used; written by the gateway alone."""

    room = models.OneToOneField(
        Room, on_delete=models.CASCADE, primary_key=True, related_name="talk_clock"
    )
    used_ms = models.BigIntegerField(default=0)
    running_since_ms = models.BigIntegerField(null=True)
    last_beat_ms = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"clock of {self.room_id}"

    STALE_MS = 15_000

    @property
    def used(self) -> timedelta:
        return timedelta(milliseconds=self.used_ms)

    @property
    def last_beat(self) -> datetime | None:
        """When both were last known to be there."""
        return None if self.last_beat_ms is None else clock.from_ms(self.last_beat_ms)

    def runs(self, now_ms: int) -> bool:
        """Whether both are connected, as far as a beat in the last 15 s can tell."""
        return (
            self.running_since_ms is not None
            and self.last_beat_ms is not None
            and now_ms - self.last_beat_ms < self.STALE_MS
        )


FORGET_AFTER = timedelta(hours=24)


def rooms_to_forget(now: datetime) -> models.QuerySet[Room]:
    """Rooms whose messages are past their time: the last one is 24 hours old (retention table)."""
    limit = clock.to_ms(now - FORGET_AFTER)
    return Room.objects.filter(messages__seq=F("last_seq"), messages__sent_ms__lt=limit)
