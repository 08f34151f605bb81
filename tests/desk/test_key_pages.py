"""The pages about a coordinator's key: what they say, what they take, what they give and to whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people import approvals
from warmline.people.models import Person, Role
from warmline.protocol import base64url
from warmline.safety import keyholders
from warmline.safety.keyholder_models import Keyholder

pytestmark = pytest.mark.django_db

WRAPPED = base64url.encode(bytes(range(166)))
NO_KEY = "You have no key yet."
MISSING = "Until then a report holds no part of a talk."


@pytest.fixture
def dana() -> Person:
    factories.community()
    return factories.dana()


@pytest.fixture
def femi() -> Person:
    return factories.account("femi", Role.Kind.COORDINATOR).person


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return str(response.content.decode())


def sends_key(client: Client, name: str) -> object:
    body = {"pk": base64url.encode(factories.public_key(name)), "wrapped": WRAPPED}
    return client.post(reverse("desk_key_new"), body)


def test_the_desk_asks_for_a_key_until_there_is_one(dana: Person) -> None:
    window = factories.client_of(dana)
    assert NO_KEY in page(window, "desk")
    assert "Make your key" in page(window, "desk_welcome")
    factories.keyholder(dana)
    assert NO_KEY not in page(window, "desk")
    assert "Make your key" not in page(window, "desk_welcome")


def test_the_desk_says_how_many_keys_are_missing(dana: Person, femi: Person) -> None:
    window = factories.client_of(dana)
    assert f"2 keys are missing. {MISSING}" in page(window, "desk")
    factories.keyholder(dana)
    assert f"1 key is missing. {MISSING}" in page(window, "desk")
    factories.keyholder(femi)
    assert "2 coordinators have a key." in page(window, "desk")


def test_a_new_key_is_taken_and_asked_about(dana: Person, femi: Person) -> None:
    window = factories.client_of(dana)
    answer = sends_key(window, "dana")
    assert answer.status_code == 201  # type: ignore[attr-defined]
    kept = Keyholder.objects.get(person=dana)
    assert bytes(kept.public_key) == factories.public_key("dana")
    assert bytes(kept.wrapped) == bytes(range(166))
    shown = page(window, "desk_key")
    assert kept.spoken in shown
    assert "It waits for another coordinator’s yes." in shown
    assert "Ask for a second yes" not in shown


def test_a_key_of_a_single_coordinator_says_that_it_waits(dana: Person) -> None:
    window = factories.client_of(dana)
    sends_key(window, "dana")
    assert "No other coordinator can say yes now." in page(window, "desk_key")
    factories.account("femi", Role.Kind.COORDINATOR)
    assert "Ask for a second yes" in page(window, "desk")
    window.post(reverse("desk_key_ask"))
    assert "Nobody is asked at the moment." not in page(window, "desk")
    assert keyholders.question_about(Keyholder.objects.get(person=dana))


@pytest.mark.parametrize(("pk", "wrapped"), [("", WRAPPED), ("AA=", WRAPPED), ("AAAA", "AAAA")])
def test_what_is_no_key_gets_a_sentence(dana: Person, pk: str, wrapped: str) -> None:
    window = factories.client_of(dana)
    answer = window.post(reverse("desk_key_new"), {"pk": pk, "wrapped": wrapped})
    assert answer.status_code == 409
    assert answer.json()["sentence"] == "The key did not arrive whole. Please make it again."
    assert not Keyholder.objects.exists()


def test_the_other_coordinator_compares_the_number_and_agrees(dana: Person, femi: Person) -> None:
    sends_key(factories.client_of(dana), "dana")
    kept = Keyholder.objects.get(person=dana)
    question = keyholders.question_about(kept)
    assert question is not None
    window = factories.client_of(femi)
    address = reverse("desk_key_compare", args=[question.pk])
    assert address in page(window, "desk_seconds")
    shown = page(window, "desk_key_compare", question.pk)
    assert kept.spoken in shown
    assert "Dana Alias" in shown
    window.post(reverse("desk_answer", args=[question.pk]), {"answer": "yes"})
    assert [each.pk for each in keyholders.active()] == [kept.pk]
    assert window.get(address).status_code == 404


def test_nobody_compares_their_own_key(dana: Person, femi: Person) -> None:
    window = factories.client_of(dana)
    sends_key(window, "dana")
    question = keyholders.question_about(Keyholder.objects.get(person=dana))
    assert question is not None
    assert window.get(reverse("desk_key_compare", args=[question.pk])).status_code == 404


def test_wrapped_keys_go_to_their_owner_alone(dana: Person, femi: Person) -> None:
    sends_key(factories.client_of(dana), "dana")
    own = factories.client_of(dana).post(reverse("desk_key_restore")).json()
    public = base64url.encode(factories.public_key("dana"))
    assert own == {"keys": [{"pk": public, "wrapped": WRAPPED}]}
    assert factories.client_of(femi).post(reverse("desk_key_restore")).json() == {"keys": []}


def test_tries_to_open_a_key_are_counted(dana: Person, femi: Person) -> None:
    factories.keyholder(dana)
    window = factories.client_of(dana)
    for _try in range(10):
        assert window.post(reverse("desk_key_restore")).status_code == 200
    answer = window.post(reverse("desk_key_restore"))
    assert answer.status_code == 429
    assert "keys" not in answer.json()
    assert answer.json()["sentence"]
    assert factories.client_of(femi).post(reverse("desk_key_restore")).status_code == 200


def test_a_lost_key_needs_a_tick_to_go(dana: Person) -> None:
    factories.keyholder(dana)
    window = factories.client_of(dana)
    window.post(reverse("desk_key_off"))
    assert keyholders.active()
    window.post(reverse("desk_key_off"), {"sure": "on"})
    assert not keyholders.of(dana)
    assert "Your key is off the list." in page(window, "desk_key")


def test_replacing_says_what_becomes_of_the_earlier_key(dana: Person, femi: Person) -> None:
    factories.keyholder(dana, "first")
    window = factories.client_of(dana)
    assert "Until then your earlier key stays in use." in page(window, "desk_key_new")
    sends_key(window, "second")
    question = keyholders.question_about(Keyholder.objects.get(person=dana, state="waiting"))
    assert question is not None
    compared = page(factories.client_of(femi), "desk_key_compare", question.pk)
    assert "it takes the place of their earlier one" in compared
    approvals.approve(question, by=femi)
    assert "You have an earlier key too." in page(window, "desk_key")


def test_each_is_asked_to_forget_their_own_kind_of_key_when_they_sign_out(dana: Person) -> None:
    of_coordinator, of_volunteer = "my coordinator’s key", "my letter key"
    desk = page(factories.client_of(dana), "account_logout")
    shift = page(factories.client_of(factories.ben()), "account_logout")

    assert of_coordinator in desk
    assert of_volunteer not in desk
    assert of_volunteer in shift
    assert of_coordinator not in shift
