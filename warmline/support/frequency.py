"""Frequent use: when we ask somebody whether they would like a shared plan (practice, section 5).

The thresholds are those Shout publishes: 5 talks in 48 hours, or 20 in 60 days; each a rule that the
community may change. Reaching one changes nothing but that we ask.

What counts is a talk that both were in. A talk that begins within 10 minutes of the end of another is
the same talk going on (California's warm line counts a quick reconnect once). What we ended, or the line,
does not count; nor does a crisis, which is never misuse. Talks older than 24 hours are known by their day
alone: a day counts once all of it is inside, so that nobody is asked before the rule says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rules.models import Setting
from warmline.support.day_models import DayTotal
from warmline.support.models import Conversation

Ending = Conversation.Ending

GOES_ON_WITHIN = timedelta(minutes=10)
"""A talk that begins so soon after another is the same one (practice, section 4)."""
COUNTING = (Ending.SAID_GOODBYE, Ending.TIME, Ending.EXIT)
"""How talks end that count; the other endings are ours, or nobody's."""


@dataclass(frozen=True)
class Threshold:
    """So many talks within so long."""

    talks: int
    within: timedelta


def thresholds() -> tuple[Threshold, Threshold]:
    """The two in force: a few days, and a few weeks."""
    numbers = Setting.all_numbers()
    return (
        Threshold(numbers["often_soon_talks"], timedelta(hours=numbers["often_soon_hours"])),
        Threshold(numbers["often_long_talks"], timedelta(days=numbers["often_long_days"])),
    )


def is_reached(seeker: Person, now: datetime | None = None) -> bool:
    """Whether a seeker has come as often as the rule names."""
    now = now or clock.now()
    known = Conversation.objects.filter(seeker=seeker, tallied=False).exclude(ended_at=None)
    ends = [
        talk.ended_at
        for talk in known.select_related("room__talk_clock")
        if talk.ended_at and counts(talk)
    ]
    totals = DayTotal.objects.by_person([seeker.pk])[seeker.pk]
    return any(_talks(ends, totals, now - each.within) >= each.talks for each in thresholds())


def counts(talk: Conversation) -> bool:
    """Whether an ended talk is one of the seeker's talks, as the thresholds count."""
    return (
        talk.started_at is not None
        and talk.ending in COUNTING
        and not talk.refunded
        and not talk.goes_on
        and talk.handover_used_ms is None
        and talk.room.talk_clock.used > timedelta(0)
    )


def goes_on(seeker: Person | int, now: datetime | None = None) -> bool:
    """Whether a talk that begins now is one that ended just before, going on."""
    since = (now or clock.now()) - GOES_ON_WITHIN
    lately = Conversation.objects.filter(seeker=seeker, tallied=False, ended_at__gt=since)
    return lately.filter(ending__in=COUNTING, refunded=False).exclude(started_at=None).exists()


def _talks(ends: list[datetime], totals: list[DayTotal], since: datetime) -> int:
    whole = [each.talks for each in totals if _begins(each) >= since]
    return sum(end > since for end in ends) + sum(whole)


def _begins(total: DayTotal) -> datetime:
    return datetime.combine(total.day, time(), UTC)
