"""The pages about a volunteer's letter key: what they say, what they take, what they give and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.support import letters
from warmline.people.models import Person, Role
from warmline.protocol import base64url
from warmline.support.letter_key_models import LetterKey
from warmline.support.letter_models import Letter
from warmline.support.services import lettering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

WRAPPED = base64url.encode(bytes(range(166)))


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.volunteer("ben")


def page(client: Client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return str(response.content.decode())


def sends_key(client: Client, name: str, **values: str) -> HttpResponse:
    body = {"pk": base64url.encode(factories.public_key(name)), "wrapped": WRAPPED, **values}
    return client.post(reverse("letter_key_new"), body)


def test_without_a_key_the_page_says_so_and_leads_to_making_one(ben: Person) -> None:
    said = page(factories.client_of(ben), "letter_key")

    assert "Without a key, no letters come to you." in said
    assert reverse("letter_key_new") in said
    assert reverse("letter_key_off") not in said


def test_who_rests_is_not_led_to_make_one_and_may_restore_theirs(ben: Person) -> None:
    Role.objects.filter(person=ben).update(status=Role.Status.RESTING)
    window = factories.client_of(ben)
    assert reverse("letter_key_new") not in page(window, "letter_key")
    letters.letter_key(ben)

    assert reverse("letter_key_new") not in page(window, "letter_key")
    assert reverse("letter_key_off") in page(window, "letter_key")
    assert window.post(reverse("letter_key_restore")).status_code == 200


def test_a_key_is_in_use_at_once(ben: Person) -> None:
    window = factories.client_of(ben)

    assert sends_key(window, "ben").status_code == 201

    key = LetterKey.objects.get()
    assert key.person == ben
    assert bytes(key.wrapped) == bytes(range(166))
    assert f'data-current="{key.key_id}"' in page(window, "letter_key")


def test_what_is_no_key_is_refused_with_a_sentence(ben: Person) -> None:
    window = factories.client_of(ben)
    for values in ({"pk": ""}, {"pk": "?"}, {"wrapped": ""}, {"pk": "AAAA"}):
        answer = sends_key(window, "ben", **values)
        assert answer.status_code == 409
        assert answer.json()["code"] == "bad_key"
    assert not LetterKey.objects.exists()


def test_making_keys_is_slowed_down(ben: Person) -> None:
    window = factories.client_of(ben)
    answers = [sends_key(window, f"ben {number}").status_code for number in range(11)]

    assert answers == [201] * 10 + [429]


def test_wrapped_keys_go_to_their_owner_alone(ben: Person) -> None:
    chioma = factories.volunteer("chioma")
    sends_key(factories.client_of(ben), "ben")
    sends_key(factories.client_of(chioma), "chioma")

    def fetched(person: Person) -> list[dict[str, Any]]:
        answer = factories.client_of(person).post(reverse("letter_key_restore"))
        keys: list[dict[str, Any]] = answer.json()["keys"]
        return keys

    assert [each["pk"] for each in fetched(ben)] == [base64url.encode(factories.public_key("ben"))]
    assert [each["pk"] for each in fetched(chioma)] == [
        base64url.encode(factories.public_key("chioma"))
    ]


def test_fetching_is_slowed_down(ben: Person) -> None:
    window = factories.client_of(ben)
    answers = [window.post(reverse("letter_key_restore")).status_code for _try in range(11)]

    assert answers == [200] * 10 + [429]


def test_a_lost_key_goes_only_with_the_box_ticked(ben: Person) -> None:
    letters.letter_key(ben)
    window = factories.client_of(ben)

    window.post(reverse("letter_key_off"))
    assert LetterKey.objects.exists()
    window.post(reverse("letter_key_off"), {"sure": "on"})

    assert not LetterKey.objects.exists()


def test_with_a_lost_key_a_letter_goes_to_the_others(ben: Person) -> None:
    letters.letter_key(ben)
    letters.fits("chioma")
    sent = letters.sent(factories.ada())
    lettering.take(sent, by=ben)

    factories.client_of(ben).post(reverse("letter_key_off"), {"sure": "on"})

    sent.refresh_from_db()
    assert sent.state == Letter.State.OPEN
    assert [copy.person.alias for copy in sent.copies.all()] != [ben.alias]
    assert lettering.open_for(ben) == []


def test_sign_out_offers_to_delete_it_on_this_device(ben: Person) -> None:
    assert 'data-use="letter"' in page(factories.client_of(ben), "account_logout")
