"""The allowance: never more than granted in any 24 hours, never charged for what was refunded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.support.test_seeker_pages import asked, consented
from warmline.core.errors import DomainError
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import TalkClock, Way
from warmline.support import allowance, queue
from warmline.support.allowance import Use
from warmline.support.models import Conversation, Request
from warmline.support.services import asking, forgetting, offering, talking

GRANTED = timedelta(minutes=30)
START = datetime(2026, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Ending = Conversation.Ending


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Way)),
            st.integers(0, 60 * 60),  # how long they want to talk, seconds
            st.integers(0, 30 * 3600),  # pause before it, seconds
        ),
        max_size=30,
    )
)
def test_no_24_hours_hold_more_than_was_granted(
    wishes: list[tuple[Way, int, int]],
) -> None:
    """Talks as the service grants them: each at most what is left when it begins."""
    now, uses, talked = START, [], []
    for way, wanted, pause in wishes:
        now += timedelta(seconds=pause)
        has = allowance.left(GRANTED, uses, now)
        longest = timedelta(microseconds=int(has // MICROSECOND / allowance.COUNTS[way]))
        used = min(timedelta(seconds=wanted), longest)
        begun, now = now, now + used
        counts = allowance.counted(used, way)
        uses.append(Use(counts, now + allowance.WINDOW))
        talked.append((begun, now, counts))

    for _begun, end, _counts in talked:
        inside = [counts for b, e, counts in talked if b > end - allowance.WINDOW and e <= end]
        assert sum(inside, timedelta(0)) <= GRANTED


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 26 * 60)), max_size=12),
    st.integers(1, 30),
)
def test_the_next_time_is_the_first_at_which_enough_is_left(
    talks: list[tuple[int, int]], least: int
) -> None:
    uses = [
        Use(timedelta(minutes=counts), START + timedelta(minutes=until)) for counts, until in talks
    ]
    enough = timedelta(minutes=least)

    moment = allowance.next_time(GRANTED, uses, enough, START)

    assert moment is not None
    assert allowance.left(GRANTED, uses, moment) >= enough
    if moment > START:
        before = moment - timedelta(microseconds=1)
        assert allowance.left(GRANTED, uses, before) < enough


def test_a_minute_of_text_counts_two_thirds() -> None:
    assert allowance.counted(timedelta(minutes=45), Way.TEXT) == timedelta(minutes=30)
    assert allowance.counted(timedelta(minutes=30), Way.VOICE) == timedelta(minutes=30)


def used(ada: Person, minutes: int, *, ending: str = Ending.SAID_GOODBYE) -> Conversation:
    """A text talk of Ada's that has ended now, after so many minutes."""
    name = f"listener{Person.objects.count()}"
    talk = factories.talk(ada, factories.volunteer(name))
    TalkClock.objects.filter(pk=talk.pk).update(used_ms=minutes * 60_000)
    if ending == Ending.NEEDED_TO_STOP:
        talking.need_to_stop(talk, by=talk.volunteer)
    else:
        talking.end(talk, by=ada, ending=ending)
    return talk


@pytest.mark.django_db
def test_it_counts_across_volunteers_and_ages_after_24_hours() -> None:
    ada = factories.ada()
    used(ada, 20)
    clock.move(timedelta(hours=2))
    used(ada, 25)

    assert allowance.of(ada).is_used_up
    assert allowance.of(ada).next_time == clock.now() + timedelta(hours=22)
    clock.move(timedelta(hours=22))
    assert allowance.of(ada).minutes_left(Way.TEXT) == 20


@pytest.mark.django_db
def test_what_the_volunteer_had_to_stop_costs_nothing() -> None:
    ada = factories.ada()

    used(ada, 40, ending=Ending.NEEDED_TO_STOP)

    assert allowance.of(ada).minutes_left(Way.TEXT) == 45


@pytest.mark.django_db
def test_extra_time_is_half_as_much_again() -> None:
    assert allowance.of(factories.ada(), extra_time=True).minutes_left(Way.TEXT) == 67


@pytest.mark.django_db
def test_extra_time_never_stretches_the_volunteers_limit() -> None:
    ben = factories.ben(longest_talk=30)
    factories.ready(ben, minutes=120)
    request = factories.request(extra_time=True)

    [waiting], [ready] = queue.waiting_now(clock.now()), queue.ready_now(clock.now())

    assert (waiting.minutes, ready.longest_talk) == (67, 30)
    assert request.extra_time


@pytest.mark.django_db
def test_the_talk_is_no_longer_than_what_is_left() -> None:
    ada = factories.ada()
    used(ada, 33)
    factories.request(ada)

    [waiting] = queue.waiting_now(clock.now())

    assert waiting.minutes == 12


@pytest.mark.django_db
def test_with_too_little_left_nobody_is_asked() -> None:
    ada = factories.ada()
    used(ada, 41)
    factories.request(ada)

    assert queue.waiting_now(clock.now()) == []
    with pytest.raises(DomainError) as refused:
        asking.ask(factories.seeker(), languages=["en"]) and asking.ask(
            used(factories.seeker("Else"), 45).seeker, languages=["en"]
        )
    assert refused.value.code == "time_used"


@pytest.mark.usefixtures("night_window")
def test_the_page_says_when_they_may_talk_again_and_is_no_dead_end() -> None:
    client = consented()
    talk = _talked(client, 45)

    page = client.get(reverse("about")).content.decode()

    assert "You have used your time for today." in page
    assert "in 1\xa0day" in page
    assert reverse("crisis") in page
    assert talk.seeker.requests.count() == 0


@pytest.mark.usefixtures("night_window")
def test_extra_time_is_a_setting_without_proof() -> None:
    client = consented()
    _talked(client, 45)

    client.post(reverse("extra_time"), {"on": "1"})

    assert "What would help?" in client.get(reverse("about")).content.decode()


@pytest.mark.usefixtures("night_window")
def test_after_a_volunteer_needed_to_stop_the_seeker_goes_to_the_front() -> None:
    client = consented()
    request = asked(client)
    ben = factories.ben()
    talk = offering.take(factories.offer(request, ben), by=ben)
    client.post(reverse("met_start"))
    clock.move(timedelta(minutes=5))
    other = factories.request(factories.seeker("Else"))
    factories.client_of(ben).post(reverse("talk_need_to_stop", args=[talk.pk]))

    goodbye = client.get(reverse("goodbye", args=[talk.pk])).content.decode()
    answer = client.post(reverse("talk_wait_again", args=[talk.pk]))

    assert "it is not your fault" in goodbye
    assert answer.url == reverse("waiting")
    first, second = sorted(queue.waiting_now(clock.now()), key=lambda each: each.since_ms)
    assert (first.id, second.id) == (request.pk, other.pk)
    assert ben.pk in first.said_no


@pytest.mark.django_db
def test_a_seeker_cannot_refund_themselves() -> None:
    talk = factories.talk(factories.ada(), factories.ben())

    with pytest.raises(DomainError):
        talking.need_to_stop(talk, by=talk.seeker)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "free"), [("volunteer", True), ("seeker", False)])
def test_a_volunteer_who_leaves_fast_costs_the_seeker_nothing(who: str, free: bool) -> None:
    talk = factories.talk(factories.ada(), factories.ben())

    forgetting.leave_all(getattr(talk, who))

    talk.refresh_from_db()
    assert (talk.ending, talk.refunded) == (Conversation.Ending.EXIT, free)


@pytest.mark.usefixtures("night_window")
def test_going_to_the_front_needs_a_listener_who_had_to_stop() -> None:
    client = consented()
    talk = _talked(client, 5)

    assert client.post(reverse("talk_wait_again", args=[talk.pk])).url == reverse("about")
    assert not Request.objects.waiting().exists()


def _talked(client: object, minutes: int) -> Conversation:
    """This browser's seeker has talked so long by text and said goodbye."""
    request = asked(client)  # type: ignore[arg-type]
    ben = factories.volunteer(f"listener{Person.objects.count()}")
    talk = offering.take(factories.offer(request, ben), by=ben)
    talking.start(talk, by=talk.seeker)
    TalkClock.objects.filter(pk=talk.pk).update(used_ms=minutes * 60_000)
    talking.end(talk, by=talk.seeker, ending=Ending.SAID_GOODBYE)
    return talk
