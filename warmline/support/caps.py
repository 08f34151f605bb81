"""How much a volunteer may talk: caps agreed together, their own lower limits, and breaks.

Practice, section 9: 2 hours a shift, 4 hours in 24, 16 hours in 7 days, 10 minutes of break after each
talk. A shift is a run of talks with less than an hour between them. Every figure is a rule the community
may change; a volunteer's own limits can only be lower.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from warmline.protocol import clock
from warmline.rules.models import Setting
from warmline.support.models import Conversation, DayTotal, Profile, ThirdSeat

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
NEW_SHIFT_AFTER = timedelta(hours=1)
SHORTEST = timedelta(minutes=5)
"""With less left than this nobody is offered."""


@dataclass(frozen=True)
class Talked:
    """One talk: from when to when (None while it is open), and how much of it was talked.

    Of an open talk ``used`` is all that it may still become. ``is_day``: all talks of a day whose hours are
    forgotten; it ended when the day did, and counts towards the week alone.
    """

    begun: datetime
    ended: datetime | None
    used: timedelta
    is_day: bool = False


@dataclass(frozen=True)
class Count:
    """What of one limit is used; an open talk counts with all it may still become."""

    used: timedelta
    cap: timedelta


@dataclass(frozen=True)
class Caps:
    """The limits in force for one volunteer."""

    shift: timedelta
    day: timedelta
    week: timedelta
    pause: timedelta

    def left(self, talks: Iterable[Talked], now: datetime) -> timedelta:
        """Time they may still talk now, at least nothing; breaks aside."""
        counts = self.counts(talks, now)
        return max(timedelta(0), min(count.cap - count.used for count in counts))

    def counts(self, talks: Iterable[Talked], now: datetime) -> tuple[Count, Count, Count]:
        """What counts towards each limit now: this shift, 24 hours, 7 days."""
        talks = list(talks)
        known = [talk for talk in talks if not talk.is_day]
        return (
            Count(_total(_shift(known, now)), self.shift),
            Count(_total(_since(known, now - DAY)), self.day),
            Count(_total(_since(talks, now - WEEK)), self.week),
        )

    def on_break_until(self, talks: Iterable[Talked]) -> datetime | None:
        """When the break after the last talk is over; None without a talk. Talks nobody came to don't
        tire.
        """
        known = [talk for talk in talks if talk.used > timedelta(0) and not talk.is_day]
        ends = [talk.ended for talk in known if talk.ended]
        return max(ends) + self.pause if ends else None

    def next_time(self, talks: Iterable[Talked], now: datetime) -> datetime:
        """When enough is left and the break is over."""
        talks = list(talks)
        pause = self.on_break_until(talks)
        earliest = max(now, pause) if pause else now
        ends = [talk.ended for talk in talks if talk.ended]
        moments = [end + wait for end in ends for wait in (NEW_SHIFT_AFTER, DAY, WEEK)]
        later = sorted(moment for moment in moments if moment > earliest)
        for moment in [earliest, *later]:
            if self.left(talks, moment) >= SHORTEST:
                return moment
        return earliest


def of(volunteer_id: int, now: datetime | None = None) -> tuple[Caps, list[Talked]]:
    """The caps of a volunteer and their talks of the last 7 days."""
    now = now or clock.now()
    profile = Profile.objects.filter(person=volunteer_id).first()
    found = Conversation.objects.filter(volunteer=volunteer_id, tallied=False)
    days = of_days([volunteer_id], now).get(volunteer_id, [])
    thirds = as_third([volunteer_id]).get(volunteer_id, [])
    numbers = Setting.all_numbers()
    return of_profile(numbers, profile), talked(
        found.select_related("room__talk_clock"), [*days, *thirds]
    )


def of_profile(numbers: dict[str, int], profile: Profile | None) -> Caps:
    """The caps of whoever has this profile; the community's without one."""
    if profile is None:
        return in_force(numbers)
    return in_force(
        numbers,
        own_day=profile.minutes_a_day,
        own_shift=profile.minutes_a_shift,
        own_week=profile.minutes_a_week,
    )


def in_force(
    numbers: dict[str, int],
    own_day: int | None = None,
    *,
    own_shift: int | None = None,
    own_week: int | None = None,
) -> Caps:
    """The community's caps, with a volunteer's own limits (minutes) where these are lower."""
    return Caps(
        shift=_lower(numbers["cap_shift_minutes"], own_shift),
        day=_lower(numbers["cap_day_minutes"], own_day),
        week=_lower(numbers["cap_week_minutes"], own_week),
        pause=timedelta(minutes=numbers["break_minutes"]),
    )


def _lower(agreed: int, own: int | None) -> timedelta:
    return timedelta(minutes=agreed if own is None else min(agreed, own))


def of_days(volunteers: Iterable[int], now: datetime) -> dict[int, list[Talked]]:
    """Days of the last week whose hours are forgotten, by volunteer; one query."""
    totals = DayTotal.objects.since((now - WEEK).date()).by_person(volunteers)
    return {person: [_as_talked(each) for each in days] for person, days in totals.items()}


def as_third(volunteers: Iterable[int]) -> dict[int, list[Talked]]:
    """Talks in which these were second listener or interpreter and whose hours are known; one query."""
    found: dict[int, list[Talked]] = defaultdict(list)
    rows = ThirdSeat.objects.filter(taker__in=list(volunteers))
    for third in rows.select_related("conversation__room"):
        found[third.taker_id or 0].append(_one_third(third))
    return found


def _one_third(third: ThirdSeat) -> Talked:
    granted = third.conversation.room.granted_ms or 0
    rest = timedelta(milliseconds=max(0, granted - third.clock_from_ms))
    used = third.used if third.ended_at else rest
    return Talked(third.taken_at or third.asked_at, third.ended_at, used)


def _as_talked(total: DayTotal) -> Talked:
    begins = datetime.combine(total.day, time(), UTC)
    return Talked(begins, begins + DAY, total.time, is_day=True)


def talked(conversations: Iterable[Conversation], days: Sequence[Talked] = ()) -> list[Talked]:
    """Talks that began, as caps count them, and the days before; what is in a day is no talk any more."""
    return [
        *days,
        *(_one(talk) for talk in conversations if not talk.tallied),
    ]


def _one(talk: Conversation) -> Talked:
    granted = timedelta(milliseconds=talk.room.granted_ms or 0)
    used = talk.room.talk_clock.used if talk.ended_at else granted
    return Talked(talk.started_at or talk.matched_at, talk.ended_at, used)


def _total(talks: Iterable[Talked]) -> timedelta:
    return sum((talk.used for talk in talks), timedelta(0))


def _since(talks: Sequence[Talked], since: datetime) -> list[Talked]:
    return [talk for talk in talks if talk.ended is None or talk.ended > since]


def _shift(talks: Sequence[Talked], now: datetime) -> list[Talked]:
    """The talks of the shift that goes on now: back in time until a gap of an hour."""
    shift: list[Talked] = []
    edge = now
    for talk in sorted(talks, key=lambda each: each.ended or now, reverse=True):
        if (talk.ended or now) <= edge - NEW_SHIFT_AFTER:
            break
        shift.append(talk)
        edge = min(edge, talk.begun)
    return shift
