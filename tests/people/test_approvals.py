"""Two must agree: who may answer, what is done, when it lapses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.people.conftest import NIGHT
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.services import verify
from warmline.core.errors import DomainError
from warmline.people import approvals, services
from warmline.people.models import Approval, Invitation, Person, Role
from warmline.people.sweeps import forget_approvals
from warmline.protocol import clock

Kind, State = Approval.Kind, Approval.State
COORDINATOR, VOLUNTEER = Role.Kind.COORDINATOR, Role.Kind.VOLUNTEER


@pytest.fixture
def femi(dana: Person) -> Person:
    """Coordinates too, and volunteers."""
    return factories.account("femi", COORDINATOR, VOLUNTEER).person


@pytest.fixture
def ben(dana: Person) -> Person:
    return factories.ben()


def refused(code: str, verb: object, *args: object, **kwargs: object) -> None:
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)  # type: ignore[operator]
    assert error.value.code == code
    assert error.value.sentence


def newest() -> Entry:
    entry = Entry.objects.order_by("number").last()
    assert entry is not None
    return entry


def test_two_end_a_role(dana: Person, femi: Person, ben: Person) -> None:
    asked = approvals.ask(Kind.END_ROLE, by=dana, subject=ben, role=VOLUNTEER)
    assert ben.has_role(VOLUNTEER)
    approvals.approve(asked, by=femi)
    assert not ben.has_role(VOLUNTEER)
    entry = newest()
    assert (entry.action, entry.actor, entry.second, entry.object) == (
        Action.ROLE_ENDED,
        dana.alias,
        femi.alias,
        f"person:{ben.alias}",
    )
    assert verify().whole


def test_two_make_a_volunteer_a_coordinator(dana: Person, femi: Person, ben: Person) -> None:
    asked = approvals.ask(Kind.GIVE_ROLE, by=dana, subject=ben)
    approvals.approve(asked, by=femi)
    assert ben.has_role(COORDINATOR)
    entry = newest()
    assert (entry.action, entry.second, entry.reason) == (
        Action.ROLE_GIVEN,
        femi.alias,
        "coordinator",
    )


def test_two_invite_a_third_coordinator(dana: Person, femi: Person) -> None:
    refused("enough_coordinators", services.invite, kind=COORDINATOR, by=dana)
    asked = approvals.ask(Kind.INVITE_COORDINATOR, by=dana)
    refused("collected_already", approvals.collect_invitation, asked, by=dana)
    approvals.approve(asked, by=femi)
    refused("not_yours", approvals.collect_invitation, asked, by=femi)
    invitation, _code = approvals.collect_invitation(asked, by=dana)
    refused("collected_already", approvals.collect_invitation, asked, by=dana)
    services.join(invitation, username="gita", password="lantern harbour nine", alias="Gita Alias")
    assert services.coordinators() == 3
    entry = newest()
    assert (entry.action, entry.actor, entry.second, entry.object) == (
        Action.ROLE_GIVEN,
        dana.alias,
        femi.alias,
        "person:Gita Alias",
    )


def test_the_link_waits_24_hours(dana: Person, femi: Person) -> None:
    asked = approvals.ask(Kind.INVITE_COORDINATOR, by=dana)
    approvals.approve(asked, by=femi)
    clock.freeze(NIGHT + timedelta(hours=24))
    refused("collected_already", approvals.collect_invitation, asked, by=dana)
    assert not Invitation.objects.exists()


def test_an_export_is_fetched_once_and_recorded_with_both(dana: Person, femi: Person) -> None:
    asked = approvals.ask(Kind.EXPORT, by=dana)
    approvals.approve(asked, by=femi)
    refused("collected_already", approvals.collect_invitation, asked, by=dana)
    approvals.collect_export(asked, by=dana)
    refused("collected_already", approvals.collect_export, asked, by=dana)
    assert (newest().action, newest().actor, newest().second) == (
        Action.EXPORTED,
        dana.alias,
        femi.alias,
    )


def test_who_is_part_of_it_never_decides_it(dana: Person, femi: Person, ben: Person) -> None:
    """Who asks × whom it is about × who answers, for both roles."""
    refused("involved", approvals.ask, Kind.END_ROLE, by=dana, subject=dana, role=COORDINATOR)
    about_femi = approvals.ask(Kind.END_ROLE, by=dana, subject=femi, role=COORDINATOR)
    refused("involved", approvals.approve, about_femi, by=femi)
    refused("involved", approvals.refuse, about_femi, by=femi)
    refused("own_question", approvals.approve, about_femi, by=dana)
    refused("own_question", approvals.refuse, about_femi, by=dana)
    for somebody in (ben, factories.eve(), factories.ada()):
        refused("not_a_coordinator", approvals.approve, about_femi, by=somebody)
        refused("not_a_coordinator", approvals.refuse, about_femi, by=somebody)
        refused("not_a_coordinator", approvals.ask, Kind.EXPORT, by=somebody)
    refused("not_yours", approvals.take_back, about_femi, by=femi)
    assert femi.has_role(COORDINATOR)
    gita = factories.account("gita", COORDINATOR).person
    approvals.approve(about_femi, by=gita)
    assert not femi.has_role(COORDINATOR)


@pytest.mark.parametrize("status", [Role.Status.RESTING, Role.Status.SUSPENDED])
def test_who_does_not_act_does_not_answer(dana: Person, femi: Person, status: str) -> None:
    asked = approvals.ask(Kind.EXPORT, by=dana)
    femi.roles.update(status=status)
    refused("not_a_coordinator", approvals.approve, asked, by=femi)


def test_the_yes_counts_only_while_the_asker_coordinates(dana: Person, femi: Person) -> None:
    asked = approvals.ask(Kind.EXPORT, by=dana)
    dana.roles.update(ended_at=clock.now())
    refused("asker_gone", approvals.approve, asked, by=femi)
    asked.refresh_from_db()
    assert asked.state == State.WAITING


def test_asking_twice_is_asking_once(dana: Person, femi: Person, ben: Person) -> None:
    approvals.ask(Kind.END_ROLE, by=dana, subject=ben, role=VOLUNTEER)
    refused("asked_already", approvals.ask, Kind.END_ROLE, by=femi, subject=ben, role=VOLUNTEER)
    approvals.ask(Kind.EXPORT, by=dana)
    refused("asked_already", approvals.ask, Kind.EXPORT, by=dana)
    approvals.ask(Kind.EXPORT, by=femi)


def test_it_lapses_after_seven_days_and_can_be_asked_again(dana: Person, femi: Person) -> None:
    asked = approvals.ask(Kind.EXPORT, by=dana)
    clock.freeze(NIGHT + timedelta(days=7) - timedelta(seconds=1))
    assert Approval.objects.waiting().exists()
    clock.freeze(NIGHT + timedelta(days=7))
    refused("lapsed", approvals.approve, asked, by=femi)
    assert not Approval.objects.waiting().exists()
    approvals.ask(Kind.EXPORT, by=dana)


def test_a_second_answer_changes_nothing(dana: Person, femi: Person, ben: Person) -> None:
    asked = approvals.ask(Kind.END_ROLE, by=dana, subject=ben, role=VOLUNTEER)
    approvals.refuse(asked, by=femi)
    refused("answered_already", approvals.approve, asked, by=femi)
    assert ben.has_role(VOLUNTEER)
    assert (newest().action, newest().second) == (Action.APPROVAL_REFUSED, femi.alias)


def test_what_is_taken_back_cannot_be_agreed_to(dana: Person, femi: Person) -> None:
    asked = approvals.ask(Kind.EXPORT, by=dana)
    approvals.take_back(asked, by=dana)
    approvals.take_back(asked, by=dana)
    refused("answered_already", approvals.approve, asked, by=femi)


def test_a_question_that_was_overtaken_ends(dana: Person, femi: Person, ben: Person) -> None:
    asked = approvals.ask(Kind.GIVE_ROLE, by=dana, subject=ben)
    ben.roles.update(ended_at=clock.now())
    refused("overtaken", approvals.approve, asked, by=femi)
    asked.refresh_from_db()
    assert asked.state == State.OVERTAKEN
    assert not ben.has_role(COORDINATOR)
    refused("overtaken", approvals.ask, Kind.END_ROLE, by=dana, subject=ben, role=VOLUNTEER)


def test_the_first_names_the_second_alone_and_no_third(dana: Person, ben: Person) -> None:
    approvals.name_second(ben, by=dana)
    assert ben.has_role(COORDINATOR)
    assert newest().done_alone
    refused("needs_second", approvals.name_second, factories.chioma(), by=dana)


def test_only_a_volunteer_is_made_a_coordinator(dana: Person) -> None:
    refused("overtaken", approvals.name_second, factories.eve(), by=dana)
    refused("overtaken", approvals.name_second, factories.ada(), by=dana)


def test_questions_are_forgotten_after_30_days(dana: Person, femi: Person, ben: Person) -> None:
    asked = approvals.ask(Kind.END_ROLE, by=dana, subject=ben, role=VOLUNTEER)
    approvals.refuse(asked, by=femi)
    forget_approvals(NIGHT + timedelta(days=30) - timedelta(seconds=1))
    assert Approval.objects.exists()
    forget_approvals(NIGHT + timedelta(days=30))
    assert not Approval.objects.exists()
