"""A volunteer's role ends in the middle of everything: nothing of it goes on, and no seeker pays for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.availability.models import Readiness
from warmline.people.ending import end_role
from warmline.people.models import Person, Role
from warmline.support.models import Conversation, Debrief, Offer, Profile, Request, TopicLevel
from warmline.support.seeking import SEEKER
from warmline.support.services import debriefing, offering, talking

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.ben()


def end(person: Person) -> None:
    end_role(person.roles.get(kind=Role.Kind.VOLUNTEER), by="Dana Alias")


def browser_of(seeker: Person) -> Client:
    client = Client()
    session = client.session
    session[SEEKER] = seeker.pk
    session.save()
    return client


def test_the_seeker_of_a_talk_pays_nothing_and_comes_first(ben: Person) -> None:
    request = factories.request()
    talk = offering.take(factories.offer(request, ben), by=ben)
    talking.start(talk, by=request.seeker)

    end(ben)

    talk.refresh_from_db()
    assert talk.ending == Conversation.Ending.NEEDED_TO_STOP
    assert talk.charged == timedelta(0)
    assert talking.wait_again(talk, by=request.seeker)
    assert Request.objects.waiting().get().seeker == request.seeker


def test_the_seeker_reads_kind_words(ben: Person) -> None:
    ada = factories.ada()
    talk = factories.talk(ada, ben)

    end(ben)

    page = browser_of(ada).get(reverse("talk", args=[talk.pk]), follow=True).content.decode()
    assert "Your listener needed to stop, and it is not your fault." in page


def test_a_talk_that_has_not_begun_gives_the_seeker_their_place_back(ben: Person) -> None:
    request = factories.request()
    offering.take(factories.offer(request, ben), by=ben)

    end(ben)

    request.refresh_from_db()
    assert request.state == Request.State.WAITING


def test_the_seat_is_left_so_that_nothing_said_stays_for_its_sake(ben: Person) -> None:
    talk = factories.talk(factories.ada(), ben)

    end(ben)

    seat = talk.seat_of(ben)
    assert seat is not None
    assert seat.revoked_at is not None


def test_no_ticket_opens_the_seat_again(ben: Person) -> None:
    client = factories.client_of(ben)
    talk = factories.talk(factories.ada(), ben)

    end(ben)

    assert client.post(reverse("talk_ticket", args=[talk.pk])).status_code == 404
    assert client.post("/live/ticket/").status_code == 403


def test_offers_readiness_and_profile_are_gone(ben: Person) -> None:
    factories.level(ben, factories.topic())
    factories.ready(ben)
    offer = factories.offer(factories.request(), ben)

    end(ben)

    offer.refresh_from_db()
    assert offer.state != Offer.State.PENDING
    assert not Readiness.objects.filter(person=ben).exists()
    assert not Profile.objects.filter(person=ben).exists()
    assert not TopicLevel.objects.filter(person=ben).exists()


def test_a_debrief_ends_with_the_role_of_the_coordinator_who_listens(ben: Person) -> None:
    dana = factories.dana()
    Role.objects.create(person=factories.chioma(), kind=Role.Kind.COORDINATOR)
    debriefing.ask(ben)
    debriefing.take(Debrief.objects.get(), by=dana)

    end_role(dana.roles.get(), by="Dana Alias")

    assert Debrief.objects.get().ended_at is not None
    assert debriefing.of(ben) is None


def test_a_coordinators_role_takes_nothing_of_a_volunteer_with_it(ben: Person) -> None:
    factories.dana()
    role = Role.objects.create(person=ben, kind=Role.Kind.COORDINATOR)
    talk = factories.talk(factories.ada(), ben)

    end_role(role, by="Dana Alias")

    talk.refresh_from_db()
    assert talk.ended_at is None
    assert Profile.objects.filter(person=ben).exists()
