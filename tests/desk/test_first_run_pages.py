"""Three steps make a community and the person who coordinates it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core.errors import DomainError
from warmline.desk import services
from warmline.people import first_run
from warmline.people.models import Account
from warmline.rules.models import Community
from warmline.support.models import Topic

pytestmark = pytest.mark.django_db

PLACE = {
    "name": "Night Window",
    "country": "DE",
    "languages": ["de", "en", "gsg"],
    "time_zone": "Europe/Berlin",
}
DANA = {"username": "dana", "password": factories.PASSWORD, "alias": "Calm Otter"}


@pytest.fixture
def page(data: Path) -> str:
    link = first_run.setup_link("http://testserver")
    assert link is not None
    return link.removeprefix("http://testserver")


def text(answer) -> str:
    return answer.content.decode()


def test_the_whole_way(page: str, client: Client) -> None:
    assert "step 1 of 3" in text(client.get(page))
    second = text(client.post(page, {"step": 1, "name": "Night Window", "country": "DE"}))
    assert "step 2 of 3" in second
    third = text(client.post(page, {"step": 2, **PLACE}))
    assert "step 3 of 3" in third
    assert 'name="country" value="DE"' in third

    answer = client.post(page, {"step": 3, **PLACE, **DANA})

    assert answer["Location"] == reverse("desk_welcome")
    community = Community.objects.get()
    assert (community.name, community.country) == ("Night Window", "DE")
    assert community.languages == ["de", "en", "gsg"]
    assert community.time_zone == "Europe/Berlin"
    person = Account.objects.get().person
    assert person.alias == "Calm Otter"
    assert [role.kind for role in person.roles.all()] == ["coordinator"]
    assert Topic.objects.topics().count() == 27
    assert client.get(reverse("desk_welcome"))["Location"] == reverse("second_factor")
    assert factories.sets_up_app(client)["Location"] == reverse("desk_welcome")
    welcome = text(client.get(reverse("desk_welcome")))
    assert "Name a second coordinator" in welcome


def test_who_also_volunteers_gets_both_roles_and_is_led_to_a_profile(
    page: str, client: Client
) -> None:
    answer = client.post(page, {"step": 3, **PLACE, **DANA, "volunteers": "on"}, follow=True)

    kinds = {role.kind for role in Account.objects.get().person.roles.all()}
    assert kinds == {"coordinator", "volunteer"}
    assert "One more lock" in text(answer)
    factories.sets_up_app(client)
    assert "Make your own profile" in text(client.get(reverse("desk_welcome")))


def test_the_second_step_is_filled_in_from_the_country(page: str, client: Client) -> None:
    second = client.post(page, {"step": 1, "name": "Window", "country": "NZ"})
    form = second.context["form"]

    assert form["languages"].value()[:2] == ["en", "mi"]
    assert form["time_zone"].field.choices[1][0] == "New Zealand"


def test_the_link_works_once(page: str, client: Client) -> None:
    client.post(page, {"step": 3, **PLACE, **DANA})

    eve = Client()
    assert eve.get(page).status_code == 404
    answer = eve.post(page, {"step": 3, **PLACE, **DANA, "username": "eve"})

    assert answer.status_code == 404
    assert "This place is set up already." in text(answer)
    assert Account.objects.count() == 1


def test_a_double_submit_of_the_last_step_leads_to_the_desk(page: str, client: Client) -> None:
    client.post(page, {"step": 3, **PLACE, **DANA})

    assert client.post(page, {"step": 3, **PLACE, **DANA})["Location"] == reverse("desk")
    assert Community.objects.count() == 1


@pytest.mark.parametrize("code", ["guessed", "x" * 32])
def test_a_wrong_code_opens_nothing(page: str, client: Client, code: str) -> None:
    wrong = reverse("first_run", args=[code])

    assert client.get(wrong).status_code == 404
    answer = client.post(wrong, {"step": 3, **PLACE, **DANA})

    assert answer.status_code == 404
    assert "This set-up link works no more." in text(answer)
    assert not Community.objects.exists()


def test_a_replaced_link_opens_nothing(page: str, client: Client) -> None:
    first_run.setup_link("http://testserver")

    assert client.post(page, {"step": 3, **PLACE, **DANA}).status_code == 404


def test_guessing_is_limited(page: str, client: Client) -> None:
    wrong = reverse("first_run", args=["guessed"])

    assert [client.get(wrong).status_code for _ in range(61)][-1] == 429


@pytest.mark.parametrize(
    ("wrong", "step", "sentence"),
    [
        ({"name": "  "}, 1, "Please give your community a name."),
        ({"name": "x" * 61}, 1, "at most 60 letters"),
        ({"country": "XX"}, 1, "Please choose a country from the list."),
        ({"languages": []}, 2, "Please choose at least one language."),
        ({"languages": ["tlh-klingon!"]}, 2, "no language we know"),
        ({"others": "Elvish"}, 2, "We don&#x27;t know the language “Elvish”."),
        ({"time_zone": "Mars/Base"}, 2, "Please choose a time zone from the list."),
        ({"password": "short"}, 3, "at least 10 characters"),
        ({"username": ""}, 3, "Please choose a name to sign in with."),
    ],
)
def test_bad_input_leads_to_its_step_with_a_sentence_and_loses_nothing(
    page: str, client: Client, wrong: dict[str, object], step: int, sentence: str
) -> None:
    typed = {**PLACE, **DANA, **wrong}

    answer = text(client.post(page, {"step": 3, **typed}))

    assert f"step {step} of 3" in answer
    assert sentence in answer
    assert factories.PASSWORD not in answer
    for name in {"name", "username", "alias", "time_zone"} - wrong.keys():
        assert str(typed[name]) in answer
    assert not Community.objects.exists()


def test_going_back_loses_nothing(page: str, client: Client) -> None:
    typed = {"step": 3, **PLACE, **DANA, "volunteers": "on"}

    second = client.post(page, {**typed, "back": "1"})

    assert "step 2 of 3" in text(second)
    assert second.context["form"]["languages"].value() == ["de", "en", "gsg"]
    assert ("username", "dana") in second.context["carried"]
    assert factories.PASSWORD not in text(second)
    third = client.post(page, {**typed, "step": 2})
    assert third.context["form"]["username"].value() == "dana"
    assert "Please" not in "".join(str(third.context["form"].errors))


def test_a_language_is_added_by_name(page: str, client: Client) -> None:
    added = client.post(
        page,
        {
            "step": 2,
            **PLACE,
            "others": "Esperanto, österreichische gebärdensprache (ögs)",
            "add": 1,
        },
    )

    assert "step 2 of 3" in text(added)
    assert added.context["form"]["languages"].value() == ["de", "en", "gsg", "eo", "asq"]


def test_an_unknown_language_stays_in_its_field(page: str, client: Client) -> None:
    typed = {**PLACE, "time_zone": "", "others": "Elvish", "add": 1}
    added = text(client.post(page, {"step": 2, **typed}))

    assert "Please choose a time zone." not in added
    assert 'value="Elvish"' in added
    assert "We don&#x27;t know the language" in added


def test_another_alias_is_suggested(page: str, client: Client) -> None:
    answer = client.post(page, {"step": 3, **PLACE, **DANA, "another": "1"})

    assert answer.context["form"]["alias"].value() != "Calm Otter"
    assert answer.context["form"]["username"].value() == "dana"


@pytest.mark.parametrize("step", ["", "0", "-1", "9", "x", "²"])
def test_a_made_up_step_breaks_nothing(page: str, client: Client, step: str) -> None:
    assert client.post(page, {"step": step}).status_code == 422


def test_of_two_at_once_one_wins_and_nothing_of_the_other_is_kept(data: Path) -> None:
    values = {**PLACE, **DANA, "volunteers": False}
    services.set_up(**values)

    with pytest.raises(DomainError) as refused:
        services.set_up(**{**values, "name": "Other", "username": "eve", "alias": "Dry Eel"})

    assert refused.value.code == "set_up_already"
    assert Community.objects.get().name == "Night Window"
    assert Account.objects.count() == 1
