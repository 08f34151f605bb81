"""What the forecast is made of: hours, never people."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q


class ReadyHour(models.Model):
    """One hour (UTC) of one language and way; both empty: of all together.

    The row of all is there for every hour that was watched. While an hour is fresh, its minutes are
    bits (``watched_bits``, ``ready_bits``: bit 0 is minute 0); an hour and a half after it ended only
    totals are left. ``marks``: each volunteer who was ready sets one of 8 bits that many share, so
    that it can be told whether three were different, and not who they were.
    """

    KEPT = timedelta(weeks=8)

    hour = models.DateTimeField()
    language = models.CharField(max_length=35, blank=True)
    way = models.CharField(max_length=8, blank=True)
    watched_bits = models.BigIntegerField(default=0)
    ready_bits = models.BigIntegerField(default=0)
    marks = models.PositiveSmallIntegerField(default=0)
    watched = models.PositiveSmallIntegerField(null=True, blank=True)
    ready = models.PositiveSmallIntegerField(null=True, blank=True)
    reached = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "language", "way"], name="one_row_an_hour_language_way"
            )
        ]
        indexes = [
            models.Index(
                fields=["hour"], condition=Q(watched=None), name="ready_hours_to_be_closed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.language} {self.way}".rstrip()
