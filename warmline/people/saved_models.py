"""How a seeker who wants to is found again: a device that remembers them, a phrase that they keep."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from warmline.protocol import clock


class DeviceQuerySet(models.QuerySet["Device"]):
    def good(self, now: datetime | None = None) -> DeviceQuerySet:
        """Used within 90 days."""
        return self.filter(used_at__gt=(now or clock.now()) - Device.KEPT)

    def over(self, now: datetime) -> DeviceQuerySet:
        return self.filter(used_at__lte=now - Device.KEPT)


class Device(models.Model):
    """A browser that was told *remember me here*. The table holds the SHA-256 of its token."""

    KEPT = timedelta(days=90)

    token_hash = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="devices")
    used_at = models.DateTimeField(default=clock.now)

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"a device of {self.person_id}"


class Phrase(models.Model):
    """A come-back phrase: an HMAC of what a page made of it, under a key that is in no database.

    One a person. The words themselves are never here.
    """

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="phrase"
    )
    phrase_hash = models.CharField(max_length=64, unique=True)
    drawn_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"the phrase of {self.person_id}"


class ExtraTime(models.Model):
    """A seeker who is saved has switched extra time on, so that it comes back with them.

    A row is the whole answer: no reason, no proof, no date. It is deleted when they switch it off,
    are not saved any more or are deleted. For everybody else the setting is the browser session's.
    """

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="extra_time"
    )

    def __str__(self) -> str:
        return f"extra time of {self.person_id}"


class Forgotten(models.Model):
    """A seeker who asked to be deleted, while something must outlast them for a while.

    A talk of the last 7 days still counts for the volunteer's limits, and a report or a ban still
    finds where it belongs. The person has a new name that nobody knew, and nobody can come back as
    them. The rest goes as soon as nothing hangs on it.
    """

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="forgotten"
    )
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.person_id}, forgotten"
