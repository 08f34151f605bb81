"""The pages of appointments from both sides, in time zones across a change of the clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.conftest import NIGHT
from warmline.availability.models import Appointment
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rules import ground_rules
from warmline.rules.models import Audience
from warmline.support.models import Conversation, Request
from warmline.support.seeking import CONSENT, CONSENT_VERSION, SEEKER
from warmline.support.services import appointing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

SOON = NIGHT + timedelta(hours=3)
BEFORE_SPRING = datetime(2027, 3, 27, 3, 0, tzinfo=UTC)
"""Berlin puts its clock forward on the 28th; New York has done so two weeks before."""


def browser_of(seeker: Person) -> Client:
    client = Client()
    session = client.session
    session[SEEKER] = seeker.pk
    session[CONSENT] = {"language": "en", "version": CONSENT_VERSION}
    session.save()
    client.cookies["rules"] = str(ground_rules.number_in_force(Audience.SEEKERS))
    return client


def wish(**values: str) -> dict[str, str]:
    return {
        "zone": "Europe/Berlin",
        "language": "en",
        "day_1": "2026-11-24",
        "time_1": "19:00",
        **values,
    }


def made(seeker: Person) -> tuple[Appointment, str]:
    return appointing.ask(seeker, times=[SOON], zone=ZoneInfo("UTC"), language="en", way="text")


def seen(answer: Any) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def test_a_seekers_time_is_shown_on_each_ones_own_clock() -> None:
    clock.freeze(BEFORE_SPRING)
    ada, ben = browser_of(factories.ada()), factories.client_of(factories.ben())
    asked = ada.post(reverse("appointment_ask"), wish(day_1="2027-03-28", time_1="19:00"))
    assert asked.status_code == 200
    assert Appointment.objects.get().times.get().at == datetime(2027, 3, 28, 17, 0, tzinfo=UTC)

    assert "Sunday, 28 March, 19:00" in seen(ada.get(reverse("appointment")))
    for zone, shown in (
        ("America/New_York", "Sunday, 28 March, 13:00"),
        ("Australia/Sydney", "Monday, 29 March, 04:00"),
        ("Europe/Berlin", "Sunday, 28 March, 19:00"),
    ):
        ben.post(reverse("appointments_zone"), {"zone": zone})
        assert f"Take {shown}" in seen(ben.get(reverse("appointments")))


def test_an_hour_the_clock_leaves_out_is_asked_again_and_nothing_is_kept() -> None:
    clock.freeze(BEFORE_SPRING)
    answer = browser_of(factories.ada()).post(
        reverse("appointment_ask"), wish(day_1="2027-03-28", time_1="02:30")
    )

    assert answer.status_code == 422
    assert "the clock is put forward" in seen(answer)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"time_1": ""},
        {"day_1": ""},
        {"day_1": "", "time_1": ""},
        {"day_1": "2026-11-22", "time_1": "04:59"},
        {"day_1": "0001-01-01"},
        {"day_1": "9999-12-31", "zone": "America/New_York"},
        {"day_1": "tomorrow"},
        {"zone": "Nowhere/Town"},
        {"language": "xx"},
    ],
)
def test_what_can_not_be_meant_is_asked_again(bad: dict[str, str]) -> None:
    answer = browser_of(factories.ada()).post(reverse("appointment_ask"), wish(**bad))

    assert answer.status_code == 422
    assert not Appointment.objects.exists()


def test_a_volunteer_sees_nothing_of_who_it_is() -> None:
    ada = factories.seeker("Zanzibar Heron")
    made(ada)

    page = factories.client_of(factories.ben()).get(reverse("appointments"))

    assert "Take" in seen(page)
    assert "Zanzibar" not in page.content.decode()
    assert f"{ada.pk}" not in page.content.decode()


def test_the_link_makes_another_browser_its_seeker_by_a_press() -> None:
    ada = factories.ada()
    _made, secret = made(ada)
    other = Client()

    opened = other.get(reverse("appointment_link", args=[secret]))
    assert opened["Location"] == reverse("appointment_open")
    assert secret not in other.get(reverse("appointment_open")).content.decode()
    assert SEEKER not in other.session
    other.post(reverse("appointment_open"))

    assert other.session[SEEKER] == ada.pk
    assert "Nobody has taken it yet" in seen(other.get(reverse("appointment")))


def test_a_guessed_link_opens_nothing() -> None:
    made(factories.ada())
    other = Client()

    other.get(reverse("appointment_link", args=["x" * 43]))
    page = other.post(reverse("appointment_open"))

    assert "does not work any more" in seen(page)
    assert SEEKER not in other.session


def test_guessing_is_slowed_down() -> None:
    other = Client()
    answers = [
        other.get(reverse("appointment_link", args=[f"guess{n}"])).status_code for n in range(61)
    ]

    assert answers == [302] * 60 + [429]


def test_the_link_is_shown_once_and_kept_nowhere() -> None:
    ada = browser_of(factories.ada())
    page = ada.post(reverse("appointment_ask"), wish())
    found = re.search(r"/appointment/link/([\w-]{43})/", page.content.decode())
    assert found is not None
    secret = found[1]

    assert page["Cache-Control"] == "no-store"
    assert secret not in ada.get(reverse("appointment")).content.decode()
    assert secret not in str(dict(ada.session))
    assert secret not in str(list(Appointment.objects.values()))


def test_at_the_time_both_press_and_are_in_one_talk() -> None:
    ada, ben = factories.ada(), factories.ben()
    seeker, volunteer = browser_of(ada), factories.client_of(ben)
    appointment, _secret = made(ada)
    at = str(int(SOON.timestamp()))
    volunteer.post(reverse("appointment_take", args=[appointment.pk]), {"at": at})
    clock.freeze(SOON)

    assert seeker.post(reverse("appointment_here"))["Location"] == reverse("appointment")
    assert "We wait for the volunteer" in seen(seeker.get(reverse("appointment")))
    met = volunteer.post(reverse("appointment_come", args=[appointment.pk]))

    talk = Conversation.objects.get()
    assert met["Location"] == reverse("talk", args=[talk.pk])
    assert seeker.post(reverse("appointment_still_here")).json() == {"url": reverse("met")}


def test_nobody_came_and_one_press_leads_to_waiting() -> None:
    ada = factories.ada()
    seeker = browser_of(ada)
    appointment, _secret = made(ada)
    appointing.take(appointment, at=SOON, by=factories.ben())
    clock.freeze(SOON + timedelta(minutes=10))
    assert "It costs nobody anything" in seen(seeker.get(reverse("appointment")))

    assert seeker.post(reverse("appointment_wait"))["Location"] == reverse("waiting")

    assert Request.objects.get().seeker == ada


def test_what_is_taken_is_not_anothers_to_use() -> None:
    ada, ben = factories.ada(), factories.ben()
    chioma = factories.client_of(factories.chioma())
    appointment, _secret = made(ada)
    appointing.take(appointment, at=SOON, by=ben)

    for name in ("appointment_take", "appointment_give_back", "appointment_come"):
        body = {"at": str(int(SOON.timestamp()))}
        chioma.post(reverse(name, args=[appointment.pk]), body)

    appointment.refresh_from_db()
    assert (appointment.state, appointment.taker) == (Appointment.State.TAKEN, ben)
