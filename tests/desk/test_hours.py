"""Open hours at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from warmline.availability.models import OpenHours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def night_window() -> None:
    factories.community()


GOOD = {
    "weekdays": ["1", "4"],
    "starts": "19:30",
    "minutes": "90",
    "time_zone": "Europe/Berlin",
    "languages": ["de"],
    "way": "text",
    "first_day": "2026-11-01",
    "last_day": "2027-11-01",
    "days_out": "2026-12-25\n2027-01-01",
}


def test_a_coordinator_adds_hours_that_all_can_see() -> None:
    client = factories.client_of(factories.dana())

    answer = client.post(reverse("desk_hours"), GOOD)

    assert answer.status_code == 302
    made = OpenHours.objects.get()
    assert (made.weekdays, made.minutes, made.languages, made.way) == ([1, 4], 90, ["de"], "text")
    assert made.days_out == ["2026-12-25", "2027-01-01"]
    assert "Tuesday, Friday, 19:30" in client.get(reverse("desk_hours")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"weekdays": []}, "Please choose at least one day."),
        ({"weekdays": ["7"]}, "Please choose days from the list."),
        ({"starts": "late"}, "Please type a time, for example 20:00."),
        ({"minutes": "1000"}, "Please type a whole number from 15 to 720."),
        ({"time_zone": "Europe/Atlantis"}, "Please choose a time zone from the list."),
        ({"days_out": "Christmas"}, "Please type a day as year-month-day"),
        ({"last_day": "2026-10-01"}, "This day is before the first day."),
        ({"last_day": "2026-11-01"}, "None of these days comes before the last day."),
    ],
)
def test_what_makes_no_sense_is_said_and_not_kept(wrong: dict[str, object], sentence: str) -> None:
    client = factories.client_of(factories.dana())

    answer = client.post(reverse("desk_hours"), {**GOOD, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not OpenHours.objects.exists()


def test_hours_are_changed_and_taken_away() -> None:
    client, made = factories.client_of(factories.dana()), factories.open_hours()

    client.post(reverse("desk_hours_change", args=[made.pk]), {**GOOD, "starts": "21:00"})
    made.refresh_from_db()
    assert f"{made.starts:%H:%M}" == "21:00"

    client.post(reverse("desk_hours_remove", args=[made.pk]))
    assert not OpenHours.objects.exists()
