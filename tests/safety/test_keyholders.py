"""Coordinators' keys: made by one, agreed to by another, listed while they count, gone with the role."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.protocol.make_vectors import FILE as VECTORS
from tests.safety.reporting import coordinator, ended_talk, report_of
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.services import verify
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people import approvals
from warmline.people.ending import end_role
from warmline.people.models import AloneNotice, Approval, Person, Role
from warmline.protocol import base64url, clock
from warmline.safety import keyholders
from warmline.safety.keyholder_models import Keyholder, key_id_of, spoken
from warmline.safety.models import SealedStatement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]

State = Keyholder.State
WRAPPED = bytes(166)


@pytest.fixture
def dana() -> Person:
    return factories.dana()


@pytest.fixture
def femi(dana: Person) -> Person:
    return coordinator("femi")


def made(by: Person, name: str = "") -> Keyholder:
    """A key of theirs, just made in their browser."""
    public_key = factories.public_key(name or by.account.username)
    return keyholders.make(by=by, public_key=public_key, wrapped=WRAPPED)


def question(keyholder: Keyholder) -> Approval:
    found = keyholders.question_about(keyholder)
    assert found is not None
    return found


def agreed(by: Person, second: Person, name: str = "") -> Keyholder:
    keyholder = made(by, name)
    approvals.approve(question(keyholder), by=second)
    keyholder.refresh_from_db()
    return keyholder


def refused(code: str, verb: object, *args: object, **kwargs: object) -> None:
    with pytest.raises(DomainError) as error:
        verb(*args, **kwargs)  # type: ignore[operator]
    assert error.value.code == code
    assert error.value.sentence


def entries(action: str) -> list[tuple[str, str, str, str]]:
    found = Entry.objects.filter(action=action).order_by("number")
    return [(entry.actor, entry.second, entry.object, entry.reason) for entry in found]


def holders(*left_out: Person) -> list[str]:
    return sorted(each.person.alias for each in keyholders.eligible(*left_out))


def test_the_first_two_agree_to_each_others_keys(dana: Person, femi: Person) -> None:
    agreed(dana, femi)
    assert holders() == ["Dana Alias"]
    agreed(femi, dana)
    assert holders() == ["Dana Alias", "Femi Alias"]
    assert entries(Action.KEY_MADE)[0] == ("Dana Alias", "", "person:Dana Alias", "")
    assert entries(Action.KEY_AGREED) == [
        ("Dana Alias", "Femi Alias", "person:Dana Alias", ""),
        ("Femi Alias", "Dana Alias", "person:Femi Alias", ""),
    ]
    assert verify().whole


def test_a_key_waits_until_another_coordinator_says_yes(dana: Person, femi: Person) -> None:
    keyholder = made(dana)
    assert keyholder.state == State.WAITING
    assert not keyholders.active()
    refused("own_question", approvals.approve, question(keyholder), by=dana)
    assert not keyholders.active()


def test_the_key_of_a_single_coordinator_waits_for_somebody_to_ask(dana: Person) -> None:
    keyholder = made(dana)
    assert keyholders.question_about(keyholder) is None
    second = coordinator("femi")
    asked = keyholders.ask(by=dana)
    approvals.approve(asked, by=second)
    assert holders() == ["Dana Alias"]


def test_a_refused_key_is_not_used_and_can_be_asked_about_again(dana: Person, femi: Person) -> None:
    keyholder = made(dana)
    approvals.refuse(question(keyholder), by=femi)
    assert not keyholders.active()
    approvals.approve(keyholders.ask(by=dana), by=femi)
    assert holders() == ["Dana Alias"]


def test_a_question_that_lapsed_can_be_asked_again(dana: Person, femi: Person) -> None:
    keyholder = made(dana)
    clock.freeze(clock.now() + Approval.LAPSES_AFTER)
    assert keyholders.question_about(keyholder) is None
    approvals.approve(keyholders.ask(by=dana), by=femi)
    assert holders() == ["Dana Alias"]


def test_one_question_about_a_key_at_a_time(dana: Person, femi: Person) -> None:
    made(dana)
    refused("asked_already", keyholders.ask, by=dana)


def test_nobody_asks_without_a_waiting_key(dana: Person, femi: Person) -> None:
    refused("overtaken", keyholders.ask, by=dana)


def test_a_yes_to_a_key_that_was_dropped_meanwhile_does_nothing(dana: Person, femi: Person) -> None:
    first = made(dana, "first")
    shown = question(first)
    second = made(dana, "second")
    refused("answered_already", approvals.approve, shown, by=femi)
    assert not keyholders.active()
    assert keyholders.of(dana) == [second]


def test_a_replaced_key_gets_nothing_new_and_stays_for_what_was_sealed_to_it(
    dana: Person, femi: Person
) -> None:
    first = agreed(dana, femi, "first")
    sealed_to(first)
    second = made(dana, "second")
    assert [each.pk for each in keyholders.active()] == [first.pk]
    approvals.approve(question(second), by=femi)
    first.refresh_from_db()
    assert first.state == State.DELISTED
    assert [each.pk for each in keyholders.active()] == [second.pk]
    assert entries(Action.KEY_REPLACED) == [("Dana Alias", "Femi Alias", "person:Dana Alias", "")]
    sweeping.run_all()
    assert Keyholder.objects.filter(pk=first.pk).exists()
    SealedStatement.objects.all().delete()
    sweeping.run_all()
    assert not Keyholder.objects.filter(pk=first.pk).exists()
    assert Keyholder.objects.filter(pk=second.pk).exists()


def test_reporter_and_reported_are_left_out(dana: Person, femi: Person) -> None:
    for person in (dana, femi):
        factories.keyholder(person)
    assert holders(dana) == ["Femi Alias"]
    assert holders(dana, femi) == []
    assert holders(factories.ada()) == ["Dana Alias", "Femi Alias"]


@pytest.mark.parametrize("status", [Role.Status.RESTING, Role.Status.SUSPENDED])
def test_nothing_new_is_sealed_to_who_can_not_act_now(
    dana: Person, femi: Person, status: str
) -> None:
    factories.keyholder(dana)
    Role.objects.filter(person=dana).update(status=status)
    assert not keyholders.active()
    Role.objects.filter(person=dana).update(status=Role.Status.ACTIVE)
    assert holders() == ["Dana Alias"]


def test_keys_end_with_the_role_and_with_them_what_was_sealed_to_them(
    dana: Person, femi: Person
) -> None:
    sealed_to(agreed(dana, femi))
    made(dana, "another")
    role = Role.objects.get(person=dana, kind=Role.Kind.COORDINATOR)
    end_role(role, by=femi.alias)
    assert not Keyholder.objects.filter(person=dana).exists()
    assert not SealedStatement.objects.exists()
    assert not Approval.objects.waiting().exists()
    assert entries(Action.KEY_DELISTED) == [("", "", "person:Dana Alias", "")]


def test_keys_stay_when_another_role_ends(dana: Person, femi: Person) -> None:
    agreed(dana, femi)
    role = Role.objects.create(person=dana, kind=Role.Kind.VOLUNTEER)
    end_role(role, by=dana.alias)
    assert holders() == ["Dana Alias"]


def test_a_lost_key_is_off_the_list_at_once(dana: Person, femi: Person) -> None:
    sealed_to(agreed(dana, femi))
    keyholders.take_off(by=dana)
    assert not keyholders.of(dana)
    assert not SealedStatement.objects.exists()
    assert entries(Action.KEY_DELISTED) == [("Dana Alias", "", "person:Dana Alias", "")]
    keyholders.take_off(by=dana)
    assert len(entries(Action.KEY_DELISTED)) == 1


def test_wrapped_keys_are_given_to_their_owner_and_the_record_says_so(
    dana: Person, femi: Person
) -> None:
    keyholder = made(dana)
    assert keyholders.fetch(by=femi) == []
    assert not entries(Action.KEY_FETCHED)
    assert keyholders.fetch(by=dana) == [keyholder]
    assert entries(Action.KEY_FETCHED) == [("Dana Alias", "", "person:Dana Alias", "")]


def test_who_acts_alone_may_agree_to_their_own_key_marked_as_such(
    dana: Person, femi: Person
) -> None:
    keyholder = made(dana)
    Role.objects.filter(person=femi).update(status=Role.Status.RESTING)
    AloneNotice.objects.create(by=dana, announced_at=clock.now() - timedelta(days=8))
    approvals.approve(question(keyholder), by=dana)
    assert entries(Action.KEY_AGREED) == [("Dana Alias", "", "person:Dana Alias", "alone")]


def test_only_coordinators_hold_keys(dana: Person) -> None:
    ben = factories.ben()
    refused("not_a_coordinator", made, ben)
    refused("not_a_coordinator", keyholders.fetch, by=ben)
    refused("not_a_coordinator", keyholders.take_off, by=ben)


@pytest.mark.parametrize(
    ("public_key", "wrapped"),
    [
        (b"", WRAPPED),
        (b"\x04" + bytes(64), WRAPPED),
        (b"\x02" + factories.public_key("dana")[1:33], WRAPPED),
        (factories.public_key("dana"), b""),
        (factories.public_key("dana"), bytes(28)),
        (factories.public_key("dana"), bytes(513)),
    ],
)
def test_what_is_no_key_is_refused(dana: Person, public_key: bytes, wrapped: bytes) -> None:
    refused("bad_key", keyholders.make, by=dana, public_key=public_key, wrapped=wrapped)
    assert not Keyholder.objects.exists()


def test_nobody_takes_the_key_of_somebody_else(dana: Person, femi: Person) -> None:
    agreed(dana, femi)
    refused("key_known", made, femi, "dana")
    assert keyholders.of(femi) == []


def test_one_key_in_use_and_one_waiting_a_person(dana: Person) -> None:
    for state in (State.ACTIVE, State.WAITING):
        factories.keyholder(dana, f"first {state}", state=state)
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.keyholder(dana, f"second {state}", state=state)


def test_ids_and_digits_equal_the_vectors() -> None:
    known = json.loads(VECTORS.read_text())["keyholder"]
    public_key = base64url.decode(known["pk"])
    assert key_id_of(public_key) == known["key_id"]
    assert spoken(public_key) == known["spoken"]
    other = factories.public_key("dana")
    assert (key_id_of(other), spoken(other)) != (known["key_id"], known["spoken"])


def sealed_to(keyholder: Keyholder) -> None:
    """A report whose words are sealed to this key."""
    talk = ended_talk()
    report, _code = report_of(talk, talk.seeker)
    SealedStatement.objects.create(report=report, keyholder=keyholder, sealed=b"sealed")
