"""Volunteers who may be asked by a notice while no page of theirs is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from warmline.availability.telling_models import Kind, PushAddress
from warmline.people.models import Person, Role
from warmline.protocol import clock

AT_MOST = 3
"""Notices a day, unless the volunteer chose another number (the requirement's default)."""
AT_MOST_CHOICES = (1, 10)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def every_day() -> list[int]:
    """Monday to Sunday."""
    return list(EVERY_DAY)


class ReachableQuerySet(models.QuerySet["Reachable"]):
    def able(self) -> ReachableQuerySet:
        """Switched on, still a volunteer who acts, and a browser to reach them is there."""
        acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
        addresses = PushAddress.objects.good().for_kind(Kind.OFFER)
        return self.filter(
            Exists(addresses.filter(person=OuterRef("person"))), on=True, person__in=acting
        )


class Reachable(models.Model):
    """When a volunteer may be asked by a notice, and how often; only they see it.

    ``days``: weekdays, Monday is 0; hours that end after midnight belong to the day they begin on.
    ``start`` the same as ``end``: the whole day. Quiet hours go before everything, and are none when
    one of them is empty. ``asked``: notices on ``asked_on``, a day in ``zone`` (IANA).
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="reachable"
    )
    on = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, default="UTC")
    days = models.JSONField(default=every_day)
    start = models.TimeField(default=time(9))
    end = models.TimeField(default=time(21))
    quiet_from = models.TimeField(null=True, blank=True, default=time(22))
    quiet_to = models.TimeField(null=True, blank=True, default=time(8))
    at_most = models.PositiveSmallIntegerField(
        default=AT_MOST,
        validators=[MinValueValidator(AT_MOST_CHOICES[0]), MaxValueValidator(AT_MOST_CHOICES[1])],
    )
    asked_on = models.DateField(null=True, blank=True)
    asked = models.PositiveSmallIntegerField(default=0)

    objects = ReachableQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.person_id} {'on' if self.on else 'off'}"

    def allows(self, now: datetime) -> bool:
        """Whether a notice may go out now: chosen hours, not quiet ones, not too many today."""
        local = now.astimezone(ZoneInfo(self.zone))
        return (
            self._is_hour(local)
            and not self._is_quiet(local)
            and self.asked_today(now) < self.at_most
        )

    def asked_today(self, now: datetime) -> int:
        """Notices on the volunteer's own day."""
        return self.asked if self.asked_on == self._today(now) else 0

    def count(self, now: datetime) -> bool:
        """Count one more notice; False when it is switched off or would be too many.

        Two that come at once both count: the row decides.
        """
        today = self._today(now)
        mine = Reachable.objects.filter(pk=self.pk, on=True)
        mine.filter(~Q(asked_on=today) | Q(asked_on=None)).update(asked_on=today, asked=0)
        return bool(
            mine.filter(asked_on=today, asked__lt=F("at_most")).update(asked=F("asked") + 1)
        )

    @classmethod
    def forget_counts(cls, now: datetime) -> None:
        """Counts of days that are over everywhere; zones are at most 14 hours from UTC."""
        today = now.astimezone(UTC).date()
        before = date.fromordinal(today.toordinal() - 1)
        cls.objects.filter(asked_on__lt=before).update(asked_on=None, asked=0)

    def _today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()

    def _is_hour(self, local: datetime) -> bool:
        at, today = local.time(), local.weekday()
        if self.start == self.end:
            return today in self.days
        if self.start < self.end:
            return today in self.days and self.start <= at < self.end
        yesterday = (today - 1) % 7
        return (today in self.days and at >= self.start) or (
            yesterday in self.days and at < self.end
        )

    def _is_quiet(self, local: datetime) -> bool:
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return False
        at = local.time()
        if self.quiet_from < self.quiet_to:
            return self.quiet_from <= at < self.quiet_to
        return at >= self.quiet_from or at < self.quiet_to


def now_reachable(now: datetime | None = None) -> list[Reachable]:
    """Those who may be asked by a notice now, their limits of talking aside."""
    now = now or clock.now()
    return [each for each in Reachable.objects.able() if each.allows(now)]
