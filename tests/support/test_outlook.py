"""Somebody is here, soon, at a time, or we don't know yet."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests import factories
from tests.conftest import NIGHT
from warmline.availability import hours
from warmline.availability.hours_models import OpenHours
from warmline.availability.models import ReadyHour
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support import ready_history
from warmline.support.models import Offer, TopicLevel
from warmline.support.outlook import Outlook, outlook
from warmline.support.seeking import CONSENT, CONSENT_VERSION, SEEKER

pytestmark = pytest.mark.django_db


def test_nothing_is_known_at_first() -> None:
    assert outlook() == Outlook("unknown")


def test_somebody_ready_is_here() -> None:
    factories.ready(factories.ben())

    assert outlook() == Outlook("here")


def test_only_who_fits_by_language_and_way_is_here() -> None:
    factories.ready(factories.ben(languages=["de"], ways=["text"]))

    assert outlook(["de-AT"], ["text"]).kind == "here"
    assert outlook(["en"], ["text"]).kind == "unknown"
    assert outlook(["de"], ["voice"]).kind == "unknown"
    assert outlook(["de"]).kind == "here"


def test_only_who_listens_to_the_topic_is_here() -> None:
    ben, grief, debt = factories.ben(), factories.topic("grief"), factories.topic("debt")
    TopicLevel.objects.create(person=ben, topic=grief, level="can_listen")
    TopicLevel.objects.create(person=ben, topic=debt, level="please_not")
    factories.ready(ben)

    assert outlook(topics=[grief.pk]).kind == "here"
    assert outlook(topics=[debt.pk]).kind == "unknown"
    assert outlook(topics=[grief.pk, debt.pk]).kind == "unknown"


def test_who_is_in_a_talk_is_not_here() -> None:
    ben = factories.ben(talks_at_once=1)
    factories.ready(ben)
    factories.talk(factories.ada(), ben)

    assert outlook().kind == "unknown"


def evenings(*, marks: int = 0b111, language: str = "", way: str = "") -> None:
    """Eight weeks in which somebody came each day between 4 and 5 (UTC), and at no other hour."""
    for back in range(1, 8 * 7 * 24):
        hour = NIGHT - timedelta(hours=back)
        there = hour.hour == 4
        if language and not there:
            ReadyHour.objects.create(hour=hour, watched=60, ready=0, reached=0)
            continue
        if language:
            ReadyHour.objects.create(hour=hour, watched=60, ready=0, reached=0)
        ReadyHour.objects.create(
            hour=hour,
            language=language,
            way=way,
            watched=60,
            ready=50 if there else 0,
            reached=60 if there else 0,
            marks=marks if there else 0,
        )


def test_the_next_likely_time_is_said() -> None:
    evenings()

    assert outlook() == Outlook("at", NIGHT + timedelta(hours=1))


def test_within_twenty_minutes_of_a_usual_time_it_is_soon() -> None:
    evenings()
    clock.move(timedelta(hours=1))

    assert outlook() == Outlook("soon")


def test_what_two_people_do_is_not_known() -> None:
    evenings(marks=0b11)

    assert outlook() == Outlook("unknown")


def test_another_language_has_its_own_times() -> None:
    evenings(language="de-Latn", way="text")

    assert outlook(["de"], ["text"]) == Outlook("at", NIGHT + timedelta(hours=1))
    assert outlook(["en"], ["text"]) == Outlook("unknown")


def test_passing_changes_nothing() -> None:
    """The only volunteer who is on is asked, and says no: the outlook stays as it was."""
    ben, request = factories.ben(), factories.request(factories.ada())
    factories.ready(ben)
    before = outlook(["en"], ["text"])
    offer = factories.offer(request, ben)
    asked = outlook(["en"], ["text"])
    Offer.objects.filter(pk=offer.pk).update(state=Offer.State.NO, answered_at=clock.now())

    assert before == asked == outlook(["en"], ["text"]) == Outlook("here")


def test_a_sweep_writes_down_who_is_ready_as_nobodys() -> None:
    factories.ready(factories.ben(languages=["en-GB"], ways=["text"]))
    ready_history.note(clock.now())

    rows = set(ReadyHour.objects.values_list("language", "way", "ready_bits"))
    assert rows == {("", "", 1), ("en-Latn", "text", 1)}


def test_a_minute_is_looked_at_once(django_assert_num_queries: Any) -> None:
    ready_history.note(clock.now())

    with django_assert_num_queries(1):
        ready_history.note(clock.now())


def test_as_many_queries_with_one_hour_as_with_three(django_assert_num_queries: Any) -> None:
    for back in (1, 3):
        ReadyHour.objects.create(hour=NIGHT - timedelta(hours=back), watched=60)
        cache.clear()
        with django_assert_num_queries(5):
            outlook()


def opens_at(hour: int, *, ticks: int = 0, **values: Any) -> OpenHours:
    """Each day at this hour (UTC), for an hour."""
    series = OpenHours.objects.create(
        time_zone="UTC",
        weekdays=[*range(7)],
        starts=time(hour),
        minutes=60,
        first_day=NIGHT.date() - timedelta(days=30),
        **values,
    )
    for number in range(ticks):
        hours.pledge(factories.volunteer(f"volunteer{number}"), series)
    return series


def test_without_a_history_the_next_open_hour_is_said() -> None:
    opens_at(19)

    assert outlook() == Outlook("at", NIGHT.replace(hour=19), open_hour=True)


def test_an_open_hour_of_another_language_is_not_said() -> None:
    opens_at(19, languages=["de"])

    assert outlook(["en"], ["text"]) == Outlook("unknown")
    assert outlook(["en", "de"], ["text"]).at == NIGHT.replace(hour=19)


def test_of_a_likely_time_and_an_open_hour_the_earlier_is_said() -> None:
    evenings()
    opens_at(19)

    assert outlook() == Outlook("at", NIGHT + timedelta(hours=1))


def test_an_open_hour_that_is_on_is_not_the_next_one() -> None:
    opens_at(NIGHT.hour)

    assert outlook().at == NIGHT + timedelta(days=1)


@pytest.mark.parametrize("ticks", [0, 1, 2, 3, 4])
def test_ticks_cannot_be_told_from_the_outlook(ticks: int) -> None:
    """With one tick or many it names the same open hour in the same words."""
    opens_at(19, ticks=ticks)

    assert outlook() == Outlook("at", NIGHT.replace(hour=19), open_hour=True)


def browser_of(seeker: Person) -> Client:
    """A seeker who has said yes to the text and the rules."""
    client = Client()
    session = client.session
    session[SEEKER], session[CONSENT] = seeker.pk, {"version": CONSENT_VERSION, "language": "en"}
    session.save()
    client.cookies["rules"] = "1"
    return client


def test_home_says_when_somebody_is_likely(night_window: None) -> None:
    evenings()
    page = factories.client_of().get("/").content.decode()

    assert "Next, someone is likely to be here" in page
    assert f'data-at="{(NIGHT + timedelta(hours=1)).isoformat()}"' in page


def test_home_says_when_the_next_open_hour_is(night_window: None) -> None:
    opens_at(19)

    assert "The next open hour begins" in factories.client_of().get("/").content.decode()


def test_the_waiting_page_says_it_for_what_was_asked(night_window: None) -> None:
    ada = factories.ada()
    factories.request(ada, languages=["de"], ways=["text"])
    evenings(language="de-Latn", way="text")

    page = browser_of(ada).get("/waiting/").content.decode()
    assert "Next, someone is likely to be here" in page


def test_the_waiting_page_says_that_we_do_not_know(night_window: None) -> None:
    ada = factories.ada()
    factories.request(ada, languages=["en"], ways=["text"])
    evenings(language="de-Latn", way="text")

    assert "We don’t know yet when" in browser_of(ada).get("/waiting/").content.decode()
