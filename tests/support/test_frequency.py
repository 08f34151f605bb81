"""Frequent use: what counts, when we ask, and that nothing else changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.support.planning_world import Ending, often, talked
from warmline.core import sweeping
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rules.models import Setting
from warmline.support import frequency
from warmline.support.models import Conversation, DayTotal
from warmline.support.services import asking

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ada() -> Person:
    return factories.ada()


def test_five_talks_in_48_hours_reach_it(ada: Person) -> None:
    often(ada, 4)
    assert not frequency.is_reached(ada)

    clock.move(HOUR)
    talked(ada)

    assert frequency.is_reached(ada)


def test_five_talks_over_a_longer_time_do_not(ada: Person) -> None:
    often(ada, 5, apart=timedelta(hours=20))

    assert not frequency.is_reached(ada)


def test_twenty_talks_in_60_days_reach_it_from_day_totals_alone(ada: Person) -> None:
    for _ in range(20):
        assert not frequency.is_reached(ada)
        clock.move(timedelta(days=2))
        talked(ada)
        sweeping.run_all()

    assert frequency.is_reached(ada)
    assert Conversation.objects.filter(seeker=ada).count() < 5


def test_talks_are_forgotten_by_the_rule_after_60_days(ada: Person) -> None:
    DayTotal.objects.add(ada.pk, clock.now().date(), talks=25, time=timedelta(minutes=5))
    clock.move(timedelta(days=1))
    assert frequency.is_reached(ada)

    clock.move(timedelta(days=59, hours=1))

    assert not frequency.is_reached(ada)


def test_a_quick_reconnect_counts_once(ada: Person) -> None:
    often(ada, 3)
    for _ in range(3):
        clock.move(timedelta(minutes=9))
        talked(ada)
    assert not frequency.is_reached(ada)

    clock.move(timedelta(minutes=11))
    talked(ada)
    assert not frequency.is_reached(ada)
    clock.move(timedelta(minutes=11))
    talked(ada)

    assert frequency.is_reached(ada)


@pytest.mark.parametrize("ending", [Ending.AWAY, Ending.NEEDED_TO_STOP])
def test_what_the_service_ended_does_not_count(ada: Person, ending: str) -> None:
    often(ada, 4)
    clock.move(HOUR)

    talked(ada, ending=ending)

    assert not frequency.is_reached(ada)


def test_a_crisis_is_never_frequent_use(ada: Person) -> None:
    often(ada, 4)
    clock.move(HOUR)
    talk = talked(ada)
    Conversation.objects.filter(pk=talk.pk).update(handover_at=clock.now(), handover_used_ms=60_000)

    assert not frequency.is_reached(ada)


def test_a_talk_nobody_came_to_does_not_count(ada: Person) -> None:
    often(ada, 4)
    clock.move(HOUR)

    talked(ada, minutes=0)

    assert not frequency.is_reached(ada)


def test_talks_of_others_do_not_count(ada: Person) -> None:
    often(ada, 3)
    often(factories.seeker("Else"), 3)

    assert not frequency.is_reached(ada)


def test_the_numbers_are_settings(ada: Person) -> None:
    Setting.objects.create(key="often_soon_talks", value=2)
    often(ada, 2)

    assert frequency.is_reached(ada)


def test_reaching_it_changes_nothing_of_what_they_may_do(ada: Person) -> None:
    often(ada, 5)
    assert frequency.is_reached(ada)

    assert asking.ask(ada, languages=["en"]).state == "waiting"
