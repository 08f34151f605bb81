"""A volunteer's letter key: to it letters are sealed. Only its public half can be used here."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.fields import RandomIdField
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.protocol.letters import KEY_ID_LETTERS
from warmline.support.letter_models import LetterCopy

PUBLIC_KEY_BYTES = 65
WRAPPED_LEAST_BYTES, WRAPPED_MOST_BYTES = 28, 512
"""A P-256 private key as pkcs8 has 138 bytes, and iv and tag are 28 more."""


class LetterKeyQuerySet(models.QuerySet["LetterKey"]):
    def in_use(self) -> LetterKeyQuerySet:
        """Letters may be sealed to them: not replaced, and their person volunteers now."""
        acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER)
        return self.filter(state=LetterKey.State.ACTIVE, person__in=acting.values("person"))

    def not_needed(self) -> LetterKeyQuerySet:
        """Replaced, and no letter that is kept is sealed to them."""
        sealed = LetterCopy.objects.filter(key_id=OuterRef("key_id"))
        return self.filter(~Exists(sealed), state=LetterKey.State.REPLACED)


class LetterKey(models.Model):
    """One letter key of one volunteer.

    ``public_key``: P-256, uncompressed point. ``wrapped``: the private key as pkcs8 under the recovery
    code, which is on paper and never here. A replaced key gets nothing new, and stays while a letter is
    sealed to it. A key that is lost, or whose person volunteers no more, has no row.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _lazy("in use")
        REPLACED = "replaced", _lazy("replaced")

    id = RandomIdField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="letter_keys")
    key_id = models.CharField(max_length=KEY_ID_LETTERS, unique=True)
    public_key = models.BinaryField(max_length=PUBLIC_KEY_BYTES)
    wrapped = models.BinaryField(max_length=WRAPPED_MOST_BYTES)
    made_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)

    objects = LetterKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="active"), name="one_active_letter_key"
            ),
        ]

    def __str__(self) -> str:
        return f"letter key {self.pk}"
