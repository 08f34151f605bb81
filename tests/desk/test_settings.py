"""The community's name and place, and its numbers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people.models import Person
from warmline.rules.models import RULES, Community, Setting

pytestmark = pytest.mark.django_db

PLACE = {
    "name": "Day Window",
    "country": "AT",
    "languages": ["de", "asq"],
    "time_zone": "Europe/Vienna",
}


@pytest.fixture
def desk(dana: Person) -> Client:
    return factories.client_of(dana)


def numbers(**changed: object) -> dict[str, object]:
    return {key: changed.get(key, rule.default) for key, rule in RULES.items()}


def test_name_and_place_are_changed(desk: Client) -> None:
    answer = desk.post(reverse("desk_settings"), PLACE)

    assert answer["Location"] == reverse("desk_settings")
    community = Community.objects.get()
    assert (community.name, community.country) == ("Day Window", "AT")
    assert (community.languages, community.time_zone) == (["de", "asq"], "Europe/Vienna")


def test_the_page_shows_what_is_stored(desk: Client) -> None:
    factories.community(languages=["de", "eo"])

    answer = desk.get(reverse("desk_settings"))

    assert answer.context["form"]["languages"].value() == ["de", "eo"]
    assert 'value="Night Window"' in answer.content.decode()


def test_a_language_is_added_and_nothing_typed_is_lost(desk: Client) -> None:
    answer = desk.post(reverse("desk_settings"), {**PLACE, "others": "Esperanto", "add": "1"})

    assert answer.context["form"]["languages"].value() == ["de", "asq", "eo"]
    assert answer.context["form"]["time_zone"].value() == "Europe/Vienna"
    assert 'value="Day Window"' in answer.content.decode()
    assert Community.objects.get().name == "Night Window"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Please give your community a name."),
        ({"country": ""}, "Please choose a country."),
        ({"languages": []}, "Please choose at least one language."),
        ({"time_zone": "Moon"}, "Please choose a time zone from the list."),
    ],
)
def test_bad_places_get_a_sentence_and_change_nothing(
    desk: Client, wrong: dict[str, object], sentence: str
) -> None:
    page = desk.post(reverse("desk_settings"), {**PLACE, **wrong}).content.decode()

    assert sentence in page
    assert Community.objects.get().name == "Night Window"


def test_every_number_is_shown_with_its_bounds_and_as_proposed(desk: Client) -> None:
    page = desk.get(reverse("desk_numbers")).content.decode()

    for rule in RULES.values():
        assert f"From {rule.least} to {rule.most}. Proposed: {rule.default}." in page


def test_a_number_is_changed_and_set_back(desk: Client) -> None:
    desk.post(reverse("desk_numbers"), numbers(talk_minutes_text=30))
    assert Setting.number("talk_minutes_text") == 30
    assert Setting.objects.count() == 1

    desk.post(reverse("desk_numbers"), numbers())
    assert Setting.number("talk_minutes_text") == 45
    assert Setting.objects.count() == 0


@pytest.mark.parametrize("value", ["4", "181", "", "many", "4.5"])
def test_a_number_out_of_bounds_is_refused_and_stays_in_the_field(desk: Client, value: str) -> None:
    page = desk.post(reverse("desk_numbers"), numbers(talk_minutes_text=value)).content.decode()

    assert "Please type a number from 5 to 180." in page
    assert not value or f'value="{value}"' in page
    assert Setting.objects.count() == 0


@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_others_change_nothing(dana: Person, who) -> None:
    client = factories.client_of(who())

    assert client.post(reverse("desk_settings"), PLACE).status_code == 403
    assert client.post(reverse("desk_numbers"), numbers(added_minutes=1)).status_code == 403

    assert Community.objects.get().name == "Night Window"
    assert Setting.objects.count() == 0


def test_the_matcher_hears_of_a_change(
    desk: Client, heard, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(reverse("desk_numbers"), numbers())

    assert ("matcher", "settings") in heard
