"""A third in a talk: asked for by one, agreed by the other, taken by one, gone with the talk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core.errors import DomainError
from warmline.core.sweeping import run_all
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Epoch, Seat, TalkClock
from warmline.safety.models import Block
from warmline.support import caps
from warmline.support.models import Conversation, DayTotal, Profile, ThirdSeat
from warmline.support.seeking import SEEKER
from warmline.support.services import forgetting, talking, third

pytestmark = pytest.mark.usefixtures("night_window")


@pytest.fixture
def talk() -> Conversation:
    return factories.talk(factories.ada(), factories.ben())


@pytest.fixture
def chioma() -> Person:
    """Ready."""
    person = factories.chioma()
    factories.ready(person, 60)
    return person


def newest(talk: Conversation) -> ThirdSeat:
    return ThirdSeat.objects.filter(conversation=talk).latest("asked_at")


def let_in(made: ThirdSeat) -> None:
    """Both yeses: there are keys for the seat."""
    made.refresh_from_db()
    number = str(made.seat_number)
    Epoch.objects.create(
        room_id=made.conversation_id, number=1, header=b"", sealed={number: "x"}, confirm=b""
    )


def talked(talk: Conversation, minutes: int) -> None:
    TalkClock.objects.filter(pk=talk.pk).update(used_ms=minutes * 60_000)


def asked(talk: Conversation, **values: Any) -> ThirdSeat:
    clock.move(timedelta(seconds=1))
    third.ask(talk, by=talk.seeker, kind=values.pop("kind", "second_listener"), **values)
    return newest(talk)


def agreed(talk: Conversation, **values: Any) -> ThirdSeat:
    made = asked(talk, **values)
    third.agree(made, by=talk.volunteer)
    return newest(talk)


def test_nobody_is_asked_before_the_other_agrees(talk: Conversation, chioma: Person) -> None:
    made = asked(talk)
    assert third.calls_for(chioma) == []
    with pytest.raises(DomainError, match="not_yours"):
        third.agree(made, by=talk.seeker)
    assert third.calls_for(chioma) == []

    third.agree(made, by=talk.volunteer)

    assert third.calls_for(chioma) == [made]


@pytest.mark.parametrize("after", [timedelta(seconds=5), timedelta(minutes=5)])
def test_a_no_is_byte_for_byte_as_silence_to_who_asked(
    talk: Conversation, after: timedelta
) -> None:
    client = factories.client_of(talk.volunteer)

    def seen() -> list[bytes]:
        page = client.get(reverse("talk_third", args=[talk.pk]))
        again = client.post(reverse("talk_third_ask", args=[talk.pk]), {"kind": "second_listener"})
        return [
            re.sub(rb'(csrfmiddlewaretoken" value=")[^"]*', rb"\1", page.content),
            again.content,
        ]

    third.ask(talk, by=talk.volunteer, kind="second_listener")
    made = newest(talk)
    clock.move(after)
    after_silence = seen()
    ThirdSeat.objects.filter(pk=made.pk).update(ended_at=None, ending="")
    third.stop(newest(talk), by=talk.seeker)

    assert seen() == after_silence
    assert third.may_ask(talk, by=talk.volunteer) is (after < timedelta(minutes=5))


def test_a_no_holds_for_this_talk(talk: Conversation) -> None:
    third.ask(talk, by=talk.volunteer, kind="second_listener")
    third.stop(newest(talk), by=talk.seeker)
    third.agree(newest(talk), by=talk.seeker)
    assert newest(talk).agreed_at is None

    clock.move(timedelta(minutes=5))
    third.settle_all(clock.now())

    with pytest.raises(DomainError, match="third_no"):
        third.ask(talk, by=talk.volunteer, kind="second_listener")
    third.ask(talk, by=talk.seeker, kind="second_listener")
    assert newest(talk).asker_role == "seeker"


def test_asking_twice_is_asking_once(talk: Conversation) -> None:
    asked(talk)
    asked(talk)

    assert ThirdSeat.objects.count() == 1


def test_whoever_may_not_meet_the_seeker_is_not_asked(talk: Conversation, chioma: Person) -> None:
    made = agreed(talk)
    Block.part(talk.seeker, chioma, Block.Reason.APART)

    assert third.calls_for(chioma) == []
    with pytest.raises(DomainError, match="third_over"):
        third.take(made, by=chioma)


@pytest.mark.parametrize("why", ["not ready", "language", "topic", "in a talk", "rests", "partner"])
def test_only_who_is_ready_and_fits_is_asked(talk: Conversation, chioma: Person, why: str) -> None:
    person = chioma
    if why == "not ready":
        person = factories.volunteer("femi")
    elif why == "language":
        factories.profile(chioma, languages=["de"])
    elif why == "topic":
        talk.request = factories.request(talk.seeker, factories.topic("grief"), state="done")
        talk.save()
    elif why == "in a talk":
        factories.talk(factories.seeker("Zoe"), chioma)
    elif why == "rests":
        factories.profile(chioma, rest_until=clock.now() + timedelta(hours=1))
    else:
        person = talk.volunteer
        factories.ready(person, 60)

    agreed(talk)

    assert third.calls_for(person) == []


def test_an_interpreter_has_both_languages(talk: Conversation, chioma: Person) -> None:
    factories.profile(chioma, languages=["en", "bfi"])
    signer = factories.volunteer("femi", languages=["bfi"])
    factories.ready(signer, 60)
    offered = third.languages_of(talk)
    assert ("bfi", "British Sign Language") in offered
    assert "en" not in dict(offered)
    with pytest.raises(DomainError, match="third_language"):
        asked(talk, kind="interpreter", language="xx")

    made = agreed(talk, kind="interpreter", language="bfi")

    assert third.calls_for(chioma) == [made]
    assert third.calls_for(signer) == []


def test_one_takes_it_and_has_the_next_seat(talk: Conversation, chioma: Person) -> None:
    femi = factories.volunteer("femi")
    factories.ready(femi, 60)
    made = agreed(talk)

    third.take(made, by=chioma)

    seat = Seat.objects.get(room=talk.pk, person=chioma)
    assert (seat.number, seat.role) == (3, "second_listener")
    with pytest.raises(DomainError, match="third_over"):
        third.take(made, by=femi)
    assert third.calls_for(femi) == []
    assert talk.seat_of(chioma) is None, "what the pair may do, a third may not"


def test_who_is_a_third_already_is_not_asked(talk: Conversation, chioma: Person) -> None:
    Profile.objects.filter(person=chioma).update(talks_at_once=2)
    third.take(agreed(talk), by=chioma)
    other = agreed(factories.talk(factories.eve(), factories.dana()))

    assert third.calls_for(chioma) == []
    with pytest.raises(DomainError, match="third_over"):
        third.take(other, by=chioma)


def test_nobody_came_is_said_to_both_after_five_minutes(talk: Conversation) -> None:
    agreed(talk)
    clock.move(timedelta(minutes=5))
    run_all()

    page = factories.client_of(talk.volunteer).get(reverse("talk_third", args=[talk.pk]))
    assert "Nobody could come just now." in page.content.decode()


def test_who_is_not_let_in_is_free_after_five_minutes(talk: Conversation, chioma: Person) -> None:
    made = agreed(talk)
    third.take(made, by=chioma)
    clock.move(timedelta(minutes=5))
    run_all()

    made.refresh_from_db()
    assert (made.ending, made.used_ms) == (ThirdSeat.Ending.LAPSED, 0)
    seat = Seat.objects.get(room=talk.pk, person=chioma)
    assert seat.revoked_at is not None


@pytest.mark.parametrize("side", ["seeker", "volunteer"])
def test_either_may_ask_them_to_leave_and_the_talk_goes_on(
    talk: Conversation, chioma: Person, side: str
) -> None:
    made = agreed(talk)
    third.take(made, by=chioma)
    let_in(made)

    third.stop(third.current(talk) or made, by=getattr(talk, side))

    made.refresh_from_db()
    assert made.ending == ThirdSeat.Ending.REMOVED
    assert not Seat.objects.live().filter(person=chioma).exists()
    assert Conversation.objects.open().filter(pk=talk.pk).exists()
    agreed(talk)
    assert third.calls_for(chioma) == [], "who was here once is not asked again in this talk"


def test_the_thirds_time_counts_towards_their_own_caps(talk: Conversation, chioma: Person) -> None:
    made = agreed(talk)
    talked(talk, 5)
    third.take(made, by=chioma)
    let_in(made)
    limits, talks = caps.of(chioma.pk)
    assert limits.counts(talks, clock.now())[1].used == timedelta(minutes=20), "all it may become"
    talked(talk, 17)

    third.leave(third.current(talk) or made)

    limits, talks = caps.of(chioma.pk)
    assert limits.counts(talks, clock.now())[1].used == timedelta(minutes=12)
    assert limits.on_break_until(talks) == clock.now() + timedelta(minutes=10)
    assert caps.of(talk.volunteer_id)[0].left(caps.of(talk.volunteer_id)[1], clock.now())


def test_the_day_after_only_the_total_is_left(talk: Conversation, chioma: Person) -> None:
    made = agreed(talk)
    third.take(made, by=chioma)
    let_in(made)
    talked(talk, 12)
    talking.end(talk, by=talk.seeker, ending=Conversation.Ending.SAID_GOODBYE)
    clock.move(timedelta(hours=24))
    run_all()

    assert not ThirdSeat.objects.exists()
    assert DayTotal.objects.get(person=chioma).time == timedelta(minutes=12)


def test_the_end_of_the_talk_is_the_thirds_end_and_nothing_outlasts_the_pair(
    talk: Conversation, chioma: Person
) -> None:
    made = agreed(talk)
    third.take(made, by=chioma)
    let_in(made)

    talking.end(talk, by=talk.volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    for seat in talk.room.seats.exclude(person=chioma):
        talking.leave(seat)

    made.refresh_from_db()
    assert made.ending == ThirdSeat.Ending.TALK_OVER
    assert not Epoch.objects.exists()
    over = factories.client_of(chioma).get(reverse("third_room", args=[talk.pk]), follow=True)
    assert "They have ended the talk." in over.content.decode()


def test_what_nobody_took_goes_with_the_talk(talk: Conversation) -> None:
    agreed(talk)
    talking.end(talk, by=talk.seeker, ending=Conversation.Ending.SAID_GOODBYE)

    assert not ThirdSeat.objects.exists()


def test_quick_exit_of_the_third_leaves_the_pair_alone(talk: Conversation, chioma: Person) -> None:
    made = agreed(talk)
    third.take(made, by=chioma)
    let_in(made)

    forgetting.leave_all(chioma)

    made.refresh_from_db()
    assert made.ending == ThirdSeat.Ending.LEFT
    assert Conversation.objects.open().filter(pk=talk.pk).exists()


def test_a_third_whose_page_is_gone_has_left(talk: Conversation, chioma: Person) -> None:
    made = agreed(talk)
    third.take(made, by=chioma)
    let_in(made)
    TalkClock.objects.filter(pk=talk.pk).update(
        running_since_ms=clock.now_ms(), last_beat_ms=clock.now_ms() + 11 * 60_000
    )
    clock.move(timedelta(minutes=10, seconds=1))
    third.settle_all(clock.now())

    made.refresh_from_db()
    assert made.ending == ThirdSeat.Ending.LEFT


def test_the_card_says_as_what_and_nothing_about_who(talk: Conversation, chioma: Person) -> None:
    client = factories.client_of(chioma)
    assert client.get(reverse("third_calls")).status_code == 204
    made = agreed(talk)

    card = client.get(reverse("third_calls")).content.decode()

    assert "join a talk as second listener" in card
    assert talk.seeker.alias not in card
    assert talk.volunteer.alias not in card
    client.post(reverse("third_pass", args=[made.pk]))
    assert client.get(reverse("third_calls")).status_code == 204


def test_the_pages_of_pair_and_third_lead_through_all_of_it(
    talk: Conversation, chioma: Person
) -> None:
    ada, ben = seeker_client(talk.seeker), factories.client_of(talk.volunteer)
    asks = reverse("talk_third_ask", args=[talk.pk])
    assert ada.post(asks, {"kind": "spy"}).status_code == 422
    assert ada.post(asks, {"kind": "second_listener"}).status_code == 200
    seen = ben.get(reverse("talk_third", args=[talk.pk])).content.decode()
    assert "may a second listener join you?" in seen
    ben.post(reverse("talk_third_agree", args=[talk.pk]))
    comes = factories.client_of(chioma)
    url = reverse("third_take", args=[newest(talk).pk])

    page = comes.post(url, follow=True)

    assert page.request["PATH_INFO"] == reverse("third_room", args=[talk.pk])
    assert "stays closed to you" in page.content.decode()
    assert comes.get(reverse("talk", args=[talk.pk])).status_code == 404
    assert comes.post(reverse("talk_end", args=[talk.pk])).status_code == 404
    assert comes.post(reverse("third_ticket", args=[talk.pk])).json()["ticket"]
    seen = ada.get(reverse("talk_third", args=[talk.pk])).content.decode()
    assert "would like to come in as second listener" in seen
    ada.post(reverse("talk_third_stop", args=[talk.pk]))
    assert comes.post(reverse("third_ticket", args=[talk.pk])).json() == {"ticket": None}
    ended = comes.get(reverse("third_state", args=[talk.pk])).content.decode()
    assert "The two go on by themselves now." in ended


def seeker_client(person: Person) -> Client:
    """A browser whose session is the seeker's."""
    client = Client()
    session = client.session
    session[SEEKER] = person.pk
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client
