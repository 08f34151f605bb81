"""Offers: one at a time for a volunteer, one winner for a request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.core.errors import DomainError
from warmline.protocol import clock
from warmline.support.models import Conversation, Offer, Request
from warmline.support.services import asking, offering

pytestmark = pytest.mark.django_db


def test_an_offer_runs_30_seconds() -> None:
    offer = offering.offer(factories.request().pk, factories.ben().pk, minutes=25)

    assert offer is not None
    assert offer.expires_at - clock.now() == timedelta(seconds=30)


def test_a_volunteer_never_has_two_offers() -> None:
    ben = factories.ben()
    offering.offer(factories.request().pk, ben.pk, minutes=25)

    second = offering.offer(factories.request(factories.seeker("Else")).pk, ben.pk, minutes=25)

    assert second is None
    assert Offer.objects.count() == 1


def test_a_request_that_left_is_not_offered() -> None:
    request = factories.request()
    asking.leave(request)

    assert offering.offer(request.pk, factories.ben().pk, minutes=25) is None


def test_taking_makes_a_room_for_the_two_and_withdraws_other_offers(
    heard: list[tuple[str, str]], django_capture_on_commit_callbacks
) -> None:
    request, ben, chioma = factories.request(), factories.ben(), factories.chioma()
    bens, chiomas = factories.offer(request, ben), factories.offer(request, chioma)

    with django_capture_on_commit_callbacks(execute=True):
        talk = offering.take(bens, by=ben)

    chiomas.refresh_from_db()
    request.refresh_from_db()
    assert (request.state, chiomas.state) == (Request.State.MATCHED, Offer.State.WITHDRAWN)
    assert [(seat.role, seat.person) for seat in talk.room.seats.order_by("number")] == [
        ("seeker", request.seeker),
        ("volunteer", ben),
    ]
    assert talk.room.granted_ms == 25 * 60_000
    assert {(f"person:{request.seeker_id}", "matched"), (f"person:{chioma.pk}", "offer")} <= set(
        heard
    )


def test_the_second_who_takes_is_told_that_it_is_over() -> None:
    request, ben, chioma = factories.request(), factories.ben(), factories.chioma()
    bens, chiomas = factories.offer(request, ben), factories.offer(request, chioma)
    offering.take(bens, by=ben)

    with pytest.raises(DomainError) as refused:
        offering.take(chiomas, by=chioma)

    assert refused.value.code == "offer_over"
    assert Conversation.objects.count() == 1


def test_an_expired_offer_cannot_be_taken() -> None:
    request, ben = factories.request(), factories.ben()
    offer = factories.offer(request, ben)
    clock.move(timedelta(seconds=31))

    with pytest.raises(DomainError) as refused:
        offering.take(offer, by=ben)

    request.refresh_from_db()
    assert refused.value.code == "offer_over"
    assert request.state == Request.State.WAITING


def test_nobody_takes_somebody_elses_offer() -> None:
    offer = factories.offer(factories.request(), factories.ben())

    with pytest.raises(DomainError):
        offering.take(offer, by=factories.chioma())

    assert not Conversation.objects.exists()


def test_a_volunteer_takes_no_more_talks_at_once_than_they_said() -> None:
    ben = factories.ben(talks_at_once=1)
    factories.talk(factories.seeker("Else"), ben)
    offer = factories.offer(factories.request(), ben)

    with pytest.raises(DomainError) as refused:
        offering.take(offer, by=ben)

    offer.refresh_from_db()
    assert refused.value.code == "enough_talks"
    assert offer.state == Offer.State.PENDING


def test_a_no_said_too_late_still_counts() -> None:
    request, ben = factories.request(), factories.ben()
    offer = factories.offer(request, ben)
    clock.move(timedelta(seconds=31))
    offering.expire_overdue(clock.now())

    offering.no(offer, by=ben)

    offer.refresh_from_db()
    assert offer.state == Offer.State.NO


def test_the_talk_is_in_a_language_both_have() -> None:
    request = factories.request(languages=["de", "en"])
    ben = factories.ben(languages=["en"])

    assert offering.take(factories.offer(request, ben), by=ben).language == "en"


def test_the_talk_is_in_a_language_that_fits_across_regions() -> None:
    request = factories.request(languages=["de", "pt-BR"])
    ben = factories.ben(languages=["pt"])

    assert offering.take(factories.offer(request, ben), by=ben).language == "pt-BR"
