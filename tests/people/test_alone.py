"""Acting alone: who may announce it, from when to when, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from tests import factories
from tests.people.conftest import NIGHT
from tests.people.test_approvals import newest, refused
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.people import alone, approvals, services
from warmline.people.models import AloneNotice, Approval, Person, Role
from warmline.people.sweeps import end_alone_notices
from warmline.protocol import clock

Kind = Approval.Kind
COORDINATOR, VOLUNTEER = Role.Kind.COORDINATOR, Role.Kind.VOLUNTEER
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture
def femi(dana: Person) -> Person:
    """The other coordinator, who rests."""
    person = factories.account("femi", COORDINATOR).person
    person.roles.update(status=Role.Status.RESTING)
    return person


def test_after_seven_days_notice_one_may_act_alone_for_fourteen(dana: Person, femi: Person) -> None:
    asked = approvals.ask(Kind.INVITE_COORDINATOR, by=dana)
    alone.announce(by=dana)
    refused("own_question", approvals.approve, asked, by=dana)
    clock.freeze(NIGHT + WEEK - SECOND)
    assert not alone.may_act_alone(dana)
    clock.freeze(NIGHT + WEEK)
    assert alone.may_act_alone(dana)
    asked = approvals.ask(Kind.INVITE_COORDINATOR, by=dana)
    approvals.approve(asked, by=dana)
    invitation, _code = approvals.collect_invitation(asked, by=dana)
    assert newest().done_alone
    services.join(invitation, username="gita", password="lantern harbour nine", alias="Gita")
    entry = newest()
    assert (entry.action, entry.actor, entry.second) == (Action.ROLE_GIVEN, dana.alias, "")
    assert entry.done_alone


def test_fourteen_days_later_it_needs_a_new_notice(dana: Person, femi: Person) -> None:
    alone.announce(by=dana)
    refused("announced_already", alone.announce, by=dana)
    clock.freeze(NIGHT + 3 * WEEK - SECOND)
    assert alone.may_act_alone(dana)
    clock.freeze(NIGHT + 3 * WEEK)
    assert not alone.may_act_alone(dana)
    alone.announce(by=dana)
    assert not alone.may_act_alone(dana)
    clock.freeze(NIGHT + 4 * WEEK)
    assert alone.may_act_alone(dana)


def test_it_is_over_as_soon_as_another_acts_and_stays_over(dana: Person, femi: Person) -> None:
    alone.announce(by=dana)
    clock.freeze(NIGHT + WEEK)
    femi.roles.update(status=Role.Status.ACTIVE)
    assert alone.current() is None
    asked = approvals.ask(Kind.EXPORT, by=dana)
    refused("own_question", approvals.approve, asked, by=dana)
    end_alone_notices(clock.now())
    femi.roles.update(status=Role.Status.RESTING)
    assert not alone.may_act_alone(dana)


def test_a_suspension_that_lapses_ends_it(dana: Person, femi: Person) -> None:
    femi.roles.update(status=Role.Status.SUSPENDED, suspended_until=NIGHT + WEEK)
    alone.announce(by=dana)
    clock.freeze(NIGHT + WEEK - SECOND)
    assert alone.current()
    clock.freeze(NIGHT + WEEK)
    assert alone.current() is None


def test_only_who_is_alone_may_announce_it(dana: Person) -> None:
    ben = factories.ben()
    refused("not_alone", alone.announce, by=ben)
    factories.account("femi", COORDINATOR)
    refused("not_alone", alone.announce, by=dana)
    assert not AloneNotice.objects.exists()
    assert not Entry.objects.exists()


def test_a_coordinator_who_is_just_gone_stops_nobody_for_good(dana: Person) -> None:
    gone = factories.account("femi", COORDINATOR)
    refused("not_alone", alone.announce, by=dana)
    clock.freeze(NIGHT + alone.AWAY_AFTER)
    alone.announce(by=dana)
    clock.freeze(NIGHT + alone.AWAY_AFTER + WEEK)
    assert alone.may_act_alone(dana)

    client = factories.client_of(gone.person)

    assert not alone.may_act_alone(dana)
    client.session.flush()
    assert not alone.may_act_alone(dana)


def test_acting_alone_is_never_in_ones_own_matter(dana: Person, femi: Person) -> None:
    alone.announce(by=dana)
    clock.freeze(NIGHT + WEEK)
    refused("involved", approvals.ask, Kind.END_ROLE, by=dana, subject=dana, role=COORDINATOR)
    about_dana = Approval.objects.create(
        kind=Kind.END_ROLE, asked_by=dana, subject=dana, role=COORDINATOR
    )
    refused("involved", approvals.approve, about_dana, by=dana)


def test_the_other_ones_role_is_ended_alone_and_marked(dana: Person, femi: Person) -> None:
    alone.announce(by=dana)
    clock.freeze(NIGHT + WEEK)
    asked = approvals.ask(Kind.END_ROLE, by=dana, subject=femi, role=COORDINATOR)
    approvals.approve(asked, by=dana)
    entry = newest()
    assert (entry.action, entry.actor, entry.second) == (Action.ROLE_ENDED, dana.alias, "")
    assert entry.done_alone
    assert entry.object == f"person:{femi.alias}"


def test_it_can_be_called_off(dana: Person, femi: Person) -> None:
    alone.announce(by=dana)
    alone.call_off(by=dana)
    alone.call_off(by=dana)
    assert alone.current() is None
    assert Entry.objects.filter(action=Action.GLASS_TAKEN_BACK).count() == 1


def test_letters_go_to_every_volunteer_with_an_address_and_name_nobody(
    dana: Person, femi: Person, settings: Any
) -> None:
    settings.EMAIL_ENABLED = True
    for person, address in ((factories.ben(), "ben@example.org"), (factories.chioma(), "")):
        person.account.email = address
        person.account.save()
    dana.account.email = "dana@example.org"
    dana.account.save()
    notice = alone.announce(by=dana)
    assert alone.mail(notice) == 1
    [letter] = mail.outbox
    assert letter.to == ["ben@example.org"]
    for alias in ("Ben", "Dana"):
        assert alias not in letter.subject + str(letter.body)


def test_without_a_mail_server_the_page_alone_tells(dana: Person, femi: Person) -> None:
    assert alone.mail(alone.announce(by=dana)) == 0


def test_a_notice_is_forgotten_after_a_year(dana: Person, femi: Person) -> None:
    alone.announce(by=dana)
    clock.freeze(NIGHT + timedelta(days=365) - SECOND)
    end_alone_notices(clock.now())
    assert AloneNotice.objects.get().ended_at
    clock.freeze(NIGHT + timedelta(days=365))
    end_alone_notices(clock.now())
    assert not AloneNotice.objects.exists()
