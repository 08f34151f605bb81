"""The chat part of a report, opened by two coordinators: who said yes, who opened it, what was handed on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from warmline.core.fields import RandomIdField
from warmline.protocol import clock
from warmline.safety.evidence_models import Evidence
from warmline.safety.keyholder_models import Keyholder


class OpeningQuerySet(models.QuerySet["Opening"]):
    def waiting(self, now: datetime | None = None) -> OpeningQuerySet:
        """The first has said yes, and there is still time for a second."""
        return self.filter(second=None, said_yes_at__gt=_lapsed_before(now))

    def lapsed(self, now: datetime | None = None) -> OpeningQuerySet:
        """Nobody opened it in time."""
        return self.filter(second=None, said_yes_at__lte=_lapsed_before(now))

    def opened(self) -> OpeningQuerySet:
        return self.exclude(second=None)

    def of(self, keyholder: Keyholder) -> OpeningQuerySet:
        """Those in which this key is one of the two."""
        return self.filter(Q(first=keyholder) | Q(second=keyholder))


def _lapsed_before(now: datetime | None) -> datetime:
    return (now or clock.now()) - Opening.LAPSES_AFTER


class Opening(models.Model):
    """One coordinator's yes to opening the chat part of a report, and who opened it with that yes.

    Kept for those two alone, so that both can read it until the report is closed. Goes at once when it is
    taken back, when one of the two keys is no longer valid, and 7 days after a yes that nobody used.
    ``newcomers``: keys that could not open it yet at the yes; the two may let these in, and no others.
    """

    LAPSES_AFTER = timedelta(days=7)

    id = RandomIdField()
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="openings")
    first = models.ForeignKey(Keyholder, on_delete=models.CASCADE, related_name="openings_allowed")
    said_yes_at = models.DateTimeField(default=clock.now)
    second = models.ForeignKey(
        Keyholder, on_delete=models.CASCADE, null=True, related_name="openings_made"
    )
    opened_at = models.DateTimeField(null=True)
    first_read_at = models.DateTimeField(null=True)
    newcomers = models.ManyToManyField(Keyholder, related_name="+")

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "first"],
                condition=Q(second=None),
                name="one_yes_to_opening_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("first")), name="opening_is_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"

    @property
    def lapses_at(self) -> datetime:
        return self.said_yes_at + self.LAPSES_AFTER

    def other_than(self, keyholder: Keyholder) -> Keyholder | None:
        """The other one of the two."""
        return self.second if self.first_id == keyholder.pk else self.first


class HandedOn(models.Model):
    """A key of the chat part with its outer layer taken off: sealed to one coordinator alone."""

    id = RandomIdField()
    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="handed_on")
    to = models.ForeignKey(Keyholder, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening", "to"], name="handed_on_once_to_each")
        ]

    def __str__(self) -> str:
        return f"handed on {self.pk}"
