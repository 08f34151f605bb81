"""What a demo starts with, and the links that lead into it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import include, path

from tests import factories
from warmline import urls as warmline_urls
from warmline.availability.models import Readiness
from warmline.demo import cast, community
from warmline.people.models import Account, Person, Role
from warmline.rules.models import Community, Setting
from warmline.support import estimate
from warmline.support.matcher import Round
from warmline.support.models import Conversation, Offer, Profile, Topic, TopicLevel, Wait

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def demo(db: None) -> Iterator[None]:
    community.make()
    yield
    community._logins.clear()
    community._tokens.clear()


@pytest.fixture
def demo_pages(demo: None, settings: Any) -> None:
    """The addresses of a server with --demo."""
    with_demo = ModuleType("urls_with_demo")
    with_demo.__dict__.update(vars(warmline_urls))
    with_demo.urlpatterns = [  # type: ignore[attr-defined]
        *warmline_urls.urlpatterns,
        path("demo/", include("warmline.demo.urls")),
    ]
    settings.ROOT_URLCONF = with_demo


def person(username: str) -> Person:
    return Account.objects.get(username=username).person


def test_make_twice_leaves_what_is_there(demo: None) -> None:
    models = (Community, Account, Person, Role, Profile, Topic, TopicLevel, Wait)
    before = [set(model.objects.values_list("pk", flat=True)) for model in models]
    Profile.objects.filter(person=person("demo-volunteer")).update(card="My own words.")
    Community.objects.update(name="Ours")
    community.make()

    assert [set(model.objects.values_list("pk", flat=True)) for model in models] == before
    assert Profile.objects.get(person=person("demo-volunteer")).card == "My own words."
    assert Community.objects.get().name == "Ours"


def test_everybody_who_is_simulated_is_called_so(demo: None) -> None:
    assert len(community.logins()) == 2
    for login in community.logins():
        profile = person(login.username).profile
        assert profile.person.alias.endswith(cast.SIMULATED)
        assert len(profile.person.alias) <= 40
        assert profile.complete
        assert profile.talks_at_once == 1
        assert profile.card.startswith("I am simulated: part of this demo, not a person.")
        assert len(profile.card) <= 300
    for username in ("demo-volunteer", "demo-coordinator"):
        assert "simulated" not in person(username).alias


def test_a_visitor_may_try_again_at_once(demo: None) -> None:
    assert Setting.duration("break_minutes") == timedelta(0)


def test_a_break_somebody_set_in_the_demo_stays(demo: None) -> None:
    Setting.objects.update(value=5)
    community.make()
    assert Setting.duration("break_minutes") == timedelta(minutes=5)


def test_passwords_are_drawn_at_each_start(demo: None) -> None:
    before = [login.password for login in community.logins()]
    community.make()

    for login, old in zip(community.logins(), before, strict=True):
        account = Account.objects.get(username=login.username)
        assert account.check_password(login.password)
        assert not account.check_password(old)


def test_somebody_simulated_listens_to_every_topic(demo: None) -> None:
    linden = person(cast.LINDEN.username)
    refused = TopicLevel.Level.PLEASE_NOT
    heard = TopicLevel.objects.filter(person=linden).exclude(level=refused)

    assert set(Topic.objects.topics()) <= {level.topic for level in heard.select_related("topic")}


def test_estimate_has_something_to_say_and_no_talk_is_made_up(demo: None) -> None:
    factories.ready(person(cast.LINDEN.username))

    assert estimate.home_status().sentence == "Someone is here. You may wait a few minutes."
    assert not Conversation.objects.exists()
    assert not Readiness.objects.exclude(person=person(cast.LINDEN.username)).exists()


@pytest.mark.parametrize("about", [[], ["sleep"], ["anxiety", "money"], ["grief", "psychosis"]])
def test_a_person_who_is_ready_is_asked_before_the_simulated_ones(
    demo: None, about: list[str]
) -> None:
    for username in (cast.LINDEN.username, cast.HERON.username):
        factories.ready(person(username), 60)
    factories.ready(person("demo-volunteer"), 25)
    factories.request(None, *Topic.objects.filter(slug__in=about))
    Round().run()

    assert Offer.objects.get().volunteer == person("demo-volunteer")


def test_links_sign_in_as_often_as_they_are_opened(demo_pages: None) -> None:
    (_, home), (volunteer, first), (coordinator, second) = community.links(f"{ADDRESS}/")
    assert home == f"{ADDRESS}/"
    assert (volunteer, coordinator) == ("Volunteer", "Coordinator")

    for link, where, username in (
        (first, "/volunteer/", "demo-volunteer"),
        (second, "/desk/", "demo-coordinator"),
    ):
        for _ in range(2):
            client = Client()
            answer = client.get(link.removeprefix(ADDRESS))
            assert (answer.status_code, answer["Location"]) == (302, where)
            assert client.session["_auth_user_id"] == str(Account.objects.get(username=username).pk)


def test_links_of_an_earlier_start_open_nothing(demo_pages: None) -> None:
    old = [link.removeprefix(ADDRESS) for _, link in community.links(ADDRESS)[1:]]
    community.make()

    for link in old:
        client = Client()
        assert client.get(link).status_code == 404
        assert "_auth_user_id" not in client.session


def test_without_demo_there_is_nothing_of_it(db: None) -> None:
    factories.community()

    assert not settings.DEMO
    assert "warmline.demo" not in settings.INSTALLED_APPS
    assert Client().get("/demo/enter/anything/").status_code == 404
    assert b"demo-banner" not in Client().get("/").content


def test_without_demo_none_of_its_code_is_loaded() -> None:
    script = (
        "import tests.settings, django, sys\n"
        "from django.urls import get_resolver\n"
        "django.setup(); get_resolver().url_patterns\n"
        "import warmline.cli, warmline.asgi\n"
        "print([name for name in sys.modules if name.startswith('warmline.demo')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=timedelta(minutes=1).total_seconds(),
        check=True,
    )

    assert run.stdout.strip() == "[]"
