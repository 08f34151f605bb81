"""Aliases say nothing about a person, and there are enough of them."""

from __future__ import annotations

import pytest

from warmline.people import aliases


def test_suggestions_are_drawn_from_at_least_20000_names() -> None:
    assert len(set(aliases.ADJECTIVES)) == len(aliases.ADJECTIVES)
    assert len(set(aliases.NOUNS)) == len(aliases.NOUNS)
    assert len(aliases.ADJECTIVES) * len(aliases.NOUNS) >= 20_000


def test_every_suggestion_fits_the_column() -> None:
    longest = max(map(len, aliases.ADJECTIVES)) + 1 + max(map(len, aliases.NOUNS))

    assert longest <= aliases.LONGEST


def test_a_suggestion_is_one_of_each_list() -> None:
    adjective, noun = aliases.suggest().split(" ")

    assert adjective in aliases.ADJECTIVES
    assert noun in aliases.NOUNS


def test_suggestions_differ() -> None:
    assert len({aliases.suggest() for _ in range(200)}) > 150


@pytest.mark.parametrize(
    "other", ["calm otter", "CalmOtter", "Cálm  Otter", "calm-otter", "ＣＡＬＭ otter"]
)
def test_names_that_people_mix_up_look_alike(other: str) -> None:
    assert aliases.looks_like(other) == aliases.looks_like("Calm Otter")


def test_different_names_do_not_look_alike() -> None:
    assert aliases.looks_like("Calm Otter") != aliases.looks_like("Calm Otters")
    assert aliases.looks_like("Тихая Сова") != aliases.looks_like("Тихий Олень")


@pytest.mark.parametrize(
    "text",
    ["ben@example.org", "0171 234 5678", "see www.ben.example", "https://x", "+1 (555) 01-23"],
)
def test_ways_to_be_found_are_noticed(text: str) -> None:
    assert aliases.tells_contact(text)


@pytest.mark.parametrize("text", ["Calm Otter", "Otter 77", "Room 1234", "Mr. Otter"])
def test_ordinary_names_hold_no_contact(text: str) -> None:
    assert not aliases.tells_contact(text)


def test_a_tidy_alias_is_one_line_without_hidden_characters() -> None:
    assert aliases.tidy("  Calm\u200b \u202eOtter\n\x00 ") == "Calm Otter"
