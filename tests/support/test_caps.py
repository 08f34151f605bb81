"""Caps and breaks: never past them in any window, whatever the order of talks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from warmline.protocol import clock
from warmline.rooms.models import TalkClock
from warmline.rules.models import RULES
from warmline.support import caps, queue
from warmline.support.caps import Talked
from warmline.support.models import Conversation
from warmline.support.services import talking

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NUMBERS = {key: rule.default for key, rule in RULES.items()}
AGREED = caps.in_force(NUMBERS, 10_000)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 60 * 20)), max_size=60))
def test_no_window_ever_holds_more_than_its_cap(wishes: list[tuple[int, int]]) -> None:
    """A volunteer who takes all they are given: each talk as long as the caps leave."""
    now, talks = START, []
    for wanted, pause in wishes:
        now += pause * MINUTE
        used = min(wanted * MINUTE, AGREED.left(talks, now))
        if used > timedelta(0):
            talks.append(Talked(now, now + used, used))
            now += used

    for talk in talks:
        for window, cap in ((caps.DAY, AGREED.day), (caps.WEEK, AGREED.week)):
            inside = [t for t in talks if t.ended > talk.ended - window and t.ended <= talk.ended]
            assert sum((t.used for t in inside), timedelta(0)) <= cap
    assert all(sum(run, timedelta(0)) <= AGREED.shift for run in _shifts(talks))


def _shifts(talks: list[Talked]) -> list[list[timedelta]]:
    """Runs of talks with less than an hour between them, found from the front."""
    runs: list[list[timedelta]] = []
    last_end = None
    for talk in talks:
        if last_end is None or talk.begun - last_end >= caps.NEW_SHIFT_AFTER:
            runs.append([])
        runs[-1].append(talk.used)
        last_end = talk.ended
    return runs


@given(
    st.lists(st.tuples(st.integers(1, 120), st.integers(0, 7 * 24 * 60)), max_size=20),
)
def test_at_the_next_time_enough_is_left_and_the_break_is_over(
    talks_ago: list[tuple[int, int]],
) -> None:
    now = START + timedelta(days=8)
    talks = [
        Talked(now - (ago + used) * MINUTE, now - ago * MINUTE, used * MINUTE)
        for used, ago in talks_ago
    ]

    moment = AGREED.next_time(talks, now)

    assert moment >= now
    assert AGREED.left(talks, moment) >= caps.SHORTEST
    pause = AGREED.on_break_until(talks)
    assert pause is None or moment >= pause


def test_the_own_limit_can_only_be_lower() -> None:
    assert caps.in_force(NUMBERS, 60).day == timedelta(hours=1)
    assert caps.in_force(NUMBERS, 10_000).day == timedelta(hours=4)


def talked(volunteer, minutes: int) -> None:
    """A talk of so many minutes that has ended now."""
    name = f"Seeker {Conversation.objects.count()}"
    talk = factories.talk(factories.seeker(name), volunteer)
    clock.move(minutes * MINUTE)
    TalkClock.objects.filter(pk=talk.pk).update(used_ms=minutes * 60_000)
    talking.end(talk, by=volunteer, ending=Conversation.Ending.SAID_GOODBYE)


@pytest.mark.django_db
def test_after_a_talk_nobody_is_offered_for_ten_minutes() -> None:
    ben = factories.ben()
    talked(ben, 5)
    factories.ready(ben, minutes=60)

    [resting] = queue.ready_now(clock.now())
    clock.move(timedelta(minutes=10))
    factories.ready(ben, minutes=60)
    [rested] = queue.ready_now(clock.now())

    assert (resting.room_for, rested.room_for) == (0, 1)


@pytest.mark.django_db
def test_two_hours_a_shift_then_an_hour_of_rest() -> None:
    ben = factories.ben(minutes_a_day=240)
    for _ in range(4):
        talked(ben, 30)
        clock.move(timedelta(minutes=10))
    factories.ready(ben, minutes=120)

    [ready] = queue.ready_now(clock.now())
    assert ready.minutes_left == 0

    clock.move(timedelta(minutes=50))
    factories.ready(ben, minutes=120)
    [ready] = queue.ready_now(clock.now())
    assert ready.minutes_left == 120


@pytest.mark.django_db
def test_the_page_says_until_when_the_break_lasts() -> None:
    factories.community()
    ben = factories.ben()
    talked(ben, 5)

    page = factories.client_of(ben).get(reverse("volunteer")).content.decode()

    assert "You have a break now." in page
    assert "in 10\xa0minutes" in page
