"""A talk's instants are known for 24 hours; then its time goes into day totals, once.

Who met whom stays for reports, with the day alone. Each talk is either read with its instants or
contained in the totals, never both: one conditional update moves it, in one transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from warmline.rooms.models import Room, Seat, TalkClock
from warmline.support import frequency
from warmline.support.day_models import DayTotal
from warmline.support.models import Conversation

INSTANTS_KEPT = timedelta(hours=24)
AT_ONCE = 500


def overdue(now: datetime) -> list[Conversation]:
    """Talks that ended 24 hours ago or longer, whose instants are still known."""
    due = Conversation.objects.filter(tallied=False, ended_at__lte=now - INSTANTS_KEPT)
    return list(due.select_related("room", "room__talk_clock").order_by("ended_at")[:AT_ONCE])


def tally(talk: Conversation) -> bool:
    """Add it to the totals of both and forget its instants; True for the caller who did it."""
    if talk.ended_at is None:
        return False
    begins = _day_of(talk.ended_at)
    with transaction.atomic():
        claimed = Conversation.objects.filter(pk=talk.pk, tallied=False).exclude(ended_at=None)
        if not claimed.update(**_without_instants(talk, begins)):
            return False
        used, charged = talk.room.talk_clock.used, talk.charged
        if used:
            counts = 1 if frequency.counts(talk) else 0
            day = begins.date()
            DayTotal.objects.add(talk.seeker_id, day, talks=counts, time=charged)
            DayTotal.objects.add(talk.volunteer_id, day, talks=1, time=used)
        _tally_thirds(talk, begins)
        _forget_instants_of_room(talk, begins)
    return True


def _tally_thirds(talk: Conversation, begins: datetime) -> None:
    """What a third was there for counts as their own talking; then nothing is left of it."""
    for third in talk.thirds.exclude(taker=None).filter(used_ms__gt=0):
        DayTotal.objects.add(third.taker_id or 0, begins.date(), talks=1, time=third.used)
    talk.thirds.all().delete()


def _without_instants(talk: Conversation, begins: datetime) -> dict[str, object]:
    return {
        "tallied": True,
        "matched_at": begins,
        "started_at": begins if talk.started_at else None,
        "ended_at": begins,
        "time_added_at": None,
        "handover_at": None,
        "handover_used_ms": None,
    }


def _forget_instants_of_room(talk: Conversation, begins: datetime) -> None:
    """The room is closed since a day: nobody else writes these rows any more.

    The country of a crisis card goes too: it would say that there was one.
    """
    room = talk.room_id
    Room.objects.filter(pk=room).update(opened_at=begins, closed_at=begins)
    seats = Seat.objects.filter(room=room)
    seats.update(taken_at=begins, card_country="")
    seats.exclude(revoked_at=None).update(revoked_at=begins)
    seats.exclude(left_at=None).update(left_at=begins)
    TalkClock.objects.filter(pk=room).update(used_ms=0, running_since_ms=None, last_beat_ms=None)


def _day_of(moment: datetime) -> datetime:
    """The beginning of its day: what counts in days is never counted longer than it is."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
