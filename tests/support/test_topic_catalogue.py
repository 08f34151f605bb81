"""The list a community begins with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.protocol import clock
from warmline.support import topic_catalogue
from warmline.support.models import Topic, TopicLevel

pytestmark = pytest.mark.django_db

PROMISED = """
depression, anxiety, bipolar, trauma, emotional abuse, physical abuse, sexual abuse, self-injury,
suicidal thoughts, eating disorders, ocd, psychosis, dissociation and did, grief, addiction,
loneliness, family, friendships, romantic relationships, sexuality, gender, disability, job stress,
study, money, parenting, sleep
"""


def test_every_promised_topic_is_there() -> None:
    topic_catalogue.load()

    names = [topic.name.lower() for topic in Topic.objects.topics()]
    assert names == [name.strip() for name in PROMISED.replace("\n", " ").split(",")]


def test_abuse_and_self_injury_are_heavy_and_study_is_not() -> None:
    topic_catalogue.load()

    heavy = set(Topic.objects.filter(heavy=True).values_list("slug", flat=True))
    assert {"sexual-abuse", "self-injury", "suicidal-thoughts"} <= heavy
    assert not {"study", "sleep", "friendships"} & heavy


def test_there_are_shared_backgrounds_and_none_is_a_topic() -> None:
    topic_catalogue.load()

    assert Topic.objects.backgrounds().count() == len(topic_catalogue.BACKGROUNDS)
    assert not Topic.objects.topics().filter(slug="parent").exists()


def test_loading_again_changes_nothing() -> None:
    topic_catalogue.load()
    Topic.objects.filter(slug="grief").update(name="Loss", active=False)

    topic_catalogue.load()

    grief = Topic.objects.get(slug="grief")
    assert (grief.name, grief.active) == ("Loss", False)
    assert Topic.objects.count() == len(topic_catalogue.TOPICS) + len(topic_catalogue.BACKGROUNDS)


def test_a_topic_that_came_later_is_new_until_it_is_placed() -> None:
    factories.topic("grief")
    clock.move(timedelta(minutes=1))
    ben = factories.ben()
    clock.move(timedelta(minutes=1))
    sea = factories.topic("sea")
    factories.background("sailor")
    factories.topic("gone", active=False)

    assert list(topic_catalogue.new_topics_for(ben.profile)) == [sea]

    factories.level(factories.chioma(), sea)
    assert list(topic_catalogue.new_topics_for(ben.profile)) == [sea]
    factories.level(ben, sea, TopicLevel.Level.PLEASE_NOT)
    assert not topic_catalogue.new_topics_for(ben.profile)
