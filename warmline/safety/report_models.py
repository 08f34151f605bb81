"""Reports and what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety.sealing import Unreadable, seal, unseal

KEPT_AFTER_CLOSING = timedelta(days=90)
YEAR = timedelta(days=365)
"""The longest that anything about a ban or a report is kept."""


class Reason(models.TextChoices):
    """What a report is about (practice, section 7). Also names the rule that a sanction is about."""

    SEXUAL = "sexual", _lazy("something sexual")
    THREAT = "threat", _lazy("a threat")
    EXPOSING = "exposing", _lazy("exposing somebody, or trying to find out who they are")
    GROOMING = "grooming", _lazy("pressure to meet or talk outside, or to give money")
    INSULT = "insult", _lazy("insults or shaming")
    OTHER_USE = "other_use", _lazy("selling, preaching or another use")
    MINOR = "minor", _lazy("they seem to be under 18")
    DANGER = "danger", _lazy("somebody is in danger")
    OTHER = "other", _lazy("something else")


SERIOUS = (Reason.SEXUAL, Reason.THREAT, Reason.EXPOSING, Reason.GROOMING)
"""No warning comes before these: the pair is stopped at once."""


class ReportQuerySet(models.QuerySet["Report"]):
    def unsettled(self) -> ReportQuerySet:
        """A coordinator has something to do."""
        return self.exclude(state=Report.State.CLOSED)

    def visible_to(self, *persons: Person) -> ReportQuerySet:
        """Those that none of these persons made, is the subject of, or was in the room of: nobody
        judges their own.
        """
        apart = self.exclude(reporter__in=persons).exclude(reported__in=persons)
        return apart.exclude(beside__in=persons)

    def forgettable(self, now: datetime) -> ReportQuerySet:
        """90 days after closing; one that nobody ever closed, after a year."""
        return self.filter(Q(closed_at__lte=now - KEPT_AFTER_CLOSING) | Q(made_at__lte=now - YEAR))


class Report(models.Model):
    """Somebody of a talk tells the coordinators about somebody else of it. Its words are sealed.

    ``reporter_seat``, ``reported_seat``: their seats' numbers, so that it stays known who said what of the
    messages that came along; 0 in reports older than that. ``beside``: who else had a seat in the room when
    it was made; they judge and open it as little as the two, also when the seats are long forgotten.

    ``words_sealed``: to coordinators' keys, a copy for each; then ``statement`` is empty, and with the
    last copy the words are gone.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        LOOKED_AT = "looked_at"
        CLOSED = "closed"

    class Side(models.TextChoices):
        SEEKER = "seeker", _lazy("somebody who came for support")
        VOLUNTEER = "volunteer", _lazy("a volunteer")

    class Outcome(models.TextChoices):
        NOTHING = "nothing", _lazy("No rule was broken")
        STEP = "step", _lazy("A step was taken")

    id = RandomIdField()
    code_hash = models.CharField(max_length=64, unique=True)
    room = models.BigIntegerField()
    reporter = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="reports_made"
    )
    reported = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="reports_about"
    )
    reporter_seat = models.SmallIntegerField(default=0)
    reported_seat = models.SmallIntegerField(default=0)
    side = models.CharField(max_length=10, choices=Side.choices)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    statement = models.BinaryField(blank=True, default=b"")
    beside = models.ManyToManyField(Person, related_name="reports_beside")
    words_sealed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    made_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="reports_opened"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "reporter", "reported"], name="one_report_about_each"
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def is_serious(self) -> bool:
        return self.reason in SERIOUS

    def seal_statement(self, text: str) -> None:
        """Set, not saved. Nothing written stays nothing."""
        self.statement = seal(text, what="report", row=self.pk) if text else b""

    def statement_opened(self) -> str | None:
        """The reporter's words, "" for none, None when the key no longer opens them."""
        if not self.statement:
            return ""
        try:
            return unseal(self.statement, what="report", row=self.pk)
        except Unreadable:
            return None

    def involves(self, person: Person) -> bool:
        """Made it, is its subject, or was in the room."""
        if person.pk in (self.reporter_id, self.reported_id):
            return True
        return self.beside.filter(pk=person.pk).exists()


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def in_force(self, now: datetime | None = None) -> SanctionQuerySet:
        """Holds somebody back now: not lifted, not over. Reminders hold nobody back."""
        now = now or clock.now()
        lasting = Q(until__gt=now) | Q(kind=Sanction.Kind.BAN, second=Sanction.Second.CONFIRMED)
        return self.filter(lasting, lifted_at=None).exclude(kind=Sanction.Kind.REMINDER)

    def unread_reminders(self) -> SanctionQuerySet:
        return self.filter(kind=Sanction.Kind.REMINDER, read_at=None, lifted_at=None)

    def awaiting_second(self) -> SanctionQuerySet:
        return self.filter(second=Sanction.Second.AWAITED, lifted_at=None)

    def appealed(self) -> SanctionQuerySet:
        return self.filter(appeal=Sanction.Appeal.MADE)

    def decidable_by(self, *persons: Person) -> SanctionQuerySet:
        """Those that none of these persons was part of, on any side."""
        return (
            self.exclude(person__in=persons)
            .exclude(by__in=persons)
            .exclude(second_by__in=persons)
            .exclude(report__reporter__in=persons)
            .exclude(report__beside__in=persons)
        )

    def own_alone(self, person: Person) -> SanctionQuerySet:
        """Steps that wait for a second and that this coordinator, left alone, took themselves."""
        others = self.exclude(person=person).exclude(report__reporter=person)
        return others.filter(by=person, second=Sanction.Second.AWAITED)

    def forgettable(self, now: datetime) -> SanctionQuerySet:
        """Bans a year after they began, the rest 90 days after they ended."""
        ban = Q(kind=Sanction.Kind.BAN, second=Sanction.Second.CONFIRMED)
        over = Q(lifted_at__lte=now - KEPT_AFTER_CLOSING) | (
            ~ban & Q(until__lte=now - KEPT_AFTER_CLOSING)
        )
        return self.filter(over | (ban & Q(since__lte=now - YEAR)))


class Sanction(models.Model):
    """A step of the ladder: reminder, 24 hours, 7 days, ban; or a volunteer held back meanwhile.

    ``until`` is how long it lasts by what was said so far: on one coordinator's word, or, once a
    second has confirmed it, whole. A confirmed ban has none.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _lazy("reminder")
        HOLD = "hold", _lazy("held back while we look")
        DAY = "day", _lazy("pause of 24 hours")
        WEEK = "week", _lazy("pause of 7 days")
        BAN = "ban", _lazy("ban")

    class Second(models.TextChoices):
        NOT_NEEDED = "", ""
        AWAITED = "awaited"
        CONFIRMED = "confirmed"
        DECLINED = "declined"

    class Appeal(models.TextChoices):
        NONE = "", ""
        MADE = "made"
        STAYS = "stays"
        LIFTED = "lifted"

    id = RandomIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sanctions")
    report = models.ForeignKey(
        Report, on_delete=models.SET_NULL, null=True, related_name="sanctions"
    )
    side = models.CharField(max_length=10, choices=Report.Side.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="sanctions_given"
    )
    second = models.CharField(
        max_length=10, choices=Second.choices, default=Second.NOT_NEEDED, blank=True
    )
    second_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="sanctions_seconded"
    )
    read_at = models.DateTimeField(null=True)
    appeal = models.CharField(
        max_length=10, choices=Appeal.choices, default=Appeal.NONE, blank=True
    )
    appeal_text = models.BinaryField(blank=True, default=b"")
    appeal_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="appeals_answered"
    )
    lifted_at = models.DateTimeField(null=True)

    objects = SanctionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"sanction {self.pk}"

    @property
    def is_for_good(self) -> bool:
        return self.kind == self.Kind.BAN and self.second == self.Second.CONFIRMED

    @property
    def done_alone(self) -> bool:
        """Both words are those of one coordinator, left alone and after notice to everybody."""
        return self.by_id is not None and self.by_id == self.second_by_id

    @property
    def rule(self) -> str | Promise:
        """The ground rule it is about, in the words of the rules."""
        return RULE_WORDS[Reason(self.reason)]

    def seal_appeal(self, text: str) -> bytes:
        return seal(text, what="appeal", row=self.pk)

    def appeal_opened(self) -> str | None:
        """The words of the appeal; None when the key no longer opens them."""
        try:
            return unseal(self.appeal_text, what="appeal", row=self.pk)
        except Unreadable:
            return None


RULE_WORDS: dict[Reason, Promise] = {
    Reason.SEXUAL: _lazy("Not for sex. No flirting, no sexual pictures, sounds, stories or acts."),
    Reason.THREAT: _lazy("You can be angry here. You cannot threaten anyone."),
    Reason.EXPOSING: _lazy("Stay private. Do not try to find out who somebody is."),
    Reason.GROOMING: _lazy(
        "We only talk here. Do not ask to meet or to write outside, and do not ask for money."
    ),
    Reason.INSULT: _lazy(
        "Be kind. You can be angry or sad here. You cannot insult or shame anyone."
    ),
    Reason.OTHER_USE: _lazy(
        "This place is for people who want to talk about how they are. It is not for other things."
    ),
    Reason.MINOR: _lazy("You must be 18 or over."),
    Reason.DANGER: _lazy("Nobody may put somebody else in danger."),
    Reason.OTHER: _lazy("Be kind, and keep to what we agreed on."),
}
