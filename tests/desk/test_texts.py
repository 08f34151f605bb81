"""Community texts at the desk: versions, languages, and words that can be filled in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people.models import Person
from warmline.rules import texts
from warmline.rules.models import CommunityText

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(dana: Person) -> Client:
    return factories.client_of(dana)


def put(desk: Client, text: str, *, language: str = "en", key: str = "ten_minutes", **values: str):
    url = f"{reverse('desk_text', args=[key])}?language={language}"
    return desk.post(url, {"text": text, "approved": "on", **values}, follow=True)


def test_a_new_version_is_in_force_and_the_old_one_can_still_be_read(desk: Client) -> None:
    page = put(desk, "Ten minutes, {name}.").content.decode()

    now = texts.in_force("en")["ten_minutes"]
    assert (now.version, now.text, now.approved_by) == (2, "Ten minutes, {name}.", "Dana Alias")
    assert "Approved by <bdi>Dana Alias</bdi> on 22 Nov 2026, 04:00 (Europe/Berlin)" in page
    assert "We have about ten minutes left." in page


def test_each_language_has_its_own(desk: Client) -> None:
    put(desk, "Noch zehn Minuten.", language="de")

    assert texts.in_force("de")["ten_minutes"].text == "Noch zehn Minuten."
    assert texts.in_force("en")["ten_minutes"].version == 1
    overview = desk.get(reverse("desk_texts")).content.decode()
    assert "version 1, approved by <bdi>Dana Alias</bdi> on 22 Nov 2026" in overview
    assert "not there yet" in overview


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Call {phone_number} now.", "We have nothing to put in for {phone_number}."),
        ("Call {emergency_number now.", "A { or } stands alone."),
        ("Call {} now.", "A { or } stands alone."),
        ("  ", "Please write the words of this message."),
        ("x" * 1501, "This is too long."),
    ],
)
def test_words_that_cannot_be_filled_in_are_refused(desk: Client, text: str, sentence: str) -> None:
    page = put(desk, text).content.decode()

    assert sentence in page
    assert not CommunityText.objects.exists()


def test_nothing_is_put_in_force_without_the_volunteers_yes(desk: Client) -> None:
    assert "once your volunteers agreed" in put(desk, "Words.", approved="").content.decode()
    assert not CommunityText.objects.exists()


def test_a_text_or_language_that_is_not_ours_is_not_found(desk: Client) -> None:
    assert put(desk, "x", key="leaving_group").status_code == 404
    assert put(desk, "x", language="fr").status_code == 404


@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_others_read_and_change_nothing(dana: Person, who) -> None:
    client = factories.client_of(who())

    assert client.get(reverse("desk_texts")).status_code == 403
    assert put(client, "Eve was here.").status_code == 403
    assert not CommunityText.objects.exists()


def test_the_list_asks_as_much_for_three_as_for_one(desk: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("desk_texts"))
        return len(queries)

    put(desk, "One.")
    desk.get(reverse("desk_texts"))
    one = asked()
    put(desk, "Two.")
    put(desk, "Drei.", language="de")
    desk.get(reverse("desk_texts"))
    assert asked() == one
