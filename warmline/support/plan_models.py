"""A shared plan: what a seeker who comes often and the community agreed on (practice, section 5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support.plan_times import Window


class Support(models.TextChoices):
    """Who else there is for them, in kinds only: no names and no words of anybody's are kept."""

    FAMILY = "family", _lazy("family")
    FRIEND = "friend", _lazy("a friend")
    NEIGHBOUR = "neighbour", _lazy("a neighbour")
    DOCTOR = "doctor", _lazy("a doctor, nurse or therapist")
    GROUP = "group", _lazy("a group or a club")
    FAITH = "faith", _lazy("people of my faith")
    OTHER = "other", _lazy("someone else")


class Wish(models.TextChoices):
    """What should be different in a plan."""

    TIMES = "times", _lazy("the times")
    INTERVAL = "interval", _lazy("how often we talk")
    TEAM = "team", _lazy("who is in the team")
    REVIEW = "review", _lazy("when we look at it again")


class PlanQuerySet(models.QuerySet["Plan"]):
    def agreed(self) -> Self:
        """Plans in force."""
        return self.filter(state=Plan.State.AGREED)

    def of_team(self, volunteer: Person) -> Self:
        """Plans a volunteer was asked to be in the team of, or is."""
        return self.filter(members__person=volunteer)

    def idle(self, now: datetime) -> Self:
        """Not used for 12 weeks: they lapse."""
        return self.filter(used_on__lte=(now - Plan.LAPSES_AFTER).date())


class Plan(models.Model):
    """A plan from the seeker's first yes on. When it ends, it is deleted.

    ``times`` are [weekday, begins, ends] on the wall clock of ``zone``; ``used_on`` is the last day
    anything was done with it, ``talked_on`` that of the last talk that counts, both in ``zone``.
    """

    class State(models.TextChoices):
        WISHED = "wished", _lazy("waits for a proposal")
        ASKING = "asking", _lazy("volunteers are asked")
        PROPOSED = "proposed", _lazy("waits for their yes")
        AGREED = "agreed", _lazy("agreed")

    LAPSES_AFTER = timedelta(weeks=12)

    id = RandomIdField()
    seeker = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="plan")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WISHED)
    zone = models.CharField(max_length=64, default="UTC")
    languages = models.JSONField(default=list)
    times = models.JSONField(default=list)
    supports = models.JSONField(default=list)
    wishes = models.JSONField(default=list)
    interval_days = models.PositiveSmallIntegerField(default=2)
    review_weeks = models.PositiveSmallIntegerField(default=4)
    review_on = models.DateField(null=True, blank=True)
    seeker_goes_on = models.BooleanField(default=False)
    team_goes_on = models.BooleanField(default=False)
    used_on = models.DateField()
    talked_on = models.DateField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"plan {self.pk}"

    @property
    def time_zone(self) -> ZoneInfo:
        """The seeker's; UTC should its name no longer exist."""
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def windows(self) -> list[Window]:
        return sorted(Window(*each) for each in self.times)

    def today(self, now: datetime | None = None) -> date:
        """The day it is for the seeker."""
        return (now or clock.now()).astimezone(self.time_zone).date()

    def is_due(self, now: datetime | None = None) -> bool:
        """Whether the day has come to look at it together."""
        return (
            self.state == Plan.State.AGREED
            and self.review_on is not None
            and self.review_on <= self.today(now)
        )

    def team(self) -> list[PlanMember]:
        """Those who said yes, by alias."""
        yes = self.members.filter(answer=PlanMember.Answer.YES)
        return list(yes.select_related("person").order_by("person__alias"))


class PlanMember(models.Model):
    """A volunteer asked to be in a plan's small team; goes with the plan, or with their no."""

    class Answer(models.TextChoices):
        ASKED = "asked", _lazy("asked")
        YES = "yes", _lazy("yes")
        NO = "no", _lazy("no")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="plan_teams")
    answer = models.CharField(max_length=6, choices=Answer.choices, default=Answer.ASKED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "person"], name="once_in_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.plan_id}"


class PlanAnswer(models.Model):
    """What a seeker said to our invitation, so that nobody is asked over and over; kept 60 days."""

    class Kind(models.TextChoices):
        NOT_NOW = "not_now", _lazy("not now")
        NO = "no", _lazy("no")
        ENDED = "ended", _lazy("the plan has ended")

    KEPT = timedelta(days=60)
    QUIET = {Kind.NOT_NOW: timedelta(days=7), Kind.NO: KEPT, Kind.ENDED: timedelta(days=14)}
    """How long nobody is asked again."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="plan_answer"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"

    @classmethod
    def keep(cls, person: Person, kind: Kind) -> None:
        """The newest answer takes the place of an older one."""
        values = {"kind": kind, "day": clock.now().date()}
        cls.objects.update_or_create(person=person, defaults=values)

    @classmethod
    def is_quiet(cls, person: Person, now: datetime) -> bool:
        """Whether somebody has answered lately and is left in peace."""
        given = cls.objects.filter(person=person).first()
        return given is not None and now.date() - given.day < cls.QUIET[cls.Kind(given.kind)]

    @classmethod
    def forget(cls, now: datetime) -> None:
        cls.objects.filter(Q(day__lte=(now - cls.KEPT).date())).delete()
