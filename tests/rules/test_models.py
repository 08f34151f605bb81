"""The community's one row and its numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests import factories
from warmline.rules.models import RULES, Community, Setting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_default_is_within_its_bounds(rule) -> None:
    assert rule.least <= rule.default <= rule.most


def test_a_number_is_its_default_until_it_is_set() -> None:
    assert Setting.number("offer_seconds") == 30
    Setting.objects.create(key="offer_seconds", value=45)

    assert Setting.number("offer_seconds") == 45
    assert Setting.all_numbers()["offer_seconds"] == 45
    assert Setting.all_numbers()["added_minutes"] == 10


def test_a_number_is_a_length_of_time() -> None:
    assert Setting.duration("offer_seconds") == timedelta(seconds=30)
    assert Setting.duration("same_pair_days") == timedelta(days=7)


def test_there_is_one_community() -> None:
    assert Community.current() is None
    made = factories.community()
    assert Community.current() == made

    with pytest.raises(IntegrityError):
        Community.objects.create(id=2, name="Other", country="DE")


def test_a_zone_that_no_longer_exists_is_utc() -> None:
    assert str(factories.community(time_zone="Europe/Berlin").zone) == "Europe/Berlin"
    assert str(factories.community(time_zone="Mars/Base").zone) == "UTC"
