"""The community and the numbers it agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from warmline.rules.ground_models import Audience, GroundRules, GroundRulesWords, RulesAcceptance

__all__ = [
    "RULES",
    "Audience",
    "Community",
    "CommunityText",
    "GroundRules",
    "GroundRulesWords",
    "Rule",
    "RulesAcceptance",
    "Setting",
]


class Community(models.Model):
    """The one community of this installation; its row exists once the first run is done."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name of your community"), max_length=60)
    country = models.CharField(_("country"), max_length=2)
    languages = models.JSONField(_("languages"), default=list)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_community")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Time zone as an object; UTC should the stored name no longer exist."""
        try:
            return ZoneInfo(self.time_zone)
        except (KeyError, ValueError):
            return ZoneInfo("UTC")

    @classmethod
    def current(cls) -> Community | None:
        """The community, or None before the first run."""
        return cls.objects.first()


@dataclass(frozen=True)
class Rule:
    """One number the community may change: default, bounds, unit and the sentence that explains it.

    Every default is *proposed* until a meeting confirms it.
    """

    key: str
    default: int
    least: int
    most: int
    unit: str
    label: object


RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in [
        Rule(
            "allowance_minutes", 30, 5, 240, "minutes", _("Time a person has in 24 hours, by voice")
        ),
        Rule("talk_minutes_text", 45, 5, 180, "minutes", _("Longest talk by text")),
        Rule("added_minutes", 10, 0, 30, "minutes", _("Time a volunteer may add once")),
        Rule(
            "cap_shift_minutes",
            120,
            15,
            480,
            "minutes",
            _("A volunteer talks in one shift at most"),
        ),
        Rule(
            "cap_day_minutes", 240, 15, 720, "minutes", _("A volunteer talks in 24 hours at most")
        ),
        Rule(
            "cap_week_minutes", 960, 30, 3600, "minutes", _("A volunteer talks in 7 days at most")
        ),
        Rule("break_minutes", 10, 0, 120, "minutes", _("Break after each talk")),
        Rule("offer_seconds", 30, 15, 300, "seconds", _("Time to take an offer")),
        Rule("ask_again_minutes", 10, 1, 120, "minutes", _("After “not now”, ask again after")),
        Rule("same_pair_days", 7, 0, 30, "days", _("Two people are not matched again for")),
        Rule("away_minutes", 10, 2, 60, "minutes", _("A talk with a lost line is kept for")),
        Rule(
            "ready_minutes_most", 120, 15, 240, "minutes", _("Longest time to be ready in one go")
        ),
        Rule(
            "often_soon_talks",
            5,
            2,
            50,
            "talks",
            _("Offer a shared plan after so many talks in a short time"),
        ),
        Rule("often_soon_hours", 48, 24, 168, "hours", _("The short time")),
        Rule(
            "often_long_talks",
            20,
            5,
            200,
            "talks",
            _("Offer a shared plan after so many talks in a long time"),
        ),
        Rule("often_long_days", 60, 7, 60, "days", _("The long time")),
        Rule(
            "plan_interval_days",
            2,
            1,
            14,
            "days",
            _("In a plan, besides the agreed times, one talk every"),
        ),
        Rule("plan_review_weeks", 4, 1, 12, "weeks", _("Look at a plan together after")),
        Rule("plan_team_least", 2, 1, 4, "people", _("Smallest team of a plan")),
        Rule("plan_team_most", 4, 2, 8, "people", _("Largest team of a plan")),
    ]
}


class Setting(models.Model):
    """A number of :data:`RULES` that differs from its default."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.IntegerField()
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"

    @classmethod
    def number(cls, key: str) -> int:
        """The number in force for a key of :data:`RULES`."""
        stored = cls.objects.filter(key=key).values_list("value", flat=True).first()
        return RULES[key].default if stored is None else stored

    @classmethod
    def duration(cls, key: str) -> timedelta:
        """The same as a length of time."""
        return timedelta(**{RULES[key].unit: cls.number(key)})

    @classmethod
    def all_numbers(cls) -> dict[str, int]:
        """Every number in force, by key, in one query."""
        stored = dict(cls.objects.values_list("key", "value"))
        return {key: stored.get(key, rule.default) for key, rule in RULES.items()}


class CommunityText(models.Model):
    """One approved version of a text in one language. A new version never changes an old one."""

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=35)
    version = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000)
    approved_by = models.CharField(max_length=60)
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language", "version"], name="one_text_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language} {self.version}"
