"""Every row of the retention table that exists, at its hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.availability.models import Readiness
from warmline.core import sweeping
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Message, Room, Seat, TalkClock
from warmline.support.models import Conversation, Request, Wait
from warmline.support.services import asking, talking

pytestmark = pytest.mark.django_db


def message(room: Room, seq: int = 1) -> None:
    Room.objects.filter(pk=room.pk).update(last_seq=seq)
    Message.objects.create(
        room=room, seq=seq, seat=1, epoch=1, cid=bytes([seq]) * 16, c=b"c" * 32, body=b"b" * 188,
        sent_ms=clock.now_ms(),
    )  # fmt: skip


def ended_talk() -> Conversation:
    talk = factories.talk(factories.ada(), factories.ben())
    talking.end(talk, by=talk.seeker, ending=Conversation.Ending.SAID_GOODBYE)
    return talk


def after(length: timedelta) -> None:
    clock.move(length)
    sweeping.run_all()


def test_messages_go_24_hours_after_the_last_one() -> None:
    talk = ended_talk()
    message(talk.room, 1)
    clock.move(timedelta(hours=1))
    message(talk.room, 2)

    after(timedelta(hours=23, minutes=59))
    assert Message.objects.count() == 2
    after(timedelta(minutes=2))

    assert Message.objects.count() == 0


def test_who_met_whom_goes_after_7_days_with_everything_of_the_room() -> None:
    ended_talk()

    after(timedelta(days=6))
    assert Conversation.objects.exists()
    after(timedelta(days=1))

    for kind in (Conversation, Room, Seat, TalkClock):
        assert not kind.objects.exists()


def test_an_unanswered_request_is_nothing_after_a_day() -> None:
    request = factories.request(content_note="note")

    after(timedelta(minutes=11))
    assert Request.objects.get().content_note == ""
    after(timedelta(hours=24))

    assert not Request.objects.filter(pk=request.pk).exists()


def test_waits_go_after_28_days() -> None:
    asking.leave(factories.request())

    after(timedelta(days=27))
    assert Wait.objects.exists()
    after(timedelta(days=2))

    assert not Wait.objects.exists()


def test_idle_seekers_go_after_90_days_and_accounts_stay() -> None:
    ada, ben = factories.ada(), factories.ben()

    after(timedelta(days=89))
    assert Person.objects.filter(pk=ada.pk).exists()
    after(timedelta(days=2))

    assert list(Person.objects.all()) == [ben]


def test_readiness_goes_when_it_is_over() -> None:
    factories.ready(factories.ben(), minutes=1)

    after(timedelta(minutes=1))

    assert not Readiness.objects.exists()


def test_one_sweep_that_fails_does_not_stop_the_others(monkeypatch, caplog) -> None:
    factories.ready(factories.ben(), minutes=1)

    def broken(now: object) -> None:
        raise RuntimeError("Ada said something")

    monkeypatch.setattr(sweeping, "_sweeps", {"first": broken, **sweeping._sweeps})
    after(timedelta(minutes=1))

    assert not Readiness.objects.exists()
    assert "Ada said something" not in caplog.text
