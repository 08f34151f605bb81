"""What changed: applying the changes gives the new version, undoing them the old one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warmline.rules.comparing import (
    ADDED,
    CHANGED,
    SAME,
    TAKEN_OUT,
    Change,
    Part,
    after,
    before,
    compare,
    parts,
)
from warmline.rules.ground_rules import KINDS, Entry, Words

TEXT = st.text(alphabet="ab é。静かに ไทย\n.,", max_size=30)
WORDS = st.builds(Words, title=TEXT, text=TEXT, why=TEXT)
KIND_OF = {key: KINDS[number % 3] for number, key in enumerate("abcdefgh")}


@st.composite
def versions(draw: st.DrawFn) -> list[Entry]:
    """Entries whose keys and kinds come from the same few, so that two versions share some."""
    keys = draw(st.lists(st.sampled_from(sorted(KIND_OF)), unique=True))
    entries = [Entry(key, KIND_OF[key], draw(WORDS)) for key in keys]
    return sorted(entries, key=lambda entry: KINDS.index(entry.kind))


@given(versions(), versions())
def test_the_changes_lead_from_one_version_to_the_other_and_back(
    old: list[Entry], new: list[Entry]
) -> None:
    changes = compare(old, new)

    assert after(changes) == new
    assert before(changes) == old


@given(versions())
def test_a_version_does_not_differ_from_itself(version: list[Entry]) -> None:
    assert not any(change.differs for change in compare(version, version))


@given(versions(), versions())
def test_what_did_not_move_kept_its_order(old: list[Entry], new: list[Entry]) -> None:
    stayed = [
        change.key
        for change in compare(old, new)
        if change.old_index is not None and change.what != TAKEN_OUT and not change.moved
    ]

    assert stayed == [entry.key for entry in old if entry.key in stayed]


def test_words_are_marked_one_by_one() -> None:
    assert parts("Be kind to all.", "Be kind and calm to all.") == (
        Part(SAME, "Be kind "),
        Part(ADDED, "and calm "),
        Part(SAME, "to all."),
    )
    assert parts("Ten minutes each.", "Five minutes each.")[:2] == (
        Part(TAKEN_OUT, "Ten"),
        Part(ADDED, "Five"),
    )


def test_a_new_text_replaces_the_old_one_as_a_whole() -> None:
    assert parts("You can be angry, sad or scared.", "To all of us.") == (
        Part(TAKEN_OUT, "You can be angry, sad or scared."),
        Part(ADDED, "To all of us."),
    )
    assert parts("", "New.") == (Part(ADDED, "New."),)


def test_letters_without_spaces_are_marked_one_by_one() -> None:
    assert parts("静かに話す", "静かに聞く") == (
        Part(SAME, "静かに"),
        Part(TAKEN_OUT, "話す"),
        Part(ADDED, "聞く"),
    )


def test_each_rule_says_what_became_of_it_and_where_it_stands() -> None:
    def rule(key: str, text: str) -> Entry:
        return Entry(key, "rule", Words(text=text))

    intro = Entry("intro", "before", Words(text="Hello."))
    old = [intro, rule("a", "One."), rule("b", "Two."), rule("c", "Three.")]
    new = [intro, rule("a", "One!"), rule("c", "Three."), rule("d", "Four.")]

    assert [(each.key, each.what, each.place) for each in compare(old, new)] == [
        ("intro", SAME, 1),
        ("a", CHANGED, 1),
        ("b", TAKEN_OUT, 2),
        ("c", SAME, 2),
        ("d", ADDED, 3),
    ]


def test_a_rule_in_another_place_is_said_to_have_moved() -> None:
    old = [Entry(key, "rule", Words(text=key)) for key in "abcd"]
    new = [old[3], *old[:3]]

    moved: list[Change] = [change for change in compare(old, new) if change.differs]

    assert [(each.key, each.what, each.place) for each in moved] == [("d", SAME, 1)]
