"""Hours in which somebody was ready: written in bits, kept as totals, nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import NIGHT
from warmline.availability import history
from warmline.availability.models import ReadyHour

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]
EN = ("en-Latn", "text")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def watch(minutes: int, *ready_in: int, start: datetime = NIGHT) -> None:
    """Look once a minute; person 1 is ready in the minutes named."""
    for minute in range(minutes):
        ready = [(1, [EN])] if minute in ready_in else []
        history.note(start + MINUTE * minute, ready, zone=UTC)


def test_a_minute_is_written_down_once() -> None:
    assert not history.is_noted(NIGHT)
    history.note(NIGHT, [], zone=UTC)

    assert history.is_noted(NIGHT)
    assert not history.is_noted(NIGHT + MINUTE)


def test_the_same_minute_twice_counts_once() -> None:
    watch(60, 5)
    watch(60, 5)
    history.close(NIGHT + 3 * HOUR)

    (seen,) = history.of_cells([EN], NIGHT + 3 * HOUR)[EN]
    assert (seen.watched, seen.ready, seen.reached) == (60, 1, 6)


def test_the_minutes_before_somebody_comes_are_reached_over_the_hour() -> None:
    watch(120, 65)
    history.close(NIGHT + 4 * HOUR)

    first, second = sorted(history.of_cells([EN], NIGHT + 4 * HOUR)[EN], key=lambda seen: seen.hour)
    assert (first.ready, first.reached) == (0, 15)
    assert (second.ready, second.reached) == (1, 6)


def test_an_hour_in_which_nobody_was_ready_is_known_as_such() -> None:
    watch(30)
    history.close(NIGHT + 3 * HOUR)

    (seen,) = history.of_cells([EN], NIGHT + 3 * HOUR)[EN]
    assert (seen.watched, seen.ready, seen.reached) == (30, 0, 0)


def test_an_hour_that_was_not_watched_is_not_there() -> None:
    assert history.of_cells([history.ANY], NIGHT) == {history.ANY: []}


def test_an_open_hour_is_not_read_and_keeps_its_minutes() -> None:
    watch(60, 3)
    history.close(NIGHT + 2 * HOUR)

    assert history.of_cells([EN], NIGHT + 2 * HOUR)[EN] == []
    assert ReadyHour.objects.get(language="en-Latn").ready_bits == 0b1000


def test_minutes_are_forgotten_when_the_hour_is_closed() -> None:
    watch(60, 3)
    history.close(NIGHT + 3 * HOUR)

    assert not ReadyHour.objects.exclude(ready_bits=0, watched_bits=0).exists()


def test_marks_say_how_many_were_different_at_least() -> None:
    people = [(person, [EN]) for person in range(1, 60)]
    history.note(NIGHT, people, zone=UTC)
    row = ReadyHour.objects.get(language="en-Latn")

    assert row.marks.bit_count() <= 8
    history.note(NIGHT + HOUR, people[:1] * 5, zone=UTC)
    assert ReadyHour.objects.get(language="en-Latn", hour=NIGHT + HOUR).marks.bit_count() == 1


def test_hours_are_forgotten_after_eight_weeks() -> None:
    watch(1)
    history.forget(NIGHT + timedelta(weeks=8))
    assert ReadyHour.objects.count() == 1

    history.forget(NIGHT + timedelta(weeks=8, minutes=1))
    assert ReadyHour.objects.count() == 0
