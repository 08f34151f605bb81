"""Extra time follows a seeker who is saved; everybody else's is their browser session's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.safety.reporting import window_of
from tests.support.test_allowance import used
from tests.support.test_identity_pages import come_back, drawn, remembered, reopened
from warmline.core import sweeping
from warmline.people.models import Device, ExtraTime, Person
from warmline.protocol import clock
from warmline.support.seeking import CONSENT_VERSION

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

OPEN = "What would help?"
CLOSED = "You have used your time for today."


@pytest.fixture
def ada() -> Person:
    """Has talked as long as everybody may: 45 minutes by text."""
    person = factories.ada()
    used(person, 45)
    return person


def switch(client: Client, on: bool) -> None:
    client.post(reverse("extra_time"), {"on": "1" if on else "0"})


def about(client: Client) -> str:
    """The page that says whether there is time left, after the yes of this session."""
    session = client.session
    session["consent"] = {"language": "en", "version": CONSENT_VERSION}
    session.save()
    client.cookies["rules"] = "1"
    return client.get(reverse("about")).content.decode()


def test_it_comes_back_with_six_words_on_another_device(ada: Person) -> None:
    here = window_of(ada)
    words = drawn(here)
    assert CLOSED in about(here)
    switch(here, on=True)
    there = Client()

    come_back(there, words)

    assert OPEN in about(there)


def test_chosen_before_the_words_were_drawn_it_comes_back_too(ada: Person) -> None:
    here = window_of(ada)
    switch(here, on=True)
    words = drawn(here)
    there = Client()

    come_back(there, words)

    assert OPEN in about(there)


def test_it_comes_back_with_a_device(ada: Person) -> None:
    here = remembered(ada)
    switch(here, on=True)

    assert OPEN in about(reopened(here))


def test_switched_off_on_one_device_it_is_off_on_all(ada: Person) -> None:
    here = window_of(ada)
    words = drawn(here)
    switch(here, on=True)
    there = Client()
    come_back(there, words)

    switch(there, on=False)

    assert CLOSED in about(here)
    assert not ExtraTime.objects.exists()


def test_it_is_half_as_much_again_and_no_more_on_any_device(ada: Person) -> None:
    here = window_of(ada)
    words = drawn(here)
    switch(here, on=True)
    there = Client()
    come_back(there, words)
    switch(there, on=True)
    assert OPEN in about(there)
    used(ada, 22)

    assert CLOSED in about(here)
    assert CLOSED in about(there)


def test_without_being_saved_it_is_kept_in_the_session_only(ada: Person) -> None:
    here = window_of(ada)

    switch(here, on=True)

    assert OPEN in about(here)
    assert not ExtraTime.objects.exists()
    assert CLOSED in about(window_of(ada))


def test_without_a_way_back_any_more_nothing_of_it_is_kept(ada: Person) -> None:
    here = window_of(ada)
    drawn(here)
    switch(here, on=True)
    assert ExtraTime.objects.filter(person=ada).exists()

    here.post(reverse("forget_phrase"))

    assert not ExtraTime.objects.exists()
    assert OPEN in about(here)


def test_one_way_back_that_is_left_keeps_it(ada: Person) -> None:
    here = remembered(ada)
    drawn(here)
    switch(here, on=True)

    here.post(reverse("forget_phrase"))

    assert OPEN in about(reopened(here))


def test_it_is_deleted_with_everything_else(ada: Person) -> None:
    here = window_of(ada)
    drawn(here)
    switch(here, on=True)

    here.post(reverse("delete_me"))

    assert not ExtraTime.objects.exists()


def test_the_sweep_deletes_it_when_the_last_device_is_forgotten(ada: Person) -> None:
    here = remembered(ada)
    switch(here, on=True)
    clock.move(Device.KEPT - timedelta(seconds=1))
    sweeping.run_all()
    assert ExtraTime.objects.exists()

    clock.move(timedelta(seconds=1))
    sweeping.run_all()

    assert not ExtraTime.objects.exists()
