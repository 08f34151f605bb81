"""A device that remembers, six words, and being forgotten."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests import factories, six_words
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people import saved
from warmline.people.models import Device, Forgotten, Person, Phrase
from warmline.protocol import clock


def test_the_list_is_long_enough_plain_and_has_no_word_twice() -> None:
    listed = six_words.listed()

    assert len(listed) >= 7776
    assert len(set(listed)) == len(listed)
    assert all(re.fullmatch("[a-z]{4,9}", word) for word in listed)


@pytest.mark.parametrize(
    "word", ["dead", "death", "kill", "blood", "knife", "rope", "suicide", "hurt"]
)
def test_no_word_of_the_list_hurts(word: str) -> None:
    assert word not in six_words.listed()


def drawn(person: Person) -> str:
    """Six words that a page drew and kept for somebody."""
    words = six_words.draw()
    saved.keep_phrase(person, six_words.made_of(words))
    return words


@pytest.mark.django_db
class TestDevice:
    def test_a_token_brings_its_person_back_for_90_days_after_the_last_use(self) -> None:
        ada = factories.ada()
        token = saved.remember(ada)

        clock.move(timedelta(days=89))
        assert saved.device_of(token).person == ada
        clock.move(timedelta(days=89))
        assert saved.device_of(token).person == ada
        clock.move(timedelta(days=90))
        assert saved.device_of(token) is None
        assert not saved.is_saved(ada)

    def test_the_table_holds_no_token(self) -> None:
        token = saved.remember(factories.ada())

        row = Device.objects.values().get()
        assert token not in str(row)
        assert len(row["token_hash"]) == 64

    def test_using_it_keeps_the_person_too(self) -> None:
        ada = factories.ada()
        token = saved.remember(ada)
        for _month in range(4):
            clock.move(timedelta(days=30))
            saved.device_of(token)
            sweeping.run_all()

        assert Person.objects.filter(pk=ada.pk).exists()

    def test_not_used_for_90_days_person_and_device_are_deleted(self) -> None:
        saved.remember(factories.ada())

        clock.move(timedelta(days=91))
        sweeping.run_all()

        assert not Person.objects.exists()
        assert not Device.objects.exists()

    def test_a_foreign_token_is_nobody(self) -> None:
        saved.remember(factories.ada())

        for token in ("", "x", "é", "0" * 64, "\x00"):
            assert saved.device_of(token) is None

    def test_forgetting_one_device_leaves_the_others(self) -> None:
        ada = factories.ada()
        here, there = saved.remember(ada), saved.remember(ada)

        saved.forget_device(here)

        assert saved.device_of(here) is None
        assert saved.device_of(there).person == ada


@pytest.mark.django_db
class TestPhrase:
    def test_what_a_page_makes_of_the_words_brings_their_person_back(self) -> None:
        ada, _other = factories.ada(), factories.seeker("Ines")
        words = drawn(ada)

        assert saved.come_back(six_words.made_of(words)) == ada
        assert saved.come_back(six_words.made_of(" ".join(words.split()[:5]))) is None
        assert saved.come_back(six_words.made_of(words, "warmline/1 letter find")) is None
        assert saved.come_back(words.encode()) is None
        assert saved.come_back(b"") is None
        assert saved.is_saved(ada)

    def test_new_words_replace_the_old_ones(self) -> None:
        ada = factories.ada()
        old, new = drawn(ada), drawn(ada)

        assert saved.come_back(six_words.made_of(old)) is None
        assert saved.come_back(six_words.made_of(new)) == ada
        assert Phrase.objects.count() == 1

    def test_nobody_takes_over_the_words_of_somebody_else(self) -> None:
        ada, ines = factories.ada(), factories.seeker("Ines")
        words = drawn(ada)

        with pytest.raises(DomainError) as refused:
            saved.keep_phrase(ines, six_words.made_of(words))

        assert refused.value.code == "words_known"
        assert saved.come_back(six_words.made_of(words)) == ada
        assert not saved.has_phrase(ines)

    def test_the_table_holds_neither_words_nor_what_the_page_made(self) -> None:
        words = drawn(factories.ada())

        row = Phrase.objects.values().get()
        assert set(row) == {"person_id", "phrase_hash", "drawn_at"}
        assert re.fullmatch("[0-9a-f]{64}", row["phrase_hash"])
        assert row["phrase_hash"] != six_words.made_of(words).hex()
        assert six_words.sent(words) not in str(row)

    def test_without_either_nobody_is_saved(self) -> None:
        ada = factories.ada()
        drawn(ada)
        saved.forget_phrase(ada)

        assert not saved.is_saved(ada)


@pytest.mark.django_db
def test_forgetting_somebody_leaves_no_row_that_points_at_them() -> None:
    ada = factories.ada()
    saved.remember(ada)
    drawn(ada)
    factories.request(ada)

    saved.forget(ada, kept=())

    assert not Person.objects.exists()
    assert not Device.objects.exists()
    assert not Phrase.objects.exists()
    assert not Forgotten.objects.exists()


@pytest.mark.django_db
def test_only_seekers_can_be_forgotten_so() -> None:
    with pytest.raises(Person.DoesNotExist):
        saved.forget(factories.ben(), kept=())
