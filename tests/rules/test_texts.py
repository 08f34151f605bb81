"""Community texts: versions, languages, who approved which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from warmline.protocol import clock
from warmline.rules import texts
from warmline.rules.models import CommunityText

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still_clock() -> Iterator[None]:
    clock.freeze(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    yield
    clock.release()


def test_what_ships_is_in_force_until_a_version_is_approved() -> None:
    shipped = texts.in_force("en")["ten_minutes"]
    assert (shipped.version, shipped.approved_by) == (1, "")

    texts.approve("ten_minutes", "en", "Ten minutes are left.", by="Dana")

    now = texts.in_force("en")["ten_minutes"]
    assert (now.version, now.text, now.approved_by) == (2, "Ten minutes are left.", "Dana")


def test_a_new_version_never_changes_old_ones() -> None:
    texts.approve("ten_minutes", "en", "One.", by="Dana")
    before = texts.versions("ten_minutes")
    clock.move(timedelta(days=1))

    texts.approve("ten_minutes", "en", "Two.", by="Ben")

    after = texts.versions("ten_minutes")
    assert [each.version for each in after] == [3, 2, 1]
    assert after[1:] == before


def test_each_language_counts_its_own_versions() -> None:
    texts.approve("ten_minutes", "de", "Noch zehn Minuten.", by="Dana")

    assert texts.in_force("de")["ten_minutes"].version == 1
    assert texts.in_force("de-AT")["ten_minutes"].language == "de"
    assert texts.in_force("fr", "de")["ten_minutes"].language == "de"
    assert texts.in_force("fr")["ten_minutes"].language == "en"
    assert texts.in_force("de")["time_up"].language == "en"


def test_a_version_exists_once() -> None:
    texts.approve("ten_minutes", "de", "Noch zehn Minuten.", by="Dana")

    with pytest.raises(IntegrityError), transaction.atomic():
        CommunityText.objects.create(
            key="ten_minutes", language="de", version=1, text="x", approved_by="Eve",
            approved_at=clock.now(),
        )  # fmt: skip


def test_all_texts_are_found_in_one_query(django_assert_num_queries) -> None:
    texts.approve("ten_minutes", "de", "Noch zehn Minuten.", by="Dana")

    with django_assert_num_queries(1):
        assert set(texts.in_force("de")) == set(texts.NAMES)
