"""A seeker's saved identity: remember me here, a come-back phrase, and forgetting both.

Without it a person is a browser session. Tokens are returned once and kept as hashes only. The six words
of a phrase never come here: a page makes 32 bytes of them, and a keyed hash of those is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.fields.related import ForeignObjectRel
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.people import aliases
from warmline.people.models import Person
from warmline.people.saved_models import Device, ExtraTime, Forgotten, Phrase
from warmline.protocol import clock
from warmline.protocol.tags import lp

USED_ANEW = timedelta(hours=1)
LOOKED_AT_AFTER = timedelta(days=7)
"""As long as a talk is known to have been; before, most are still needed."""


def is_saved(person: Person) -> bool:
    """Whether this person can be found again, by a device or by a phrase."""
    return has_phrase(person) or Device.objects.good().filter(person=person).exists()


def has_phrase(person: Person) -> bool:
    return Phrase.objects.filter(person=person).exists()


def remember(person: Person) -> str:
    """A token for this browser to keep: 32 random bytes. The table gets its hash."""
    token = secrets.token_urlsafe(32)
    Device.objects.create(token_hash=_hashed(token), person=person)
    return token


def device_of(token: str) -> Device | None:
    """The device of a token, unless it was not used for 90 days; being used keeps it."""
    device = (
        Device.objects.good().filter(token_hash=_hashed(token)).select_related("person").first()
    )
    if device and clock.now() - device.used_at > USED_ANEW:
        Device.objects.filter(pk=device.pk).update(used_at=clock.now())
        Person.objects.filter(pk=device.person_id).update(seen_at=clock.now())
    return device


def forget_device(token: str) -> None:
    """This browser is nobody's any more; a token that was none is forgotten already."""
    Device.objects.filter(token_hash=_hashed(token)).delete()


def keep_phrase(person: Person, made: bytes) -> None:
    """What a page made of six new words (32 bytes); the ones before work no more.

    Raises ``words_known`` when somebody else has the same, which happens only to who drew none.
    """
    try:
        with transaction.atomic():
            Phrase.objects.update_or_create(
                person=person, defaults={"phrase_hash": _sealed(made), "drawn_at": clock.now()}
            )
    except IntegrityError as error:
        raise DomainError("words_known", _("Please draw new words. Nothing was kept.")) from error


def forget_phrase(person: Person) -> None:
    Phrase.objects.filter(person=person).delete()


def come_back(made: bytes) -> Person | None:
    """Who has the words that these 32 bytes were made of."""
    found = Phrase.objects.filter(phrase_hash=_sealed(made)).select_related("person").first()
    return found.person if found else None


def has_extra_time(person: Person) -> bool:
    """What a saved seeker chose; it means nothing for one who is not saved."""
    return ExtraTime.objects.filter(person=person).exists()


def set_extra_time(person: Person, on: bool) -> None:
    """On or off, with this saved seeker. One who is not saved leaves no row."""
    if on and is_saved(person):
        ExtraTime.objects.get_or_create(person=person)
    else:
        ExtraTime.objects.filter(person=person).delete()


def forget_extra_time(now: datetime) -> None:
    """Of whoever can't be found again any more."""
    found = Device.objects.good(now).values("person")
    unsaved = ExtraTime.objects.filter(person__phrase=None).exclude(person__in=found)
    unsaved.delete()


def forget(person: Person, *, kept: tuple[type[Model], ...]) -> None:
    """Delete a seeker, and whatever is stored with them but what is in ``kept``.

    What hangs on a person is deleted unless it is named, so that no table is left out by mistake.
    """
    with transaction.atomic():
        person = Person.objects.seekers().select_for_update(of=("self",)).get(pk=person.pk)
        for relation in _relations():
            if relation.related_model not in kept:
                _cut(relation, person)
        if any(_holds(relation, person) for relation in _relations()):
            Person.objects.filter(pk=person.pk).update(alias=aliases.suggest())
            Forgotten.objects.create(person=person)
        else:
            person.delete()


def is_forgotten(person: Person) -> bool:
    return Forgotten.objects.filter(person=person).exists()


def forget_the_rest() -> None:
    """Forgotten persons on whom nothing hangs any more, from a week after they asked."""
    due = Forgotten.objects.filter(at__lte=clock.now() - LOOKED_AT_AFTER)
    for forgotten in due.select_related("person"):
        if not any(_holds(relation, forgotten.person) for relation in _relations()):
            forgotten.person.delete()


def _relations() -> list[ForeignObjectRel]:
    """Every column of every table that points at a person, also where it has no name here."""
    return [
        field
        for field in Person._meta.get_fields(include_hidden=True)
        if isinstance(field, ForeignObjectRel) and not field.many_to_many
    ]


def _cut(relation: ForeignObjectRel, person: Person) -> None:
    rows = _rows(relation, person)
    if relation.field.null:
        rows.update(**{relation.field.name: None})
    else:
        rows.delete()


def _holds(relation: ForeignObjectRel, person: Person) -> bool:
    """Whether something must outlast the person: rows that can't be without one."""
    ours = relation.related_model in (Forgotten, Device)
    return not relation.field.null and not ours and _rows(relation, person).exists()


def _rows(relation: ForeignObjectRel, person: Person) -> Any:
    return relation.related_model._base_manager.filter(**{relation.field.name: person})


def _hashed(token: str) -> str:
    """256 random bits need no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def _sealed(made: bytes) -> str:
    """HMAC-SHA256 in hex, under the installation's pepper."""
    key = settings.INSTALLATION.secrets.pepper
    return hmac.new(key, lp("warmline/1 phrase", made), hashlib.sha256).hexdigest()
