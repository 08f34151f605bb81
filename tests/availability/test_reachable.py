"""When a volunteer may be asked by a notice."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from tests import factories
from warmline.availability import sweeps
from warmline.availability.reachable_models import Reachable
from warmline.protocol import clock

MONDAY = datetime(2027, 3, 1, tzinfo=UTC)
ALWAYS = {"start": time(0), "end": time(0), "quiet_from": None, "quiet_to": None}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of the week that begins on a Monday, in UTC."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("values", "when", "allowed"),
    [
        ({"start": time(9), "end": time(12)}, at(0, 9), True),
        ({"start": time(9), "end": time(12)}, at(0, 12), False),
        ({"start": time(9), "end": time(12), "days": [1]}, at(0, 9), False),
        ({"start": time(20), "end": time(2), "days": [4]}, at(4, 23), True),
        ({"start": time(20), "end": time(2), "days": [4]}, at(5, 1, 59), True),
        ({"start": time(20), "end": time(2), "days": [4]}, at(4, 1), False),
        ({"start": time(20), "end": time(2), "days": [6]}, at(0, 1), True),
        ({"quiet_from": time(22), "quiet_to": time(8)}, at(0, 23), False),
        ({"quiet_from": time(22), "quiet_to": time(8)}, at(0, 7, 59), False),
        ({"quiet_from": time(22), "quiet_to": time(8)}, at(0, 8), True),
        ({"quiet_from": time(13), "quiet_to": time(14)}, at(0, 13, 30), False),
        ({"days": []}, at(0, 12), False),
    ],
)
def test_only_in_chosen_hours_and_never_in_quiet_ones(
    values: dict[str, object], when: datetime, allowed: bool
) -> None:
    assert Reachable(**{**ALWAYS, **values}).allows(when) is allowed


def test_hours_are_those_of_the_volunteers_own_clock() -> None:
    mine = Reachable(**{**ALWAYS, "zone": "Europe/Berlin", "start": time(18), "end": time(19)})

    assert mine.allows(datetime(2027, 3, 27, 17, 30, tzinfo=UTC))
    assert mine.allows(datetime(2027, 3, 29, 16, 30, tzinfo=UTC))  # daylight saving has begun
    assert not mine.allows(datetime(2027, 3, 29, 17, 30, tzinfo=UTC))


@pytest.mark.django_db
def test_a_number_a_day_and_the_next_day_begins_anew() -> None:
    mine = Reachable.objects.create(person=factories.ben(), on=True, at_most=2, **ALWAYS)

    assert [mine.count(at(0, 12)) for _ in range(3)] == [True, True, False]
    mine.refresh_from_db()
    assert not mine.allows(at(0, 12))
    assert mine.allows(at(1, 0))
    assert mine.count(at(1, 0))


@pytest.mark.django_db
def test_nothing_is_counted_once_it_is_off() -> None:
    mine = Reachable.objects.create(person=factories.ben(), **ALWAYS)

    assert not mine.count(at(0, 12))


@pytest.mark.django_db
def test_how_often_is_forgotten_when_the_day_is_over_everywhere() -> None:
    mine = Reachable.objects.create(person=factories.ben(), on=True, **ALWAYS)
    now = clock.now()
    mine.count(now)

    sweeps.forget_how_often_asked(now)
    mine.refresh_from_db()
    assert mine.asked == 1
    sweeps.forget_how_often_asked(now + timedelta(days=2))
    mine.refresh_from_db()
    assert (mine.asked, mine.asked_on) == (0, None)
