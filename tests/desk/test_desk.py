"""The desk shows how things are, to coordinators only, and of seekers nothing but that they wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people import services
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety.models import Block
from warmline.support.models import Answer, Request

pytestmark = pytest.mark.django_db

PAGES = ["desk", "desk_welcome", "desk_invite", "desk_topics", "desk_settings", "desk_numbers"]


def look(dana: Person) -> str:
    return factories.client_of(dana).get(reverse("desk")).content.decode()


def a_busy_night() -> None:
    """Ben is ready; Ada waits with words of her own; Chioma is in a talk."""
    factories.ready(factories.ben())
    factories.request(
        factories.ada(),
        factories.topic("grief"),
        own_words="my sister",
        content_note="I may cry",
    )
    factories.talk(factories.seeker("Ash"), factories.chioma())


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_others_are_refused_and_see_nothing(dana: Person, who, page: str) -> None:
    factories.ready(factories.chioma())
    services.invite(kind=Role.Kind.VOLUNTEER, by=dana, note="for Frida")

    answer = factories.client_of(who()).get(reverse(page))

    assert answer.status_code == 403
    assert "Chioma" not in answer.content.decode()
    assert "Frida" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_led_to_sign_in(dana: Person, client: Client, page: str) -> None:
    assert client.get(reverse(page))["Location"].startswith(reverse("account_login"))


def test_who_is_ready_is_shown_with_time_and_languages(dana: Person) -> None:
    factories.ready(factories.ben(languages=["en", "bfi"]), minutes=25)
    clock.move(timedelta(seconds=90))

    page = look(dana)

    assert "Ben Alias" in page
    assert "23 minutes" in page
    assert "English, British Sign Language" in page


def test_who_is_ready_no_more_is_not_shown(dana: Person) -> None:
    factories.ready(factories.ben())
    clock.move(timedelta(minutes=2))

    assert "Ben Alias" not in look(dana)
    assert "Nobody is ready at the moment." in look(dana)


def test_who_waits_is_shown_by_time_and_language_alone(dana: Person) -> None:
    a_busy_night()
    clock.move(timedelta(seconds=130))

    page = look(dana)

    assert "2 minutes" in page
    assert "English" in page
    assert "silent" in page
    for private in ("Ada", "my sister", "I may cry", "Grief", "Ash"):
        assert private not in page


def test_who_has_lost_their_place_is_not_shown(dana: Person) -> None:
    factories.request()
    clock.move(timedelta(minutes=11))

    assert "Nobody is waiting." in look(dana)


def test_talks_are_a_count(dana: Person) -> None:
    a_busy_night()

    assert "1 talk is open." in look(dana)


def test_answers_below_five_are_not_shown(dana: Person) -> None:
    today = clock.now().date()
    Answer.objects.create(day=today, choice=Answer.Choice.YES, count=4)
    Answer.objects.create(day=today - timedelta(days=7), choice=Answer.Choice.NO, count=9)

    assert "fewer than 5 answers" in look(dana)

    Answer.objects.create(day=today - timedelta(days=6), choice=Answer.Choice.NO, count=1)
    page = look(dana)
    assert "fewer than 5 answers" not in page
    assert "<dd>4</dd>" in page
    assert "<dd>9</dd>" not in page


def test_a_lonely_coordinator_is_told_to_name_a_second(dana: Person) -> None:
    assert "You are the only coordinator." in look(dana)
    factories.account("frida", Role.Kind.COORDINATOR)

    assert "You are the only coordinator." not in look(dana)


@pytest.mark.parametrize("aside", [Role.Status.RESTING, Role.Status.SUSPENDED])
def test_a_coordinator_aside_still_counts_as_the_second(dana: Person, aside: str) -> None:
    factories.account("frida", Role.Kind.COORDINATOR).person.roles.update(status=aside)

    assert "You are the only coordinator." not in look(dana)


def test_the_desk_asks_as_much_for_three_as_for_one(
    dana: Person, django_assert_num_queries
) -> None:
    client = factories.client_of(dana)
    names = iter(["ben", "chioma", "femi"])

    def one_more() -> None:
        factories.ready(factories.volunteer(next(names)))
        factories.request(factories.seeker())
        services.invite(kind=Role.Kind.VOLUNTEER, by=dana)

    one_more()
    client.get(reverse("desk"))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("desk"))
    one_more()
    one_more()
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("desk")).content.decode()
    assert page.count(" Alias</bdi></th>") == 3
    assert page.count("Withdraw<span") == 3
    assert Request.objects.count() == 3


QUERIES = 35


def test_the_desk_says_how_many_blocks_leave_alone_and_not_who(dana: Person) -> None:
    request = factories.request()
    Block.part(request.seeker, factories.ben(), Block.Reason.APART)

    page = look(dana)

    assert "1 of them is kept apart from every volunteer who would fit." in page
    assert "Ada" not in page
    assert "Ben" not in page
