"""What matching is told, and what the matcher does with its answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.protocol import clock
from warmline.rooms.models import TalkClock
from warmline.support import queue
from warmline.support.matcher import Round
from warmline.support.models import Conversation, Offer, TopicLevel
from warmline.support.services import offering, talking

pytestmark = pytest.mark.django_db


def test_a_ready_volunteer_gets_the_waiting_request() -> None:
    request, ben = factories.request(), factories.ben()
    factories.ready(ben, minutes=25)

    assert Round().run() == 1

    offer = Offer.objects.get()
    assert (offer.request, offer.volunteer, offer.minutes) == (request, ben, 25)


def test_the_talk_is_as_long_as_the_shorter_of_both_sides_time() -> None:
    factories.request()
    ben = factories.ben(longest_talk=20)
    factories.ready(ben, minutes=60)

    Round().run()

    assert Offer.objects.get().minutes == 20


@pytest.mark.parametrize("level", ["unset", TopicLevel.Level.PLEASE_NOT])
def test_please_not_and_unset_are_never_offered(level: str) -> None:
    grief = factories.topic("grief")
    factories.request(None, grief)
    ben = factories.ben()
    factories.ready(ben)
    if level != "unset":
        factories.level(ben, grief, level)

    assert Round().run() == 0


def test_a_shared_background_is_a_wish_and_no_condition() -> None:
    factories.request(None, factories.background("parent"))
    factories.ready(factories.ben())

    assert Round().run() == 1


def test_a_no_goes_to_the_next_volunteer_and_is_final() -> None:
    request, ben, chioma = factories.request(), factories.ben(), factories.chioma()
    factories.ready(ben)
    matching = Round()
    matching.run()
    offering.no(Offer.objects.get(), by=ben)
    clock.move(timedelta(seconds=1))

    assert matching.run() == 0
    factories.ready(chioma)
    assert matching.run() == 1
    assert Offer.objects.latest("made_at").volunteer == chioma
    assert request.offers.filter(volunteer=ben).count() == 1


def test_not_now_may_be_asked_again_after_ten_minutes() -> None:
    request, ben = factories.request(), factories.ben()
    factories.ready(ben, minutes=60)
    matching = Round()
    matching.run()
    offering.not_now(Offer.objects.get(), by=ben)

    def later(minutes: float) -> int:
        clock.move(timedelta(minutes=minutes))
        request.seen_at = clock.now()
        request.save(update_fields=["seen_at"])
        type(ben.readiness).seen(ben)
        ben.readiness.seen_at = clock.now()
        ben.readiness.save(update_fields=["seen_at"])
        return matching.run()

    assert later(9.9) == 0
    assert later(0.2) == 1


def test_after_20_seconds_one_more_is_asked_then_two_more() -> None:
    factories.request()
    for name in ("ben", "chioma", "third", "fourth", "fifth"):
        factories.ready(factories.volunteer(name))
    matching = Round()

    def pending_after(seconds: int) -> int:
        clock.move(timedelta(seconds=seconds))
        matching.run()
        return Offer.objects.pending().count()

    assert pending_after(0) == 1
    assert pending_after(19) == 1
    assert pending_after(1) == 2
    assert pending_after(20) == 4


def test_two_matchers_never_double_book() -> None:
    factories.request()
    factories.request(factories.seeker("Else"))
    factories.ready(factories.ben())
    one, other = Round(), Round()

    assert one.run() + other.run() == 1


def test_a_volunteer_in_a_talk_is_busy() -> None:
    factories.request()
    ben = factories.ben(talks_at_once=1)
    factories.ready(ben)
    factories.talk(factories.seeker("Else"), ben)

    assert Round().run() == 0


def test_minutes_a_day_count_what_was_used_and_what_an_open_talk_may_use() -> None:
    ben = factories.ben(minutes_a_day=60, talks_at_once=2)
    factories.ready(ben, minutes=120)
    ended = factories.talk(factories.seeker("Else"), ben)
    TalkClock.objects.filter(pk=ended.pk).update(used_ms=10 * 60_000)
    talking.end(ended, by=ben, ending=Conversation.Ending.SAID_GOODBYE)
    factories.talk(factories.seeker("Other"), ben, minutes=25)

    [ready] = queue.ready_now(clock.now())

    assert ready.minutes_left == 25


def test_a_page_gone_for_two_minutes_is_not_ready() -> None:
    factories.request()
    factories.ready(factories.ben(), minutes=60)
    clock.move(timedelta(minutes=2))

    assert queue.ready_now(clock.now()) == []


def test_a_volunteer_who_is_no_longer_one_is_not_ready() -> None:
    ben = factories.ben()
    factories.ready(ben)
    ben.roles.update(status="suspended")

    assert queue.ready_now(clock.now()) == []


@pytest.mark.parametrize("many", [1, 3])
def test_reading_the_queue_takes_the_same_queries_however_many_wait(
    many: int, django_assert_max_num_queries
) -> None:
    for number in range(many):
        factories.request(factories.seeker(f"Seeker {number}"), factories.topic("grief"))
        factories.ready(factories.volunteer(f"ben{number}"))

    with django_assert_max_num_queries(16):
        queue.waiting_now(clock.now())
        queue.ready_now(clock.now())
