"""What is left of talks after a day: how much on which day, with whom no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F

from warmline.people.models import Person


class DayTotalQuerySet(models.QuerySet["DayTotal"]):
    def since(self, day: date) -> DayTotalQuerySet:
        """Days from this one on."""
        return self.filter(day__gte=day)

    def by_person(self, persons: Iterable[int]) -> dict[int, list[DayTotal]]:
        """The totals of each of these, in one query."""
        found: dict[int, list[DayTotal]] = defaultdict(list)
        for total in self.filter(person__in=list(persons)):
            found[total.person_id].append(total)
        return found

    def add(self, person_id: int, day: date, *, talks: int, time: timedelta) -> None:
        """One more talk of a day; to be called in the transaction that forgets its instants."""
        total, _made = self.get_or_create(person_id=person_id, day=day)
        seconds = -(-time // timedelta(seconds=1))
        self.filter(pk=total.pk).update(talks=F("talks") + talks, seconds=F("seconds") + seconds)


class DayTotal(models.Model):
    """How much one person talked on one day (UTC, the day a talk ended); no partner, no hour.

    For a seeker it holds what counted for the allowance, for a volunteer all that was talked.
    ``talks`` are those that count as frequent use; ``seconds`` are rounded up, talk by talk. A seeker's
    are kept 60 days, for the rule of frequent use; a volunteer's 8 days, for the cap of a week.
    """

    KEPT = timedelta(days=60)
    KEPT_OF_VOLUNTEERS = timedelta(days=8)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="day_totals")
    day = models.DateField()
    talks = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    objects = DayTotalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_total_a_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"

    @property
    def time(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    @classmethod
    def forget(cls, now: datetime) -> None:
        """Delete what is older than it is kept."""
        cls.objects.filter(day__lt=(now - cls.KEPT).date()).delete()
        theirs = cls.objects.exclude(person__account=None)
        theirs.filter(day__lt=(now - cls.KEPT_OF_VOLUNTEERS).date()).delete()
