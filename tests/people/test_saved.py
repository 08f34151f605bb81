"""A device that remembers, six words, and being forgotten."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from warmline.core import sweeping
from warmline.people import saved, words
from warmline.people.models import Device, Forgotten, Person, Phrase
from warmline.protocol import clock


def test_the_list_is_long_enough_plain_and_has_no_word_twice() -> None:
    listed = words.words()

    assert len(listed) >= 7776
    assert len(set(listed)) == len(listed)
    assert all(re.fullmatch("[a-z]{4,9}", word) for word in listed)


@pytest.mark.parametrize(
    "word", ["dead", "death", "kill", "blood", "knife", "rope", "suicide", "hurt"]
)
def test_no_word_of_the_list_hurts(word: str) -> None:
    assert word not in words.words()


def test_six_words_are_drawn_from_the_list() -> None:
    drawn = words.draw().split(" ")

    assert len(drawn) == 6
    assert set(drawn) <= set(words.words())


SPACES = st.sampled_from([" ", "  ", "-", "\u2010", "\u00a0", "\t", "\n", "_", ", ", "", "\u200b"])


@given(
    st.lists(st.sampled_from(words.words()), min_size=6, max_size=6),
    st.lists(SPACES, min_size=7, max_size=7),
    st.booleans(),
)
def test_typing_habits_make_no_difference(
    six: list[str], between: list[str], shouted: bool
) -> None:
    typed = between[0] + "".join(w + gap for w, gap in zip(six, between[1:], strict=True))

    assert words.normalised(typed.upper() if shouted else typed) == "".join(six)


@given(st.text(max_size=60))
def test_reading_is_stable_whatever_is_typed(text: str) -> None:
    once = words.normalised(text)

    assert words.normalised(once) == once
    assert words.normalised(unicodedata.normalize("NFC", text)) == once


def test_wide_letters_and_accents_of_a_keyboard_are_read_as_plain_ones() -> None:
    assert words.normalised("ＭＡＰＬＥ ｗｉｎｄｏｗ café") == "maplewindowcafe"


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
    def test_the_words_bring_their_person_back(self) -> None:
        ada, _other = factories.ada(), factories.seeker("Ines")
        phrase = saved.draw_phrase(ada)

        assert saved.come_back(phrase) == ada
        assert saved.come_back("  " + phrase.upper().replace(" ", "-")) == ada
        assert saved.come_back(" ".join(phrase.split()[:5])) is None
        assert saved.come_back("") is None
        assert saved.is_saved(ada)

    def test_new_words_replace_the_old_ones(self) -> None:
        ada = factories.ada()
        old = saved.draw_phrase(ada)
        new = saved.draw_phrase(ada)

        assert saved.come_back(old) is None
        assert saved.come_back(new) == ada
        assert Phrase.objects.count() == 1

    def test_the_table_holds_no_words(self) -> None:
        phrase = saved.draw_phrase(factories.ada())

        row = Phrase.objects.values().get()
        assert set(row) == {"person_id", "phrase_hash", "drawn_at"}
        assert re.fullmatch("[0-9a-f]{64}", row["phrase_hash"])
        assert phrase not in str(row)

    def test_without_either_nobody_is_saved(self) -> None:
        ada = factories.ada()
        saved.draw_phrase(ada)
        saved.forget_phrase(ada)

        assert not saved.is_saved(ada)


@pytest.mark.django_db
def test_forgetting_somebody_leaves_no_row_that_points_at_them() -> None:
    ada = factories.ada()
    saved.remember(ada)
    saved.draw_phrase(ada)
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
