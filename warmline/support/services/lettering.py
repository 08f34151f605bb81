"""A letter's way: sent, taken by one volunteer, answered once, replied to once.

``open`` → ``taken`` (given back → ``open``) → ``answered`` → ``replied``; or ``unanswered`` after 7 days,
or ``withdrawn`` by its writer. Every step is one conditional update, so of two at once one wins. Words and
keys are sealed before they come here. docs/encryption.md has what is in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from warmline.availability import telling
from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.protocol.letters import COPY_BYTES, WRAPPED_BYTES
from warmline.rooms.models import Room, Seat
from warmline.safety import ladder
from warmline.safety.models import Block
from warmline.support import letter_keys
from warmline.support.letter_key_models import LetterKey
from warmline.support.letter_models import WRITER_SEAT, Letter, LetterCopy, LetterPart, LetterWait
from warmline.support.models import Topic

State = Letter.State
CID_BYTES, C_BYTES = 16, 32
_AROUND, _BLOCK, _BLOCKS = 12 + 16 + 32, 128, 46
"""A sealed part, as a message of a talk: iv, GCM's tag, Kf, and 1 to 46 blocks of words."""


@dataclass(frozen=True)
class SealedPart:
    """Words as a page sealed them."""

    cid: bytes
    c: bytes
    body: bytes


class RecipientsChanged(DomainError):
    """It was sealed to others than could answer it now; the page seals it again."""

    def __init__(self, now: Sequence[LetterKey]) -> None:
        super().__init__(
            "recipients_changed", _("Who can read letters has just changed. Please send it again.")
        )
        self.now = list(now)


def recipients(writer: Person | None, language: str, topics: Sequence[Topic]) -> list[LetterKey]:
    """The letter keys of everybody who could answer such a letter of this writer, by key id.

    Without those who are not to meet the writer again, who are held back, and the writer.
    """
    found = letter_keys.recipients(language, topics)
    if writer is not None:
        kept_apart = Block.objects.filter(seeker=writer).values_list("volunteer_id", flat=True)
        out = {*kept_apart, *ladder.held_back(), writer.pk}
        found = [key for key in found if key.person_id not in out]
    return sorted(found, key=lambda key: key.key_id)


def check_may_write(writer: Person) -> None:
    """Raises ``paused`` while they are held back, ``letter_open`` while one waits for its answer."""
    if ladder.is_held_back(writer):
        raise DomainError("paused", _("You can't write a letter at the moment."))
    if Letter.objects.unanswered().filter(writer=writer).exists():
        raise DomainError("letter_open", _("You have a letter that waits for its answer."))


def send(
    writer: Person,
    *,
    room_id: int,
    language: str,
    topics: Sequence[Topic],
    part: SealedPart,
    wrapped: bytes,
    finder: str,
    copies: Mapping[str, bytes],
) -> Letter:
    """Keep a letter; again with the same ``room_id`` by the same writer is the same letter.

    Raises as :func:`check_may_write`, ``malformed``, ``nobody_fits``, and :class:`RecipientsChanged`
    unless it is sealed to exactly those who could answer it now.
    """
    _check_part(part)
    if len(wrapped) != WRAPPED_BYTES or any(len(each) != COPY_BYTES for each in copies.values()):
        raise malformed()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=writer.pk)
        known = Letter.objects.filter(pk=room_id, writer=writer).first()
        if known:
            return known
        check_may_write(writer)
        keys = recipients(writer, language, topics)
        if not keys:
            raise DomainError("nobody_fits", _("There is nobody now who could answer this letter."))
        if set(copies) != {key.key_id for key in keys}:
            raise RecipientsChanged(keys)
        letter = _made(writer, room_id, language, wrapped, finder)
        letter.topics.set(topics)
        LetterCopy.objects.bulk_create(
            LetterCopy(
                letter=letter, person=key.person, key_id=key.key_id, sealed=copies[key.key_id]
            )
            for key in keys
        )
        _keep(letter, 1, WRITER_SEAT, part)
    return letter


def _made(writer: Person, room_id: int, language: str, wrapped: bytes, finder: str) -> Letter:
    """Its room is closed from the beginning: no page can open a line to it, or hand it keys."""
    now = clock.now()
    room = Room.objects.create(
        pk=room_id, purpose=Room.Purpose.LETTER, opened_at=now, closed_at=now
    )
    _seat(room, WRITER_SEAT, "seeker", writer, since=now)
    return Letter.objects.create(
        room=room,
        writer=writer,
        language=language,
        wrapped=wrapped,
        finder=finder,
        sent_at=now,
        last_word_at=now,
    )


def _seat(room: Room, number: int, role: str, person: Person, *, since: datetime) -> Seat:
    """``since``: from when on this person may know what was said; for a reader all of it."""
    return Seat.objects.create(
        room=room, number=number, role=role, person=person, taken_at=since, revoked_at=since
    )


def open_for(volunteer: Person, now: datetime | None = None) -> list[Letter]:
    """Letters that this volunteer could take, the oldest first."""
    settle(now or clock.now())
    if not volunteer.has_role(Role.Kind.VOLUNTEER) or ladder.is_held_back(volunteer):
        return []
    apart = Block.objects.filter(volunteer=volunteer).values("seeker")
    found = Letter.objects.for_reader(volunteer).exclude(writer__in=apart).order_by("sent_at", "pk")
    return list(found.prefetch_related("topics"))


def of_reader(volunteer: Person) -> list[Letter]:
    """Those this volunteer has taken or answered, as long as anything of them is kept."""
    settle(clock.now())
    states = [State.TAKEN, State.ANSWERED, State.REPLIED]
    found = Letter.objects.filter(reader=volunteer, state__in=states).order_by("sent_at", "pk")
    return list(found.prefetch_related("topics"))


def has_one_to_answer(volunteer: Person) -> bool:
    return Letter.objects.filter(reader=volunteer, state=State.TAKEN).exists()


def take(letter: Letter, *, by: Person) -> None:
    """Have it alone; others no longer see it. Again by the same one is fine.

    Raises ``letter_gone`` when somebody was first or it is not for this volunteer, ``has_letter``
    while they have another one to answer.
    """
    if letter.pk not in {each.pk for each in [*open_for(by), *of_reader(by)]}:
        raise _gone()
    try:
        with transaction.atomic():
            taken = Letter.objects.for_reader(by).filter(pk=letter.pk).values("pk")
            free = Letter.objects.filter(pk__in=taken, state=State.OPEN)
            number = 1 + (Seat.objects.filter(room=letter.pk).aggregate(n=Max("number"))["n"] or 0)
            if free.update(state=State.TAKEN, reader=by, taken_at=clock.now(), seat_number=number):
                _seat(letter.room, number, "volunteer", by, since=letter.sent_at)
    except IntegrityError as error:
        raise DomainError(
            "has_letter", _("Please answer the letter you have first, or give it back.")
        ) from error
    letter.refresh_from_db()
    if letter.reader_id != by.pk:
        raise _gone()


def give_back(letter: Letter, *, by: Person) -> None:
    """To the others, without a reason. What is given back already stays so."""
    _free(Letter.objects.filter(pk=letter.pk, reader=by))


def _free(letters: QuerySet[Letter]) -> None:
    now = clock.now()
    for letter in letters.filter(state=State.TAKEN):
        with transaction.atomic():
            given = Letter.objects.filter(
                pk=letter.pk, state=State.TAKEN, reader=letter.reader_id, taken_at=letter.taken_at
            ).update(state=State.OPEN, reader=None, taken_at=None, seat_number=0)
            if given:
                mine = Seat.objects.filter(room=letter.pk, number=letter.seat_number)
                mine.update(left_at=now)


def answer(letter: Letter, *, by: Person, part: SealedPart) -> None:
    """The one answer. Copies of the key for everybody else are deleted with it.

    Raises ``letter_gone`` when it is not (or no longer) this volunteer's, ``answered`` for a second.
    """
    settle(clock.now())
    _check_part(part)
    with transaction.atomic():
        now = clock.now()
        mine = Letter.objects.filter(pk=letter.pk, reader=by)
        if not mine.filter(state=State.TAKEN).update(state=State.ANSWERED, last_word_at=now):
            raise _said_already() if mine.answered().exists() else _gone()
        letter.refresh_from_db()
        _keep(letter, 2, letter.seat_number, part)
        letter.copies.exclude(person=by).delete()
        LetterWait.remember(letter, now, answered=True)
        telling.tell(letter.writer, "letter", path="/letter/")


def reply(letter: Letter, part: SealedPart) -> None:
    """The writer's one reply.

    Raises ``answered`` for a second one, ``reader_left`` when nobody would read it.
    """
    settle(clock.now())
    _check_part(part)
    with transaction.atomic():
        if not may_be_replied_to(letter):
            raise DomainError(
                "reader_left", _("The volunteer is not here any more. Nobody would read it.")
            )
        now = clock.now()
        answered = Letter.objects.filter(pk=letter.pk, state=State.ANSWERED)
        if not answered.update(state=State.REPLIED, last_word_at=now):
            raise _said_already()
        letter.refresh_from_db()
        _keep(letter, 3, WRITER_SEAT, part)
        if letter.reader:
            telling.tell(letter.reader, "letter", path=f"/volunteer/letters/{letter.pk}/")


def may_be_replied_to(letter: Letter) -> bool:
    """Whoever answered still volunteers and has a key, and the two are not kept apart."""
    reader = letter.reader
    if reader is None or not (reader.roles.acting() | reader.roles.resting()).exists():
        return False
    apart = Block.objects.filter(seeker=letter.writer_id, volunteer=reader)
    return letter.copies.exists() and not apart.exists()


def withdraw(letter: Letter) -> None:
    """Its writer wants it gone: words and keys go at once. Who had it can still report for 7 days."""
    with transaction.atomic():
        _close(letter, State.WITHDRAWN)
        if not Seat.objects.filter(room=letter.pk).exclude(number=WRITER_SEAT).exists():
            Room.objects.filter(pk=letter.pk).delete()


def forget_writer(writer: Person) -> None:
    """They are deleted: so is every letter of theirs."""
    for letter in Letter.objects.filter(writer=writer):
        withdraw(letter)


def stop(person: Person) -> None:
    """Held back, or not a volunteer any more: what they have goes to the others, what they sent ends."""
    _free(Letter.objects.filter(reader=person))
    if ladder.is_held_back(person):
        for letter in Letter.objects.unanswered().filter(writer=person):
            close_unanswered(letter)


def end_role(volunteer: Person) -> None:
    """A letter they have goes to the others; one that nobody else can open ends, and its writer is told."""
    _free(Letter.objects.filter(reader=volunteer))
    LetterCopy.objects.filter(person=volunteer).delete()
    _close_sealed_to_nobody()


def _close_sealed_to_nobody() -> None:
    for letter in Letter.objects.unanswered().filter(copies=None):
        close_unanswered(letter)


def close_unanswered(letter: Letter) -> None:
    """Nobody will answer: the words go, and the row tells the writer for 7 days."""
    with transaction.atomic():
        _close(letter, State.UNANSWERED)


def _close(letter: Letter, state: Letter.State) -> None:
    now = clock.now()
    waited = Letter.objects.unanswered().filter(pk=letter.pk).update(state=state, last_word_at=now)
    if waited and state == State.UNANSWERED:
        LetterWait.remember(letter, now, answered=False)
    Letter.objects.filter(pk=letter.pk).update(state=state, wrapped=b"")
    letter.parts.all().delete()
    letter.copies.all().delete()
    letter.topics.clear()
    if waited:
        Seat.objects.filter(room=letter.pk, left_at=None).update(left_at=now)


def settle(now: datetime) -> None:
    """Deadlines, wherever letters are looked at: held a day, unanswered a week, no key to it left, over."""
    _free(Letter.objects.held_too_long(now))
    for letter in Letter.objects.past_answering(now):
        close_unanswered(letter)
    _close_sealed_to_nobody()
    over = Letter.objects.over(now).values("pk")
    Room.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()


def _keep(letter: Letter, number: int, seat: int, part: SealedPart) -> None:
    LetterPart.objects.create(
        letter=letter,
        number=number,
        seat=seat,
        cid=part.cid,
        c=part.c,
        body=part.body,
        sent_ms=clock.now_ms(),
    )


def _check_part(part: SealedPart) -> None:
    blocks, rest = divmod(len(part.body) - _AROUND, _BLOCK)
    sizes = len(part.cid) == CID_BYTES and len(part.c) == C_BYTES
    if not sizes or rest or not 1 <= blocks <= _BLOCKS:
        raise malformed()


def malformed() -> DomainError:
    return DomainError("malformed", _("It did not arrive whole. Please send it again."))


def _gone() -> DomainError:
    return DomainError("letter_gone", _("Somebody else has this letter now, or it is gone."))


def _said_already() -> DomainError:
    return DomainError("answered", _("This letter has its answer already. It was not sent again."))
