"""Ways back into an account that a coordinator opens: a new second factor, a new password."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.protocol import clock

NOTICE = timedelta(hours=24)
"""Between a coordinator's yes and a new second factor: time for the real person to say no."""
KEPT = timedelta(days=7)
"""A question nobody answers, or an open way nobody takes, is forgotten after this."""


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def going_on(self, now: datetime | None = None) -> RecoveryQuerySet:
        """Asked or agreed to, and not over."""
        now = now or clock.now()
        factor = Q(kind="factor") & (
            Q(agreed_at=None, asked_at__gt=now - KEPT) | Q(agreed_at__gt=now - NOTICE - KEPT)
        )
        return self.filter(factor | Q(kind="password", agreed_at__gt=now - Recovery.LINK_LASTS))

    def asked(self) -> RecoveryQuerySet:
        """A coordinator has still to look at it."""
        return self.going_on().filter(kind="factor", agreed_at=None)


class Recovery(models.Model):
    """One account's way back. ``agreed_at``: a coordinator has checked who asks (or made the link)."""

    class Kind(models.TextChoices):
        FACTOR = "factor", _lazy("new second factor")
        PASSWORD = "password", _lazy("new password")

    LINK_LASTS = timedelta(hours=24)

    id = RandomIdField()
    account = models.ForeignKey(
        "people.Account", on_delete=models.CASCADE, related_name="recoveries"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="one_recovery_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"recovery {self.id}"

    @property
    def opens_at(self) -> datetime | None:
        """When a new second factor can be set up; None until somebody has agreed."""
        return self.agreed_at + NOTICE if self.agreed_at else None

    @property
    def is_open(self) -> bool:
        return self.opens_at is not None and self.opens_at <= clock.now()
