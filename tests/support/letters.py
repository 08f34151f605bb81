"""Letters for tests: volunteers with a letter key, and letters at each step of their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests import factories
from warmline.core.ids import new_id
from warmline.people.models import Person
from warmline.protocol.letters import key_id_of
from warmline.support.letter_key_models import LetterKey
from warmline.support.letter_models import Letter
from warmline.support.models import Topic
from warmline.support.services import lettering
from warmline.support.services.lettering import SealedPart

PART = SealedPart(bytes(16), bytes(32), bytes(60 + 128))
"""What a page could have sealed."""


def fits(name: str, **profile_values: Any) -> Person:
    """A volunteer with a letter key; English by default."""
    volunteer = factories.volunteer(name, **profile_values)
    letter_key(volunteer)
    return volunteer


def letter_key(volunteer: Person) -> LetterKey:
    """A letter key of a volunteer; its private half is the one of ``factories.private_key``."""
    public = factories.public_key(_key_name(volunteer.account.username))
    return LetterKey.objects.create(
        person=volunteer,
        key_id=key_id_of(public),
        public_key=public,
        wrapped=bytes(166),
        state=LetterKey.State.ACTIVE,
    )


def private_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The private half of the letter key of whoever signs in by this name."""
    return factories.private_key(_key_name(name))


def _key_name(name: str) -> str:
    return f"letters of {name}"


def part() -> SealedPart:
    """What a page could have sealed."""
    return PART


def sent(
    writer: Person,
    *,
    room: int | None = None,
    topics: Sequence[Topic] = (),
    part: SealedPart = PART,
    copies: Mapping[str, bytes] | None = None,
) -> Letter:
    """A letter of this writer in English; by default sealed to exactly those who fit."""
    room = room or new_id()
    keys = lettering.recipients(writer, "en", topics)
    return lettering.send(
        writer,
        room_id=room,
        language="en",
        topics=topics,
        part=part,
        wrapped=bytes(60),
        finder=f"{room:064x}",
        copies={key.key_id: bytes(113) for key in keys} if copies is None else copies,
    )


def taken(by: Person) -> Letter:
    """A letter of Ada's that this volunteer has."""
    letter = sent(factories.ada())
    lettering.take(letter, by=by)
    letter.refresh_from_db()
    return letter


def answered(by: Person) -> Letter:
    """The same with this volunteer's answer."""
    letter = taken(by)
    lettering.answer(letter, by=by, part=part())
    letter.refresh_from_db()
    return letter
