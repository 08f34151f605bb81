"""A talk's life: start, more time, end, leave, and what ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.core.errors import DomainError
from warmline.protocol import clock
from warmline.rooms.models import Message, Room, TalkClock
from warmline.support.models import Conversation, Offer, Request
from warmline.support.services import offering, talking

pytestmark = pytest.mark.django_db
Ending = Conversation.Ending


def taken(note: str = "") -> Conversation:
    """Ada's request, taken by Ben; she has not come in."""
    ben = factories.ben()
    request = factories.request(None, factories.topic("grief"), content_note=note)
    return offering.take(factories.offer(request, ben), by=ben)


def say(conversation: Conversation) -> None:
    """One stored message, as the gateway leaves it."""
    room = conversation.room
    Room.objects.filter(pk=room.pk).update(last_seq=1)
    Message.objects.create(
        room=room, seq=1, seat=1, epoch=1, cid=b"c" * 16, c=b"c" * 32, body=b"b" * 188,
        sent_ms=clock.now_ms(),
    )  # fmt: skip


def run_clock(conversation: Conversation, used: timedelta, *, running: bool) -> None:
    """The clock as the gateway writes it at this instant."""
    TalkClock.objects.filter(pk=conversation.pk).update(
        used_ms=used // timedelta(milliseconds=1),
        running_since_ms=clock.now_ms() if running else None,
        last_beat_ms=clock.now_ms(),
    )
    conversation.room.talk_clock.refresh_from_db()


def test_the_content_note_is_gone_once_the_seeker_comes_in() -> None:
    talk = taken(note="I may go quiet")

    talking.start(talk, by=talk.seeker)

    assert Request.objects.get().content_note == ""


def test_only_the_seeker_comes_in() -> None:
    talk = taken()

    with pytest.raises(DomainError) as refused:
        talking.start(talk, by=talk.volunteer)

    assert refused.value.code == "not_yours"


def test_declining_goes_back_to_the_same_place_and_never_to_this_volunteer() -> None:
    talk = taken()
    request = talk.request
    clock.move(timedelta(minutes=1))

    talking.decline(talk, by=talk.seeker)

    request.refresh_from_db()
    talk.refresh_from_db()
    assert request.state == Request.State.WAITING
    assert request.made_at == clock.now() - timedelta(minutes=1)
    assert Offer.objects.get().state == Offer.State.NO
    assert (talk.ending, talk.room.seats.live().count()) == (Ending.DECLINED, 0)


def test_a_begun_talk_is_not_declined() -> None:
    talk = taken()
    talking.start(talk, by=talk.seeker)

    talking.decline(talk, by=talk.seeker)

    talk.refresh_from_db()
    assert talk.ended_at is None


def test_time_is_added_once_by_the_volunteer() -> None:
    talk = taken()
    talking.add_time(talk, by=talk.volunteer)

    with pytest.raises(DomainError) as refused:
        talking.add_time(talk, by=talk.volunteer)

    talk.room.refresh_from_db()
    assert refused.value.code == "time_added"
    assert talk.room.granted_ms == 35 * 60_000


def test_the_seeker_cannot_add_time() -> None:
    talk = taken()

    with pytest.raises(DomainError):
        talking.add_time(talk, by=talk.seeker)


def test_the_end_closes_the_room_and_deletes_what_was_asked() -> None:
    talk = taken()
    talking.start(talk, by=talk.seeker)

    assert talking.end(talk, by=talk.seeker, ending=Ending.SAID_GOODBYE)

    talk.refresh_from_db()
    talk.room.refresh_from_db()
    assert talk.room.closed_at is not None
    assert not Request.objects.exists()
    assert (talk.topic_names, talk.ended_by) == ([], talk.seeker)


def test_ending_twice_keeps_the_first_ending() -> None:
    talk = taken()
    talking.end(talk, by=talk.seeker, ending=Ending.SAID_GOODBYE)

    assert not talking.end(talk, by=talk.volunteer, ending=Ending.SAID_GOODBYE)

    talk.refresh_from_db()
    assert talk.ended_by == talk.seeker


def test_messages_are_deleted_when_both_have_left() -> None:
    talk = taken()
    say(talk)
    talking.end(talk, by=talk.seeker, ending=Ending.SAID_GOODBYE)
    first, second = talk.room.seats.order_by("number")

    talking.leave(first)
    assert Message.objects.exists()
    talking.leave(second)

    assert not Message.objects.exists()


def test_a_talk_ends_when_its_time_is_used() -> None:
    talk = taken()
    talking.start(talk, by=talk.seeker)
    run_clock(talk, timedelta(minutes=25), running=False)

    assert talking.settle(talk).ending == Ending.TIME


def test_a_talk_whose_clock_stands_still_lasts_ten_minutes_more() -> None:
    talk = taken()
    talking.start(talk, by=talk.seeker)
    talk.refresh_from_db()
    run_clock(talk, timedelta(minutes=3), running=False)

    clock.move(timedelta(minutes=9, seconds=59))
    assert talking.settle(talk).ended_at is None
    clock.move(timedelta(seconds=1))

    assert talking.settle(talk).ending == Ending.AWAY


def test_a_running_talk_does_not_end_by_itself() -> None:
    talk = taken()
    talking.start(talk, by=talk.seeker)
    talk.refresh_from_db()
    clock.move(timedelta(minutes=20))
    run_clock(talk, timedelta(minutes=20), running=True)

    assert talking.settle(talk).ended_at is None


def test_a_clock_left_running_by_a_crash_does_not_keep_a_talk_alive() -> None:
    talk = taken()
    talking.start(talk, by=talk.seeker)
    talk.refresh_from_db()
    run_clock(talk, timedelta(minutes=1), running=True)

    clock.move(timedelta(minutes=10))

    assert talking.settle(talk).ending == Ending.AWAY


def test_a_seeker_who_does_not_come_sets_the_volunteer_free() -> None:
    talk = taken()
    clock.move(timedelta(minutes=3))

    assert talking.settle(talk).ending == Ending.NOT_COME


def test_no_time_is_added_to_a_talk_that_has_ended() -> None:
    talk = taken()
    talking.end(talk, by=talk.seeker, ending=Ending.SAID_GOODBYE)
    talk.refresh_from_db()

    with pytest.raises(DomainError) as refused:
        talking.add_time(talk, by=talk.volunteer)

    assert refused.value.code == "talk_over"
