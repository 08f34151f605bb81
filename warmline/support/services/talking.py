"""Two people and their talk: start, more time, end, leave, and what ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics
from warmline.rooms.models import Seat, TalkClock
from warmline.rules.models import Setting
from warmline.safety import ladder
from warmline.safety.models import Block
from warmline.support import frequency, plans
from warmline.support.models import Conversation, Offer, Request
from warmline.support.services import planning, third

COMES_WITHIN = timedelta(minutes=3)
"""A seeker who has not come in by then is taken to be gone; the volunteer is free again."""

Ending = Conversation.Ending


def start(conversation: Conversation, *, by: Person) -> None:
    """The seeker comes in; from here on the content note is gone."""
    _only(conversation.seeker_id, by)
    with transaction.atomic():
        started = (
            Conversation.objects.open()
            .filter(room=conversation.room, started_at=None)
            .update(started_at=clock.now(), goes_on=frequency.goes_on(by))
        )
        if started:
            Request.objects.filter(pk=conversation.request_id or 0).update(content_note="")
            publish(topics.person(conversation.volunteer_id), "started")


def decline(conversation: Conversation, *, by: Person) -> None:
    """The seeker would rather wait for somebody else: back to their place, this volunteer not again."""
    _only(conversation.seeker_id, by)
    with transaction.atomic():
        request_id = conversation.request_id
        declined = (
            Conversation.objects.open()
            .filter(room=conversation.room, started_at=None)
            .update(request=None, **_ended(Ending.DECLINED, by=by))
        )
        if not declined:
            return
        _close(conversation)
        _forget_seats(conversation)
        Offer.objects.filter(request=request_id or 0, volunteer=conversation.volunteer_id).update(
            state=Offer.State.NO
        )
        Request.objects.filter(pk=request_id or 0, state=Request.State.MATCHED).update(
            state=Request.State.WAITING, seen_at=clock.now()
        )
        _tell_both(conversation, "requeued")
        publish(topics.MATCHER, "requeued")


def may_know(conversation: Conversation, *, by: Person) -> None:
    """ "I may know this person": over at once, no fault, no reason, and never these two again.

    A seeker who has not come in yet keeps their place in the line.
    """
    with transaction.atomic():
        part(conversation.seeker, conversation.volunteer, Block.Reason.KNOWN)
        if by.pk == conversation.seeker_id and conversation.started_at is None:
            decline(conversation, by=by)
        else:
            end(conversation, by=by, ending=Ending.SAID_GOODBYE)


def add_time(conversation: Conversation, *, by: Person) -> None:
    """The volunteer adds the agreed minutes, once; it is always allowed, and it counts."""
    _only(conversation.volunteer_id, by)
    more = Setting.duration("added_minutes")
    with transaction.atomic():
        added = (
            Conversation.objects.open()
            .filter(room=conversation.room, time_added_at=None)
            .update(time_added_at=clock.now())
        )
        if not added and conversation.ended_at:
            raise DomainError("talk_over", _("The talk has ended, so no time can be added."))
        if not added:
            raise DomainError("time_added", _("Time was added already. It can be added once."))
        conversation.room.grant(more)


def end(conversation: Conversation, *, by: Person | None, ending: Ending) -> bool:
    """It is over for both; True for the caller who ended it. What was asked for is deleted.

    A volunteer who had to leave at once costs the seeker nothing.
    """
    left_alone = ending == Ending.EXIT and by is not None and by.pk == conversation.volunteer_id
    with transaction.atomic():
        request_id = conversation.request_id
        ended = (
            Conversation.objects.open()
            .filter(room=conversation.room)
            .update(refunded=left_alone, **_ended(ending, by=by))
        )
        if not ended:
            return False
        _close(conversation)
        plans.note(conversation)
        Request.objects.filter(pk=request_id or 0).delete()
        _tell_both(conversation, "ended")
        publish(topics.MATCHER, "ended")
    return True


def end_apart(conversation: Conversation, *, by: Person, reason: Block.Reason) -> bool:
    """End, and never these two again. Works after the end too; the other side is told only the end."""
    with transaction.atomic():
        part(conversation.seeker, conversation.volunteer, reason)
        return end(conversation, by=by, ending=Ending.SAID_GOODBYE)


def need_to_stop(conversation: Conversation, *, by: Person) -> None:
    """The volunteer has to stop, for their own reasons: it costs the seeker nothing.

    The seeker's request is kept, so that they can go to the front of the line if they like.
    """
    _only(conversation.volunteer_id, by)
    with transaction.atomic():
        request_id = conversation.request_id
        ended = (
            Conversation.objects.open()
            .filter(room=conversation.room)
            .update(refunded=True, **_ended(Ending.NEEDED_TO_STOP, by=by))
        )
        if not ended:
            return
        _close(conversation)
        Request.objects.filter(pk=request_id or 0).update(
            state=Request.State.DONE, content_note="", closed_at=clock.now()
        )
        Offer.objects.filter(request=request_id or 0, volunteer=by).update(state=Offer.State.NO)
        _tell_both(conversation, "ended")
        publish(topics.MATCHER, "ended")


def wait_again(conversation: Conversation, *, by: Person) -> bool:
    """After the volunteer had to stop: back to the line, as far in front as one who has waited so long.

    False when it is too late for that: the seeker has asked anew, or has left.
    """
    _only(conversation.seeker_id, by)
    if conversation.ending != Ending.NEEDED_TO_STOP or ladder.is_held_back(by):
        return False
    with transaction.atomic():
        if Request.objects.waiting().filter(seeker=by).exists():
            return False
        request_id = conversation.request_id
        Conversation.objects.filter(room=conversation.room).update(request=None)
        again = Request.objects.filter(pk=request_id or 0, state=Request.State.DONE).update(
            state=Request.State.WAITING, seen_at=clock.now(), closed_at=None
        )
        if again:
            publish(topics.MATCHER, "requeued")
    return bool(again)


def leave(seat: Seat) -> None:
    """Out of the room; with the second one the messages are deleted."""
    with transaction.atomic():
        seat.leave()


def settle(conversation: Conversation, now: datetime | None = None) -> Conversation:
    """End it where its time is used or somebody stayed away; called wherever it is looked at."""
    if conversation.ended_at is None:
        ending = _due(conversation, now or clock.now())
        if ending:
            end(conversation, by=None, ending=ending)
            conversation.refresh_from_db()
    return conversation


def part(seeker: Person, volunteer: Person, reason: Block.Reason) -> None:
    """Never these two again, in no team of a plan either."""
    Block.part(seeker, volunteer, reason)
    planning.leave_teams(volunteer, of=seeker)


def _due(conversation: Conversation, now: datetime) -> Ending | None:
    talk_clock: TalkClock = conversation.room.talk_clock
    granted = conversation.room.granted_ms
    if granted is not None and talk_clock.used_ms >= granted:
        return Ending.TIME
    if conversation.started_at is None:
        return Ending.NOT_COME if now - conversation.matched_at >= COMES_WITHIN else None
    if talk_clock.runs(clock.to_ms(now)):
        return None
    together = max(filter(None, [talk_clock.last_beat, conversation.started_at]))
    return Ending.AWAY if now - together >= Setting.duration("away_minutes") else None


def _ended(ending: Ending, *, by: Person | None) -> dict[str, object]:
    return {"ended_at": clock.now(), "ended_by": by, "ending": ending, "topic_names": []}


def _close(conversation: Conversation) -> None:
    """No more messages, and a third is out."""
    conversation.room.close()
    third.over(conversation)


def _forget_seats(conversation: Conversation) -> None:
    for seat in conversation.room.seats.all():
        seat.leave()


def _tell_both(conversation: Conversation, name: str) -> None:
    for person in (conversation.seeker_id, conversation.volunteer_id):
        publish(topics.person(person), name)


def _only(person_id: int, by: Person) -> None:
    if by.pk != person_id:
        raise DomainError("not_yours", _("Only the other person can do this."))
