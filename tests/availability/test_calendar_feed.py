"""The feeds: what other calendar programs read in them, and what nobody can."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import recurring_ical_events
from django.test import Client
from icalendar import Calendar

from tests import factories
from warmline.availability import calendar_feed, hours
from warmline.people.models import Person, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db


def read(path: str, **headers: str) -> Calendar:
    answer = Client().get(path, headers=headers)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def own_path(volunteer: Person) -> str:
    return f"/hours/{calendar_feed.new_address(volunteer)}.ics"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_a_calendar_program_finds_the_same_hours_as_the_page(zone: str) -> None:
    factories.community()
    made = factories.open_hours(
        time_zone=zone,
        weekdays=[1, 5],
        first_day=date(2026, 9, 1),
        last_day=date(2027, 4, 30),
        days_out=["2026-10-31"],
    )
    begin, end = datetime(2026, 9, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)

    found = recurring_ical_events.of(read("/hours.ics")).between(begin, end)

    shown = [(each["DTSTART"].dt, each["DTEND"].dt) for each in found]
    expected = [(each.start, each.end) for each in hours.of_series(made, begin, end)]
    assert sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in shown) == expected
    assert len(expected) > 60


def test_the_feed_brings_its_zones() -> None:
    factories.community()
    factories.open_hours(time_zone="Australia/Sydney")

    zones = {str(zone["TZID"]) for zone in read("/hours.ics").walk("VTIMEZONE")}

    assert zones == {"Australia/Sydney"}


def test_nobody_is_in_the_public_feed() -> None:
    factories.community()
    ben, made = factories.ben(), factories.open_hours()
    before = Client().get("/hours.ics").content

    hours.pledge(ben, made)

    after = Client().get("/hours.ics").content
    assert after == before
    assert not {"ORGANIZER", "ATTENDEE", "CONTACT"} & {
        name for event in read("/hours.ics").walk("VEVENT") for name in event
    }


def test_what_has_not_changed_is_not_sent_again() -> None:
    factories.community()
    made = factories.open_hours()
    first = Client().get("/hours.ics")
    assert first["Cache-Control"] == "public, max-age=300"

    again = Client().get("/hours.ics", headers={"If-None-Match": first["ETag"]})
    made.starts = time(21)
    made.save()
    changed = Client().get("/hours.ics", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_a_volunteers_own_feed_tells_their_ticks_from_the_rest() -> None:
    factories.community()
    ben, made = factories.ben(), factories.open_hours()
    now = clock.now()
    first = hours.upcoming(now, now + timedelta(days=3))[0]
    hours.pledge(factories.chioma(), made)
    hours.pledge(ben, made, day=first.day)

    events = read(own_path(ben)).walk("VEVENT")

    ticked = [each for each in events if str(each["SUMMARY"]) == "Probably there"]
    assert [each["DTSTART"].dt for each in ticked] == [first.start]
    assert len(events) > 50


def test_a_new_address_ends_the_old_one() -> None:
    factories.community()
    ben = factories.ben()
    old, new = own_path(ben), own_path(ben)

    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_an_address_ends_with_the_role() -> None:
    factories.community()
    ben = factories.ben()
    path = own_path(ben)

    Role.objects.filter(person=ben).delete()

    assert Client().get(path).status_code == 404
