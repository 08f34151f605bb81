"""Volunteers' letter keys: whom a letter is sealed to; made, replaced and given up.

The private half never comes here but wrapped under a recovery code that is on paper. A letter is sealed
to the keys there are when it is written: a later key, or a later volunteer, opens later letters only.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol.letters import key_id_of
from warmline.rooms.languages import UnknownLanguageError, fit_key, fit_keys
from warmline.rooms.models import Way
from warmline.support.letter_key_models import (
    PUBLIC_KEY_BYTES,
    WRAPPED_LEAST_BYTES,
    WRAPPED_MOST_BYTES,
    LetterKey,
)
from warmline.support.letter_models import LetterCopy
from warmline.support.models import Profile, Topic, TopicLevel

State = LetterKey.State


def recipients(language: str, topics: Sequence[Topic]) -> list[LetterKey]:
    """Letter keys of every volunteer who could answer such a letter, by key id.

    The hard rules of matching: the language as it is written, and no topic that is *please not*. Who
    rests for some hours is among them, since a letter waits; who has laid the role down is not.
    Shared backgrounds are wishes, and leave nobody out.
    """
    asked = {topic.pk for topic in topics if topic.kind == Topic.Kind.TOPIC}
    keys = list(LetterKey.objects.in_use().select_related("person").order_by("key_id"))
    profiles = Profile.objects.filter(person__in=[key.person_id for key in keys])
    reads = {
        profile.person_id
        for profile in profiles.exclude(topics_seen_at=None)
        if Way.TEXT in profile.ways and _reads(profile, language)
    }
    takes = _takes(reads, asked)
    return [key for key in keys if key.person_id in takes]


def _reads(profile: Profile, language: str) -> bool:
    try:
        key = fit_key(language, "text")
    except UnknownLanguageError:
        return False
    return key is not None and (key, "text") in fit_keys(profile.languages, ["text"])


def _takes(people: set[int], asked: set[int]) -> set[int]:
    """Those of them who said yes to every topic asked for."""
    said_yes = TopicLevel.objects.filter(person__in=people, topic__in=asked)
    said_yes = said_yes.exclude(level=TopicLevel.Level.PLEASE_NOT)
    yeses: dict[int, set[int]] = {person: set() for person in people}
    for person, topic in said_yes.values_list("person", "topic"):
        yeses[person].add(topic)
    return {person for person, topics in yeses.items() if asked <= topics}


def of(person: Person) -> list[LetterKey]:
    """This person's keys: the one in use, and earlier ones that still open something; the newest first."""
    return list(LetterKey.objects.filter(person=person).order_by("-made_at", "-pk"))


def make(*, by: Person, public_key: bytes, wrapped: bytes) -> LetterKey:
    """A key that is in use from now on; the one before opens what was sealed to it, and gets nothing new.

    Nobody else has to agree to it: it opens no more than what this volunteer may take anyway. Raises
    ``not_a_volunteer``, ``bad_key``, ``key_known``.
    """
    check_volunteer(by)
    _check_key(public_key, wrapped)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        LetterKey.objects.filter(person=by).update(state=State.REPLACED)
        made = _stored(by, public_key, wrapped)
        LetterKey.objects.not_needed().filter(person=by).delete()
    return made


def delist(person: Person) -> None:
    """Lost, in wrong hands, or their role has ended: keys, wrapped ones too, and what is sealed to them.

    Nothing new opens; what was opened before can't be called back.
    """
    with transaction.atomic():
        LetterCopy.objects.filter(person=person).delete()
        LetterKey.objects.filter(person=person).delete()


def forget_replaced() -> None:
    """Replaced keys go when no letter is sealed to them any more."""
    LetterKey.objects.not_needed().delete()


def check_volunteer(by: Person) -> None:
    """Raises ``not_a_volunteer``."""
    if not by.has_role(Role.Kind.VOLUNTEER):
        raise DomainError("not_a_volunteer", _("Only a volunteer can do this."))


def _stored(by: Person, public_key: bytes, wrapped: bytes) -> LetterKey:
    try:
        with transaction.atomic():
            return LetterKey.objects.create(
                person=by, key_id=key_id_of(public_key), public_key=public_key, wrapped=wrapped
            )
    except IntegrityError as error:
        raise DomainError(
            "key_known", _("This key is here already. Please make a new one.")
        ) from error


def _check_key(public_key: bytes, wrapped: bytes) -> None:
    try:
        if len(public_key) != PUBLIC_KEY_BYTES:
            raise ValueError("length")
        if not WRAPPED_LEAST_BYTES < len(wrapped) <= WRAPPED_MOST_BYTES:
            raise ValueError("length")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError as problem:
        raise DomainError(
            "bad_key", _("The key did not arrive whole. Please make it again.")
        ) from problem
