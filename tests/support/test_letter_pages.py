"""Pages of letters: what a browser gets, what is refused, and that every wrong guess looks alike."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.support import letters
from tests.work import solved
from warmline.core import proof
from warmline.people.models import Person
from warmline.protocol import base64url, clock
from warmline.safety.models import Block, Report
from warmline.support import letter_wire
from warmline.support.letter_models import Letter
from warmline.support.seeking import CONSENT, CONSENT_VERSION, SEEKER
from warmline.support.services import lettering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

BODY = base64url.encode(letters.PART.body)
PART = {"cid": base64url.encode(bytes(16)), "c": base64url.encode(bytes(32)), "body": BODY}


def browser_of(seeker: Person) -> Client:
    """A seeker who has said yes to the text and the rules."""
    client = Client()
    session = client.session
    session[SEEKER], session[CONSENT] = seeker.pk, {"version": CONSENT_VERSION, "language": "en"}
    session.save()
    client.cookies["rules"] = "1"
    return client


def writing(seeker: Person) -> Client:
    """The same on the page to write."""
    client = browser_of(seeker)
    answer = client.post(reverse("letter_about"), {"language": "en"})
    assert answer.url == reverse("letter_write")
    return client


def sends(client: Client, **changed: Any) -> Any:
    keys = lettering.recipients(None, "en", [])
    body = {
        "part": PART,
        "wrapped": base64url.encode(bytes(60)),
        "find": base64url.encode(secrets.token_bytes(32)),
        "copies": {key.key_id: base64url.encode(bytes(113)) for key in keys},
        **changed,
    }
    return client.post(reverse("letter_send"), json.dumps(body), content_type="application/json")


def posts(client: Client, name: str, letter: Letter, part: Any = PART) -> Any:
    url = reverse(name, args=[letter.pk])
    return client.post(url, json.dumps({"part": part}), content_type="application/json")


def test_a_letter_is_kept_under_the_number_the_page_was_given() -> None:
    letters.fits("ben")
    ada = factories.ada()
    client = writing(ada)
    room = client.session["letter_draft"]["room"]

    assert sends(client).json() == {"url": reverse("letter")}
    assert sends(client).status_code == 200  # the answer got lost: sent again, kept once

    assert [letter.pk for letter in Letter.objects.all()] == [room]
    assert client.get(reverse("letter_about")).url == reverse("letter")


@pytest.mark.parametrize(
    "changed",
    [
        {"part": {**PART, "cid": "!"}},
        {"part": {**PART, "more": "1"}},
        {"part": {**PART, "body": base64url.encode(bytes(60 + 128 * 47))}},
        {"wrapped": base64url.encode(bytes(61))},
        {"find": base64url.encode(bytes(31))},
        {"copies": []},
    ],
    ids=["no base64url", "unknown field", "too long", "wrapped", "find", "copies"],
)
def test_what_no_page_sends_gets_a_sentence_and_nothing_is_kept(changed: Any) -> None:
    letters.fits("ben")
    client = writing(factories.ada())

    answer = sends(client, **changed)

    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert not Letter.objects.exists()


def test_who_can_answer_now_is_said_with_409() -> None:
    letters.fits("ben")
    client = writing(factories.ada())

    answer = sends(client, copies={})

    assert answer.status_code == 409
    assert len(answer.json()["recipients"]) == 1


def test_nothing_is_sent_without_a_page_to_write() -> None:
    letters.fits("ben")

    assert sends(browser_of(factories.ada())).status_code == 422
    assert sends(Client()).status_code == 422


def test_nobody_fits_is_said_before_the_page_to_write() -> None:
    client = browser_of(factories.ada())

    page = client.post(reverse("letter_about"), {"language": "en"}).content.decode()

    assert "nobody who could answer this letter now" in page
    assert client.get(reverse("letter_write")).url == reverse("letter_about")


def test_the_fourth_letter_of_a_day_is_for_tomorrow() -> None:
    ben = letters.fits("ben")
    ada = factories.ada()
    for _ in range(3):
        letter = letters.sent(ada)
        lettering.take(letter, by=ben)
        lettering.answer(letter, by=ben, part=letters.PART)
    assert sends(writing(ada)).status_code == 422
    clock.move(timedelta(hours=24))

    assert sends(writing(ada)).status_code == 200


def test_no_page_shows_a_word_or_a_key_of_another_reader() -> None:
    ben, chioma = letters.fits("ben"), letters.fits("chioma")
    letter = letters.taken(ben)

    page = factories.client_of(ben).get(reverse("letter_here", args=[letter.pk])).content.decode()

    assert chioma.letter_keys.get().key_id not in page
    assert ben.letter_keys.get().key_id in page
    assert (
        factories.client_of(chioma).get(reverse("letter_here", args=[letter.pk])).status_code == 404
    )


def test_another_seekers_letter_is_not_there() -> None:
    letter = letters.answered(letters.fits("ben"))
    other = browser_of(factories.seeker("Mallory"))

    for name in ("letter_reply", "letter_take_back"):
        assert posts(other, name, letter).status_code == 404
    assert other.get(reverse("letter_report", args=[letter.pk])).status_code == 404
    assert letter.parts.count() == 2


def find(client: Client, found: str, *, worked: bool = True) -> Any:
    work = solved(proof.challenge("letter")) if worked else ""
    return client.post(reverse("letter_find"), {"find": found, "proof": work})


def test_six_words_find_a_letter_on_any_device_and_every_failure_looks_alike() -> None:
    letter = letters.answered(letters.fits("ben"))
    right = base64url.encode(secrets.token_bytes(32))
    Letter.objects.filter(pk=letter.pk).update(finder=letter_wire.finder(right))
    wrong = base64url.encode(bytes(32))

    failures = [find(Client(), wrong), find(Client(), "?"), find(Client(), right, worked=False)]
    phone = Client()
    answer = find(phone, right)

    assert {(each.status_code, each.content) for each in failures} == {(422, failures[0].content)}
    assert answer.json()["room"] == letter.pk
    assert [part["seq"] for part in answer.json()["parts"]] == [1, 2]
    assert posts(phone, "letter_reply", letter).json() == {"sent": True}
    assert posts(phone, "letter_reply", letter).status_code == 422


def test_five_tries_and_the_right_words_are_refused_too() -> None:
    letter = letters.answered(letters.fits("ben"))
    right = base64url.encode(secrets.token_bytes(32))
    Letter.objects.filter(pk=letter.pk).update(finder=letter_wire.finder(right))
    phone = browser_of(factories.seeker("Phone"))
    for _ in range(5):
        find(phone, base64url.encode(bytes(32)))

    assert find(phone, right).status_code == 422


def test_something_serious_keeps_the_two_apart_and_takes_the_letter_from_everybody() -> None:
    ben = letters.fits("ben")
    letters.fits("chioma")
    letter = letters.taken(ben)

    answer = factories.client_of(ben).post(
        reverse("letter_report", args=[letter.pk]), {"reason": "threat"}
    )

    assert answer.status_code == 200
    assert Block.objects.filter(seeker=letter.writer, volunteer=ben).exists()
    letter.refresh_from_db()
    assert letter.state == Letter.State.UNANSWERED
    assert Report.objects.get().reported == letter.writer


def test_a_volunteer_who_gave_it_back_can_still_report() -> None:
    ben = letters.fits("ben")
    letter = letters.taken(ben)
    lettering.give_back(letter, by=ben)

    page = factories.client_of(ben).get(reverse("letter_report", args=[letter.pk]))

    assert page.status_code == 200


def test_the_writer_has_nobody_to_report_before_an_answer() -> None:
    letter = letters.taken(letters.fits("ben"))

    page = browser_of(letter.writer).get(reverse("letter_report", args=[letter.pk]))

    assert page.status_code == 404


def test_before_the_yes_one_is_led_through_it_and_back() -> None:
    letters.fits("ben")
    client = Client()
    assert client.get(reverse("letter_about")).url == reverse("begin")

    yes = {"adult": "on", "consent": "on", "rules": "on", "version": "1"}

    assert client.post(reverse("begin"), yes).url == reverse("letter_about")
