"""Where people are told who are not on a page, what they asked for, and what waits to be sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from warmline.core.fields import RandomIdField
from warmline.core.push import ENDPOINT_MOST, Subscription
from warmline.people.models import Person
from warmline.protocol import clock

SEEKERS_KEPT = timedelta(hours=24)
"""Retention: seekers' push addresses and one-use mail addresses."""
PLACE_HELD = timedelta(minutes=10)
"""Practice, section 12: how long a place is held for who was told that someone is free."""


class Kind(models.TextChoices):
    """What a notice is about. The person who gets it is not told by the notice itself."""

    FREE = "free"
    OFFER = "offer"
    APPOINTMENT = "appointment"
    LETTER = "letter"
    OPEN_HOURS = "open_hours"


LIVES = {
    Kind.FREE: PLACE_HELD,
    Kind.OFFER: timedelta(minutes=3),
    Kind.APPOINTMENT: timedelta(hours=2),
    Kind.LETTER: timedelta(hours=12),
    Kind.OPEN_HOURS: timedelta(hours=1),
}
"""How long a notice is of use; later it is dropped, here and at the push service."""


class PushAddressQuerySet(models.QuerySet["PushAddress"]):
    def good(self, now: datetime | None = None) -> PushAddressQuerySet:
        """Not past their time."""
        return self.filter(Q(until=None) | Q(until__gt=now or clock.now()))

    def for_kind(self, kind: str) -> PushAddressQuerySet:
        """Given for this kind of notice, or for all."""
        return self.filter(kind__in=["", kind])


class PushAddress(models.Model):
    """A browser that its person switched on, and for what: ``kind`` empty means everything.

    ``until`` empty: until it is switched off, refused by its service, or the role ends (volunteers).
    ``language``: what its notices are written in.
    """

    id = RandomIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_addresses")
    endpoint = models.CharField(max_length=ENDPOINT_MOST)
    p256dh = models.CharField(max_length=88)
    auth = models.CharField(max_length=24)
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    language = models.CharField(max_length=12, default="en")
    made_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = PushAddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "endpoint", "kind"], name="one_push_address_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"push address {self.id}"

    @property
    def subscription(self) -> Subscription:
        """As :mod:`warmline.core.push` takes it."""
        return Subscription(self.endpoint, self.p256dh, self.auth)


class TellMeQuerySet(models.QuerySet["TellMe"]):
    def live(self, now: datetime | None = None) -> TellMeQuerySet:
        """Still to be told, or told a moment ago and awaited: their place in the line is kept."""
        now = now or clock.now()
        untold = Q(told_at=None, asked_at__gt=now - SEEKERS_KEPT)
        return self.filter(untold | Q(told_at__gt=now - PLACE_HELD))

    def untold(self, now: datetime | None = None) -> TellMeQuerySet:
        return self.live(now).filter(told_at=None)


class TellMe(models.Model):
    """A seeker in the line who wants to be told when someone is free, and may leave the page until then.

    ``email``: empty for push, and as soon as the mail was handed on.
    """

    id = RandomIdField()
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="tell_me")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, default="en")
    asked_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = TellMeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"wish {self.id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, now: datetime) -> NoticeQuerySet:
        return self.filter(due_at__lte=now, until__gt=now)


class Notice(models.Model):
    """One notice to one address, until it was sent or is of no use any more.

    To ``address``, or to ``email``. ``due_at``: when it is tried next; whoever tries moves it on first,
    so that of two processes one sends.
    """

    id = RandomIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    address = models.ForeignKey(
        PushAddress, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    path = models.CharField(max_length=300)
    language = models.CharField(max_length=12, default="en")
    due_at = models.DateTimeField(default=clock.now, db_index=True)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(address__isnull=False, email="")
                | Q(address__isnull=True) & ~Q(email=""),
                name="notice_goes_one_way",
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.id}"
