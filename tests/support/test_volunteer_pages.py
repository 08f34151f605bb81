"""Ready, offers, talks: the volunteer's page and who must not see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.availability.models import Readiness
from warmline.protocol import clock
from warmline.support.models import Conversation, Offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

STEADY = {"minutes": "25", "steady": "on"}


def test_ready_needs_the_self_check() -> None:
    ben = factories.ben()

    answer = factories.client_of(ben).post(reverse("volunteer_ready"), {"minutes": "25"})

    assert answer.status_code == 422
    assert "all right to rest" in answer.content.decode()
    assert not Readiness.objects.exists()


def test_ready_lasts_as_long_as_was_said() -> None:
    ben = factories.ben()

    factories.client_of(ben).post(reverse("volunteer_ready"), STEADY)

    assert Readiness.objects.get().until == clock.now() + timedelta(minutes=25)


def test_an_unfinished_profile_comes_first() -> None:
    ben = factories.ben(topics_seen_at=None)

    answer = factories.client_of(ben).post(reverse("volunteer_ready"), STEADY)

    assert answer.url == reverse("profile")
    assert not Readiness.objects.exists()


def test_a_page_that_reports_stays_ready_and_one_that_came_back_late_does_not() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    client.post(reverse("volunteer_ready"), {**STEADY, "minutes": "60"})

    for _ in range(3):
        clock.move(timedelta(seconds=100))
        assert client.post(reverse("volunteer_here")).json()["ready"] is True
    clock.move(timedelta(seconds=121))

    assert client.post(reverse("volunteer_here")).json()["ready"] is False


def test_the_offer_shows_what_the_volunteer_needs_to_choose() -> None:
    ben, grief = factories.ben(), factories.topic("grief")
    factories.level(ben, grief, "been_there")
    factories.offer(factories.request(None, grief, content_note="I may go quiet <3"), ben)

    page = factories.client_of(ben).get(reverse("volunteer_offer")).content.decode()

    for words in ("Grief", "English", "25", "I may go quiet &lt;3"):
        assert words in page


def test_nobody_sees_or_answers_somebody_elses_offer() -> None:
    offer = factories.offer(factories.request(content_note="secret"), factories.ben())

    for outsider in (
        factories.client_of(factories.chioma()),
        factories.client_of(factories.eve()),
        factories.client_of(factories.dana()),
        Client(),
    ):
        assert "secret" not in outsider.get(reverse("volunteer_offer")).content.decode()
        for name in ("offer_take", "offer_not_now", "offer_no"):
            outsider.post(reverse(name, args=[offer.pk]))

    offer.refresh_from_db()
    assert offer.state == Offer.State.PENDING
    assert not Conversation.objects.exists()


def test_taking_leads_into_the_talk_also_when_tapped_twice() -> None:
    ben = factories.ben()
    offer, client = factories.offer(factories.request(), ben), factories.client_of(ben)

    first = client.post(reverse("offer_take", args=[offer.pk]))
    second = client.post(reverse("offer_take", args=[offer.pk]))

    assert first.url == second.url == reverse("talk", args=[Conversation.objects.get().pk])


def test_taking_too_late_says_so_kindly() -> None:
    ben = factories.ben()
    offer, client = factories.offer(factories.request(), ben), factories.client_of(ben)
    clock.move(timedelta(seconds=31))

    answer = client.post(reverse("offer_take", args=[offer.pk]), follow=True)

    assert "Nothing is lost" in answer.content.decode()


def test_done_ends_readiness_and_lets_the_offer_go() -> None:
    ben = factories.ben()
    factories.ready(ben)
    offer, client = factories.offer(factories.request(), ben), factories.client_of(ben)

    client.post(reverse("volunteer_done"))

    offer.refresh_from_db()
    assert offer.state == Offer.State.NOT_NOW
    assert not Readiness.objects.exists()


def test_a_running_talk_outlives_readiness() -> None:
    ben = factories.ben()
    factories.ready(ben, minutes=1)
    talk = factories.talk(factories.ada(), ben)

    clock.move(timedelta(minutes=2))

    page = factories.client_of(ben).get(reverse("volunteer")).content.decode()
    assert reverse("talk", args=[talk.pk]) in page


def test_time_is_added_once_and_said_in_a_sentence() -> None:
    ben = factories.ben()
    talk, client = factories.talk(factories.ada(), ben), factories.client_of(ben)

    assert client.post(reverse("talk_more_time", args=[talk.pk])).status_code == 200
    again = client.post(reverse("talk_more_time", args=[talk.pk]))

    assert again.status_code == 409
    assert "once" in again.json()["sentence"]
