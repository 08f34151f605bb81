"""Appointments: who sees one, who has it, what the clock does, and how the two meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Max

from tests import factories
from tests.conftest import NIGHT
from warmline.availability import telling
from warmline.availability.models import Appointment, Notice
from warmline.availability.telling_models import Kind
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.core.push import Subscription
from warmline.people.ending import end_role
from warmline.people.models import Person, Role
from warmline.protocol import base64url, clock
from warmline.safety.models import Block
from warmline.support import queue
from warmline.support.appointment_forms import NoSuchTime, instant
from warmline.support.models import Conversation, Request, Topic
from warmline.support.services import appointing, forgetting
from warmline.support.services import appointment_meeting as meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

State = Appointment.State
TOMORROW = NIGHT + timedelta(days=1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def refused(code: str) -> Any:
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def asked(seeker: Person, *times: datetime, topics: tuple[Topic, ...] = ()) -> Appointment:
    made, _secret = appointing.ask(
        seeker,
        times=times or (TOMORROW,),
        zone=ZoneInfo("Europe/Berlin"),
        language="en",
        way="text",
        topics=topics,
    )
    return made


def taken(seeker: Person, volunteer: Person, at: datetime = TOMORROW) -> Appointment:
    made = asked(seeker, at)
    appointing.take(made, at=at, by=volunteer)
    return made


def state_of(appointment: Appointment) -> str:
    sweeping.run_all(clock.now())
    appointment.refresh_from_db()
    return appointment.state


def notified(person: Person) -> None:
    """A browser of theirs is told everything."""
    telling.keep(person, Subscription("https://push.example.org/1", "p" * 87, "a" * 22))


def told(person: Person) -> int:
    return Notice.objects.filter(person=person, kind=Kind.APPOINTMENT).count()


def test_those_who_fit_see_it_and_nobody_else() -> None:
    ben = factories.ben()
    german = factories.volunteer("femi", languages=["de"])
    rota = factories.volunteer("rota", takes_new_people=False)

    made = asked(factories.ada())

    assert appointing.open_for(ben) == [made]
    assert appointing.open_for(german) == appointing.open_for(rota) == []
    assert appointing.open_for(factories.eve()) == []


def test_please_not_and_kept_apart_hide_it() -> None:
    grief, ada, pen = factories.topic("grief"), factories.ada(), factories.seeker("Pen")
    ben, chioma = factories.ben(), factories.chioma()
    factories.level(ben, grief)
    Block.part(pen, ben, Block.Reason.APART)

    made = asked(ada, topics=(grief,))
    asked(pen)

    assert appointing.open_for(ben) == [made]
    assert made not in appointing.open_for(chioma)


@pytest.mark.parametrize(
    "times",
    [
        [],
        [TOMORROW + n * HOUR for n in range(6)],
        [NIGHT + 59 * MINUTE],
        [NIGHT + timedelta(days=14, minutes=1)],
        [NIGHT - HOUR],
    ],
)
def test_times_are_one_to_five_and_neither_near_nor_far(times: list[datetime]) -> None:
    with refused("times"):
        appointing.ask(
            factories.ada(), times=times, zone=ZoneInfo("UTC"), language="en", way="text"
        )


def test_one_at_a_time() -> None:
    ada = factories.ada()
    asked(ada)

    with refused("has_appointment"):
        asked(ada)


def test_one_volunteer_has_it_alone() -> None:
    ben, chioma = factories.ben(), factories.chioma()
    made = asked(factories.ada(), TOMORROW, TOMORROW + 3 * HOUR)

    appointing.take(made, at=TOMORROW, by=ben)
    appointing.take(made, at=TOMORROW, by=ben)
    with refused("appointment_gone"):
        appointing.take(made, at=TOMORROW + 3 * HOUR, by=chioma)

    assert appointing.open_for(chioma) == []
    assert [each.taker for each in appointing.of_volunteer(ben)] == [ben]


def test_only_a_time_that_was_named_and_is_half_an_hour_away() -> None:
    ben = factories.ben()
    made = asked(factories.ada(), NIGHT + 2 * HOUR, TOMORROW)
    clock.freeze(NIGHT + 91 * MINUTE)

    for at in (NIGHT + 2 * HOUR, TOMORROW + HOUR):
        with refused("appointment_gone"):
            appointing.take(made, at=at, by=ben)

    assert appointing.takeable(made, clock.now()) == [TOMORROW]


def test_nobody_takes_two_within_an_hour() -> None:
    ben = factories.ben()
    taken(factories.ada(), ben)
    near = asked(factories.seeker("Pen"), TOMORROW + 59 * MINUTE, TOMORROW + HOUR)

    with refused("busy_then"):
        appointing.take(near, at=TOMORROW + 59 * MINUTE, by=ben)
    appointing.take(near, at=TOMORROW + HOUR, by=ben)

    assert len(appointing.of_volunteer(ben)) == 2


def test_given_back_it_goes_to_the_others_and_the_seeker_is_told() -> None:
    ada, ben, chioma = factories.ada(), factories.ben(), factories.chioma()
    made = taken(ada, ben)
    notified(ada)

    appointing.give_back(made, by=chioma)
    assert appointing.open_for(chioma) == []
    appointing.give_back(made, by=ben)

    assert appointing.open_for(chioma) == [made]
    assert told(ada) == 1


def test_a_role_that_ends_gives_it_back() -> None:
    ben, chioma = factories.ben(), factories.chioma()
    made = taken(factories.ada(), ben)

    end_role(ben.roles.get(kind=Role.Kind.VOLUNTEER), by=ben.alias)

    assert appointing.open_for(chioma) == [made]


def test_kept_apart_since_it_is_given_back() -> None:
    ada, ben, chioma = factories.ada(), factories.ben(), factories.chioma()
    made = taken(ada, ben)

    Block.part(ada, ben, Block.Reason.APART)

    assert appointing.open_for(chioma) == [made]
    assert appointing.open_for(ben) == []


def test_both_are_reminded_once_an_hour_before() -> None:
    ada, ben = factories.ada(), factories.ben()
    taken(ada, ben)
    notified(ada)
    notified(ben)

    for minutes, expected in ((61, 0), (60, 1), (30, 1)):
        clock.freeze(TOMORROW - minutes * MINUTE)
        sweeping.run_all(clock.now())
        assert (told(ada), told(ben)) == (expected, expected)


def test_unclaimed_is_said_two_hours_before_the_last_time() -> None:
    ada = factories.ada()
    made = asked(ada, TOMORROW, TOMORROW + HOUR)
    notified(ada)

    for before, expected in ((121, 0), (120, 1), (100, 1)):
        clock.freeze(TOMORROW + HOUR - before * MINUTE)
        assert state_of(made) == State.OPEN
        assert told(ada) == expected

    clock.freeze(TOMORROW + 30 * MINUTE)
    assert state_of(made) == State.LAPSED


def test_held_for_ten_minutes_and_no_longer() -> None:
    made = taken(factories.ada(), factories.ben())

    for seconds, expected in (
        (-1, State.TAKEN),
        (0, State.HELD),
        (599, State.HELD),
        (600, State.LAPSED),
    ):
        clock.freeze(TOMORROW + timedelta(seconds=seconds))
        assert state_of(made) == expected


def test_both_here_are_put_together_and_nobody_else_was_asked() -> None:
    ada, ben = factories.ada(), factories.ben()
    factories.ready(factories.chioma(), minutes=60)
    made = taken(ada, ben, NIGHT + HOUR)
    clock.freeze(NIGHT + HOUR)

    assert meeting.here(made, by=ada) is None
    assert queue.waiting_now(clock.now()) == []
    talk = meeting.here(made, by=ben)

    assert talk is not None
    assert (talk.seeker, talk.volunteer, talk.language) == (ada, ben, "en")
    assert state_of(made) == State.MET
    assert not Request.objects.waiting().exists()


def test_who_said_so_and_has_gone_is_not_here() -> None:
    ada, ben = factories.ada(), factories.ben()
    made = taken(ada, ben)
    clock.freeze(TOMORROW)
    meeting.here(made, by=ada)
    clock.freeze(TOMORROW + 2 * MINUTE)

    assert meeting.here(made, by=ben) is None
    assert meeting.here(made, by=ada) is not None


def test_nobody_else_can_say_that_they_are_here() -> None:
    made = taken(factories.ada(), factories.ben())
    clock.freeze(TOMORROW)

    for other in (factories.chioma(), factories.seeker("Pen")):
        with refused("not_now"):
            meeting.here(made, by=other)


def test_before_its_time_nobody_is_here() -> None:
    ada = factories.ada()
    made = taken(ada, factories.ben())

    with refused("not_now"):
        meeting.here(made, by=ada)


def test_a_volunteer_on_a_break_is_not_put_together_and_the_place_stays_held() -> None:
    ada, ben = factories.ada(), factories.ben()
    made = taken(ada, ben)
    clock.freeze(TOMORROW)
    ben.profile.rest_until = TOMORROW + HOUR
    ben.profile.save()
    meeting.here(made, by=ada)

    with refused("on_break"):
        meeting.here(made, by=ben)

    assert state_of(made) == State.HELD
    assert not Conversation.objects.exists()
    assert not Request.objects.exists()


def test_not_coming_costs_nothing_and_the_seeker_may_wait_with_the_same_wish() -> None:
    ada, ben, grief = factories.ada(), factories.ben(), factories.topic("grief")
    factories.level(ben, grief)
    made = asked(ada, TOMORROW, topics=(grief,))
    appointing.take(made, at=TOMORROW, by=ben)
    clock.freeze(TOMORROW + 10 * MINUTE)
    assert state_of(made) == State.LAPSED

    place = appointing.wait_instead(made)

    assert (place.languages, place.ways, list(place.topics.all())) == (["en"], ["text"], [grief])
    assert asked(ada, TOMORROW + 3 * HOUR).state == State.OPEN


def test_called_off_the_volunteer_is_told() -> None:
    ada, ben = factories.ada(), factories.ben()
    made = taken(ada, ben)
    notified(ben)

    appointing.call_off(made)
    appointing.call_off(made)

    assert appointing.of_volunteer(ben) == []
    assert told(ben) == 1


@pytest.mark.parametrize("how", ["called off", "lapsed"])
def test_a_day_after_it_nothing_is_left(how: str) -> None:
    made = asked(factories.ada())
    over = NIGHT
    if how == "called off":
        appointing.call_off(made)
    else:
        over = made.times.aggregate(last=Max("at"))["last"]
        clock.freeze(over)
        state_of(made)
    clock.freeze(over + timedelta(hours=24) - MINUTE)
    sweeping.run_all(clock.now())
    assert Appointment.objects.exists()

    clock.freeze(over + timedelta(hours=24))
    sweeping.run_all(clock.now())

    assert not Appointment.objects.exists()


def test_a_deleted_seeker_takes_it_along() -> None:
    ada, ben = factories.ada(), factories.ben()
    taken(ada, ben)

    forgetting.forget(ada)

    assert appointing.of_volunteer(ben) == []
    assert not Appointment.objects.exists()


def test_the_link_is_kept_as_a_hash_and_the_one_before_ends() -> None:
    made, first = appointing.ask(
        factories.ada(), times=[TOMORROW], zone=ZoneInfo("UTC"), language="en", way="text"
    )
    assert first not in str(Appointment.objects.values().get())
    assert len(base64url.decode(first)) == 32
    assert appointing.by_link(first) == made

    second = appointing.new_link(made)

    assert appointing.by_link(first) is None
    assert appointing.by_link(second) == made


BERLIN, NEW_YORK, SYDNEY = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Sydney")
)


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2027-03-27T19:00", BERLIN, datetime(2027, 3, 27, 18, 0, tzinfo=UTC)),
        ("2027-03-28T19:00", BERLIN, datetime(2027, 3, 28, 17, 0, tzinfo=UTC)),
        ("2027-10-31T02:30", BERLIN, datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("2027-03-13T19:00", NEW_YORK, datetime(2027, 3, 14, 0, 0, tzinfo=UTC)),
        ("2027-03-14T19:00", NEW_YORK, datetime(2027, 3, 14, 23, 0, tzinfo=UTC)),
        ("2027-04-03T19:00", SYDNEY, datetime(2027, 4, 3, 8, 0, tzinfo=UTC)),
        ("2027-04-04T19:00", SYDNEY, datetime(2027, 4, 4, 9, 0, tzinfo=UTC)),
    ],
)
def test_a_time_means_the_seekers_own_clock_on_that_day(
    local: str, zone: ZoneInfo, expected: datetime
) -> None:
    assert instant(datetime.fromisoformat(local), zone) == expected


@pytest.mark.parametrize(
    ("local", "zone"),
    [("2027-03-28T02:30", BERLIN), ("2027-03-14T02:30", NEW_YORK)],
)
def test_an_hour_that_is_left_out_is_no_time(local: str, zone: ZoneInfo) -> None:
    with pytest.raises(NoSuchTime):
        instant(datetime.fromisoformat(local), zone)
