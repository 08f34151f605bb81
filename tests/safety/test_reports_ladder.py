"""Every step of the ladder: how long it lasts on one word, who may give the second, what it stops."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests import factories
from tests.safety.reporting import coordinator, ended_talk, read_report
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.availability.models import Readiness
from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety import ladder, sweeps
from warmline.safety.models import Report, Sanction
from warmline.support import queue
from warmline.support.models import Profile, Request
from warmline.support.services import asking, reporting, talking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]

HOURS_48, WEEK = timedelta(hours=48), timedelta(days=7)


def about(side: str, dana: Person | None = None) -> Report:
    """A read report about the seeker or the volunteer of a talk."""
    talk = ended_talk()
    by = talk.volunteer if side == "seeker" else talk.seeker
    return read_report(talk, by, dana or factories.dana())


def step(report: Report, kind: str, by: Person | None = None) -> Sanction:
    return reporting.take_step(
        report, kind=kind, reason="insult", by=by or Person.objects.get(account__username="dana")
    )


@pytest.mark.parametrize(
    ("side", "kind", "lasts", "needs_second"),
    [
        ("seeker", "reminder", timedelta(0), False),
        ("seeker", "day", timedelta(hours=24), False),
        ("seeker", "week", WEEK, False),
        ("seeker", "ban", WEEK, True),
        ("volunteer", "reminder", timedelta(0), False),
        ("volunteer", "day", timedelta(hours=24), False),
        ("volunteer", "week", HOURS_48, True),
        ("volunteer", "ban", HOURS_48, True),
    ],
)
def test_how_long_a_step_lasts_on_one_word(
    side: str, kind: str, lasts: timedelta, needs_second: bool
) -> None:
    report = about(side)
    sanction = step(report, kind)
    person = sanction.person

    report.refresh_from_db()
    assert (report.state == Report.State.CLOSED) == (not needs_second)
    assert ladder.is_held_back(person) == (lasts > timedelta(0))
    clock.move(lasts)
    assert not ladder.is_held_back(person)
    assert side == "seeker" or person.has_role(Role.Kind.VOLUNTEER)


def test_a_report_alone_holds_nobody_back() -> None:
    report = about("volunteer")

    assert report.reported
    assert not ladder.is_held_back(report.reported)
    assert report.reported.has_role(Role.Kind.VOLUNTEER)


def test_a_ban_lasts_once_a_second_coordinator_confirms(still_night: datetime) -> None:
    sanction = step(about("seeker"), "ban")
    ladder.confirm(sanction, by=coordinator("femi"))

    clock.move(timedelta(days=300))

    assert ladder.is_held_back(sanction.person)
    assert Report.objects.get().outcome == Report.Outcome.STEP


def test_a_declined_ban_is_over_and_the_report_waits_for_another_decision() -> None:
    report = about("seeker")
    sanction = step(report, "ban")
    ladder.decline(sanction, by=coordinator("femi"))

    assert not ladder.is_held_back(sanction.person)
    report.refresh_from_db()
    assert report.state == Report.State.LOOKED_AT
    step(report, "day")
    assert ladder.is_held_back(sanction.person)


def test_a_confirmed_week_counts_from_its_beginning(still_night: datetime) -> None:
    sanction = step(about("volunteer"), "week")
    clock.move(timedelta(hours=40))
    ladder.confirm(sanction, by=coordinator("femi"))

    sanction.refresh_from_db()
    assert sanction.until == still_night + WEEK


@pytest.mark.parametrize("verb", [ladder.confirm, ladder.decline])
def test_nobody_who_is_part_of_it_gives_the_second_word(verb) -> None:
    reporter, subject = coordinator("mara"), coordinator("sol")
    Role.objects.create(person=subject, kind=Role.Kind.VOLUNTEER)
    dana = factories.dana()
    report = read_report(ended_talk(reporter, subject), reporter, dana)
    sanction = step(report, "ban", dana)

    for somebody in (reporter, subject, dana):
        with pytest.raises(DomainError) as refusal:
            verb(sanction, by=somebody)
        assert refusal.value.code == "involved"
        assert not Sanction.objects.decidable_by(somebody).exists()
    for nobody in (factories.eve(), factories.chioma()):
        with pytest.raises(DomainError):
            verb(sanction, by=nobody)
    sanction.refresh_from_db()
    assert sanction.second == Sanction.Second.AWAITED


def test_of_two_answers_the_first_counts() -> None:
    sanction = step(about("seeker"), "ban")
    ladder.confirm(sanction, by=coordinator("femi"))

    with pytest.raises(DomainError) as refusal:
        ladder.decline(sanction, by=coordinator("gita"))

    assert refusal.value.code == "answered_already"
    assert ladder.is_held_back(sanction.person)


@pytest.mark.parametrize("kind", ["day", "ban"])
def test_a_second_press_takes_no_second_step(kind: str) -> None:
    report = about("seeker")
    step(report, kind)

    with pytest.raises(DomainError) as refusal:
        step(report, kind)

    assert refusal.value.code == ("report_closed" if kind == "day" else "awaits_second")
    assert Sanction.objects.count() == 1


def test_nothing_is_decided_about_an_unread_report() -> None:
    report = about("seeker")
    Report.objects.update(state=Report.State.RECEIVED)

    with pytest.raises(DomainError) as refusal:
        step(report, "ban")

    assert refusal.value.code == "not_opened"


def test_a_volunteer_is_held_back_for_48_hours_and_then_free_without_a_sweep() -> None:
    report = about("volunteer")
    reporting.hold_back(report, by=Person.objects.get(account__username="dana"))
    ben = report.reported
    assert ben
    assert not ben.has_role(Role.Kind.VOLUNTEER)

    clock.move(HOURS_48 - timedelta(seconds=1))
    assert not ben.has_role(Role.Kind.VOLUNTEER)
    clock.move(timedelta(seconds=1))
    assert ben.has_role(Role.Kind.VOLUNTEER)


def test_a_confirmed_hold_lasts_until_the_decision() -> None:
    report, dana = about("volunteer"), Person.objects.get(account__username="dana")
    held = reporting.hold_back(report, by=dana)
    ladder.confirm(held, by=coordinator("femi"))
    clock.move(timedelta(days=6))
    assert ladder.is_held_back(held.person)

    ladder.close_without_step(report, by=dana)

    assert not ladder.is_held_back(held.person)
    assert held.person.has_role(Role.Kind.VOLUNTEER)


@pytest.mark.parametrize("kind", ["day", "week", "ban"])
def test_a_hold_and_the_step_after_it_are_one_word(kind: str, still_night: datetime) -> None:
    report = about("volunteer")
    reporting.hold_back(report, by=Person.objects.get(account__username="dana"))
    clock.move(timedelta(hours=40))

    sanction = step(report, kind)

    assert sanction.until == still_night + HOURS_48
    assert sanction.second == Sanction.Second.AWAITED


def test_after_a_lapsed_hold_the_next_step_waits_for_a_second(still_night: datetime) -> None:
    report = about("volunteer")
    reporting.hold_back(report, by=Person.objects.get(account__username="dana"))
    clock.move(timedelta(hours=50))
    sanction = step(report, "day")
    assert not ladder.is_held_back(sanction.person)

    ladder.confirm(sanction, by=coordinator("femi"))

    assert ladder.is_held_back(sanction.person)


def test_holding_back_twice_is_once_and_a_seeker_is_not_held_back() -> None:
    dana = factories.dana()
    talk = ended_talk()
    about_volunteer = read_report(talk, talk.seeker, dana)
    about_seeker = read_report(talk, talk.volunteer, dana)

    assert reporting.hold_back(about_volunteer, by=dana) == reporting.hold_back(
        about_volunteer, by=dana
    )
    with pytest.raises(DomainError):
        reporting.hold_back(about_seeker, by=dana)


def test_a_paused_seeker_cannot_ask_and_loses_their_place() -> None:
    report = about("seeker")
    ada = report.reported
    assert ada
    asking.ask(ada, languages=["en"])
    step(report, "day")

    assert not Request.objects.waiting().exists()
    with pytest.raises(DomainError) as refusal:
        asking.ask(ada, languages=["en"])
    assert refusal.value.code == "paused"
    clock.move(timedelta(hours=24))
    assert asking.ask(ada, languages=["en"])


def test_a_place_that_came_back_meanwhile_gets_no_offers() -> None:
    report = about("seeker")
    step(report, "day")
    assert report.reported
    factories.request(report.reported)

    assert queue.waiting_now(clock.now()) == []


def test_a_paused_volunteer_is_not_ready_and_their_talks_end_kindly() -> None:
    report = about("volunteer")
    ben = report.reported
    assert ben
    factories.ready(ben)
    request = factories.request(factories.seeker("Ines"))
    talk = factories.talk(request.seeker, ben)
    talk.request = request
    talk.save()
    Request.objects.update(state=Request.State.MATCHED)

    step(report, "day")

    talk.refresh_from_db()
    assert not Readiness.objects.exists()
    assert talk.refunded
    assert talking.wait_again(talk, by=request.seeker)
    factories.ready(ben)
    assert queue.ready_now(clock.now()) == []


def test_a_ban_holds_every_role_and_a_pause_only_volunteering() -> None:
    sol, dana = (
        factories.account("sol", Role.Kind.COORDINATOR, Role.Kind.VOLUNTEER).person,
        factories.dana(),
    )
    report = read_report(ended_talk(volunteer=sol), factories.ada(), dana)
    Report.objects.update(reported=sol, side="volunteer")
    report.refresh_from_db()
    sanction = step(report, "ban", dana)
    assert sol.has_role(Role.Kind.COORDINATOR)

    ladder.confirm(sanction, by=coordinator("femi"))

    assert not sol.roles.acting().exists()


def test_an_appeal_goes_to_somebody_who_was_no_part_of_it() -> None:
    report = about("seeker")
    dana, femi, gita = (
        Person.objects.get(account__username="dana"),
        coordinator("femi"),
        coordinator("gita"),
    )
    sanction = step(report, "ban", dana)
    ladder.confirm(sanction, by=femi)
    ladder.appeal(sanction, by=sanction.person, text="I was very ill that night.")
    sanction.refresh_from_db()

    assert b"ill" not in bytes(sanction.appeal_text)
    assert sanction.appeal_opened() == "I was very ill that night."
    for involved in (dana, femi):
        with pytest.raises(DomainError):
            ladder.answer_appeal(sanction, by=involved, lift=True)
    ladder.answer_appeal(sanction, by=gita, lift=True)

    sanction.refresh_from_db()
    assert not ladder.is_held_back(sanction.person)
    assert bytes(sanction.appeal_text) == b""


def test_an_appeal_is_made_once_and_only_by_the_person() -> None:
    sanction = step(about("seeker"), "day")
    ladder.appeal(sanction, by=sanction.person, text="first")

    for somebody in (sanction.person, factories.eve()):
        with pytest.raises(DomainError):
            ladder.appeal(sanction, by=somebody, text="second")
    sanction.refresh_from_db()
    assert sanction.appeal_opened() == "first"


def test_with_two_coordinators_nobody_is_left_for_the_appeal_against_a_ban() -> None:
    sanction = step(about("seeker"), "ban")
    ladder.confirm(sanction, by=coordinator("femi"))
    sanction.refresh_from_db()

    assert ladder.uninvolved(sanction, sanction.report, besides=sanction.person) == 0
    coordinator("gita")
    assert ladder.uninvolved(sanction, sanction.report, besides=sanction.person) == 1


def test_of_a_lapsed_pause_nothing_is_left_after_ninety_days(still_night: datetime) -> None:
    step(about("seeker"), "week")
    sweeps.forget_sanctions(still_night + WEEK + timedelta(days=89))
    assert Sanction.objects.exists()

    sweeps.forget_sanctions(still_night + WEEK + timedelta(days=90))

    assert not Sanction.objects.exists()


def test_a_bans_year_ends_with_the_roles_it_held() -> None:
    sanction = step(about("volunteer"), "ban")
    ladder.confirm(sanction, by=coordinator("femi"))
    assert Profile.objects.filter(person=sanction.person).exists()
    clock.move(timedelta(days=364))
    sweeps.forget_sanctions(clock.now())
    assert Sanction.objects.exists()
    clock.move(timedelta(days=1))

    sweeps.forget_sanctions(clock.now())

    assert not Sanction.objects.exists()
    assert not sanction.person.roles.filter(ended_at=None).exists()
    assert not Profile.objects.filter(person=sanction.person).exists()
    assert Entry.objects.filter(action=Action.ROLE_ENDED, reason="ban_over").exists()


def test_the_sweep_writes_back_that_a_suspension_is_over() -> None:
    sanction = step(about("volunteer"), "day")
    clock.move(timedelta(hours=24))

    sweeps.bring_roles_back(clock.now())

    assert sanction.person.roles.get().status == Role.Status.ACTIVE
