"""A volunteer who would like to talk about how a talk was for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Room, Seat

LAPSES_AFTER = timedelta(hours=24)
"""A debrief is within 24 hours (practice, section 9); asked for or begun, it is over by then."""


class DebriefQuerySet(models.QuerySet["Debrief"]):
    def asked(self, now: datetime | None = None) -> DebriefQuerySet:
        """Nobody has taken them yet, and they have not lapsed."""
        since = (now or clock.now()) - LAPSES_AFTER
        return self.filter(taken_at=None, ended_at=None, asked_at__gt=since)

    def going_on(self, now: datetime | None = None) -> DebriefQuerySet:
        """Taken and not ended."""
        since = (now or clock.now()) - LAPSES_AFTER
        return self.filter(taken_at__gt=since, ended_at=None)

    def of(self, person: Person) -> DebriefQuerySet:
        return self.filter(Q(asker=person) | Q(taker=person))

    def over(self, now: datetime) -> DebriefQuerySet:
        """Nothing of them is kept: lapsed, or as old as a debrief gets."""
        since = now - LAPSES_AFTER
        return self.filter(Q(taken_at=None, asked_at__lte=since) | Q(taken_at__lte=since))


class Debrief(models.Model):
    """Who asked, who took it, and the room they talk in; not about which talk.

    Kept while it lasts: gone once both have left, at the latest 24 hours after it was asked for or taken.
    """

    id = RandomIdField()
    asker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="debriefs_asked")
    taker = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="debriefs_taken"
    )
    room = models.OneToOneField(Room, on_delete=models.CASCADE, null=True, related_name="debrief")
    asked_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DebriefQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asker"], condition=Q(ended_at=None), name="one_debrief_an_asker"
            )
        ]

    def __str__(self) -> str:
        return f"debrief {self.id}"

    def seat_of(self, person: Person) -> Seat | None:
        """The seat of a person in its room, live or left."""
        if self.room is None:
            return None
        return self.room.seats.filter(person=person).select_related("room").first()

    @property
    def lapses_at(self) -> datetime:
        """When nothing of it is left, whatever happens."""
        return (self.taken_at or self.asked_at) + LAPSES_AFTER

    def partner_of(self, person: Person) -> Person | None:
        return self.taker if person.pk == self.asker_id else self.asker
