"""A volunteer talks about how it was: who hears of it, who listens, and that nothing of it stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people.models import Role
from warmline.protocol import clock
from warmline.rooms.models import Message, Room, Seat
from warmline.support.models import Debrief, Profile
from warmline.support.services import debriefing, resting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]


def text(answer) -> str:
    return answer.content.decode()


def taken() -> Debrief:
    """Ben's, and Dana listens."""
    ben, dana = factories.ben(), factories.dana()
    debriefing.ask(ben)
    debriefing.take(Debrief.objects.get(), by=dana)
    return Debrief.objects.select_related("room", "asker", "taker").get()


def said(room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(last_seq=1)
    Message.objects.create(
        room=room, seq=1, seat=1, epoch=0, cid=b"c" * 16, c=b"c" * 32, body=b"b" * 160,
        sent_ms=clock.now_ms(),
    )  # fmt: skip


def test_listeners_are_coordinators_and_volunteers_who_said_so() -> None:
    factories.ben()
    chioma, dana = factories.chioma(debriefs_others=True), factories.dana()
    femi = factories.volunteer("femi", debriefs_others=True)
    resting.begin(femi)
    gita = factories.volunteer("gita", debriefs_others=True)
    gita.roles.update(status=Role.Status.SUSPENDED)

    assert set(debriefing.listeners()) == {chioma, dana}


def test_they_see_the_name_and_nothing_else() -> None:
    ben, dana = factories.ben(), factories.dana()
    factories.talk(factories.ada(), ben, topic_names=["Grief"])
    debriefing.ask(ben)

    client = factories.client_of(dana)

    assert "1 volunteer would like to talk" in text(client.get(reverse("desk")))
    page = text(client.get(reverse("debrief")))
    assert f"Listen to <bdi>{ben.alias}</bdi>" in page
    assert "Ada" not in page
    assert "Grief" not in page


def test_others_do_not_hear_of_it() -> None:
    ben, chioma = factories.ben(), factories.chioma()
    factories.dana()
    debriefing.ask(ben)
    wished = Debrief.objects.get()
    client = factories.client_of(chioma)

    for name in ("debrief", "volunteer"):
        assert ben.alias not in text(client.get(reverse(name)))
    assert client.post(reverse("debrief_take", args=[wished.pk])).status_code == 404
    own = factories.client_of(ben).post(reverse("debrief_take", args=[wished.pk]))
    assert own.status_code == 404
    with pytest.raises(DomainError, match="not_a_listener"):
        debriefing.take(wished, by=chioma)


def test_one_takes_it_and_the_second_is_told_kindly() -> None:
    debrief = taken()
    chioma = factories.chioma(debriefs_others=True)

    answer = factories.client_of(chioma).post(
        reverse("debrief_take", args=[debrief.pk]), follow=True
    )

    assert "Somebody else is there already" in text(answer)
    assert debrief.room.granted_ms is None
    assert set(debrief.room.seats.values_list("person", flat=True)) == {
        debrief.asker_id,
        debrief.taker_id,
    }


def test_taking_twice_leads_into_the_same_room() -> None:
    debrief = taken()

    answer = factories.client_of(debrief.taker).post(reverse("debrief_take", args=[debrief.pk]))

    assert answer.url == reverse("debrief_room", args=[debrief.room_id])


def test_asking_twice_is_asking_once_and_can_be_taken_back() -> None:
    ben = factories.ben()
    factories.dana()
    debriefing.ask(ben)
    debriefing.ask(ben)
    assert Debrief.objects.count() == 1

    factories.client_of(ben).post(reverse("debrief_take_back"))

    assert not Debrief.objects.exists()


def test_a_wish_lapses_after_24_hours_swept_or_not() -> None:
    ben, dana = factories.ben(), factories.dana()
    debriefing.ask(ben)
    wished = Debrief.objects.get()
    clock.move(timedelta(hours=24))

    assert not debriefing.for_listener(dana).exists()
    assert debriefing.of(ben) is None
    with pytest.raises(DomainError, match="debrief_over"):
        debriefing.take(wished, by=dana)
    sweeping.run_all()
    assert not Debrief.objects.exists()


def test_after_a_lapsed_wish_they_may_ask_again() -> None:
    ben = factories.ben()
    factories.dana()
    debriefing.ask(ben)
    clock.move(timedelta(hours=24))

    debriefing.ask(ben)

    assert debriefing.of(ben) is not None


def test_the_room_is_theirs_alone() -> None:
    debrief = taken()
    room = debrief.room_id
    for outsider in (factories.chioma(debriefs_others=True), factories.account("lin").person):
        client = factories.client_of(outsider)
        for name in ("debrief_room", "debrief_state"):
            assert client.get(reverse(name, args=[room])).status_code in (403, 404)
        for name in ("debrief_ticket", "debrief_end"):
            assert client.post(reverse(name, args=[room])).status_code in (403, 404)
    assert Debrief.objects.get().ended_at is None
    for own in (debrief.asker, debrief.taker):
        client = factories.client_of(own)
        assert client.get(reverse("debrief_room", args=[room])).status_code == 200
        assert client.post(reverse("debrief_ticket", args=[room])).status_code == 200


def test_it_ends_for_both_and_nothing_is_left_when_both_have_gone() -> None:
    debrief = taken()
    room = debrief.room_id
    said(debrief.room)
    ben, dana = factories.client_of(debrief.asker), factories.client_of(debrief.taker)

    dana.post(reverse("debrief_end", args=[room]))
    dana.get(reverse("debrief_over", args=[room]))

    assert "The talk has ended" in text(ben.get(reverse("debrief_state", args=[room])))
    assert ben.post(reverse("debrief_ticket", args=[room])).json() == {"ticket": None}
    assert Message.objects.exists()
    page = text(ben.get(reverse("debrief_over", args=[room])))
    assert "Thank you for talking." in page
    for kept in (Debrief, Room, Seat, Message):
        assert not kept.objects.exists()
    assert ben.get(reverse("debrief_over", args=[room])).status_code == 200


def test_a_link_alone_ends_nothing() -> None:
    debrief = taken()

    answer = factories.client_of(debrief.asker).get(reverse("debrief_over", args=[debrief.room_id]))

    assert answer.url == reverse("debrief_room", args=[debrief.room_id])
    assert Debrief.objects.get().ended_at is None


def test_a_day_after_it_was_taken_it_is_gone_with_all_that_was_said() -> None:
    debrief = taken()
    said(debrief.room)
    clock.move(timedelta(hours=24))

    page = factories.client_of(debrief.asker).get(reverse("debrief_room", args=[debrief.room_id]))
    assert page.status_code == 404
    sweeping.run_all()
    for kept in (Debrief, Room, Message):
        assert not kept.objects.exists()


def test_quick_exit_leaves_it() -> None:
    debrief = taken()

    factories.client_of(debrief.asker).post(reverse("leave"))

    debrief.refresh_from_db()
    assert debrief.ended_at == clock.now()
    assert debrief.seat_of(debrief.asker).left_at == clock.now()


def test_where_nobody_listens_the_questions_are_there_and_no_empty_promise() -> None:
    ben = factories.ben(debriefs_others=True)

    page = text(factories.client_of(ben).get(reverse("debrief")))

    assert "There is nobody yet who could listen." in page
    assert "What did I do well?" in page
    assert "Yes, please" not in page


def test_the_switch_is_in_the_profile() -> None:
    ben = factories.ben()
    limits = {
        "talks_at_once": "1",
        "longest_talk": "30",
        "minutes_a_day": "60",
        "minutes_a_shift": "45",
        "minutes_a_week": "",
        "debriefs_others": "on",
    }

    factories.client_of(ben).post(reverse("profile_limits"), limits)

    profile = Profile.objects.get(person=ben)
    assert profile.debriefs_others
    assert (profile.minutes_a_shift, profile.minutes_a_week) == (45, None)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minutes_a_shift", "121", "Please type a number from 5 to 120."),
        ("minutes_a_week", "4", "Please type a number from 5 to 960."),
        ("minutes_a_shift", "20", "This is more than your minutes in one go."),
    ],
)
def test_wrong_limits_are_said_in_a_sentence(field: str, value: str, sentence: str) -> None:
    limits = {"talks_at_once": "1", "longest_talk": "30", "minutes_a_day": "60", field: value}

    answer = factories.client_of(factories.ben()).post(reverse("profile_limits"), limits)

    assert sentence in text(answer)
