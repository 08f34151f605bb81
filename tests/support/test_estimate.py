"""What the lamp and the waiting page say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.protocol import clock
from warmline.support import estimate
from warmline.support.models import Wait

pytestmark = pytest.mark.django_db


def waits(*seconds: int, met: bool = True) -> None:
    for length in seconds:
        Wait.objects.create(seconds=length, met=met, at=clock.now())


def test_nobody_ready_is_said_plainly() -> None:
    assert estimate.home_status().sentence == "Nobody is free right now."


def test_without_a_history_we_do_not_know_yet() -> None:
    factories.ready(factories.ben())

    assert (
        estimate.home_status().sentence == "Someone is here. We don't know yet how long it takes."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "a few minutes"), (600, "a quarter of an hour"), (2000, "a while")],
)
def test_with_a_history_the_usual_wait_is_said_in_words(seconds: int, words: str) -> None:
    factories.ready(factories.ben())
    waits(*[seconds] * 5)

    assert words in estimate.home_status().sentence


def test_an_old_history_is_none() -> None:
    factories.ready(factories.ben())
    waits(*[60] * 5)
    clock.move(timedelta(days=29))
    factories.ready(factories.chioma())

    assert "don't know yet" in estimate.home_status().sentence


def test_who_is_in_a_talk_is_not_free() -> None:
    ben = factories.ben(talks_at_once=1)
    factories.ready(ben)
    factories.talk(factories.ada(), ben)

    assert estimate.home_status().state == "nobody"


def test_an_unfinished_profile_is_nobody() -> None:
    factories.ready(factories.ben(topics_seen_at=None))

    assert estimate.home_status().state == "nobody"


def test_where_people_were_mostly_not_met_this_is_said() -> None:
    request = factories.request()
    waits(600, 600, 600, met=False)
    waits(60, 60)

    assert "mostly not met" in estimate.for_request(request, fits_now=False).sentence
