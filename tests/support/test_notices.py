"""Volunteers switch notices on for everything, seekers for one thing they wait for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.push_service import PushService
from tests.support import letters
from warmline.availability import telling
from warmline.availability.models import PushAddress
from warmline.availability.teller import send_due
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support.seeking import SEEKER
from warmline.support.services import lettering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]


def seekers_browser(seeker: Person) -> Client:
    client = Client()
    session = client.session
    session[SEEKER] = seeker.pk
    session.save()
    return client


def page_of(client: Client) -> str:
    return client.get(reverse("notices")).content.decode()


def test_a_volunteer_is_told_from_the_moment_they_switched_it_on(pushes: PushService) -> None:
    ben, browser = factories.ben(), pushes.subscribe()
    client = factories.client_of(ben)
    assert "Notices are off" in page_of(client)
    telling.tell(ben, "letter", path="/volunteer/")

    client.post(reverse("notices_keep"), browser.form)
    telling.tell(ben, "letter", path="/volunteer/letters/1/")
    send_due()

    assert browser.next().said["path"] == "/volunteer/letters/1/"
    assert pushes.calls == 1
    assert "on 1 device" in page_of(client)


def test_off_everywhere_is_one_tap(pushes: PushService) -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    for _ in range(2):
        client.post(reverse("notices_keep"), pushes.subscribe().form)
    assert "on 2 devices" in page_of(client)

    client.post(reverse("notices_off"))

    assert "Notices are off" in page_of(client)
    assert not PushAddress.objects.exists()


def test_one_volunteer_does_not_switch_another_off(pushes: PushService) -> None:
    ben, chioma = factories.ben(), factories.chioma()
    telling.keep(ben, pushes.subscribe().subscription)

    factories.client_of(chioma).post(reverse("notices_off"))

    assert telling.can_be_told(ben, "letter")


@pytest.mark.parametrize("wrong", ["endpoint", "p256dh", "auth"])
def test_what_no_browser_says_is_refused(pushes: PushService, wrong: str) -> None:
    client = factories.client_of(factories.ben())

    answer = client.post(reverse("notices_keep"), {**pushes.subscribe().form, wrong: "x" * 80})

    assert answer.status_code == 422
    assert not PushAddress.objects.exists()


def test_a_seeker_is_told_of_one_thing_for_24_hours(pushes: PushService) -> None:
    ada, browser = factories.ada(), pushes.subscribe()
    said = {**browser.form, "kind": "letter", "then": "/remember/"}

    answer = seekers_browser(ada).post(reverse("push_keep"), said)

    assert answer.headers["Location"] == "/remember/"
    assert telling.can_be_told(ada, "letter")
    assert not telling.can_be_told(ada, "appointment")
    clock.move(timedelta(hours=24))
    assert not telling.can_be_told(ada, "letter")


def test_who_waits_for_an_answer_is_told_of_it_if_they_switched_it_on(pushes: PushService) -> None:
    ada, ben, browser = factories.ada(), letters.fits("ben"), pushes.subscribe()
    letter, client = letters.sent(ada), seekers_browser(ada)
    page = client.get(reverse("letter")).content.decode()
    assert reverse("push_keep") in page
    assert "dist/push" in page
    client.post(reverse("push_keep"), {**browser.form, "kind": "letter", "then": reverse("letter")})

    lettering.take(letter, by=ben)
    letter.refresh_from_db()
    lettering.answer(letter, by=ben, part=letters.part())
    send_due()

    assert browser.next().said["path"] == reverse("letter")


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "offer"},
        {"kind": "free"},
        {"kind": ""},
        {"then": "https://elsewhere.example/"},
        {"then": "//elsewhere.example/"},
        {"then": "/\\elsewhere.example/"},
    ],
)
def test_a_seeker_is_told_of_nothing_else_and_led_nowhere_else(
    pushes: PushService, said: dict[str, str]
) -> None:
    usual = {**pushes.subscribe().form, "kind": "letter", "then": "/remember/"}

    answer = seekers_browser(factories.ada()).post(reverse("push_keep"), {**usual, **said})

    assert answer.headers["Location"] == reverse("home")
    assert not PushAddress.objects.exists()


def test_switching_on_in_a_loop_is_refused(pushes: PushService) -> None:
    client = factories.client_of(factories.ben())

    answers = [
        client.post(reverse("notices_keep"), pushes.subscribe().form).status_code for _ in range(21)
    ]

    assert answers == [302] * 20 + [429]
    assert PushAddress.objects.count() == telling.ADDRESSES_MOST
