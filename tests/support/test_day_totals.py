"""Instants for a day, then totals of the day: nothing is charged twice, and sweeping changes no answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from tests.support.conftest import NIGHT
from tests.support.planning_world import talked
from warmline.core import sweeping
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Room, Seat, TalkClock, Way
from warmline.rules.models import Setting
from warmline.support import allowance, caps, day_totals
from warmline.support.allowance import Use
from warmline.support.caps import Talked
from warmline.support.models import Conversation, DayTotal
from warmline.support.services import talking

pytestmark = pytest.mark.django_db
Ending = Conversation.Ending
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SECOND = timedelta(seconds=1)
ZONES = ("UTC", "Pacific/Kiritimati", "America/Adak", "Asia/Kathmandu", "Europe/Berlin")
LOST = 5
"""Seconds a crash can lose: what the gateway has not written since its last beat."""


# One life of talks, as it happens and as the rules see it


@dataclass(frozen=True)
class Part:
    """Both connected for so long, then a crash or not, then the line is gone for so long; seconds."""

    together: int
    crash: bool
    gone: int


@dataclass(frozen=True)
class Talk:
    """A pause, the talk's parts, how it ends, whether the clock jumps ahead then, and when it is swept."""

    pause: int
    parts: tuple[Part, ...]
    ending: str
    jump: int
    swept: tuple[bool, bool, bool]
    zone: str


parts = st.builds(Part, st.integers(0, 25 * 60), st.booleans(), st.integers(0, 9 * 60))
talks = st.builds(
    Talk,
    st.sampled_from([0, 60, 3600, 5 * 3600, 12 * 3600, 24 * 3600, 30 * 3600]).flatmap(
        lambda about: st.integers(max(0, about - 2), about + 2)
    ),
    st.lists(parts, min_size=1, max_size=3).map(tuple),
    st.sampled_from(["seeker", "volunteer", "needed_to_stop", "away", "exit"]),
    st.sampled_from([0, 0, 0, 3600, 26 * 3600]),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from(ZONES),
)
lives = st.lists(talks, min_size=1, max_size=8)


@dataclass
class Life:
    """`uses`: what each talk counts for the seeker. `done`: what each was for the volunteer."""

    ada: Person
    ben: Person
    uses: list[Use] = field(default_factory=list)
    done: list[Talked] = field(default_factory=list)

    def take_place(self, each: Talk, minutes: int) -> None:
        conversation = factories.talk(self.ada, self.ben, minutes=minutes)
        begun, used = clock.now(), 0
        for part in each.parts:
            together = min(part.together, minutes * 60 - used)
            clock.move(together * SECOND)
            used += max(0, together - LOST) if part.crash else together
            TalkClock.objects.filter(pk=conversation.pk).update(
                used_ms=used * 1000, last_beat_ms=clock.now_ms()
            )
            _sweep(each.swept[0])
            clock.move(part.gone * SECOND)
        conversation.refresh_from_db()
        if conversation.ended_at is None:
            _end(conversation, each.ending)
            conversation.refresh_from_db()
        assert conversation.ended_at is not None
        length = used * SECOND
        refunded = conversation.ending == Ending.NEEDED_TO_STOP
        counts = timedelta(0) if refunded else allowance.counted(length, Way.TEXT)
        self.uses.append(Use(counts, conversation.ended_at + allowance.WINDOW))
        self.done.append(Talked(begun, conversation.ended_at, length))


def _end(conversation: Conversation, ending: str) -> None:
    conversation = Conversation.objects.select_related("room__talk_clock").get(pk=conversation.pk)
    if ending == "needed_to_stop":
        talking.need_to_stop(conversation, by=conversation.volunteer)
    elif ending == "away":
        clock.move(timedelta(minutes=11))
        talking.settle(conversation)
    else:
        by = conversation.volunteer if ending == "volunteer" else conversation.seeker
        how = Ending.EXIT if ending == "exit" else Ending.SAID_GOODBYE
        talking.end(conversation, by=by, ending=how)


def _sweep(now: bool) -> None:
    if now:
        sweeping.run_all()


@contextmanager
def a_life() -> Iterator[Life]:
    """Its own clock and database; afterwards nothing of it is left."""
    clock.freeze(NIGHT)
    with transaction.atomic():
        yield Life(factories.ada(), factories.ben(minutes_a_day=240))
        transaction.set_rollback(True)


@settings(max_examples=30)
@given(lives)
def test_whatever_happens_a_seeker_is_charged_once_and_never_for_our_failure(
    life: list[Talk],
) -> None:
    granted = Setting.duration("allowance_minutes")
    with a_life() as lived:
        for each in life:
            clock.move(each.pause * SECOND)
            _sweep(each.swept[1])
            with timezone.override(ZoneInfo(each.zone)):
                has = allowance.of(lived.ada)
                assert left(has) == allowance.left(granted, lived.uses, clock.now())
                if has.is_used_up:
                    assert has.next_time is not None
                    assert has.next_time > clock.now()
                    continue
                lived.take_place(each, min(45, has.minutes_left(Way.TEXT)))
                clock.move(each.jump * SECOND)
                before = left(allowance.of(lived.ada))
                _sweep(each.swept[2])
                assert left(allowance.of(lived.ada)) == before
                assert before == allowance.left(granted, lived.uses, clock.now())

        for last in lived.uses:
            window = (last.until - DAY, last.until)
            inside = [use.counts for use in lived.uses if window[0] < use.until <= window[1]]
            assert sum(inside, timedelta(0)) <= granted


@settings(max_examples=30)
@given(lives)
def test_whatever_happens_a_volunteer_is_within_every_cap(life: list[Talk]) -> None:
    with a_life() as lived:
        for each in life * 3:
            clock.move(each.pause * SECOND)
            _sweep(each.swept[1])
            limits, known = caps.of(lived.ben.pk)
            left_now = limits.left(known, clock.now())
            # A day counts until all of it is past: never more than the talks themselves would leave.
            assert left_now <= limits.left(lived.done, clock.now())
            assert _of_the_day(limits, known) == _of_the_day(limits, lived.done)
            minutes = min(45, left_now // timedelta(minutes=1))
            if minutes >= 5:
                lived.take_place(each, minutes)
                clock.move(each.jump * SECOND)
                _sweep(each.swept[2])

        for last in lived.done:
            for window, cap in ((DAY, timedelta(hours=4)), (WEEK, timedelta(hours=16))):
                since = last.ended - window
                inside = [talk.used for talk in lived.done if since < talk.ended <= last.ended]
                assert sum(inside, timedelta(0)) <= cap


def _of_the_day(limits: caps.Caps, known: list[Talked]) -> tuple[object, ...]:
    """What counts in 24 hours, and the break, where one goes on."""
    pause = limits.on_break_until(known)
    on_break = pause if pause and pause > clock.now() else None
    return limits.counts(known, clock.now())[1], on_break


def left(has: allowance.Allowance) -> timedelta:
    return allowance.left(has.granted, has.uses, has.now)


# What is kept, and for how long


def test_a_day_after_a_talk_only_its_day_is_known() -> None:
    ada, ben = factories.ada(), factories.ben()
    talk = talked(ada, ben, minutes=12)
    talking.leave(Seat.objects.get(room=talk.room, person=ada))
    Seat.objects.filter(person=ada).update(card_country="DE")
    clock.move(DAY - SECOND)
    sweeping.run_all()
    assert Conversation.objects.get().ended_at == talk.ended_at

    clock.move(SECOND)
    sweeping.run_all()

    day = datetime(2026, 11, 22, tzinfo=UTC)
    assert _instants() == {day}
    assert TalkClock.objects.get().used_ms == 0
    assert not Seat.objects.exclude(card_country="").exists()
    assert _totals(ada) == [(day.date(), 1, 12 * 60)]
    assert _totals(ben) == [(day.date(), 1, 12 * 60)]


def _instants() -> set[datetime]:
    """Every moment that a table still holds about talks, rooms, seats and clocks."""
    found: set[datetime] = set()
    for kind in (Conversation, Room, Seat, TalkClock):
        for row in kind.objects.all():
            values = {field.name: getattr(row, field.attname) for field in kind._meta.fields}
            found |= {value for value in values.values() if isinstance(value, datetime)}
            assert not any(name.endswith("_ms") and values[name] for name in values
                           if name not in ("granted_ms",))  # fmt: skip
    return found


def _totals(person: Person) -> list[tuple[date, int, int]]:
    return list(DayTotal.objects.filter(person=person).values_list("day", "talks", "seconds"))


def test_a_total_knows_no_partner() -> None:
    names = {field.name for field in DayTotal._meta.fields}

    assert names == {"id", "person", "day", "talks", "seconds"}


def test_it_is_added_once_however_often_it_is_swept() -> None:
    ada = factories.ada()
    talk = talked(ada, minutes=10)
    clock.move(DAY)
    stale = Conversation.objects.select_related("room__talk_clock").get(pk=talk.pk)

    assert day_totals.tally(stale)
    assert not day_totals.tally(stale)
    sweeping.run_all()

    assert _totals(ada) == [(NIGHT.date(), 1, 600)]


def test_what_was_refunded_is_no_talk_of_the_seeker() -> None:
    ada, ben = factories.ada(), factories.ben()
    talked(ada, ben, minutes=10, ending=Ending.NEEDED_TO_STOP)
    clock.move(DAY)
    sweeping.run_all()

    assert _totals(ada) == [(NIGHT.date(), 0, 0)]
    assert _totals(ben) == [(NIGHT.date(), 1, 600)]


def test_an_open_talk_is_left_alone() -> None:
    talk = factories.talk(factories.ada(), factories.ben())

    assert not day_totals.tally(talk)
    assert not Conversation.objects.get().tallied


def test_totals_are_kept_60_days_for_seekers_and_8_for_volunteers() -> None:
    ada, ben = factories.ada(), factories.ben()
    talked(ada, ben)
    clock.move(timedelta(days=8))
    sweeping.run_all()
    assert _totals(ada)
    assert _totals(ben)

    clock.move(DAY)
    sweeping.run_all()
    assert not _totals(ben)
    clock.move(timedelta(days=51))
    sweeping.run_all()
    assert _totals(ada)
    clock.move(DAY)
    sweeping.run_all()

    assert not DayTotal.objects.exists()


def test_a_talk_that_was_never_swept_is_not_lost_for_the_totals() -> None:
    ada = factories.ada()
    talked(ada)
    clock.move(timedelta(days=30))

    sweeping.run_all()

    assert len(_totals(ada)) == 1
    assert not Conversation.objects.exists()


def test_the_cap_of_a_week_counts_the_days_before() -> None:
    Setting.objects.create(key="cap_week_minutes", value=60)
    ben = factories.ben(minutes_a_day=240)
    talked(factories.ada(), ben, minutes=50)
    clock.move(timedelta(days=3))
    sweeping.run_all()

    limits, known = caps.of(ben.pk)

    assert limits.left(known, clock.now()) == timedelta(minutes=10)
    assert limits.next_time(known, clock.now()) == clock.now()
