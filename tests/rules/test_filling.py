"""Words in braces: filled in, or gone with their sentence; never an empty number, never a brace."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.rules import texts
from warmline.rules.filling import PLACEHOLDERS, fill, has_stray_brace, named, unknown

TEXTS = sorted({version.text for version in texts.shipped().values()})
WORDS = st.text(alphabet="abc de123", max_size=12)


@pytest.mark.parametrize("version", texts.shipped().values(), ids=lambda each: each.key)
def test_what_ships_uses_known_words_only(version: texts.Version) -> None:
    assert unknown(version.text) == []
    assert not has_stray_brace(version.text)


def test_every_text_has_a_name_and_ships_in_english() -> None:
    assert {key for key, language in texts.shipped() if language == "en"} == set(texts.NAMES)


def test_a_word_without_a_value_takes_its_sentence_along() -> None:
    text = "Our time is up, {name}. I heard {one_thing}. Goodbye for now."

    assert fill(text, {"name": "Ada"}) == "Our time is up, Ada. Goodbye for now."
    assert fill(text, {"name": "Ada", "one_thing": "  "}) == "Our time is up, Ada. Goodbye for now."


def test_a_sentence_keeps_its_quotation() -> None:
    text = 'Call {emergency_number} now. Tell them: "I need help right now." Open the door.'

    assert fill(text, {}) == 'Tell them: "I need help right now." Open the door.'


def test_a_word_that_is_a_sentence_takes_none_along() -> None:
    text = "We don't do this. {elsewhere} I am going to end our talk."

    assert fill(text, {}) == "We don't do this. I am going to end our talk."
    assert "here. Try the library. I am" not in fill(text, {})
    assert fill(text, {"elsewhere": "Try the library."}).count("Try the library. I am") == 1


def test_a_value_at_the_front_begins_the_sentence() -> None:
    assert fill("{help_card} stays.", {"help_card": "the help card"}) == "The help card stays."


def test_a_value_that_looks_like_a_word_in_braces_is_not_filled_again() -> None:
    assert fill("Hello {name}.", {"name": "{help_card}", "help_card": "x"}) == "Hello {help_card}."


def test_sentences_end_in_other_writings_too() -> None:
    assert fill("请拨打{emergency_number}。我在这里。", {}) == "我在这里。"
    assert fill("اتصل بـ {emergency_number}؟ أنا هنا.", {}) == "أنا هنا."


@given(
    st.sampled_from(TEXTS), st.dictionaries(st.sampled_from(list(PLACEHOLDERS)), WORDS, max_size=10)
)
def test_nothing_is_left_open_whatever_has_a_value(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)

    assert not re.search(r"[{}]", filled)
    given = {name for name, value in values.items() if value.strip()}
    assert all(named(part) <= given or part.strip() not in filled for part in text.split(". "))
    assert not re.search(r"\s[.,:;!?]|:\s*[.,]", filled)


@given(st.sampled_from(TEXTS))
def test_with_every_value_nothing_is_left_out(text: str) -> None:
    values = {name: f"<{name}>" for name in PLACEHOLDERS}

    filled = fill(text, values)

    assert all(f"<{name}>".lower() in filled.lower() for name in named(text))
    plain = re.sub(r"\{(\w+)\}", r"<\1>", text)
    assert filled.lower() == plain.lower()
