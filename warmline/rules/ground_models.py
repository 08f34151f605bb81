"""How ground rules are kept: versions for each audience, their words in each language, acceptance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from warmline.protocol import clock


class Audience(models.TextChoices):
    """Whom rules are for; each audience has versions of its own."""

    SEEKERS = "seekers", _lazy("People who come for support")
    VOLUNTEERS = "volunteers", _lazy("Volunteers")
    GROUPS = "groups", _lazy("Groups")


class GroundRules(models.Model):
    """One version for one audience: which entries there are and in which order. Version 1 ships.

    A draft until it is published; then it is fixed and in force from its day on. Numbers are dense, so
    an audience has at most one version that is still to come.
    """

    audience = models.CharField(max_length=12, choices=Audience.choices)
    number = models.PositiveSmallIntegerField()
    entries = models.JSONField(default=list)
    """In their order: ``{"key": …, "kind": "before" | "rule" | "after"}``."""
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField(default=clock.now)
    published_by = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "number"], name="one_rules_a_number"),
            models.CheckConstraint(
                condition=models.Q(published_at=None, in_force_at=None)
                | models.Q(published_at__isnull=False, in_force_at__isnull=False),
                name="published_rules_have_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.number}"


class GroundRulesWords(models.Model):
    """A version's words in one language: who wrote and who approved them. Approved ones are shown.

    Also what ships may be put into another language; English, as it ships, has no row here.
    """

    audience = models.CharField(max_length=12, choices=Audience.choices)
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=35)
    words = models.JSONField(default=dict)
    """By the key of an entry: ``{"title": …, "text": …, "why": …}``."""
    written_by = models.CharField(max_length=60)
    written_at = models.DateTimeField(default=clock.now)
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "number", "language"], name="one_wording_a_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.number} {self.language}"


class RulesAcceptance(models.Model):
    """Somebody with a role accepted a version, known by alias only: so that nobody is ready without.

    Kept while they hold a role and one year longer. Seekers have none: their own browser keeps it.
    """

    alias = models.CharField(max_length=40)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "rules_acceptance"
        constraints = [
            models.UniqueConstraint(
                fields=["alias", "audience", "version"], name="one_acceptance_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.alias} {self.audience} {self.version}"
