"""Ways to stop: end, end apart, "I may know this person"; and that the pair never meets again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.safety.models import Block
from warmline.support.matcher import Round
from warmline.support.models import Conversation, Request
from warmline.support.services import offering, talking

pytestmark = pytest.mark.django_db


def test_a_pair_that_parted_is_never_matched_again_though_nobody_else_fits() -> None:
    ada, ben = factories.ada(), factories.ben()
    talk = factories.talk(ada, ben)
    talking.end_apart(talk, by=ada, reason=Block.Reason.APART)
    factories.request(ada)
    factories.ready(ben)

    assert Round().run() == 0


def test_another_volunteer_still_gets_the_request() -> None:
    ada, ben, chioma = factories.ada(), factories.ben(), factories.chioma()
    talking.end_apart(factories.talk(ada, ben), by=ben, reason=Block.Reason.APART)
    request = factories.request(ada)
    factories.ready(ben)
    factories.ready(chioma)

    Round().run()

    assert request.offers.get().volunteer == chioma


@pytest.mark.parametrize("side", ["seeker", "volunteer"])
def test_the_other_side_reads_the_same_words_as_after_a_plain_end(side: str) -> None:
    from warmline.support.seats import ending_sentence

    def words(apart: bool) -> str:
        talk = factories.talk(factories.ada(), factories.volunteer(f"ben{apart}"))
        by = getattr(talk, side)
        if apart:
            talking.end_apart(talk, by=by, reason=Block.Reason.APART)
        else:
            talking.end(talk, by=by, ending=Conversation.Ending.SAID_GOODBYE)
        talk.refresh_from_db()
        other = talk.room.seats.exclude(person=by).get()
        return ending_sentence(talk, other)

    assert words(apart=True) == words(apart=False)


def test_parting_after_the_end_still_counts() -> None:
    ada, ben = factories.ada(), factories.ben()
    talk = factories.talk(ada, ben)
    talking.end(talk, by=ben, ending=Conversation.Ending.SAID_GOODBYE)

    talking.end_apart(talk, by=ada, reason=Block.Reason.APART)

    assert Block.objects.get().volunteer == ben


def test_a_seeker_who_may_know_the_volunteer_keeps_their_place() -> None:
    ben, request = factories.ben(), factories.request()
    talk = offering.take(factories.offer(request, ben), by=ben)

    talking.may_know(talk, by=request.seeker)

    request.refresh_from_db()
    assert request.state == Request.State.WAITING
    assert Block.objects.get().reason == Block.Reason.KNOWN


def test_a_volunteer_who_may_know_the_seeker_ends_without_a_reason() -> None:
    talk = factories.talk(factories.ada(), factories.ben())

    talking.may_know(talk, by=talk.volunteer)

    talk.refresh_from_db()
    assert talk.ended_by == talk.volunteer


@pytest.mark.parametrize("name", ["talk_end_apart", "talk_may_know"])
def test_only_the_two_may_part_a_pair(name: str) -> None:
    talk = factories.talk(factories.ada(), factories.ben())
    factories.community()

    for outsider in (Client(), factories.client_of(factories.eve())):
        assert outsider.post(reverse(name, args=[talk.pk])).status_code == 404
    assert not Block.objects.exists()
