"""What waits for a second coordinator's yes, and the notice of one who is left alone (T10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.protocol import clock


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def waiting(self, now: datetime | None = None) -> ApprovalQuerySet:
        """Somebody else may still say yes or no."""
        return self.filter(state=Approval.State.WAITING, asked_at__gt=_lapsed_before(now))

    def lapsed(self, now: datetime | None = None) -> ApprovalQuerySet:
        """Nobody answered in time."""
        return self.filter(state=Approval.State.WAITING, asked_at__lte=_lapsed_before(now))

    def to_collect(self, now: datetime | None = None) -> ApprovalQuerySet:
        """Agreed to, and the one who asked has not fetched the link or the file yet."""
        since = (now or clock.now()) - Approval.COLLECTED_WITHIN
        return self.filter(
            kind__in=Approval.COLLECTED,
            state=Approval.State.APPROVED,
            collected_at=None,
            answered_at__gt=since,
        )

    def forgettable(self, now: datetime) -> ApprovalQuerySet:
        """30 days after they were asked: by then each is answered or lapsed, and done."""
        return self.filter(asked_at__lte=now - Approval.KEPT)


def _lapsed_before(now: datetime | None) -> datetime:
    return (now or clock.now()) - Approval.LAPSES_AFTER


class Approval(models.Model):
    """One coordinator asks for something that only two may do. Lapses after 7 days without an answer.

    ``subject`` is the person it concerns, where there is one; ``role`` the kind of role; ``concerns`` the
    number of what else it is about (an appeal).
    """

    LAPSES_AFTER = timedelta(days=7)
    COLLECTED_WITHIN = timedelta(hours=24)
    KEPT = timedelta(days=30)

    class Kind(models.TextChoices):
        INVITE_COORDINATOR = "invite_coordinator", _lazy("Invite a new coordinator")
        GIVE_ROLE = "give_role", _lazy("Make somebody a coordinator")
        END_ROLE = "end_role", _lazy("End a role")
        NAME_READER = "name_reader", _lazy("Ask a volunteer to decide an appeal")
        KEYHOLDER_KEY = "keyholder_key", _lazy("Use a coordinator’s key")
        EXPORT = "export", _lazy("Download the community’s data")

    COLLECTED = (Kind.INVITE_COORDINATOR, Kind.EXPORT)
    """After the yes the one who asked fetches something, once and within 24 hours."""

    class State(models.TextChoices):
        WAITING = "waiting", _lazy("waiting")
        APPROVED = "approved", _lazy("agreed")
        REFUSED = "refused", _lazy("refused")
        TAKEN_BACK = "taken_back", _lazy("taken back")
        OVERTAKEN = "overtaken", _lazy("not needed any more")

    id = RandomIdField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, null=True, related_name="approvals_about"
    )
    role = models.CharField(max_length=20, blank=True)
    concerns = models.BigIntegerField(null=True)
    asked_by = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, related_name="approvals_asked"
    )
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    answered_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="approvals_answered"
    )
    answered_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "role"],
                condition=Q(state="waiting", subject__isnull=False),
                name="one_question_about_a_role",
            ),
            models.UniqueConstraint(
                fields=["kind", "asked_by"],
                condition=Q(state="waiting", subject=None),
                name="one_question_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def lapses_at(self) -> datetime:
        return self.asked_at + self.LAPSES_AFTER

    @property
    def done_alone(self) -> bool:
        """Carried out by the one who asked, after a notice to all volunteers."""
        return self.state == self.State.APPROVED and self.answered_by_id == self.asked_by_id


class AloneNoticeQuerySet(models.QuerySet["AloneNotice"]):
    def standing(self, now: datetime | None = None) -> AloneNoticeQuerySet:
        """Announced or in force by its dates. Whether somebody is alone is asked elsewhere."""
        return self.filter(ended_at=None, announced_at__gt=(now or clock.now()) - AloneNotice.WHOLE)


class AloneNotice(models.Model):
    """*Break glass*: a coordinator who is left alone tells all volunteers that they will act alone.

    From 7 days after the announcement, for 14 days; ends as soon as another coordinator acts.
    """

    NOTICE = timedelta(days=7)
    LASTS = timedelta(days=14)
    WHOLE = NOTICE + LASTS

    id = RandomIdField()
    by = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="alone_notices")
    announced_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = AloneNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by"], condition=Q(ended_at=None), name="one_standing_notice"
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def begins_at(self) -> datetime:
        return self.announced_at + self.NOTICE

    @property
    def over_at(self) -> datetime:
        return self.announced_at + self.WHOLE

    def may_act(self, now: datetime | None = None) -> bool:
        """By its dates alone."""
        now = now or clock.now()
        return self.ended_at is None and self.begins_at <= now < self.over_at
