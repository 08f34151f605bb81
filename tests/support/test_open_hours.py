"""A volunteer's ticks and gaps, and what the home page says about open hours."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import factories
from warmline.availability import calendar_feed, hours
from warmline.availability.models import CalendarAddress, Pledge
from warmline.people.ending import end_role
from warmline.people.models import Role
from warmline.protocol import clock
from warmline.support import open_hours
from warmline.support.models import TopicLevel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]


def next_two_weeks() -> list[hours.Occurrence]:
    now = clock.now()
    return hours.upcoming(now, now + hours.LOOKS_AHEAD)


def tick(client: Client, series_id: int, **form: str) -> None:
    client.post(reverse("own_hours_tick", args=[series_id]), form)


def test_home_shows_the_next_hours_and_nothing_without_any() -> None:
    assert "Open hours" not in Client().get("/").content.decode()

    factories.open_hours()

    page = Client().get("/").content.decode()
    assert "Open hours" in page
    assert "20:00–22:00, Europe/Berlin" in page
    assert reverse("hours_feed") in page


def test_home_does_not_show_whether_anybody_ticked() -> None:
    made = factories.open_hours()
    before = open_hours.next_lines()

    hours.pledge(factories.ben(), made)

    assert open_hours.next_lines() == before


def test_a_tick_is_one_tap_and_taken_back_in_one() -> None:
    made, ben = factories.open_hours(), factories.ben()
    client, first = factories.client_of(ben), next_two_weeks()[0]

    tick(client, made.pk, day=first.day.isoformat(), coming="on")
    assert hours.pledged(first) == 1

    tick(client, made.pk, day=first.day.isoformat())
    assert hours.pledged(first) == 0


def test_a_tick_for_each_week_can_leave_one_day_out() -> None:
    made, ben = factories.open_hours(), factories.ben()
    client, (first, second) = factories.client_of(ben), next_two_weeks()[:2]

    tick(client, made.pk, coming="on")
    tick(client, made.pk, day=first.day.isoformat())

    assert (hours.pledged(first), hours.pledged(second)) == (0, 1)


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow", "9999-12-31"])
def test_a_day_without_open_hours_cannot_be_ticked(day: str) -> None:
    made, ben = factories.open_hours(), factories.ben()

    tick(factories.client_of(ben), made.pk, day=day, coming="on")

    assert not Pledge.objects.exists()


def test_gaps_are_what_nobody_who_ticked_could_take() -> None:
    grief = factories.topic("grief")
    made = factories.open_hours(languages=["en", "de"], way="text", topic_ids=[grief.pk])
    ben = factories.ben(languages=["en"])
    factories.level(ben, grief)
    hours.pledge(ben, made)

    line = open_hours.for_volunteer(ben)[0]

    assert line["gaps"] == ["German · text · Grief"]


def test_please_not_leaves_a_gap() -> None:
    grief = factories.topic("grief")
    made = factories.open_hours(languages=["en"], way="text", topic_ids=[grief.pk])
    ben = factories.ben()
    factories.level(ben, grief, TopicLevel.Level.PLEASE_NOT)
    hours.pledge(ben, made)

    assert open_hours.for_volunteer(ben)[0]["gaps"] == ["English · text · Grief"]


def test_the_address_is_shown_once() -> None:
    client = factories.client_of(factories.ben())

    made = client.post(reverse("own_hours_address")).content.decode()

    path = re.findall(r"/hours/[\w-]{43}\.ics", made)[0]
    assert client.get(path).status_code == 200
    assert path not in client.get(reverse("own_hours")).content.decode()


def test_all_of_it_ends_with_the_role() -> None:
    ben = factories.ben()
    hours.pledge(ben, factories.open_hours())
    calendar_feed.new_address(ben)

    end_role(ben.roles.get(kind=Role.Kind.VOLUNTEER), by="Dana Alias")

    assert not Pledge.objects.exists()
    assert not CalendarAddress.objects.exists()


def test_a_page_asks_the_database_no_more_for_three_hours_than_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ben = factories.ben()
    for _ in range(3):
        factories.open_hours(last_day=(clock.now() + timedelta(days=9)).date())
        with django_assert_num_queries(7):
            open_hours.for_volunteer(ben)
