"""Somebody is here, soon, at a time, or we don't know yet."""

from __future__ import annotations

import pytest

from tests import factories
from warmline.support.models import TopicLevel
from warmline.support.outlook import Outlook, outlook

pytestmark = pytest.mark.django_db


def test_nothing_is_known_at_first() -> None:
    assert outlook() == Outlook("unknown")


def test_somebody_ready_is_here() -> None:
    factories.ready(factories.ben())

    assert outlook() == Outlook("here")


def test_only_who_fits_by_language_and_way_is_here() -> None:
    factories.ready(factories.ben(languages=["de"], ways=["text"]))

    assert outlook(["de-AT"], ["text"]).kind == "here"
    assert outlook(["en"], ["text"]).kind == "unknown"
    assert outlook(["de"], ["voice"]).kind == "unknown"
    assert outlook(["de"]).kind == "here"


def test_only_who_listens_to_the_topic_is_here() -> None:
    ben, grief, debt = factories.ben(), factories.topic("grief"), factories.topic("debt")
    TopicLevel.objects.create(person=ben, topic=grief, level="can_listen")
    TopicLevel.objects.create(person=ben, topic=debt, level="please_not")
    factories.ready(ben)

    assert outlook(topics=[grief.pk]).kind == "here"
    assert outlook(topics=[debt.pk]).kind == "unknown"
    assert outlook(topics=[grief.pk, debt.pk]).kind == "unknown"


def test_who_is_in_a_talk_is_not_here() -> None:
    ben = factories.ben(talks_at_once=1)
    factories.ready(ben)
    factories.talk(factories.ada(), ben)

    assert outlook().kind == "unknown"
