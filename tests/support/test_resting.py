"""Resting: in one tap, without a reason, ended in one tap; and how a volunteer is after a talk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.safety import reporting
from warmline.availability.models import Readiness
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.rules.models import RULES
from warmline.safety import ladder
from warmline.support import caps, queue
from warmline.support.models import Conversation, Debrief, Offer, Profile
from warmline.support.services import resting, talking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

NUMBERS = {key: rule.default for key, rule in RULES.items()}


def text(answer) -> str:
    return answer.content.decode()


def status(person: Person, kind: Role.Kind = Role.Kind.VOLUNTEER) -> str:
    return person.roles.get(kind=kind).status


def test_a_rest_begins_in_one_tap_and_takes_every_offer_away() -> None:
    ben = factories.ben()
    factories.ready(ben, minutes=60)
    offer, client = factories.offer(factories.request(), ben), factories.client_of(ben)

    client.post(reverse("volunteer_begin_resting"))

    offer.refresh_from_db()
    assert status(ben) == Role.Status.RESTING
    assert offer.state == Offer.State.NOT_NOW
    assert not Readiness.objects.exists()
    factories.ready(ben, minutes=60)
    assert queue.ready_now(clock.now()) == []


def test_it_lasts_as_long_as_they_like_and_ends_in_one_tap() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    client.post(reverse("volunteer_begin_resting"))

    clock.move(timedelta(days=400))
    client = factories.client_of(ben)
    assert "You are resting" in text(client.get(reverse("volunteer")))
    client.post(reverse("volunteer_end_resting"))

    assert status(ben) == Role.Status.ACTIVE
    assert "How long would you like to be here?" in text(client.get(reverse("volunteer")))


def test_nothing_says_why_or_since_when() -> None:
    ben = factories.ben()
    before = ben.roles.get().since
    clock.move(timedelta(days=3))

    resting.begin(ben)

    assert ben.roles.get().since == before
    instants = [
        field.name for field in Profile._meta.fields if field.get_internal_type() == "DateTimeField"
    ]
    profile = Profile.objects.get(person=ben)
    assert all(getattr(profile, name) != clock.now() for name in instants)


def test_who_rests_is_not_ready_but_keeps_their_own_pages() -> None:
    ben = factories.ben()
    resting.begin(ben)
    client = factories.client_of(ben)

    client.post(reverse("volunteer_ready"), {"minutes": "25", "steady": "on"})

    assert not Readiness.objects.exists()
    for name in ("volunteer", "profile", "profile_limits", "debrief"):
        assert client.get(reverse(name)).status_code == 200
    assert reverse("profile") in text(client.get(reverse("volunteer")))


def test_one_role_rests_and_the_other_does_not() -> None:
    ben = factories.ben()
    Role.objects.create(person=ben, kind=Role.Kind.COORDINATOR)

    resting.begin(ben)

    assert status(ben) == Role.Status.RESTING
    assert status(ben, Role.Kind.COORDINATOR) == Role.Status.ACTIVE
    assert factories.client_of(ben).get(reverse("desk")).status_code == 200


def test_from_the_day_they_chose_they_are_asked_on_their_own_page() -> None:
    ben = factories.ben()
    day = (clock.now() + timedelta(days=3)).date()
    factories.client_of(ben).post(
        reverse("volunteer_begin_resting"), {"ask_back_on": day.isoformat()}
    )

    assert "Would you like to come back?" not in text(
        factories.client_of(ben).get(reverse("volunteer"))
    )
    clock.move(timedelta(days=3))
    client = factories.client_of(ben)
    assert "Would you like to come back?" in text(client.get(reverse("volunteer")))
    client.post(reverse("volunteer_begin_resting"))

    assert "You are resting" in text(client.get(reverse("volunteer")))
    assert status(ben) == Role.Status.RESTING


@pytest.mark.parametrize("wrong", ["yesterday", "2026-11-22", "2029-01-01"])
def test_a_wrong_day_is_said_and_nothing_begins(wrong: str) -> None:
    ben = factories.ben()

    answer = factories.client_of(ben).post(
        reverse("volunteer_begin_resting"), {"ask_back_on": wrong}
    )

    assert answer.status_code == 422
    assert "Please" in text(answer)
    assert status(ben) == Role.Status.ACTIVE


def test_a_rest_does_not_get_around_a_suspension() -> None:
    ada, ben = factories.ada(), factories.ben()
    lin, mo = reporting.coordinator("lin"), reporting.coordinator("mo")
    report = reporting.read_report(reporting.ended_talk(ada, ben), ada, lin)
    resting.begin(ben)

    ladder.confirm(ladder.take_step(report, kind="ban", reason="threat", by=lin), by=mo)
    resting.end(ben)

    assert status(ben) == Role.Status.SUSPENDED
    assert not ben.has_role(Role.Kind.VOLUNTEER)


def test_own_limits_hold_for_a_run_of_talks_a_day_and_a_week() -> None:
    ben = factories.ben(minutes_a_day=40, minutes_a_shift=30, minutes_a_week=50)
    limits, _talks = caps.of(ben.pk)

    minutes = [length // timedelta(minutes=1) for length in (limits.shift, limits.day, limits.week)]
    assert minutes == [30, 40, 50]


def test_own_limits_can_only_be_lower() -> None:
    agreed = caps.in_force(NUMBERS)
    assert caps.in_force(NUMBERS, 9_999, own_shift=9_999, own_week=9_999) == agreed


def test_the_page_says_what_is_left_of_every_limit() -> None:
    ben = factories.ben(minutes_a_day=100, minutes_a_week=300)
    factories.talk(factories.ada(), ben, minutes=25)

    page = text(factories.client_of(ben).get(reverse("volunteer")))

    assert "You may talk for 75 more minutes now." in page
    for words in ("25 of 120 minutes", "25 of 100 minutes", "25 of 300 minutes"):
        assert words in page


def test_an_offer_is_not_taken_in_a_break_that_began_after_it_was_made() -> None:
    ben = factories.ben(talks_at_once=2)
    talk = factories.talk(factories.ada(), ben)
    talk.room.talk_clock.used_ms = 60_000
    talk.room.talk_clock.save()
    offer = factories.offer(factories.request(factories.seeker("Ines")), ben)
    talking.end(talk, by=ben, ending=Conversation.Ending.SAID_GOODBYE)

    answer = factories.client_of(ben).post(reverse("offer_take", args=[offer.pk]), follow=True)

    assert "You have a break now" in text(answer)
    assert Conversation.objects.count() == 1


def goodbye_of(volunteer: Person, **values) -> str:
    talk = factories.talk(factories.ada(), volunteer, **values)
    talking.end(talk, by=volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    return reverse("goodbye", args=[talk.pk])


def test_a_mood_is_answered_and_stored_nowhere() -> None:
    ben = factories.ben()
    page, client = goodbye_of(ben), factories.client_of(ben)
    assert "How are you now?" in text(client.get(page))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.post(page, {"mood": "not_well"})

    writes = [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert not [sql for sql in writes if "not_well" in sql]
    assert not [sql for sql in writes if "session" not in sql and "rooms_seat" not in sql]
    assert "Look after yourself first." in text(answer)
    assert "not_well" not in str(dict(client.session.items()))


@pytest.mark.parametrize(
    ("mood", "offers"),
    [
        ("fine", set()),
        ("tired", {"A break of one hour", "Rest for 12 hours"}),
        ("heavy", {"A break of one hour", "Rest for 12 hours", "Talk about how it was"}),
        ("not_well", {"A break of one hour", "Rest for 12 hours", "Talk about how it was"}),
    ],
)
def test_a_lower_mood_is_offered_more(mood: str, offers: set[str]) -> None:
    ben = factories.ben()
    page = text(factories.client_of(ben).post(goodbye_of(ben), {"mood": mood}))

    every = {"A break of one hour", "Rest for 12 hours", "Talk about how it was"}
    assert {words for words in every if words in page} == offers


def test_only_the_volunteer_is_asked_and_only_when_they_talked() -> None:
    ben = factories.ben()
    page = goodbye_of(ben, started=False)

    assert "How are you now?" not in text(factories.client_of(ben).get(page))


def test_after_a_handover_talking_about_it_comes_first() -> None:
    ben = factories.ben()
    page = text(factories.client_of(ben).get(goodbye_of(ben, handover_at=clock.now())))

    assert "You need not carry it alone." in page
    assert page.index("Talk about how it was") < page.index("Rest for 12 hours")
    assert page.index("Rest for 12 hours") < page.index("How are you now?")


def test_a_break_of_an_hour_is_one_tap() -> None:
    ben = factories.ben()

    factories.client_of(ben).post(reverse("volunteer_rest"), {"length": "break"})

    assert Profile.objects.get(person=ben).rest_until == clock.now() + timedelta(hours=1)


def test_a_debrief_is_asked_for_in_one_tap_from_the_goodbye() -> None:
    ben = factories.ben()
    factories.dana()
    client = factories.client_of(ben)
    client.post(goodbye_of(ben), {"mood": "heavy"})

    answer = client.post(reverse("debrief_ask"))

    assert answer.url == reverse("debrief")
    assert Debrief.objects.get().asker == ben
