"""What changed between two versions of ground rules: entry by entry, and word by word in each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from warmline.rules.ground_rules import Entry, Words

LITTLE_IN_COMMON = 0.4
SAME, ADDED, TAKEN_OUT, CHANGED = "same", "added", "taken_out", "changed"

_WORDS = re.compile(
    r"\s+"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"  # Written without spaces.
    r"|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)


@dataclass(frozen=True)
class Part:
    """A run of words that is the same in both, was added, or was taken out."""

    what: str
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Change:
    """What became of one entry. A moved one stands in another order among those that stayed.

    ``place``: where it stands now among its kind, counted from 1, or stood if it was taken out.
    """

    what: str
    key: str
    kind: str
    place: int
    old_index: int | None
    moved: bool
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    why: tuple[Part, ...]

    @property
    def differs(self) -> bool:
        return self.what != SAME or self.moved


def compare(old: Sequence[Entry], new: Sequence[Entry]) -> list[Change]:
    """In the order of the new version; what was taken out stands behind what it followed."""
    old_at = {entry.key: index for index, entry in enumerate(old)}
    stays = _in_order([entry.key for entry in old], [entry.key for entry in new])
    changes = [
        _kept(old[old_at[entry.key]], entry, new, old_at[entry.key], entry.key not in stays)
        if entry.key in old_at
        else _added(entry, new)
        for entry in new
    ]
    gone = old_at.keys() - {entry.key for entry in new}
    for index, entry in enumerate(old):
        if entry.key in gone:
            changes.insert(_behind(changes, index), _taken_out(entry, old, index))
    return changes


def before(changes: Iterable[Change]) -> list[Entry]:
    """The old version again."""
    were = [change for change in changes if change.old_index is not None]
    were.sort(key=lambda change: change.old_index or 0)
    return [Entry(change.key, change.kind, _words(change, TAKEN_OUT)) for change in were]


def after(changes: Iterable[Change]) -> list[Entry]:
    """The new version: the old one with the changes applied."""
    return [
        Entry(change.key, change.kind, _words(change, ADDED))
        for change in changes
        if change.what != TAKEN_OUT
    ]


def _words(change: Change, side: str) -> Words:
    title, text, why = (
        "".join(part.text for part in parts if part.what in (SAME, side))
        for parts in (change.title, change.text, change.why)
    )
    return Words(title, text, why)


def parts(old: str, new: str) -> tuple[Part, ...]:
    """Word by word; a run that was replaced is taken out first, then added.

    A text with little in common with the old one replaces it as a whole: a patchwork helps nobody.
    """
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, one, other, False)
    if old != new and _likeness(one, other) < LITTLE_IN_COMMON:
        return tuple(Part(what, text) for what, text in ((TAKEN_OUT, old), (ADDED, new)) if text)
    found: list[Part] = []
    for _tag, start, end, from_, to in matcher.get_opcodes():
        was, is_ = "".join(one[start:end]), "".join(other[from_:to])
        if was == is_:
            found.append(Part(SAME, was))
            continue
        found += [Part(what, run) for what, run in ((TAKEN_OUT, was), (ADDED, is_)) if run]
    return tuple(found)


def _likeness(one: list[str], other: list[str]) -> float:
    """Which part of the words is in both, from 0 to 1; spaces do not count."""
    words = [[word for word in side if not word.isspace()] for side in (one, other)]
    return SequenceMatcher(None, words[0], words[1], False).ratio()


def _kept(old: Entry, new: Entry, among: Sequence[Entry], index: int, moved: bool) -> Change:
    title, text, why = (
        parts(getattr(old.words, name), getattr(new.words, name))
        for name in ("title", "text", "why")
    )
    what = SAME if old.words == new.words else CHANGED
    return Change(what, new.key, new.kind, _place(new, among), index, moved, title, text, why)


def _added(entry: Entry, among: Sequence[Entry]) -> Change:
    words = _whole(ADDED, entry.words)
    return Change(ADDED, entry.key, entry.kind, _place(entry, among), None, False, *words)


def _taken_out(entry: Entry, among: Sequence[Entry], index: int) -> Change:
    words = _whole(TAKEN_OUT, entry.words)
    return Change(TAKEN_OUT, entry.key, entry.kind, _place(entry, among), index, False, *words)


def _whole(what: str, words: Words) -> tuple[tuple[Part, ...], ...]:
    return tuple(
        (Part(what, text),) if text else () for text in (words.title, words.text, words.why)
    )


def _place(entry: Entry, among: Sequence[Entry]) -> int:
    return [each.key for each in among if each.kind == entry.kind].index(entry.key) + 1


def _behind(changes: Sequence[Change], index: int) -> int:
    """Where something that stood at ``index`` belongs: behind the nearest that stood before it."""
    earlier = [
        (change.old_index, at)
        for at, change in enumerate(changes)
        if change.old_index is not None and change.old_index < index
    ]
    return max(earlier)[1] + 1 if earlier else 0


def _in_order(old: list[str], new: list[str]) -> set[str]:
    """The keys that kept their order to one another."""
    blocks = SequenceMatcher(None, old, new, False).get_matching_blocks()
    return {key for block in blocks for key in old[block.a : block.a + block.size]}
