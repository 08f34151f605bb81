"""Somebody whom both of a talk ask to join: a second listener, or an interpreter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Seat

LAPSES_AFTER = timedelta(minutes=5)
"""How long a question waits for the other, a request for somebody who comes, and who came for both yeses."""
GONE_AFTER = timedelta(minutes=10)
"""A third whose page has not been seen for so long has left."""


class ThirdSeatQuerySet(models.QuerySet["ThirdSeat"]):
    def open(self) -> ThirdSeatQuerySet:
        """Asked, agreed or taken, and not over."""
        return self.filter(ended_at=None)

    def wanted(self, now: datetime | None = None) -> ThirdSeatQuerySet:
        """Both want somebody, and nobody has taken it yet."""
        since = (now or clock.now()) - LAPSES_AFTER
        return self.open().filter(agreed_at__gt=since, taker=None)

    def taken(self) -> ThirdSeatQuerySet:
        """Somebody has this seat now."""
        return self.open().exclude(taker=None)


class ThirdSeat(models.Model):
    """One request for a third, from the question on. At most one of a talk at a time.

    ``asker_role``: which side asked (`seeker`, `volunteer`); no pointer, so that nothing here outlives a
    person. ``language``: what an interpreter is needed for. ``clock_from_ms`` and ``used_ms``: the talk
    clock when the seat was taken, and what of it the third was there for: it counts towards their caps.
    Kept until the talk's time is in the day totals, at most 24 hours after it; one that nobody took, until
    the talk ends.
    """

    class Kind(models.TextChoices):
        SECOND_LISTENER = "second_listener", _lazy("second listener")
        INTERPRETER = "interpreter", _lazy("interpreter")

    class Ending(models.TextChoices):
        NO = "no"
        TAKEN_BACK = "taken_back"
        LAPSED = "lapsed"
        LEFT = "left"
        REMOVED = "removed"
        TALK_OVER = "talk_over"

    id = RandomIdField()
    conversation = models.ForeignKey(
        "support.Conversation", on_delete=models.CASCADE, related_name="thirds"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    language = models.CharField(max_length=35, blank=True, default="")
    asker_role = models.CharField(max_length=10)
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    taker = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="thirds_taken"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    seat_number = models.SmallIntegerField(null=True, blank=True)
    clock_from_ms = models.BigIntegerField(default=0)
    used_ms = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)

    objects = ThirdSeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(ended_at=None), name="one_third_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["taker"], condition=Q(ended_at=None), name="third_in_one_talk_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"third {self.id}"

    @property
    def seat(self) -> Seat | None:
        """The third's seat, live or left."""
        found = Seat.objects.filter(room=self.conversation_id, number=self.seat_number or 0)
        return found.select_related("room", "person").first()

    @property
    def used(self) -> timedelta:
        return timedelta(milliseconds=self.used_ms)
