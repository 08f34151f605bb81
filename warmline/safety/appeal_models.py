"""A volunteer who is asked to decide one appeal, where every coordinator took part (T10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety.report_models import Sanction


class AppealReaderQuerySet(models.QuerySet["AppealReader"]):
    def standing(self, now: datetime | None = None) -> AppealReaderQuerySet:
        """Asked or willing, not older than 7 days, and the appeal waits. Not yet: whether they still may."""
        since = (now or clock.now()) - AppealReader.LAPSES_AFTER
        waits = self.filter(sanction__appeal=Sanction.Appeal.MADE, named_at__gt=since)
        return waits.filter(state__in=AppealReader.OPEN)

    def forgettable(self, now: datetime) -> AppealReaderQuerySet:
        """7 days after they were named, or once the appeal is answered."""
        over = Q(named_at__lte=now - AppealReader.LAPSES_AFTER)
        return self.filter(over | ~Q(sanction__appeal=Sanction.Appeal.MADE))


class AppealReader(models.Model):
    """For one appeal, for 7 days; ends with the decision. They read nothing before they say yes."""

    LAPSES_AFTER = timedelta(days=7)

    class State(models.TextChoices):
        ASKED = "asked"
        WILLING = "willing"
        DECLINED = "declined"

    OPEN = (State.ASKED, State.WILLING)

    id = RandomIdField()
    sanction = models.ForeignKey(Sanction, on_delete=models.CASCADE, related_name="readers")
    volunteer = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appeals_to_read")
    named_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)

    objects = AppealReaderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sanction"],
                condition=Q(state__in=["asked", "willing"]),
                name="one_reader_an_appeal",
            )
        ]

    def __str__(self) -> str:
        return f"reader {self.pk}"

    @property
    def lapses_at(self) -> datetime:
        return self.named_at + self.LAPSES_AFTER
