"""Ground rules: which version is in force for whom, which is to come, and their words in a language.

Version 1 ships with Warmline; a community's own versions begin at 2. A version is fixed once it is
published. Its number is the same in all languages; a language without approved words shows others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from warmline.protocol import clock
from warmline.rules.filling import fill
from warmline.rules.ground_models import Audience, GroundRules, GroundRulesWords
from warmline.rules.texts import narrow_to_wide

SHIPPED = Path(__file__).parent / "data" / "ground_rules.toml"
SHIPPED_VERSION = 1
BEFORE, RULE, AFTER = "before", "rule", "after"
KINDS = (BEFORE, RULE, AFTER)
"""Paragraphs before the rules, the rules, paragraphs after them; in this order on the page."""


@dataclass(frozen=True)
class Words:
    """What an entry says: a short title, a text, and why; each may be empty, not both of the first."""

    title: str = ""
    text: str = ""
    why: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.text)


@dataclass(frozen=True)
class Slot:
    """The place of an entry in a version; its key stays through versions and languages."""

    key: str
    kind: str


@dataclass(frozen=True)
class Entry:
    """An entry in one language."""

    key: str
    kind: str
    words: Words


@dataclass(frozen=True)
class Wording:
    """A version's words in one language. What ships has no name behind it: *proposed*."""

    language: str
    words: Mapping[str, Words]
    written_by: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    ships: bool = False

    @property
    def approved(self) -> bool:
        return self.ships or self.approved_at is not None


@dataclass(frozen=True)
class Document:
    """A version as people read it in one language."""

    audience: str
    number: int
    language: str
    entries: tuple[Entry, ...]

    def of_kind(self, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == kind]

    @property
    def before(self) -> list[Entry]:
        return self.of_kind(BEFORE)

    @property
    def rules(self) -> list[Entry]:
        return self.of_kind(RULE)

    @property
    def after(self) -> list[Entry]:
        return self.of_kind(AFTER)

    def filled(self, values: Mapping[str, str]) -> Document:
        """With its words in braces; an entry that says nothing then is left out."""
        entries = [
            replace(
                entry,
                words=Words(
                    fill(entry.words.title, values),
                    fill(entry.words.text, values),
                    fill(entry.words.why, values),
                ),
            )
            for entry in self.entries
        ]
        return replace(self, entries=tuple(entry for entry in entries if entry.words))


@dataclass(frozen=True)
class Version:
    """One version for one audience, with its words in every language there is."""

    audience: str
    number: int
    slots: tuple[Slot, ...]
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    published_by: str = ""
    published_at: datetime | None = None
    in_force_at: datetime | None = None

    @property
    def ships(self) -> bool:
        return self.number == SHIPPED_VERSION

    @property
    def is_draft(self) -> bool:
        return not self.ships and self.published_at is None

    def is_in_force(self, now: datetime | None = None) -> bool:
        """Its day has come; a newer one may have replaced it."""
        return self.ships or (
            self.in_force_at is not None and self.in_force_at <= (now or clock.now())
        )

    def missing(self, language: str) -> list[Slot]:
        """The entries without words in a language."""
        words = self.wordings[language].words if language in self.wordings else {}
        return [slot for slot in self.slots if not words.get(slot.key)]

    def approved_languages(self) -> list[str]:
        """The languages people can read it in."""
        return [tag for tag, wording in self.wordings.items() if wording.approved]

    def in_language(self, language: str) -> Document:
        """As it stands in one language, finished or not."""
        words = self.wordings[language].words if language in self.wordings else {}
        entries = tuple(
            Entry(slot.key, slot.kind, words.get(slot.key, Words()))
            for kind in KINDS
            for slot in self.slots
            if slot.kind == kind
        )
        return Document(self.audience, self.number, language, entries)

    def read_in(self, *wanted: str) -> Document:
        """In the first language wanted that is approved, else in English, else in any."""
        return self.in_language(_first(self.approved_languages(), wanted))


def common_language(one: Version, other: Version, *wanted: str) -> str | None:
    """The best language that both can be read in; None if there is none."""
    both = [tag for tag in one.approved_languages() if tag in other.approved_languages()]
    return _first(both, wanted) if both else None


def _first(there: list[str], wanted: tuple[str, ...]) -> str:
    order = [tag for each in wanted for tag in narrow_to_wide(each)]
    return next((tag for tag in [*order, "en"] if tag in there), there[0] if there else "en")


@dataclass(frozen=True)
class History:
    """All versions for one audience, by number."""

    versions: Mapping[int, Version]

    @property
    def in_force(self) -> Version:
        now = clock.now()
        return max(
            (each for each in self.versions.values() if each.is_in_force(now)),
            key=lambda each: each.number,
        )

    @property
    def to_come(self) -> Version | None:
        """The version after the one in force: a draft, or published and not in force yet."""
        return self.versions.get(self.in_force.number + 1)

    @property
    def upcoming(self) -> Version | None:
        """The published version that is not in force yet."""
        version = self.to_come
        return version if version and not version.is_draft else None

    @property
    def draft(self) -> Version | None:
        version = self.to_come
        return version if version and version.is_draft else None

    @property
    def published(self) -> list[Version]:
        """What everybody may read, newest first."""
        shown = [each for each in self.versions.values() if not each.is_draft]
        return sorted(shown, key=lambda each: -each.number)


def history(audience: str) -> History:
    """All versions for an audience; two queries."""
    wordings: dict[int, dict[str, Wording]] = {}
    for row in GroundRulesWords.objects.filter(audience=audience).order_by("language"):
        wordings.setdefault(row.number, {})[row.language] = _wording(row)
    ships = shipped()[audience]
    ships = replace(ships, wordings={**wordings.get(SHIPPED_VERSION, {}), **ships.wordings})
    rows = GroundRules.objects.filter(audience=audience)
    own = {row.number: _version(row, wordings.get(row.number, {})) for row in rows}
    return History({SHIPPED_VERSION: ships, **own})


def number_in_force(audience: str) -> int:
    """The number alone; one query."""
    found = GroundRules.objects.filter(audience=audience, in_force_at__lte=clock.now())
    return found.order_by("-number").values_list("number", flat=True).first() or SHIPPED_VERSION


@cache
def shipped() -> dict[str, Version]:
    """Version 1 of each audience, as it ships."""
    read = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return {audience.value: _shipped(audience.value, read[audience.value]) for audience in Audience}


def _shipped(audience: str, entries: list[dict[str, Any]]) -> Version:
    languages = sorted({tag for entry in entries for tag in entry.keys() - {"key", "kind"}})
    wordings = {
        tag: Wording(
            tag,
            {entry["key"]: Words(**entry[tag]) for entry in entries if tag in entry},
            ships=True,
        )
        for tag in languages
    }
    slots = tuple(Slot(entry["key"], entry["kind"]) for entry in entries)
    return Version(audience, SHIPPED_VERSION, slots, wordings)


def _version(row: GroundRules, wordings: Mapping[str, Wording]) -> Version:
    return Version(
        row.audience,
        row.number,
        tuple(Slot(entry["key"], entry["kind"]) for entry in row.entries),
        wordings,
        row.published_by,
        row.published_at,
        row.in_force_at,
    )


def _wording(row: GroundRulesWords) -> Wording:
    words = {key: Words(**each) for key, each in row.words.items()}
    return Wording(row.language, words, row.written_by, row.approved_by, row.approved_at)
