"""A third in a talk: one asks, the other agrees, somebody takes it, and both say yes to them.

The two yeses are sealed messages that the server can't read (docs/encryption.md, §2): here a seat is
only given and taken away. Nobody is asked to come before both want it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person, Role
from warmline.protocol import clock, topics
from warmline.rooms import languages
from warmline.rooms.models import Epoch, Room, Seat, TalkClock
from warmline.rules.models import Community
from warmline.safety.models import Block
from warmline.support import queue
from warmline.support.matching import Ready, rules
from warmline.support.models import Conversation, Profile, ThirdSeat, Topic
from warmline.support.services import offering
from warmline.support.third_models import GONE_AFTER, LAPSES_AFTER

Kind = ThirdSeat.Kind
Ending = ThirdSeat.Ending


def ask(conversation: Conversation, *, by: Person, kind: str, language: str = "") -> None:
    """One would like somebody to join; the other is asked first. Asking twice is asking once.

    Raises ``third_no`` after the other has said no: it holds for this talk.
    """
    if not may_ask(conversation, by=by):
        raise DomainError("third_no", _("This talk stays with you two."))
    if kind == Kind.INTERPRETER and language not in dict(languages_of(conversation)):
        raise DomainError("third_language", _("Please choose a language from the list."))
    for refused in conversation.thirds.filter(ended_at=None, ending=Ending.NO):
        if refused.asker_role != side_of(conversation, by):
            _end(refused, Ending.LAPSED)
    try:
        with transaction.atomic():
            if not Conversation.objects.open().filter(pk=conversation.pk).exists():
                return
            ThirdSeat.objects.create(
                conversation=conversation,
                kind=Kind(kind),
                language=language if kind == Kind.INTERPRETER else "",
                asker_role=side_of(conversation, by),
            )
            _tell(conversation.pk)
    except IntegrityError:
        return


def agree(third: ThirdSeat, *, by: Person) -> None:
    """The other one wants it too: now volunteers who are ready and fit are asked."""
    if third.asker_role == side_of(third.conversation, by):
        raise DomainError("not_yours", _("Only the other person can do this."))
    with transaction.atomic():
        agreed = ThirdSeat.objects.open().filter(pk=third.pk, agreed_at=None, ending="")
        if agreed.update(agreed_at=clock.now()):
            _tell(third.conversation_id)
            third.refresh_from_db()
            _call(third)


def stop(third: ThirdSeat, *, by: Person) -> None:
    """No, not any more, or please leave: either of the two, at any time, without a reason.

    A no to the question is final for this talk. Too late is fine too.
    """
    answers = third.agreed_at is None and third.asker_role != side_of(third.conversation, by)
    if third.taker_id:
        _end(third, Ending.REMOVED)
    elif answers:
        _refuse(third)
    else:
        _end(third, Ending.TAKEN_BACK)


def take(third: ThirdSeat, *, by: Person) -> Room:
    """Come as the third; one volunteer wins. Raises ``third_over``, and as taking an offer does."""
    try:
        return _taken(third, by)
    except IntegrityError as error:  # They became the third of another talk meanwhile.
        raise _over() from error


def _taken(third: ThirdSeat, by: Person) -> Room:
    with transaction.atomic():
        offering.within_own_limit(by)
        wanted = ThirdSeat.objects.wanted().filter(pk=third.pk).first()
        if wanted is None or by.pk not in {each.id for each in fitting(wanted)}:
            raise _over()
        conversation = Conversation.objects.select_for_update().get(pk=third.conversation_id)
        number = _next_number(conversation)
        taken = ThirdSeat.objects.wanted().filter(pk=third.pk)
        if conversation.ended_at or not taken.update(
            taker=by,
            taken_at=clock.now(),
            seat_number=number,
            clock_from_ms=_clock_of(conversation.pk),
        ):
            raise _over()
        Seat.objects.create(room_id=conversation.pk, number=number, role=third.kind, person=by)
        publish(topics.room(conversation.pk), "seated")
        _tell(conversation.pk)
        publish(topics.person(by.pk), "third")
        publish(topics.MATCHER, "third")
    return conversation.room


def leave(third: ThirdSeat) -> None:
    """The third goes; the pair's talk goes on. Too late is fine too."""
    _end(third, Ending.LEFT)


def leave_all(person: Person) -> None:
    """Quick exit, a pause, or the role is over."""
    for third in ThirdSeat.objects.taken().filter(taker=person):
        leave(third)


def over(conversation: Conversation) -> None:
    """The talk has ended: for the third too, at once, so that nothing outlasts the pair."""
    for third in ThirdSeat.objects.open().filter(conversation=conversation):
        _end(third, Ending.TALK_OVER)
    conversation.thirds.filter(taker=None).delete()


def settle(third: ThirdSeat, now: datetime | None = None) -> None:
    """End what has waited too long, and a seat whose page is gone."""
    now = now or clock.now()
    waits_since = third.taken_at or third.agreed_at or third.asked_at
    if third.taker_id and is_let_in(third):
        seat = third.seat
        if seat and now - (seat.seen_at or seat.taken_at) > GONE_AFTER:
            _end(third, Ending.LEFT)
    elif now - waits_since >= LAPSES_AFTER:
        _end(third, Ending.LAPSED)


def settle_all(now: datetime) -> None:
    for third in ThirdSeat.objects.open().select_related("conversation"):
        settle(third, now)


def current(conversation: Conversation) -> ThirdSeat | None:
    """The newest request of a talk, over or not, settled."""
    found = conversation.thirds.select_related("taker", "conversation").order_by("-asked_at")
    newest = found.first()
    if newest and newest.ended_at is None:
        settle(newest)
        newest.refresh_from_db()
    return newest


def may_ask(conversation: Conversation, *, by: Person) -> bool:
    """Not after a question that had no yes: a no and silence are the same to whoever asked."""
    own = conversation.thirds.filter(asker_role=side_of(conversation, by), agreed_at=None)
    return not own.exclude(ended_at=None).exists()


def is_let_in(third: ThirdSeat) -> bool:
    """Whether there were ever keys for the seat: both have said yes."""
    sealed_to = Epoch.objects.filter(sealed__has_key=str(third.seat_number))
    return sealed_to.filter(room=third.conversation_id).exists()


def calls_for(volunteer: Person, now: datetime | None = None) -> list[ThirdSeat]:
    """What a ready volunteer may come to."""
    wanted = ThirdSeat.objects.wanted(now).select_related("conversation").order_by("agreed_at")
    ready = queue.ready_now(clock.now()) if wanted else []
    return [each for each in wanted if volunteer.pk in {one.id for one in fitting(each, ready)}]


def fitting(third: ThirdSeat, among: list[Ready] | None = None) -> list[Ready]:
    """Ready volunteers who fit: language, topics, own limits, not kept apart, not in this talk before."""
    talk = third.conversation
    left_out = {
        *Block.objects.filter(seeker=talk.seeker_id).values_list("volunteer", flat=True),
        *Seat.objects.filter(room=talk.pk).values_list("person", flat=True),
        *ThirdSeat.objects.taken().values_list("taker", flat=True),
    }
    asked = _topics_of(talk)
    return [
        ready
        for ready in (queue.ready_now(clock.now()) if among is None else among)
        if ready.id not in left_out
        and ready.room_for > 0
        and ready.minutes_left >= rules.SHORTEST_TALK
        and asked <= ready.been_there | ready.can_listen
        and _speaks(ready, talk.language)
        and (not third.language or _speaks(ready, third.language))
    ]


def languages_of(conversation: Conversation) -> list[tuple[str, str]]:
    """What an interpreter may be asked for: languages of the community and its volunteers, with names."""
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
    spoken = Profile.objects.filter(person__in=acting).values_list("languages", flat=True)
    community = Community.current()
    tags = {tag for tags in spoken for tag in tags} | set(community.languages if community else [])
    known = {tag for tag in tags if languages.is_known(tag)}
    others = [tag for tag in known if not _fits(tag, conversation.language)]
    return sorted(((tag, _name(tag)) for tag in others), key=lambda each: each[1])


def side_of(conversation: Conversation, person: Person) -> str:
    """`seeker` or `volunteer`; raises ``not_yours`` for anybody else."""
    sides = {conversation.seeker_id: "seeker", conversation.volunteer_id: "volunteer"}
    if person.pk not in sides:
        raise DomainError("not_yours", _("Only the two of this talk can do this."))
    return sides[person.pk]


def _refuse(third: ThirdSeat) -> None:
    """A no. The question stays open for whoever asked until it would lapse; nothing is told to them."""
    asked = ThirdSeat.objects.open().filter(pk=third.pk, agreed_at=None)
    asked.update(ending=Ending.NO)


def _end(third: ThirdSeat, ending: ThirdSeat.Ending) -> None:
    with transaction.atomic():
        used = _clock_of(third.conversation_id) - third.clock_from_ms if third.taker_id else 0
        ended = ThirdSeat.objects.open().filter(pk=third.pk, taker=third.taker_id)
        if not ended.update(
            ended_at=clock.now(),
            ending=ending,
            used_ms=max(0, used) if third.taker_id and is_let_in(third) else 0,
        ):
            return
        seat = third.seat if third.taker_id else None
        if seat:
            seat.leave()
            publish(topics.room(third.conversation_id), "keys")
        if third.taker_id:
            publish(topics.person(third.taker_id), "ended")
        _tell(third.conversation_id)
        publish(topics.MATCHER, "third")


def _call(third: ThirdSeat) -> None:
    for ready in fitting(third):
        publish(topics.person(ready.id), "third")


def _tell(room: int) -> None:
    publish(topics.room(room), "third")


def _topics_of(talk: Conversation) -> set[int]:
    asked = talk.request.topics.filter(kind=Topic.Kind.TOPIC) if talk.request else []
    return {topic.pk for topic in asked}


def _speaks(ready: Ready, tag: str) -> bool:
    return not tag or any(_fits(tag, own) for own in ready.languages)


def _fits(one: str, other: str) -> bool:
    """As a language that somebody understands in any way: signed, spoken or written."""
    if not (languages.is_known(one) and languages.is_known(other)):
        return False
    way: languages.Way = "video" if languages.is_signed(one) else "voice"
    return languages.fits(one, other, way)


def _name(tag: str) -> str:
    return languages.name(tag, get_language() or "en", _)


def _next_number(conversation: Conversation) -> int:
    """Never one that was used before: keys know seats by their numbers."""
    newest = Seat.objects.filter(room=conversation.pk).aggregate(Max("number"))["number__max"]
    return int(newest or 0) + 1


def _clock_of(room: int) -> int:
    return TalkClock.objects.get(pk=room).used_ms


def _over() -> DomainError:
    return DomainError(
        "third_over", _("Somebody else is there already, or nobody is needed any more.")
    )
