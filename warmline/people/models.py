"""Persons, their roles, how they sign in, and how they are invited."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.errors import DomainError
from warmline.core.fields import RandomIdField
from warmline.people.approval_models import AloneNotice, Approval
from warmline.people.recovery_models import Recovery
from warmline.people.saved_models import Device, ExtraTime, Forgotten, Phrase
from warmline.protocol import clock

__all__ = [
    "Account",
    "AloneNotice",
    "Approval",
    "Device",
    "ExtraTime",
    "Forgotten",
    "Invitation",
    "Person",
    "Phrase",
    "Recovery",
    "Role",
    "hashed",
]


class PersonQuerySet(models.QuerySet["Person"]):
    def seekers(self) -> PersonQuerySet:
        """Persons without an account."""
        return self.filter(account=None)


class Person(models.Model):
    """Somebody under an alias. A seeker is a person that a browser session remembers, or who saved it."""

    id = RandomIdField()
    alias = models.CharField(_lazy("alias"), max_length=40)
    made_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return self.alias

    def has_role(self, kind: Role.Kind) -> bool:
        """Whether this person may act in a role now (not resting, not suspended, not ended)."""
        return self.roles.acting().filter(kind=kind).exists()


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str, *, person: Person) -> Account:
        """An account for a person; the name is kept in lower case."""
        account = Account(username=username.lower(), person=person)
        account.set_password(password)
        account.save()
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=(username or "").lower())


class Account(AbstractBaseUser):
    """How a volunteer or coordinator signs in. Seen by nobody else: others see the alias."""

    username = models.CharField(_lazy("sign-in name"), max_length=40, unique=True)
    email = models.EmailField(_lazy("e-mail"), blank=True)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.username


class RoleQuerySet(models.QuerySet["Role"]):
    def acting(self) -> RoleQuerySet:
        """Roles that count now; a suspension that has run out counts no more."""
        lapsed = Q(status=Role.Status.SUSPENDED, suspended_until__lte=clock.now())
        return self.filter(Q(status=Role.Status.ACTIVE) | lapsed, ended_at=None)

    def resting(self) -> RoleQuerySet:
        """Roles their person has laid down for as long as they like; why and since when is kept nowhere."""
        return self.filter(status=Role.Status.RESTING, ended_at=None)

    def suspended(self) -> RoleQuerySet:
        """Roles that are held back now, for a time or for good."""
        lasting = Q(suspended_until=None) | Q(suspended_until__gt=clock.now())
        return self.filter(lasting, status=Role.Status.SUSPENDED, ended_at=None)


class Role(models.Model):
    """What a person may do here; powers stay separate, a person may hold several."""

    class Kind(models.TextChoices):
        VOLUNTEER = "volunteer", _lazy("volunteer")
        COORDINATOR = "coordinator", _lazy("coordinator")

    class Status(models.TextChoices):
        IN_TRAINING = "in_training", _lazy("in training")
        PROBATION = "probation", _lazy("probation")
        ACTIVE = "active", _lazy("active")
        RESTING = "resting", _lazy("resting")
        SUSPENDED = "suspended", _lazy("suspended")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    since = models.DateTimeField(default=clock.now)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(ended_at=None), name="one_role_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime | None = None) -> InvitationQuerySet:
        """Not used, not withdrawn, not expired."""
        return self.filter(used_at=None, expires_at__gt=now or clock.now())


class Invitation(models.Model):
    """A link that lets one person in, once. The table holds the code's hash."""

    VALID_FOR = timedelta(days=7)

    id = RandomIdField()
    code_hash = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20, choices=Role.Kind.choices)
    note = models.CharField(max_length=60, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    agreed_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations_agreed"
    )
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def second(self) -> str:
        """The alias of the other coordinator who agreed, "" where one decided alone."""
        other = self.agreed_by if self.agreed_by_id != self.made_by_id else None
        return other.alias if other else ""

    @property
    def done_alone(self) -> bool:
        """It needed two, and one who was left alone made it."""
        return self.agreed_by_id == self.made_by_id

    @classmethod
    def make(
        cls, *, kind: str, by: Person, note: str = "", agreed_by: Person | None = None
    ) -> tuple[Invitation, str]:
        """A new invitation and its code, which is shown once and not kept.

        ``agreed_by`` is the second coordinator, where two must agree.
        """
        code = secrets.token_urlsafe(24)
        invitation = cls.objects.create(
            code_hash=hashed(code),
            kind=kind,
            note=note,
            made_by=by,
            agreed_by=agreed_by,
            expires_at=clock.now() + cls.VALID_FOR,
        )
        return invitation, code

    @classmethod
    def of_code(cls, code: str) -> Invitation:
        """The open invitation of a code; refuses one that was used, withdrawn, expired or never was."""
        invitation = cls.objects.open().filter(code_hash=hashed(code)).first()
        if invitation is None:
            raise DomainError(
                "invitation_over",
                _(
                    "This invitation was used already or has run out. "
                    "Ask the person who sent it for a new one."
                ),
            )
        return invitation

    def claim(self) -> None:
        """Use it up; the second of two at once is refused."""
        if not Invitation.objects.open().filter(pk=self.pk).update(used_at=clock.now()):
            raise DomainError(
                "invitation_over",
                _("This invitation was just used. Ask the person who sent it for a new one."),
            )


def hashed(code: str) -> str:
    """SHA-256 in hex of a drawn code (192 bits, so a plain hash is enough)."""
    return hashlib.sha256(code.encode()).hexdigest()
