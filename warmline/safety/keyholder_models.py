"""A coordinator's key: to it evidence is sealed. Only its public half can be used here."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.people.models import Person, Role
from warmline.protocol import base64url, clock
from warmline.protocol.tags import lp

LABEL = "warmline/1 keyholder"
PUBLIC_KEY_BYTES = 65
WRAPPED_MOST_BYTES = 512
"""A P-256 private key as pkcs8 has 138 bytes, and iv and tag are 28 more."""
KEY_ID_BYTES, KEY_ID_LETTERS = 16, 22
GROUPS, DIGITS = 4, 5


def key_id_of(public_key: bytes) -> str:
    """base64url of the first 16 bytes of SHA-256(lp("warmline/1 keyholder", pk)): 22 letters.

    Computed from the key, not drawn: whatever names the id names this one key, and nobody can put
    another key under it.
    """
    return base64url.encode(hashlib.sha256(lp(LABEL, public_key)).digest()[:KEY_ID_BYTES])


def spoken(public_key: bytes) -> str:
    """20 digits in 4 groups, for two people to compare by voice: SHA-256(lp(label + " spoken", pk))
    as an integer, modulo 10^20 (66 bits: nobody finds a second key with the same digits).
    """
    digest = hashlib.sha256(lp(f"{LABEL} spoken", public_key)).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10 ** (GROUPS * DIGITS):0{GROUPS * DIGITS}}"
    return " ".join(digits[at : at + DIGITS] for at in range(0, len(digits), DIGITS))


class KeyholderQuerySet(models.QuerySet["Keyholder"]):
    def active(self) -> KeyholderQuerySet:
        """Agreed to, and their person coordinates now: evidence may be sealed to them.

        Whoever rests or is held back can't open the desk, so nothing new is sealed to them.
        """
        acting = Role.objects.acting().filter(kind=Role.Kind.COORDINATOR)
        return self.filter(state=Keyholder.State.ACTIVE, person__in=acting.values("person"))

    def waiting(self) -> KeyholderQuerySet:
        return self.filter(state=Keyholder.State.WAITING)

    def not_needed(self) -> KeyholderQuerySet:
        """Replaced, and nothing that is kept was sealed to them."""
        found = self.filter(state=Keyholder.State.DELISTED)
        for relation in Keyholder._meta.related_objects:
            if not relation.hidden:
                found = found.filter(**{f"{relation.name}__isnull": True})
        return found


class Keyholder(models.Model):
    """One key of one coordinator.

    ``public_key``: P-256, uncompressed point. ``wrapped``: the private key as pkcs8 under the recovery
    code, which is on paper and never here. What is sealed to a key goes with it (CASCADE).

    waiting: made, not yet agreed to. active: evidence is sealed to it. delisted: replaced by its owner;
    nothing new is sealed to it, and it goes on opening what was, until that is deleted. A key that is
    lost or whose person coordinates no more has no row.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _lazy("waits for a second yes")
        ACTIVE = "active", _lazy("in use")
        DELISTED = "delisted", _lazy("replaced")

    id = RandomIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keyholders")
    key_id = models.CharField(max_length=KEY_ID_LETTERS, unique=True)
    public_key = models.BinaryField(max_length=PUBLIC_KEY_BYTES)
    wrapped = models.BinaryField(max_length=WRAPPED_MOST_BYTES)
    made_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)

    objects = KeyholderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="active"), name="one_active_key"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="waiting"), name="one_waiting_key"
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"

    @property
    def spoken(self) -> str:
        """What two people compare by voice."""
        return spoken(bytes(self.public_key))
