"""Crisis lines, by country, and pairs that are not brought together again."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety.appeal_models import AppealReader
from warmline.safety.evidence_models import Evidence, EvidenceBlob, SealedStatement
from warmline.safety.keyholder_models import Keyholder
from warmline.safety.numbers import Texting, dialled, texting
from warmline.safety.opening_models import HandedOn, Opening
from warmline.safety.report_models import Report, Sanction

__all__ = [
    "AppealReader",
    "Block",
    "CrisisLine",
    "Evidence",
    "EvidenceBlob",
    "HandedOn",
    "Keyholder",
    "Opening",
    "Report",
    "Sanction",
    "SealedStatement",
]

INTERNATIONAL = "ZZ"
"""The row of directories that lead on where a country has no line of its own."""
CHECK_AGAIN_AFTER = timedelta(days=182)


class CrisisLineQuerySet(models.QuerySet["CrisisLine"]):
    def shown(self) -> CrisisLineQuerySet:
        """Lines that the page shows: none is hidden for its age, only those a coordinator took out."""
        return self.filter(taken_out_at=None)

    def emergency(self) -> CrisisLineQuerySet:
        return self.filter(is_emergency=True)

    def lines(self) -> CrisisLineQuerySet:
        return self.filter(is_emergency=False)

    def of(self, country: str) -> CrisisLineQuerySet:
        return self.filter(country=country)

    def for_minors(self) -> CrisisLineQuerySet:
        return self.filter(audience__contains="youth")

    def due(self, today: date | None = None) -> CrisisLineQuerySet:
        """Nobody here has checked it, or not for half a year."""
        limit = (today or clock.now().date()) - CHECK_AGAIN_AFTER
        return self.shown().filter(Q(checked_on=None) | Q(checked_on__lt=limit))


class CrisisLine(models.Model):
    """One service (or a country's emergency number), its channels, and how sure we are of it."""

    class SendsHelp(models.TextChoices):
        UNKNOWN = "", _lazy("not known")
        MAY = "may", _lazy("may send help without asking you")
        NEVER = "never", _lazy("never sends help without asking you")

    country = models.CharField(_lazy("country"), max_length=2, db_index=True)
    name = models.CharField(_lazy("name"), max_length=120)
    is_emergency = models.BooleanField(default=False)
    phone = models.CharField(_lazy("phone"), max_length=120, blank=True)
    sms = models.CharField(_lazy("text or messenger"), max_length=120, blank=True)
    chat_url = models.URLField(_lazy("chat page"), blank=True)
    website = models.URLField(_lazy("website"), blank=True)
    languages = models.CharField(_lazy("languages"), max_length=80, blank=True)
    audience = models.CharField(_lazy("for whom"), max_length=40, default="all")
    hours = models.CharField(_lazy("hours"), max_length=160, blank=True)
    modes = models.CharField(_lazy("ways"), max_length=40)
    sends_help = models.CharField(
        _lazy("sending help"), max_length=5, choices=SendsHelp.choices, blank=True, default=""
    )
    note = models.TextField(_lazy("note"), max_length=600, blank=True)
    double = models.BooleanField(default=False)
    as_of = models.CharField(max_length=10, blank=True)
    source_1 = models.CharField(max_length=300, blank=True)
    source_2 = models.CharField(max_length=300, blank=True)
    shipped = models.CharField(max_length=160, blank=True, db_index=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="lines_checked"
    )
    taken_out_at = models.DateTimeField(null=True, blank=True)

    objects = CrisisLineQuerySet.as_manager()

    class Meta:
        ordering = ["-is_emergency", "-double", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipped"], condition=~Q(shipped=""), name="one_row_a_shipped_line"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.name}"

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """(as shown, as dialled) of each phone number."""
        return [
            (number, dialled(number)) for number in map(str.strip, self.phone.split(";")) if number
        ]

    @property
    def texts(self) -> list[Texting]:
        """How to reach it by text or messenger."""
        return [texting(part.strip()) for part in self.sms.split(";") if part.strip()]

    @property
    def ways(self) -> list[str]:
        return [mode for mode in self.modes.split(";") if mode]

    @property
    def language_tags(self) -> list[str]:
        return [tag for tag in self.languages.split(";") if tag]

    @property
    def audiences(self) -> list[str]:
        return [each for each in self.audience.split(";") if each and each != "all"]

    @property
    def please_check(self) -> bool:
        """Seen in one source only and checked by nobody here, or checked too long ago."""
        if self.checked_on:
            return clock.now().date() - self.checked_on > CHECK_AGAIN_AFTER
        return not self.double

    def mark_checked(self, *, by: Person) -> None:
        """A coordinator called it, or read it on the service's own site, today."""
        self.checked_on, self.checked_by = clock.now().date(), by
        self.save(update_fields=["checked_on", "checked_by"])


class Block(models.Model):
    """A seeker and a volunteer who are never matched again. Who asked for it is told to nobody."""

    class Reason(models.TextChoices):
        APART = "apart", _lazy("please not us two again")
        REPORTED = "reported", _lazy("reported")
        KNOWN = "known", _lazy("may know this person")

    seeker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocks_as_seeker")
    volunteer = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="blocks_as_volunteer"
    )
    reason = models.CharField(max_length=10, choices=Reason.choices)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seeker", "volunteer"], name="one_block_a_pair")
        ]

    def __str__(self) -> str:
        return f"{self.seeker_id} and {self.volunteer_id}"

    @classmethod
    def part(cls, seeker: Person, volunteer: Person, reason: Block.Reason) -> None:
        """Never these two again; asking twice changes nothing."""
        cls.objects.get_or_create(seeker=seeker, volunteer=volunteer, defaults={"reason": reason})
