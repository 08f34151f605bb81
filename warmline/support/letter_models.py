"""Letters: one from a seeker, one answer from a volunteer, one reply. The server keeps what it can't open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Room

KEPT = timedelta(days=7)
"""Retention: unanswered for so long, or so long after the last word."""
ANSWER_WITHIN = timedelta(hours=24)
"""What answering aims at; whoever took a letter and is silent for so long, has given it back."""
EPOCH = 1
"""A letter has one key from the first word to the last; in what proves it, that is epoch 1."""
WRITER_SEAT = 1


class LetterQuerySet(models.QuerySet["Letter"]):
    def unanswered(self) -> LetterQuerySet:
        """Somebody may still answer."""
        return self.filter(state__in=[Letter.State.OPEN, Letter.State.TAKEN])

    def answered(self) -> LetterQuerySet:
        return self.filter(state__in=[Letter.State.ANSWERED, Letter.State.REPLIED])

    def for_reader(self, person: Person) -> LetterQuerySet:
        """Sealed to this person, and nobody has it."""
        return self.filter(state=Letter.State.OPEN, copies__person=person).distinct()

    def held_too_long(self, now: datetime) -> LetterQuerySet:
        return self.filter(state=Letter.State.TAKEN, taken_at__lte=now - ANSWER_WITHIN)

    def past_answering(self, now: datetime) -> LetterQuerySet:
        return self.unanswered().filter(sent_at__lte=now - KEPT)

    def over(self, now: datetime) -> LetterQuerySet:
        """Nothing of them is kept any longer."""
        return self.exclude(pk__in=self.model.objects.unanswered().values("pk")).filter(
            last_word_at__lte=now - KEPT
        )


class Letter(models.Model):
    """Who wrote, what about, who has it, and where it stands; its room names the seats.

    ``wrapped``: the letter's key under the writer's six words. ``finder``: a keyed hash of what the page
    makes of the words, so that another device finds the letter. ``seat_number``: the reader's.
    ``last_word_at``: the newest word, or when the letter was closed without an answer.
    """

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        ANSWERED = "answered"
        REPLIED = "replied"
        UNANSWERED = "unanswered"
        WITHDRAWN = "withdrawn"

    room = models.OneToOneField(
        Room, on_delete=models.CASCADE, primary_key=True, related_name="letter"
    )
    writer = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="letters_written")
    reader = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="letters_taken"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    language = models.CharField(max_length=35)
    topics = models.ManyToManyField("support.Topic", related_name="letters", blank=True)
    wrapped = models.BinaryField()
    finder = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 — empty is not unique
    seat_number = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    last_word_at = models.DateTimeField(default=clock.now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["writer"],
                condition=Q(state__in=["open", "taken"]),
                name="one_open_letter_a_writer",
            ),
            models.UniqueConstraint(
                fields=["reader"], condition=Q(state="taken"), name="one_taken_letter_a_reader"
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"

    @property
    def kept_until(self) -> datetime:
        """When it goes, unless somebody writes."""
        return self.last_word_at + KEPT

    @property
    def answer_by(self) -> datetime | None:
        """When whoever took it has given it back by being silent."""
        return self.taken_at + ANSWER_WITHIN if self.taken_at else None


class LetterPart(models.Model):
    """The letter (1), its answer (2), the reply (3): sealed in a page, as the messages of a talk are."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="parts")
    number = models.SmallIntegerField()
    seat = models.SmallIntegerField()
    cid = models.BinaryField(max_length=16)
    c = models.BinaryField(max_length=32)
    body = models.BinaryField()
    sent_ms = models.BigIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="letter_part_once")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of letter {self.letter_id}"


class LetterCopy(models.Model):
    """The letter's key for one volunteer's letter key. After an answer only the answerer's is left."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="copies")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="letter_copies")
    key_id = models.CharField(max_length=22)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "key_id"], name="one_copy_a_letter_key")
        ]

    def __str__(self) -> str:
        return f"copy of letter {self.letter_id}"


class LetterWait(models.Model):
    """How long a letter waited for its answer, or that none came; nobody's. Kept 28 days."""

    KEPT = timedelta(days=28)

    id = RandomIdField()
    at = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    answered = models.BooleanField()
    language = models.CharField(max_length=35)

    def __str__(self) -> str:
        return f"{self.seconds} s"

    @classmethod
    def remember(cls, letter: Letter, now: datetime, *, answered: bool) -> None:
        """The hour, how long, whether somebody answered."""
        cls.objects.create(
            at=now.replace(minute=0, second=0, microsecond=0),
            seconds=max(0, int((now - letter.sent_at).total_seconds())),
            answered=answered,
            language=letter.language,
        )

    @classmethod
    def forget(cls, now: datetime) -> None:
        cls.objects.filter(at__lt=now - cls.KEPT).delete()
