"""What the main job clears up: deadlines, and the rows of the retention table that exist."""

from __future__ import annotations

from datetime import datetime, timedelta

from warmline.availability.models import Readiness
from warmline.core.sweeping import sweep
from warmline.people.models import Person
from warmline.rooms import keys
from warmline.rooms.models import FORGET_AFTER, Epoch, Message, Room, rooms_to_forget
from warmline.support import appointment_times, day_totals, letter_keys, ready_history
from warmline.support.models import Conversation, DayTotal, LetterWait, PlanAnswer, Request, Wait
from warmline.support.services import (
    asking,
    calling_back,
    debriefing,
    lettering,
    offering,
    planning,
    talking,
    third,
)

WHO_MET_WHOM = timedelta(days=7)
UNANSWERED = timedelta(hours=24)
WAITS_KEPT = timedelta(days=28)
IDLE_SEEKER = timedelta(days=90)


@sweep
def settle_talks(now: datetime) -> None:
    """Time used, line gone, never come: ended here if no page asked first."""
    open_talks = Conversation.objects.open().select_related("room", "room__talk_clock")
    for conversation in open_talks:
        talking.settle(conversation, now)


@sweep
def call_back(now: datetime) -> None:
    """Whoever wanted to know is told that someone is free."""
    calling_back.settle(now)


@sweep
def expire_requests(now: datetime) -> None:
    for request in asking.overdue(now):
        asking.expire(request)


@sweep
def expire_offers(now: datetime) -> None:
    offering.expire_overdue(now)


@sweep
def settle_thirds(now: datetime) -> None:
    """Nobody answered or came in 5 minutes, or a third's page is gone for 10."""
    third.settle_all(now)


@sweep
def note_ready(now: datetime) -> None:
    """Once a minute: whether somebody is ready, for the forecast."""
    ready_history.note(now)


@sweep
def end_readiness(now: datetime) -> None:
    Readiness.objects.over(now).delete()


@sweep
def forget_messages(now: datetime) -> None:
    """At the latest 24 hours after the last message of a room; what was sealed for it goes with it."""
    Message.objects.filter(room__in=rooms_to_forget(now)).delete()
    Epoch.objects.filter(room__closed_at__lt=now - FORGET_AFTER).delete()


@sweep
def forget_resume_shares(now: datetime) -> None:
    """A page not seen for 10 minutes can't come back as the same."""
    keys.forget_shares(now)


@sweep
def forget_requests(now: datetime) -> None:
    """Answered or not, nothing of it is left a day later."""
    over = Request.objects.exclude(state__in=[Request.State.MATCHED, Request.State.WAITING])
    over.filter(made_at__lt=now - UNANSWERED).delete()


@sweep
def forget_instants(now: datetime) -> None:
    """A day after a talk only its day is known, and its time in the totals of that day."""
    for conversation in day_totals.overdue(now):
        day_totals.tally(conversation)


@sweep
def forget_day_totals(now: datetime) -> None:
    """60 days for seekers, 8 for volunteers."""
    DayTotal.forget(now)


@sweep
def lapse_plans(now: datetime) -> None:
    """Shared plans nobody used for 12 weeks, and old answers to the invitation."""
    planning.lapse(now)
    PlanAnswer.forget(now)


@sweep
def forget_who_met_whom(now: datetime) -> None:
    """The room goes with its conversation, its seats, its clock and whatever it still holds."""
    old = Conversation.objects.filter(tallied=True, ended_at__lt=now - WHO_MET_WHOM).values("room")
    Room.objects.filter(pk__in=old).delete()


@sweep
def forget_debriefs(now: datetime) -> None:
    """A day after it was asked for or begun, with all that was said."""
    debriefing.forget_over(now)


@sweep
def settle_letters(now: datetime) -> None:
    """Held for a day, unanswered for a week, a week after the last word; and old measures."""
    lettering.settle(now)
    letter_keys.forget_replaced()
    LetterWait.forget(now)


@sweep
def settle_appointments(now: datetime) -> None:
    """Reminders, held places, what nobody could take; and a day after it is over, nothing is left."""
    appointment_times.settle(now)


@sweep
def forget_waits(now: datetime) -> None:
    Wait.objects.filter(at__lt=now - WAITS_KEPT).delete()


@sweep
def forget_idle_seekers(now: datetime) -> None:
    """Nobody's session lives that long; what hangs on the person goes with it."""
    Person.objects.seekers().filter(seen_at__lt=now - IDLE_SEEKER).delete()
