"""Asking, waiting, leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.core.errors import DomainError
from warmline.protocol import clock
from warmline.support.models import Offer, Request, Wait
from warmline.support.services import asking, offering

pytestmark = pytest.mark.django_db


def test_asking_twice_keeps_the_first_place() -> None:
    ada = factories.ada()
    first = asking.ask(ada, languages=["en"])
    clock.move(timedelta(minutes=3))

    again = asking.ask(ada, languages=["de"])

    assert again == first
    assert Request.objects.count() == 1


def test_asking_in_a_talk_is_refused() -> None:
    ada = factories.ada()
    factories.talk(ada, factories.ben())

    with pytest.raises(DomainError) as refused:
        asking.ask(ada, languages=["en"])

    assert refused.value.code == "already_talking"


def test_a_request_nobody_reported_for_gets_no_offers() -> None:
    request = asking.ask(factories.ada(), languages=["en"])

    assert not Request.objects.present().exists()
    asking.seen(request)
    assert Request.objects.present().get() == request


def test_a_silent_page_gets_no_offers_after_45_seconds_and_keeps_its_place() -> None:
    request = factories.request()

    clock.move(timedelta(seconds=46))

    assert not Request.objects.present().exists()
    asking.seen(request)
    assert Request.objects.present().get() == request


def test_leaving_deletes_what_was_asked_and_withdraws_the_offer(
    heard: list[tuple[str, str]], django_capture_on_commit_callbacks
) -> None:
    request, ben = factories.request(), factories.ben()
    offer = factories.offer(request, ben)
    factories.offer(factories.request(factories.seeker("Else")), factories.chioma())

    with django_capture_on_commit_callbacks(execute=True):
        asking.leave(request)

    assert not Request.objects.filter(pk=request.pk).exists()
    assert not Offer.objects.filter(pk=offer.pk).exists()
    assert Offer.objects.count() == 1
    assert (f"person:{ben.pk}", "offer") in heard


def test_leaving_is_remembered_without_a_person_and_to_the_hour() -> None:
    request = factories.request()
    clock.move(timedelta(minutes=7))
    asking.seen(request)
    request.refresh_from_db()

    asking.leave(request)

    wait = Wait.objects.get()
    assert (wait.met, wait.seconds, wait.at.minute) == (False, 420, 0)


def test_a_page_gone_for_ten_minutes_loses_its_place_and_its_words() -> None:
    request = factories.request(content_note="I may go quiet", own_words="my brother")
    clock.move(timedelta(minutes=10, seconds=1))

    for gone in asking.overdue(clock.now()):
        asking.expire(gone)

    request.refresh_from_db()
    assert request.state == Request.State.EXPIRED
    assert (request.content_note, request.own_words) == ("", "")


def test_a_page_that_came_back_in_time_is_not_expired() -> None:
    request = factories.request()
    clock.move(timedelta(minutes=10, seconds=1))
    late = asking.overdue(clock.now())
    asking.seen(request)

    for gone in late:
        asking.expire(gone)

    request.refresh_from_db()
    assert request.state == Request.State.WAITING


def test_a_seeker_never_has_two_open_talks() -> None:
    ada, ben, chioma = factories.ada(), factories.ben(), factories.chioma()
    request = factories.request(ada)
    offer = factories.offer(request, ben)
    factories.talk(ada, chioma)

    with pytest.raises(DomainError) as refused:
        offering.take(offer, by=ben)

    assert refused.value.code == "offer_over"
