"""Open hours: recurrence across clock changes, wishes, and ticks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from warmline.availability import hours
from warmline.availability.models import OpenHours, Pledge
from warmline.people.models import Role

CHANGES = [
    ("Europe/Berlin", date(2026, 3, 28), 2),
    ("Europe/Berlin", date(2026, 10, 24), 1),
    ("America/New_York", date(2026, 3, 7), -4),
    ("America/New_York", date(2026, 10, 31), -5),
    ("Australia/Sydney", date(2026, 4, 4), 10),
    ("Australia/Sydney", date(2026, 10, 3), 11),
]
"""Zone, the day before its clock changes, hours from UTC after it (tz database 2025)."""


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "day", "offset"), CHANGES)
def test_an_open_hour_keeps_its_wall_clock_when_the_clock_changes(
    zone: str, day: date, offset: int
) -> None:
    factories.open_hours(time_zone=zone)

    found = hours.upcoming(noon(day) - timedelta(days=2), noon(day) + timedelta(days=3))

    assert {each.start.astimezone(ZoneInfo(zone)).hour for each in found} == {20}
    after = next(each for each in found if each.day == day + timedelta(days=1))
    assert after.start == datetime.combine(after.day, time(20), UTC) - timedelta(hours=offset)
    assert {each.end - each.start for each in found} == {timedelta(hours=2)}


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "day", "_offset"), CHANGES)
def test_a_series_in_the_night_of_the_change_falls_once_on_each_day(
    zone: str, day: date, _offset: int
) -> None:
    factories.open_hours(time_zone=zone, starts=time(2, 30), minutes=30)

    found = hours.upcoming(noon(day) - timedelta(days=3), noon(day) + timedelta(days=3))

    days = [each.day for each in found]
    assert len(days) == len({*days})
    assert day + timedelta(days=1) in days


@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata"]),
    day=st.dates(date(2026, 1, 1), date(2028, 12, 1)),
    weekdays=st.lists(st.integers(0, 6), min_size=1, unique=True),
    start=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_recurrence_gives_each_chosen_weekday_once(
    zone: str, day: date, weekdays: list[int], start: time
) -> None:
    made = OpenHours(
        id=1, time_zone=zone, weekdays=weekdays, starts=start, minutes=60, first_day=day
    )
    begins = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)

    found = hours.of_series(made, begins, begins + timedelta(days=14, hours=3))

    wanted = [day + timedelta(days=ahead) for ahead in range(13)]
    got = [each.day for each in found if each.day in wanted]
    assert sorted(got) == [each for each in wanted if each.weekday() in weekdays]


@pytest.mark.django_db
def test_an_hour_that_is_on_counts_until_it_ends() -> None:
    factories.open_hours(weekdays=[0], last_day=date(2026, 11, 23))
    on = datetime(2026, 11, 23, 20, 59, tzinfo=UTC)

    assert hours.next_open(on) is not None
    assert hours.next_open(on + timedelta(minutes=1)) is None


@pytest.mark.django_db
def test_a_day_out_and_days_past_the_last_are_left_out() -> None:
    factories.open_hours(
        days_out=["2026-11-24"], last_day=date(2026, 11, 25), first_day=date(2026, 11, 23)
    )
    now = datetime(2026, 11, 20, tzinfo=UTC)

    found = hours.upcoming(now, now + timedelta(days=14))

    assert [each.day.day for each in found] == [23, 25]


@pytest.mark.django_db
def test_wishes_choose_by_language_way_and_topic() -> None:
    german = factories.open_hours(languages=["de"], way="text", topic_ids=[1, 2])
    anything = factories.open_hours()
    now = datetime(2026, 11, 20, tzinfo=UTC)

    def found(**wishes: object) -> set[int]:
        each = hours.upcoming(now, now + timedelta(days=1), **wishes)
        return {one.series_id for one in each}

    assert found(language="de-AT", way="text", topics=[1]) == {german.pk, anything.pk}
    assert found(language="en") == {anything.pk}
    assert found(way="video") == {anything.pk}
    assert found(topics=[1, 3]) == {anything.pk}


@pytest.mark.django_db
def test_ticks_count_for_one_day_or_each_week_and_can_be_taken_back() -> None:
    made = factories.open_hours()
    ben, chioma = factories.ben(), factories.chioma()
    now = datetime(2026, 11, 20, tzinfo=UTC)
    first, second = hours.upcoming(now, now + timedelta(days=2))[:2]

    hours.pledge(ben, made)
    hours.pledge(chioma, made, day=first.day)
    hours.pledge(chioma, made, day=first.day)
    assert (hours.pledged(first), hours.pledged(second)) == (2, 1)

    hours.take_back(ben, made, day=first.day)
    assert (hours.pledged(first), hours.pledged(second)) == (1, 1)

    hours.take_back(ben, made)
    hours.take_back(chioma, made, day=first.day)
    assert (hours.pledged(first), hours.pledged(second)) == (0, 0)


@pytest.mark.django_db
def test_only_acting_volunteers_count() -> None:
    made, ben = factories.open_hours(), factories.ben()
    hours.pledge(ben, made)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    occurrence = hours.upcoming(now, now + timedelta(days=1))[0]

    Role.objects.filter(person=ben).delete()

    assert hours.pledged(occurrence) == 0


@pytest.mark.django_db
def test_what_is_over_is_forgotten() -> None:
    old, going_on, ben = (
        factories.open_hours(last_day=date(2026, 11, 10)),
        factories.open_hours(),
        factories.ben(),
    )
    hours.pledge(ben, going_on, day=date(2026, 11, 10))

    hours.forget_over(datetime(2026, 11, 20, tzinfo=UTC))

    assert not OpenHours.objects.filter(pk=old.pk).exists()
    assert OpenHours.objects.filter(pk=going_on.pk).exists()
    assert not Pledge.objects.exists()
