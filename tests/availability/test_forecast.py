"""What the pattern of the last weeks says, and when it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.availability.forecast import (
    HourSeen,
    Pattern,
    WaitSeen,
    next_likely,
    with_ticks,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
THREE = 0b10101


def weeks(
    number: int = 8, *, at: int = 19, marks: int = THREE, reached: int = 60
) -> list[HourSeen]:
    """Every hour of the last weeks, somebody there each day at ``at`` (UTC) and never else."""
    first = NOW - timedelta(weeks=number)
    hours = [first + timedelta(hours=each) for each in range(number * 7 * 24)]
    return [
        HourSeen(hour, 60, reached // 2, reached, marks)
        if hour.hour == at
        else HourSeen(hour, 60, 0, 0)
        for hour in hours
    ]


def test_a_time_at_which_somebody_came_each_day_is_likely() -> None:
    pattern = Pattern.of(weeks(), now=NOW, zone=UTC)

    assert (pattern.there(NOW.replace(hour=19)) or 0) > 0.8
    assert (pattern.coming(NOW.replace(hour=19)) or 0) > 0.8


def test_the_next_likely_time_is_the_beginning_of_that_hour() -> None:
    pattern = Pattern.of(weeks(), now=NOW, zone=UTC)

    assert next_likely([pattern], (), NOW) == NOW.replace(hour=19)


def test_what_only_two_people_did_is_not_said() -> None:
    pattern = Pattern.of(weeks(marks=0b101), now=NOW, zone=UTC)

    assert pattern.there(NOW.replace(hour=19)) is None
    assert next_likely([pattern], (), NOW) is None


def test_marks_of_different_days_are_put_together() -> None:
    hours = [
        HourSeen(NOW.replace(hour=19) - DAY * (1 + back), 60, 30, 60, 1 << back % 3)
        for back in range(21)
    ]

    assert Pattern.of(hours, now=NOW, zone=UTC).there(NOW.replace(hour=19)) is not None


def test_a_few_days_are_too_little() -> None:
    hours = [hour for hour in weeks() if hour.hour > NOW - 6 * DAY]

    assert Pattern.of(hours, now=NOW, zone=UTC).there(NOW.replace(hour=19)) is None


def test_one_persons_weekday_is_not_told_from_the_other_days() -> None:
    """Mondays at 19 are one person's, Wednesdays three others'; Tuesdays nobody's."""
    who = {0: 0b1, 2: 0b1110}
    hours = []
    for back in range(1, 50):
        hour = NOW.replace(hour=19) - DAY * back
        minutes = 60 if hour.weekday() in who else 0
        hours.append(HourSeen(hour, 60, minutes, minutes, who.get(hour.weekday(), 0)))
    pattern = Pattern.of(hours, now=NOW, zone=UTC)

    assert pattern.there(NOW.replace(hour=19)) == pattern.there(NOW.replace(hour=19) + DAY)


def test_old_weeks_count_less_than_new_ones() -> None:
    changed = [
        hour if hour.hour > NOW - 4 * 7 * DAY else HourSeen(hour.hour, 60, 0, 0) for hour in weeks()
    ]
    there = Pattern.of(changed, now=NOW, zone=UTC).there(NOW.replace(hour=19)) or 0

    assert there > 0.55


def test_a_clock_change_moves_nothing() -> None:
    """People come at 19 by their own clocks: 18 UTC in winter, 17 in summer."""
    after = datetime(2026, 4, 2, 12, tzinfo=UTC)
    hours = [
        HourSeen(hour, 60, 60, 60, THREE)
        if hour.astimezone(BERLIN).hour == 19
        else HourSeen(hour, 60, 0, 0)
        for hour in (after - timedelta(hours=each) for each in range(1, 8 * 7 * 24))
    ]
    pattern = Pattern.of(hours, now=after, zone=BERLIN)

    assert next_likely([pattern], (), after) == datetime(2026, 4, 2, 17, tzinfo=UTC)


def test_who_waited_in_vain_lowers_what_is_said() -> None:
    at = NOW.replace(hour=19)
    waits = [WaitSeen(at - DAY * back, timedelta(minutes=40), met=False) for back in range(1, 40)]
    before = Pattern.of(weeks(), now=NOW, zone=UTC).coming(at) or 0
    after = Pattern.of(weeks(), waits, now=NOW, zone=UTC).coming(at) or 0

    assert after < before - 0.2


def test_who_left_early_or_was_met_at_once_says_nothing() -> None:
    at = NOW.replace(hour=19)
    waits = [
        WaitSeen(at - DAY, timedelta(minutes=5), met=False),
        WaitSeen(at - DAY, timedelta(seconds=30), met=True),
    ]

    plain, with_them = (
        Pattern.of(weeks(), each, now=NOW, zone=UTC).coming(at) for each in ((), waits)
    )
    assert with_them == plain


def test_two_ticks_alone_say_nothing_and_three_do() -> None:
    assert with_ticks(None, 2) is None
    assert with_ticks(None, 3) == pytest.approx(1 - 0.65**3)
    assert with_ticks(0.1, 1) == pytest.approx(0.35)
    assert with_ticks(0.5, 1) == pytest.approx(0.5)


def test_a_time_with_three_ticks_is_likely_from_its_beginning() -> None:
    start = NOW + timedelta(hours=5, minutes=30)

    assert next_likely([], [(start, 3)], NOW) == start
    assert next_likely([], [(start, 2)], NOW) is None


@given(
    st.lists(
        st.builds(
            lambda back, ready, more, marks: HourSeen(
                NOW - timedelta(hours=back), 60, ready, min(60, ready + more), marks
            ),
            st.integers(1, 8 * 7 * 24 - 1),
            st.integers(0, 60),
            st.integers(0, 20),
            st.integers(0, 255),
        ),
        max_size=200,
    ),
    st.integers(0, 167),
)
def test_what_is_said_is_a_chance(hours: list[HourSeen], ahead: int) -> None:
    pattern = Pattern.of(hours, now=NOW, zone=BERLIN)

    for chance in (
        pattern.coming(NOW + timedelta(hours=ahead)),
        pattern.there(NOW + timedelta(hours=ahead)),
    ):
        assert chance is None or -1e-9 <= chance <= 1 + 1e-9
