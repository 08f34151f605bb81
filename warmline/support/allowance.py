"""How long a seeker may talk: one allowance for all ways together, in any 24 hours.

By voice or sign video a minute counts a minute; typing is slower, so a minute of text counts two thirds
of one (practice, section 4: 30 minutes by voice, 45 by text). A talk counts until 24 hours after its
end, so that no 24 hours ever hold more than was granted. What was refunded counts nothing, and nothing
counts from a crisis handover on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Q

from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Way
from warmline.rules.models import Setting
from warmline.support.models import Conversation

WINDOW = timedelta(hours=24)
COUNTS = {Way.TEXT: Fraction(2, 3), Way.VOICE: Fraction(1), Way.VIDEO: Fraction(1)}
EXTRA = Fraction(3, 2)
"""With extra time: half as much again, by the seeker's own setting, no proof asked."""
SHORTEST = timedelta(minutes=5)
"""With less time by text than this a talk is not begun."""


@dataclass(frozen=True)
class Use:
    """What one talk counts, and until when; ``until`` is None while it is open."""

    counts: timedelta
    until: datetime | None


def counted(used: timedelta, way: Way) -> timedelta:
    """What time talked in a way takes from the allowance."""
    return timedelta(microseconds=int(used // timedelta(microseconds=1) * COUNTS[way]))


def stretched(time: timedelta) -> timedelta:
    """With extra time."""
    return time * EXTRA.numerator / EXTRA.denominator


def left(granted: timedelta, uses: Iterable[Use], now: datetime) -> timedelta:
    """What is left of the allowance now, at least nothing."""
    taken = (use.counts for use in uses if use.until is None or use.until > now)
    return max(timedelta(0), granted - sum(taken, timedelta(0)))


def next_time(
    granted: timedelta, uses: Iterable[Use], least: timedelta, now: datetime
) -> datetime | None:
    """When at least ``least`` is left: now, or when old talks have aged; None if never (too small)."""
    uses = list(uses)
    for moment in [now, *sorted(use.until for use in uses if use.until and use.until > now)]:
        if left(granted, uses, moment) >= least:
            return moment
    return None


@dataclass(frozen=True)
class Allowance:
    """One seeker's allowance at one moment."""

    granted: timedelta
    uses: tuple[Use, ...]
    now: datetime

    def minutes_left(self, way: Way) -> int:
        """Whole minutes they may still talk in a way."""
        whole = left(self.granted, self.uses, self.now) // timedelta(microseconds=1)
        return int(whole / COUNTS[way] // 60_000_000)

    @property
    def is_used_up(self) -> bool:
        """Too little is left to begin a talk."""
        return left(self.granted, self.uses, self.now) < counted(SHORTEST, Way.TEXT)

    @property
    def next_time(self) -> datetime | None:
        """When they may talk again; now, if they may."""
        return next_time(self.granted, self.uses, counted(SHORTEST, Way.TEXT), self.now)


def of(person: Person, *, extra_time: bool = False, now: datetime | None = None) -> Allowance:
    """The allowance of a seeker, from what their talks of the last 24 hours used."""
    return of_many([person.pk], {person.pk} if extra_time else set(), now or clock.now())[person.pk]


def of_many(persons: Iterable[int], with_extra: set[int], now: datetime) -> dict[int, Allowance]:
    """The same for many, in two queries; ``with_extra`` have switched extra time on."""
    granted = Setting.duration("allowance_minutes")
    uses: dict[int, list[Use]] = {person: [] for person in persons}
    lately = Q(ended_at=None) | Q(ended_at__gt=now - WINDOW)
    talks = Conversation.objects.filter(
        lately, seeker__in=list(uses), refunded=False, tallied=False
    )
    for talk in talks.select_related("room__talk_clock"):
        counts = counted(talk.charged, Way(talk.way))
        until = talk.ended_at + WINDOW if talk.ended_at else None
        uses[talk.seeker_id].append(Use(counts, until))
    return {
        person: Allowance(stretched(granted) if person in with_extra else granted, tuple(each), now)
        for person, each in uses.items()
    }
