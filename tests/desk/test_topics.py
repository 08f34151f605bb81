"""Coordinators look after the catalogue."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people.models import Person
from warmline.support.models import Topic, TopicLevel

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(dana: Person) -> Client:
    return factories.client_of(dana)


def add(desk: Client, **values: str):
    return desk.post(reverse("desk_topics"), {"kind": "topic", **values}, follow=True)


def test_a_topic_is_added_at_the_end(desk: Client) -> None:
    factories.topic("grief", order=40)

    add(desk, name="  Moving   house ", heavy="on")

    topic = Topic.objects.get(name="Moving house")
    assert (topic.slug, topic.order, topic.heavy, topic.active) == ("moving-house", 50, True, True)


def test_names_without_latin_letters_get_a_slug_too(desk: Client) -> None:
    add(desk, name="Горе")
    add(desk, name="悲しみ")

    assert set(Topic.objects.values_list("slug", flat=True)) == {"topic", "topic-2"}


@pytest.mark.parametrize("name", ["grief", "GRIEF", " Grief "])
def test_a_name_that_is_there_is_refused_and_stays_in_the_field(desk: Client, name: str) -> None:
    factories.topic("grief")

    page = add(desk, name=name).content.decode()

    assert "This name is in the list already." in page
    assert f'value="{name}"' in page
    assert Topic.objects.count() == 1


def test_a_retired_name_is_not_added_again_but_brought_back(desk: Client) -> None:
    factories.topic("grief", active=False)

    assert "Bring it back there." in add(desk, name="Grief").content.decode()

    desk.post(reverse("desk_bring_back", args=["grief"]))
    assert Topic.objects.get().active


def test_a_background_may_be_called_like_a_topic(desk: Client) -> None:
    factories.topic("parenting", name="Parenting")

    add(desk, name="Parenting", kind="background")

    assert Topic.objects.backgrounds().get().slug == "parenting-2"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Please type a name."),
        ({"name": "--"}, "Please type a name."),
        ({"name": "x" * 61}, "at most 60 letters"),
        ({"name": "Sea", "order": "-1"}, "a number from 0 to 30000"),
        ({"name": "Sea", "order": "99999"}, "a number from 0 to 30000"),
        ({"name": "Sea", "order": "first"}, "a whole number"),
        ({"name": "Sea", "kind": "king"}, "Please choose one of the two."),
    ],
)
def test_bad_input_gets_a_sentence(desk: Client, values: dict[str, str], sentence: str) -> None:
    assert sentence in add(desk, **values).content.decode()
    assert not Topic.objects.exists()


def test_a_topic_is_renamed_and_moved(desk: Client) -> None:
    factories.topic("grief", order=40)

    desk.post(reverse("desk_topic", args=["grief"]), {"name": "Loss", "order": "5"})

    topic = Topic.objects.get()
    assert (topic.slug, topic.name, topic.order, topic.heavy) == ("grief", "Loss", 5, False)
    assert topic.kind == Topic.Kind.TOPIC


def test_keeping_a_translated_name_keeps_the_shipped_one(desk: Client, monkeypatch) -> None:
    factories.topic("grief", name="Grief")
    monkeypatch.setattr(Topic, "shown_name", property(lambda topic: "Trauer"))

    desk.post(reverse("desk_topic", args=["grief"]), {"name": "Trauer", "order": "5"})

    assert Topic.objects.get().name == "Grief"


def test_a_retired_topic_is_out_of_the_catalogue_and_keeps_what_was_chosen(desk: Client) -> None:
    factories.level(factories.ben(), factories.topic("grief"))

    desk.post(reverse("desk_retire", args=["grief"]))

    assert not Topic.objects.topics().exists()
    assert TopicLevel.objects.count() == 1


def test_a_topic_that_never_was_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("desk_topic", args=["none"])).status_code == 404
    assert desk.post(reverse("desk_retire", args=["none"])).status_code == 404


@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_others_change_nothing(dana: Person, who) -> None:
    factories.topic("grief")
    client = factories.client_of(who())

    for name, args in [
        ("desk_topics", []),
        ("desk_topic", ["grief"]),
        ("desk_retire", ["grief"]),
        ("desk_bring_back", ["grief"]),
    ]:
        answer = client.post(reverse(name, args=args), {"name": "Eve was here", "kind": "topic"})
        assert answer.status_code == 403
    topic = Topic.objects.get()
    assert (topic.name, topic.active) == ("Grief", True)


def test_nothing_changes_by_a_mere_link(desk: Client) -> None:
    factories.topic("grief")

    assert desk.get(reverse("desk_retire", args=["grief"])).status_code == 405


def test_the_list_asks_as_much_for_three_as_for_one(
    desk: Client, django_assert_num_queries
) -> None:
    factories.topic("grief")
    desk.get(reverse("desk_topics"))
    with django_assert_num_queries(QUERIES):
        desk.get(reverse("desk_topics"))
    factories.topic("sleep")
    factories.background("parent")
    with django_assert_num_queries(QUERIES):
        desk.get(reverse("desk_topics"))


QUERIES = 8


def test_the_matcher_hears_of_a_change(
    desk: Client, heard, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add(desk, name="Sea")

    assert ("matcher", "topics") in heard
