"""A crisis in a talk: the card, the handover that costs nothing, the rest; and who may do which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.support.test_seeker_pages import asked, consented
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Room, TalkClock, Way
from warmline.safety import line_import
from warmline.support import allowance, queue
from warmline.support.models import Conversation
from warmline.support.services import crisis, offering, talking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]
MINUTE_MS = 60_000


@pytest.fixture(autouse=True)
def _lines() -> None:
    line_import.import_lines()


class Pair:
    """Ada and Ben in a talk, each with a browser."""

    def __init__(self) -> None:
        self.ada = consented()
        self.volunteer = factories.ben()
        request = asked(self.ada)
        self.talk = offering.take(
            factories.offer(request, self.volunteer, minutes=45), by=self.volunteer
        )
        talking.start(self.talk, by=self.talk.seeker)
        self.ben = factories.client_of(self.volunteer)

    def url(self, name: str) -> str:
        return reverse(name, args=[self.talk.pk])

    def used(self, minutes: float) -> None:
        """The clock as the gateway has written it; it stands still."""
        TalkClock.objects.filter(pk=self.talk.pk).update(used_ms=int(minutes * MINUTE_MS))

    def granted(self) -> float:
        return (Room.objects.get(pk=self.talk.pk).granted_ms or 0) / MINUTE_MS

    def fresh(self) -> Conversation:
        return Conversation.objects.select_related("room__talk_clock").get(pk=self.talk.pk)


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.mark.parametrize("used", [0, 29, 31, 44.9])
def test_a_handover_leaves_at_least_15_minutes_and_takes_none(pair: Pair, used: float) -> None:
    pair.used(used)

    pair.ben.post(pair.url("talk_handover"))

    assert pair.granted() == pytest.approx(max(45, used + 15), abs=0.01)


def test_a_handover_counts_what_the_gateway_has_not_written_yet(pair: Pair) -> None:
    now = clock.now_ms()
    TalkClock.objects.filter(pk=pair.talk.pk).update(
        used_ms=40 * MINUTE_MS, running_since_ms=now, last_beat_ms=now
    )
    clock.move(timedelta(seconds=4))

    pair.ben.post(pair.url("talk_handover"))

    assert pair.granted() * 60 == 55 * 60 + 4


def test_a_second_press_changes_nothing(pair: Pair) -> None:
    pair.used(40)
    pair.ben.post(pair.url("talk_handover"))
    first = pair.fresh().handover_at
    clock.move(timedelta(minutes=5))
    pair.used(45)

    pair.ben.post(pair.url("talk_handover"))

    assert (pair.fresh().handover_at, pair.granted()) == (first, 55)
    assert pair.fresh().charged == timedelta(minutes=40)


def test_time_after_the_handover_costs_the_seeker_nothing(pair: Pair) -> None:
    pair.used(30)
    pair.ben.post(pair.url("talk_handover"))
    pair.used(44)
    talking.end(pair.fresh(), by=pair.volunteer, ending=Conversation.Ending.SAID_GOODBYE)

    assert allowance.of(pair.talk.seeker).minutes_left(Way.TEXT) == 15


@given(
    before=st.integers(0, 45 * MINUTE_MS),
    after=st.integers(0, 60 * MINUTE_MS),
    begun=st.booleans(),
)
def test_never_charged_for_a_handover(before: int, after: int, begun: bool) -> None:
    talk = Conversation(handover_used_ms=before if begun else None)
    talk.room = Room()
    talk.room.talk_clock = TalkClock(used_ms=before + after)

    charged = talk.charged // timedelta(milliseconds=1)

    assert charged == (before if begun else before + after)


def test_no_level_of_a_crisis_is_kept(pair: Pair) -> None:
    names = {field.name for field in Conversation._meta.get_fields()}

    assert not [name for name in names if "level" in name or "crisis" in name]


def test_both_sides_are_told_that_there_is_time(
    pair: Pair, heard: list[tuple[str, str]], django_capture_on_commit_callbacks: Any
) -> None:
    pair.used(40)
    with django_capture_on_commit_callbacks(execute=True):
        pair.ben.post(pair.url("talk_handover"))

    assert (f"room:{pair.talk.pk}", "granted") in heard
    for person in (pair.talk.seeker_id, pair.talk.volunteer_id):
        assert (f"person:{person}", "handover") in heard
    assert "There is time now. These minutes are not counted." in _text(pair.ada, pair.url("talk"))


def test_the_card_comes_with_the_communitys_country_and_survives_end_and_goodbye(
    pair: Pair, heard: list[tuple[str, str]], django_capture_on_commit_callbacks: Any
) -> None:
    assert pair.ada.get(pair.url("talk_card")).status_code == 204
    assert "Help card" not in _text(pair.ada, pair.url("goodbye"), follow=True)

    with django_capture_on_commit_callbacks(execute=True):
        pair.ben.post(pair.url("talk_show_card"))

    assert (f"person:{pair.talk.seeker_id}", "card") in heard
    assert "Help card: Germany" in _text(pair.ada, pair.url("talk"))
    pair.ben.post(pair.url("talk_end"))
    for _again in range(2):
        page = _text(pair.ada, pair.url("goodbye"))
        assert "Help card: Germany" in page
        assert 'href="tel:112"' in page
    assert "Help card" not in _text(pair.ben, pair.url("goodbye"))


def test_another_country_is_found_by_typing_and_a_new_press_keeps_it(pair: Pair) -> None:
    pair.ben.post(pair.url("talk_show_card"))

    answer = pair.ada.post(pair.url("talk_card"), {"country": "Irlande"})

    assert answer.url == pair.url("talk")
    pair.ben.post(pair.url("talk_show_card"))
    assert "Help card: Ireland" in _text(pair.ada, pair.url("talk_card"))
    assert pair.fresh().room.seats.get(role="seeker").card_country == "IE"


def test_a_name_that_may_be_several_is_asked_once_more_without_script(pair: Pair) -> None:
    pair.ben.post(pair.url("talk_show_card"))
    pair.ben.post(pair.url("talk_end"))

    page = pair.ada.post(pair.url("talk_card"), {"country": "united"}).content.decode()
    answer = pair.ada.post(pair.url("talk_card"), {"country": "US"})

    assert "Which one do you mean?" in page
    assert answer.url == pair.url("goodbye")
    assert 'value="Atlantis"' in (
        pair.ada.post(pair.url("talk_card"), {"country": "Atlantis"}).content.decode()
    )


def test_a_country_without_a_card_is_not_kept(pair: Pair) -> None:
    pair.ada.post(pair.url("talk_card"), {"country": "IE"})

    assert pair.fresh().room.seats.get(role="seeker").card_country == ""


def test_the_card_goes_with_the_seat(pair: Pair) -> None:
    pair.ben.post(pair.url("talk_show_card"))

    Room.objects.filter(pk=pair.talk.pk).delete()

    assert not pair.volunteer.seats.exists()


VOLUNTEERS_ONLY = ("talk_handover", "talk_show_card")


@pytest.mark.parametrize("name", VOLUNTEERS_ONLY)
def test_the_seeker_cannot_do_what_is_the_volunteers(pair: Pair, name: str) -> None:
    assert pair.ada.post(pair.url(name)).status_code == 409

    _nothing_happened(pair)


@pytest.mark.parametrize("name", [*VOLUNTEERS_ONLY, "talk_card", "talk_sign_offs"])
def test_others_find_nothing(pair: Pair, name: str) -> None:
    chioma, eve = factories.chioma(), factories.eve()

    for client in (Client(), consented(), factories.client_of(chioma), factories.client_of(eve)):
        for method in (client.get, client.post):
            assert method(pair.url(name), {"country": "IE"}).status_code in (404, 405)
    _nothing_happened(pair)


def test_the_tray_is_the_volunteers_and_the_card_the_seekers(pair: Pair) -> None:
    assert pair.ada.get(pair.url("talk_sign_offs")).status_code == 404
    assert pair.ben.get(pair.url("talk_card")).status_code == 404
    assert pair.ben.post(pair.url("talk_card"), {"country": "IE"}).status_code == 404
    assert "data-sign-off" not in _text(pair.ada, pair.url("talk"))
    assert 'data-sign-off="crisis_now"' in _text(pair.ben, pair.url("talk"))


@pytest.mark.parametrize("name", VOLUNTEERS_ONLY)
def test_nothing_happens_by_a_mere_link(pair: Pair, name: str) -> None:
    assert pair.ben.get(pair.url(name)).status_code == 405
    _nothing_happened(pair)


def test_a_talk_that_is_over_gets_neither_card_nor_time(pair: Pair) -> None:
    pair.ada.post(pair.url("talk_end"))

    for name in VOLUNTEERS_ONLY:
        assert pair.ben.post(pair.url(name)).status_code == 204

    _nothing_happened(pair)


def test_the_tray_speaks_of_the_country_on_the_card(pair: Pair) -> None:
    pair.ben.post(pair.url("talk_show_card"))
    pair.ada.post(pair.url("talk_card"), {"country": "US"})

    assert 'data-text="Call 911 now.' in _text(pair.ben, pair.url("talk_sign_offs"))


def test_a_rest_is_offered_after_a_handover_and_nothing_is_offered_meanwhile(pair: Pair) -> None:
    pair.ben.post(pair.url("talk_handover"))
    pair.ben.post(pair.url("talk_end"))
    assert "Rest for 12 hours" in _text(pair.ben, pair.url("goodbye"))
    factories.ready(pair.volunteer)

    pair.ben.post(reverse("volunteer_rest"))

    assert "Rest for 12 hours" not in _text(pair.ben, pair.url("goodbye"))
    assert "You are resting" in _text(pair.ben, reverse("volunteer"))
    pair.ben.post(reverse("volunteer_ready"), {"minutes": "25", "steady": "on"})
    factories.ready(pair.volunteer)
    assert queue.ready_now(clock.now()) == []


def test_a_rest_ends_by_itself_or_in_one_tap(pair: Pair) -> None:
    crisis.rest(pair.volunteer)
    clock.move(timedelta(hours=12))
    factories.ready(pair.volunteer)
    assert len(queue.ready_now(clock.now())) == 1

    crisis.rest(pair.volunteer)
    factories.client_of(pair.volunteer).post(reverse("volunteer_end_rest"))
    factories.ready(pair.volunteer)

    assert len(queue.ready_now(clock.now())) == 1


def test_no_rest_is_offered_after_a_calm_talk_and_none_to_the_seeker(pair: Pair) -> None:
    other = factories.talk(factories.seeker("Else"), factories.chioma())
    talking.end(other, by=other.volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    pair.ben.post(pair.url("talk_handover"))
    pair.ben.post(pair.url("talk_end"))

    calm = _text(factories.client_of(other.volunteer), reverse("goodbye", args=[other.pk]))

    assert "Rest for 12 hours" not in calm + _text(pair.ada, pair.url("goodbye"))


@pytest.mark.parametrize("name", ["volunteer_rest", "volunteer_end_rest"])
def test_only_volunteers_rest(name: str) -> None:
    eve = factories.eve()

    assert factories.client_of(eve).post(reverse(name)).status_code == 403
    assert "login" in Client().post(reverse(name)).url
    assert not Person.objects.filter(profile__rest_until__isnull=False).exists()


def _nothing_happened(pair: Pair) -> None:
    talk = pair.fresh()
    assert talk.handover_at is None
    assert pair.granted() == 45
    assert talk.room.seats.get(role="seeker").card_country == ""


def _text(client: Client, url: str, *, follow: bool = False) -> str:
    return client.get(url, follow=follow).content.decode()
