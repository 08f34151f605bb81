"""Talks of the past and plans in every state, for tests of frequent use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests import factories
from warmline.people import saved
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import TalkClock
from warmline.support.models import Conversation
from warmline.support.plan_models import Plan
from warmline.support.plan_times import Window
from warmline.support.services import planning, talking

Ending = Conversation.Ending
EVENING = Window(6, 18 * 60, 20 * 60)
"""Sunday, 18:00 to 20:00. The clock of these tests stands still on a Sunday at 03:00 UTC."""


def talked(
    seeker: Person,
    volunteer: Person | None = None,
    minutes: int = 5,
    ending: Ending = Ending.SAID_GOODBYE,
    **values: Any,
) -> Conversation:
    """A talk that begins now and ends after so many minutes."""
    name = f"listener{Person.objects.count()}"
    talk = factories.talk(seeker, volunteer or factories.volunteer(name), started=False, **values)
    talking.start(talk, by=seeker)
    clock.move(timedelta(minutes=minutes))
    TalkClock.objects.filter(pk=talk.pk).update(used_ms=minutes * 60_000)
    if ending == Ending.NEEDED_TO_STOP:
        talking.need_to_stop(talk, by=talk.volunteer)
    else:
        talking.end(talk, by=seeker, ending=ending)
    talk.refresh_from_db()
    return talk


def often(seeker: Person, times: int = 5, apart: timedelta = timedelta(hours=1)) -> None:
    """So many talks, one after the other."""
    listener = factories.volunteer(f"listener{Person.objects.count()}")
    for each in range(times):
        if each:
            clock.move(apart)
        talked(seeker, listener)


def wished(seeker: Person, **values: Any) -> Plan:
    """A seeker who came often and said yes to a plan; they can be found again."""
    saved.remember(seeker)
    if not Plan.objects.filter(seeker=seeker).exists() and not planning.is_invited(seeker):
        often(seeker)
        clock.move(timedelta(hours=1))
    return planning.wish(
        seeker,
        **{
            "zone": "UTC",
            "languages": ["en"],
            "times": [EVENING],
            "supports": ["friend"],
            **values,
        },
    )


def proposed(seeker: Person, *team: Person, **values: Any) -> Plan:
    """Written down, and everybody in the team has said yes."""
    plan = wished(seeker)
    values = {"times": [EVENING], "interval_days": 2, "review_weeks": 4, **values}
    planning.propose(plan, volunteers=team, **values)
    for each in team:
        planning.answer_team(plan, by=each, yes=True)
    plan.refresh_from_db()
    return plan


def agreed(seeker: Person, *team: Person, **values: Any) -> Plan:
    """In force."""
    plan = proposed(seeker, *team, **values)
    planning.agree(plan, by=seeker)
    plan.refresh_from_db()
    return plan
